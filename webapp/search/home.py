"""The home page: what to look for, what was looked for, and where one can go."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from webapp.places import directory as places
from webapp.places.directory import Place
from webapp.search import recent, where_to
from webapp.search.forms import FlightForm
from webapp.search.kinds import KINDS

ORIGINS = ("delhi", "mumbai", "bengaluru", "hyderabad", "chennai", "kolkata")


def add_to(bp: Blueprint) -> None:
    """The pages of this module, among those of the search."""
    bp.get("/")(home)
    bp.get("/flights/swap")(swap)
    bp.post("/searches/removal")(forget)


def home():
    """A form with what the address says, understood as far as it can be; nothing is judged here."""
    kind = KINDS.get(request.args.get("kind", ""), KINDS["flights"])
    form = kind.form(request.args or _begun(kind.key))
    form.understand()
    shown = {"where_to": where_to.stays()} if kind.key == "hotels" else _flights_from(_origin())
    return render_template("search/home.html", kind=kind.key, form=form, recent=recent.offered(), **shown)


def _begun(kind: str) -> MultiDict:
    """A traveller leaves from where she left last."""
    last = recent.latest(kind)
    return MultiDict({"from": last["from"]} if "from" in last else {})


def _flights_from(origin: Place) -> dict:
    known = dict.fromkeys(filter(None, map(places.find, ORIGINS)))
    return {
        "where_to": where_to.flights_from(origin),
        "origin": origin,
        "origins": list(known | {origin: None}),
        "nearby": places.nearby(origin),
    }


def _origin() -> Place:
    """The city that the address names, or the latest search began in, or the capital."""
    names = (request.args.get("from"), recent.latest("flights").get("from"), ORIGINS[0])
    return next(places.city_of(place) for name in names if (place := places.find(name)))


def swap():
    """The same search the other way round, on the page where it stood: for a browser without JavaScript."""
    said = {field.name: request.args.get(field.name, "") for field in FlightForm()}
    said["from"], said["to"] = said["to"], said["from"]
    page = "search.flights" if request.args.get("on") == "results" else "search.home"
    query = urlencode({name: text for name, text in said.items() if text})
    return redirect(f"{url_for(page)}?{query}", 303)


def forget():
    """This browser's searches are forgotten."""
    recent.forget()
    kind = request.form.get("kind", "")
    return redirect(url_for("search.home", kind=kind if kind in KINDS and kind != "flights" else None), 303)
