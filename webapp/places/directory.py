"""The places of the world by any of their names: what "Bombay" means, and what begins with "mum"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import chain, islice
from typing import NamedTuple

from webapp.places.airports import Airport, Served, served_cities, spoken_names
from webapp.places.cities import ABROAD, INDIAN
from webapp.places.countries import countries, country_names, nationality
from webapp.places.distances import kilometres
from webapp.places.spelling import bare, fold, slug

__all__ = [
    "Airport", "Place", "city_of", "closest", "countries", "find", "meant_by", "nearby", "plain_name", "suggest",
]  # fmt: skip

LONGEST = 80  # characters: more than any name on the airport list, and little work for a hostile one
FAMOUS = len(INDIAN) + len(ABROAD)
NEARBY_KM = 150
_LABEL = re.compile(r"([^()]+)\(([A-Za-z]{3}(?:, ?[A-Za-z]{3})*)\)")


@dataclass(frozen=True, slots=True)
class Place:
    """A city, or one airport of it. `airports`: main one first; `std_code`: Indian telephone code, "022"."""

    key: str
    name: str
    country: str
    country_name: str
    airports: tuple[Airport, ...]
    std_code: str | None = None

    @property
    def is_indian(self) -> bool:
        return self.country == "IND"

    @property
    def codes(self) -> tuple[str, ...]:
        """IATA codes, the main airport first."""
        return tuple(airport.iata for airport in self.airports)

    @property
    def label(self) -> str:
        """What a person reads and `find` understands: "Mumbai (BOM, NMI)"."""
        return f"{self.name} ({', '.join(self.codes)})"


def find(text: str | None) -> Place | None:
    """The place that `text` names: a city; by IATA code or name, an airport alone; by label or key, either.

    Case, accents and blanks do not count; "Hyderabad, Pakistan" is understood. For all else None, no exception.
    """
    folded = _typed(text)
    if not text or not folded:
        return None
    names = _index().names
    return _labelled(text) or names.get(folded) or names.get(bare(folded)) or _in_country(text)


def suggest(text: str | None, limit: int = 8, rooms: bool = False) -> list[Place]:
    """At most `limit` places for what is typed so far: names that begin so, then names with a word that does.

    A well-known place of exactly that name or code leads, with the city of such an airport; else well-known cities come
    before their single airports, and those before all other places. `rooms`: only cities where rooms are sold. Never raises.
    """
    typed = _typed(text)
    return list(_suggest(text, typed, limit, rooms)) if text and typed else []


@lru_cache(2048)
def _suggest(text: str, typed: str, limit: int, rooms: bool) -> tuple[Place, ...]:
    phrases, named = _index().phrases, _labelled(text) or _index().famous.get(typed)
    leading = [named, city_of(named)] if named else []
    beginning = (place for phrase, place in phrases if phrase.startswith(typed))
    within = (place for phrase, place in phrases if f" {typed}" in phrase)
    fitting = (place for place in chain(leading, beginning, within) if not rooms or _has_rooms(place))
    return tuple(islice(_each_once(fitting), limit))


def _has_rooms(place: Place) -> bool:
    """Hotels are sold by the city, and only in cities with an Indian telephone code."""
    return place.std_code is not None and city_of(place) is place


def meant_by(text: str | None, limit: int = 4, rooms: bool = False) -> list[Place]:
    """For text that names nothing, the places that may be meant: those that begin so, else the one spelt most alike."""
    beginning = suggest(text, limit, rooms) if len(_typed(text)) > 1 else []
    if beginning:
        return beginning
    name = closest(text)
    place = find(name) if name else None
    return [city_of(place) if rooms else place] if place else []


def closest(text: str | None) -> str | None:
    """For text that names nothing, what was probably meant ("Mumbay": "Mumbai"), or None; `find` knows it."""
    typed = _typed(text)
    return None if len(typed) < 4 or find(text) else _closest(typed)


@lru_cache(2048)
def _closest(typed: str) -> str | None:
    names = _index().names
    near = _near(typed, _index().famous) or _near(typed, names)
    return plain_name(names[near]) if near else None


def plain_name(place: Place) -> str:
    """The shortest that `find` understands: the name of the place, or its label where the name means another."""
    return place.name if find(place.name) == place else place.label


def city_of(place: Place) -> Place:
    """The city with all of its airports: of Delhi (DXN) it is Delhi (DEL, DXN)."""
    return _index().homes[place.codes[0]]


class Neighbour(NamedTuple):
    """An airport near a place, alone, and how far away it is as the crow flies."""

    place: Place
    kilometres: int


@lru_cache(1024)
def nearby(place: Place, within_km: int = NEARBY_KM) -> tuple[Neighbour, ...]:
    """The well-known airports within `within_km` of an airport of `place` that are not in it, the nearest first.

    Of Delhi (DEL) alone, Delhi (DXN) is one.
    """
    found = [
        Neighbour(other, round(min(kilometres(here, there) for here in place.airports)))
        for code, other in _index().known.items()
        if code not in place.codes
        for there in other.airports
    ]
    return tuple(sorted((each for each in found if each.kilometres <= within_km), key=lambda each: each[1]))


def _typed(text: str | None) -> str:
    return fold(text) if text and len(text) <= LONGEST else ""


def _each_once(places: Iterable[Place]) -> Iterator[Place]:
    seen = set()
    for place in places:
        if place.key not in seen:
            seen.add(place.key)
            yield place


def _near(typed: str, names: Iterable[str]) -> str | None:
    alike = [name for name in names if len(name) > 3 and abs(len(name) - len(typed)) <= 2]
    return next(iter(get_close_matches(typed, alike, n=1, cutoff=0.75)), None)


def _labelled(text: str) -> Place | None:
    """The place of a label. Both halves must agree: "Paris (BOM)" is a slip of editing, not Mumbai."""
    label = _LABEL.fullmatch(text.strip())
    if not label:
        return None
    codes = tuple(fold(label[2]).upper().split())
    place = (_index().alone if len(codes) == 1 else _index().homes).get(codes[0])
    if not place or place.codes != codes:
        return None
    named = find(label[1])
    called_so = fold(label[1]) == fold(place.name) or (named is not None and codes[0] in named.codes)
    return place if called_so else None


def _in_country(text: str) -> Place | None:
    """The best known place of a name in a country: for "Birmingham, USA" the one in Alabama."""
    name, comma, country = text.rpartition(",")
    spelling, wanted = fold(name), nationality(country) if comma else None
    if not wanted:
        return None
    return next((p for phrase, p in _index().phrases if phrase == spelling and p.country == wanted), None)


class _Index:
    """Every name of every place. Built at the first question, not at import: commands need no places."""

    def __init__(self, cities: list[Served]) -> None:
        self.names: dict[str, Place] = {}  # what each spelling means: the best known place of that name
        self.phrases: list[tuple[str, Place]] = []  # all of them, in the order of suggestions
        self.homes: dict[str, Place] = {}  # the city of an airport code
        self.alone: dict[str, Place] = {}  # only that airport
        self._codes = frozenset(airport.iata.lower() for city in cities for airport in city.airports)
        self._add_cities(cities[:FAMOUS], may_shadow_codes=True)  # Goa is a state before it is Genoa's code
        self._add_airports(cities[:FAMOUS])
        self.famous = dict(self.names)
        self.known = dict(self.alone)
        self._add_cities(cities[FAMOUS:], may_shadow_codes=False)
        self._add_airports(cities[FAMOUS:])

    def _add_cities(self, cities: list[Served], may_shadow_codes: bool) -> None:
        for city in cities:
            spellings = [fold(name) for name in (city.name, *city.aliases)]
            free = [name for name in spellings if may_shadow_codes or name not in self._codes]
            place = _place(city, self._key(city, spellings[0] in free))
            self._call(place, [*free, fold(place.key)])
            self.phrases += [(spelling, place) for spelling in spellings]
            self.homes |= dict.fromkeys(place.codes, place)

    def _key(self, city: Served, name_is_free: bool) -> str:
        """The city's name for a URL, and its main airport's code where a better known place has that name."""
        spelling = fold(city.name)
        key = slug(spelling)
        means_it = name_is_free and spelling not in self.names and fold(key) == spelling
        return key if means_it else f"{key}-{city.airports[0].iata.lower()}".lstrip("-")

    def _add_airports(self, cities: list[Served]) -> None:
        for airport in chain.from_iterable(city.airports for city in cities):
            home = self.homes[airport.iata]
            key = airport.iata.lower()
            place = home if home.airports == (airport,) else replace(home, key=key, airports=(airport,))
            self.alone[airport.iata] = place
            spellings = [key, *spoken_names(airport)]
            self._call(place, [*spellings, *map(bare, spellings)])
            if place is not home:
                spellings.append(fold(home.name))
            self.phrases += [(spelling, place) for spelling in spellings]

    def _call(self, place: Place, spellings: Iterable[str]) -> None:
        for spelling in spellings:
            if spelling:
                self.names.setdefault(spelling, place)


def _place(city: Served, key: str) -> Place:
    country = city.airports[0].country
    return Place(key, city.name, country, country_names().get(country, country), city.airports, city.std_code)


@cache
def _index() -> _Index:
    return _Index(list(served_cities()))
