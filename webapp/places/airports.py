"""The airports of the world that have an IATA code, grouped into the cities they serve."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any, NamedTuple, cast

import airportsdata

from webapp.places.cities import ABROAD, AIRPORT_ALIASES, CORRECTIONS, INDIAN, City
from webapp.places.countries import alpha3_codes
from webapp.places.spelling import fold

_SEVERAL_NAMES = re.compile(r"\s*[/()]\s*")  # "Raleigh/Durham", "Sukarata(Solo)"
_AIRPORT_WORDS = re.compile(r"\b(International|Airport|Air Force (Station|Base))\b")


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport: `country` is ISO 3166 alpha-3, `zone` an IANA name, the position in degrees."""

    iata: str
    name: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float


class Served(NamedTuple):
    """A city with its airports (main one first), and the other names that it goes by."""

    name: str
    airports: tuple[Airport, ...]
    aliases: tuple[str, ...]
    std_code: str | None


Rows = dict[str, dict[str, Any]]


def served_cities() -> Iterator[Served]:
    """Every city with an airport, the best known first; each airport is in exactly one of them."""
    rows = _corrected_rows()
    for city in (*INDIAN, *ABROAD):
        yield _from_table(city, rows)
    yield from sorted(_from_list(rows), key=_standing)


def _corrected_rows() -> Rows:
    rows = cast(Rows, airportsdata.load("IATA"))
    for code, right in CORRECTIONS.items():
        rows.setdefault(code, {"iata": code}).update(right)
    return rows


def _from_table(city: City, rows: Rows) -> Served:
    """The city as the table has it; takes its airports out of `rows`."""
    taken = [rows.pop(code) for code in city.airports.split()]
    aliases = [alias.strip() for alias in city.aliases.split(",") if alias]
    return Served(city.name, tuple(_airport(row, city.name) for row in taken), tuple(aliases), city.std_code)


def _from_list(rows: Rows) -> Iterator[Served]:
    """Cities as the airport list has them. The state tells one Columbus from the other."""
    groups = defaultdict(list)
    for row in rows.values():
        first, *others = _city_names(row)
        groups[row["country"], row["subd"], first].append((row, others))
    for (_, _, name), members in groups.items():
        airports = [_airport(row, name) for row, _ in members]
        aliases = dict.fromkeys(alias for _, others in members for alias in others)
        yield Served(name, tuple(sorted(airports, key=_importance)), tuple(aliases), None)


def _city_names(row: dict[str, Any]) -> list[str]:
    """The names of the airport's city; where the list has none, what its airport is called; else its code."""
    written = row["city"] or _AIRPORT_WORDS.sub("", row["name"])
    names = [part.partition(",")[0].strip(" -") for part in _SEVERAL_NAMES.split(written)]
    return [" ".join(name.split()) for name in names if fold(name)] or [row["iata"]]


def _airport(row: dict[str, Any], city: str) -> Airport:
    country = alpha3_codes().get(row["country"], row["country"])
    zone = intern(row["tz"] or "Etc/UTC")  # stations on the ice have none
    return Airport(row["iata"], row["name"], intern(city), intern(country), zone, row["lat"], row["lon"])


def _importance(airport: Airport) -> tuple[bool, str]:
    return "International" not in airport.name, airport.iata


def _standing(served: Served) -> tuple[bool, bool, str]:
    """There are no figures of traffic: India first, then cities whose airport calls itself international."""
    main = served.airports[0]
    return main.country != "IND", "International" not in main.name, fold(served.name)


def spoken_names(airport: Airport) -> list[str]:
    """The folded names of an airport: "london heathrow airport", "heathrow"."""
    return [fold(name) for name in (airport.name, *AIRPORT_ALIASES.get(airport.iata, "").split(",")) if name]
