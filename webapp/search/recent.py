"""The latest searches of this browser, kept in its signed cookie and nowhere else."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import session, url_for
from werkzeug.datastructures import MultiDict

from webapp.search.forms import SearchForm
from webapp.search.kinds import KINDS

MOST = 5
FIELDS_OF_DAYS = {"flights": ("depart", "return"), "hotels": ("checkin", "checkout")}


@dataclass(frozen=True)
class Recent:
    """A search as a link; without a `day` its days have passed, and the link leads to the form that asks for new ones."""

    kind: str
    place: str
    day: str
    party: str
    url: str


@dataclass(frozen=True)
class WayBack:
    """The day of a flight back, and the search that asked for it, with its places and cabin, on the page of that way."""

    day: date
    query: dict[str, str]


def remember(kind: str, form: SearchForm) -> None:
    """Keep a search that was understood, in place of the last one between the same places."""
    query = form.query()
    others = [each for each in _kept() if (each[0], _places(*each)) != (kind, _places(kind, query))]
    kept = [[kind, query], *map(list, others)][:MOST]
    if kept != session.get("searches"):
        session["searches"] = kept
        session.permanent = True


def offered() -> list[Recent]:
    """The latest first; of days that have passed only the places and the party are offered."""
    return [_offer(kind, query) for kind, query in _kept()]


def forget() -> None:
    session.pop("searches", None)


def latest(kind: str) -> dict[str, str]:
    """What the latest search of a kind said, or nothing."""
    return next((query for each, query in _kept() if each == kind), {})


def way_back(origin: str, destination: str) -> WayBack | None:
    """What the latest search of that way, between two airports, asked for a flight back; None when none did."""
    for kind, query in _kept():
        form = KINDS[kind].form(MultiDict(query))
        if kind == "flights" and form.validate() and form.is_round_trip:
            ways = {(search.origin, search.destination) for search in form.searches()}
            if (origin, destination) in ways:
                return WayBack(form.return_.data, query | {"leg": "back"})
    return None


def _kept() -> list[tuple[str, dict[str, str]]]:
    return [(kind, query) for kind, query in session.get("searches", []) if kind in KINDS]


def _places(kind: str, query: dict[str, str]) -> list[str | None]:
    return [query.get(name) for name in ("from", "to", "city")]


def _offer(kind: str, query: dict[str, str]) -> Recent:
    form = KINDS[kind].form(MultiDict(query))
    passed = not form.validate()
    said = {"kind": kind} if passed and kind != "flights" else {}
    said |= form.query()
    for name in FIELDS_OF_DAYS[kind] if passed else ():
        said.pop(name, None)
    page = url_for("search.home") if passed else url_for(f"search.{kind}")
    return Recent(
        kind=kind,
        place=form.place_words,
        day="" if passed else form.date_words,
        party=form.party_words,
        url=f"{page}?{urlencode(said)}",
    )
