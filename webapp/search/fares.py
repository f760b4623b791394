"""The cheapest of several days, from the providers themselves: what a route, a city and a night in it cost, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask import current_app

from beckn import air, hotels
from beckn.days import Days
from chassis import clock
from webapp.places import directory as places
from webapp.places.directory import Place
from webapp.search.pairs import MOST_PAIRS, airport_pairs
from webapp.search.results import Asking, ProviderState, search

ONE = air.Party(1)
TWO_IN_A_ROOM = {"rooms": 1, "adults": 2}

# For so long a page may repeat the fares of the days around; MOST_ROUTES bounds what is kept of them.
FRESH = timedelta(seconds=30)
MOST_ROUTES = 2000

K = TypeVar("K")


@dataclass(frozen=True)
class DayFare:
    """The cheapest offer of a local day at the origin: for the whole party, taxes in, in minor units."""

    departs_on: date
    total_minor: int
    currency: str
    origin: str  # airport codes
    destination: str
    provider: str
    item: str


@dataclass(frozen=True)
class DestinationFare:
    """The cheapest offer for one adult to a city, taxes in, and its day; `key` names the place in an address."""

    key: str
    city: str
    country: str  # ISO 3166 alpha-3
    airport: str
    departs_on: date
    total_minor: int
    currency: str


@dataclass(frozen=True)
class CityRate:
    """The cheapest night for two in one room in a city, taxes in; `key` names the place in an address."""

    key: str
    city: str
    night: date
    total_minor: int
    currency: str
    hotel_name: str
    stars: int


@dataclass(frozen=True)
class DayFares:
    """The fares of the days that have one, and how each provider did: a silent one is not the same as none on sale."""

    by_day: Mapping[date, DayFare]
    states: Sequence[ProviderState]


def by_day(
    origin: Place,
    destination: Place,
    first: date,
    last: date,
    party: air.Party = ONE,
    cabin: str | None = None,
) -> dict[date, DayFare]:
    """The cheapest fare of each local day from `first` to `last` (at most 62) that has one."""
    return dict(ask_by_day(origin, destination, Days(first, last), party, cabin).by_day)


def ask_by_day(
    origin: Place, destination: Place, days: Days, party: air.Party = ONE, cabin: str | None = None
) -> DayFares:
    """The same, with how each provider did."""
    pairs, states = search("flights", day_searches(origin, destination, days, party, cabin))
    return DayFares(fares_of_days(pairs), states)


class AskingByDay:
    """The fares of several days, on their way from the providers; days known since a moment ago are not asked again."""

    def __init__(self, origin: Place, destination: Place, days: Days, party: air.Party, cabin: str | None):
        self._known = _known(origin.key, destination.key, party, cabin)
        self._days = days
        count = (days.last - days.first).days + 1
        self._wanted = [days.first + timedelta(number) for number in range(count)]
        self._now = clock.now()
        missing = [day for day in self._wanted if not self._is_fresh(day)]
        self._asking: Asking | None = None
        if missing:
            asked = Days(missing[0], missing[-1])
            self._asking = Asking("flights", day_searches(origin, destination, asked, party, cabin))
            self._asked = [day for day in self._wanted if day in asked]

    @property
    def is_known(self) -> bool:
        """Whether nobody has to be asked."""
        return self._asking is None

    def _is_fresh(self, day: date) -> bool:
        known = self._known.get(day)
        return known is not None and self._now - known[0] <= FRESH

    def fares(self, within: float | None = None) -> dict[date, DayFare]:
        """The fares that are there `within` so many seconds, at most until the deadline of any search."""
        if self._asking:
            pairs, states = self._asking.answers(within)
            found = fares_of_days(pairs)
            if all(state.state == "answered" for state in states):
                self._known.update({day: (self._now, found.get(day)) for day in self._asked})
        else:
            found = {}
        known = ((day, self._known[day][1]) for day in self._wanted if self._is_fresh(day))
        return {day: fare for day, fare in known if fare} | found


def _known(*route: Any) -> dict[date, tuple[datetime, DayFare | None]]:
    """What was told of the days of a route, and when."""
    routes: dict[Any, dict[date, tuple[datetime, DayFare | None]]] = current_app.extensions.setdefault(
        "day_fares", {}
    )
    if len(routes) > MOST_ROUTES:
        routes.clear()
    return routes.setdefault(route, {})


def day_searches(
    origin: Place, destination: Place, days: Days, party: air.Party, cabin: str | None
) -> list[air.FareSearch]:
    """One question for each pair of airports, as an ordinary search asks."""
    pairs = airport_pairs(origin, destination)
    return [air.FareSearch(*pair, days, party, cabin or None) for pair in pairs]


def fares_of_days(pairs: Iterable[tuple[Any, air.Offer]]) -> dict[date, DayFare]:
    """The cheapest of each day among (provider, offer) pairs, by day."""
    found = _cheapest((offer.origin.at.date(), (provider, offer)) for provider, offer in pairs)
    return {
        day: DayFare(
            day,
            offer.total_minor,
            offer.currency,
            offer.origin.code,
            offer.destination.code,
            provider.key,
            offer.item,
        )
        for day, (provider, offer) in sorted(found.items())
    }


def by_destination(origin: Place, first: date, last: date) -> list[DestinationFare]:
    """Where one can go from `origin` between two local days (at most 62 in all), the cheapest city first."""
    return ask_by_destination(origin, Days(first, last))[0]


def ask_by_destination(origin: Place, days: Days) -> tuple[list[DestinationFare], Sequence[ProviderState]]:
    """The same, with how each provider did."""
    searches = [air.FareSearch(each.iata, None, days, ONE) for each in origin.airports]
    pairs, states = search("flights", searches[:MOST_PAIRS])
    found = _cheapest(
        ((offer.destination.city, offer.destination.country), pair) for pair in pairs for offer in pair[1:]
    )
    fares = [_destination_fare(offer) for _, offer in found.values()]
    return sorted(fares, key=lambda each: (each.total_minor, each.city)), states


def _destination_fare(offer: air.Offer) -> DestinationFare:
    end = offer.destination
    return DestinationFare(
        _key(end.city, end.code),
        end.city,
        end.country,
        end.code,
        offer.origin.at.date(),
        offer.total_minor,
        offer.currency,
    )


def by_city(first: date, last: date) -> list[CityRate]:
    """Where one can stay, the cheapest city first: nights from `first` to `last` (at most 62)."""
    return ask_by_city(Days(first, last))[0]


def ask_by_city(nights: Days) -> tuple[list[CityRate], Sequence[ProviderState]]:
    """The same, with how the provider did."""
    stay = hotels.RateSearch(
        check_in=nights.first, check_out=nights.last + timedelta(days=1), **TWO_IN_A_ROOM
    )
    pairs, states = search("hotels", [stay])
    found = _cheapest((offer.city, (provider, offer)) for provider, offer in pairs)
    rates = [
        CityRate(
            _key(city, None),
            city,
            offer.check_in.date(),
            offer.total_minor,
            offer.currency,
            offer.hotel_name,
            offer.stars,
        )
        for city, (_, offer) in found.items()
    ]
    return sorted(rates, key=lambda each: (each.total_minor, each.city)), states


def _key(city: str, airport: str | None) -> str:
    """The place as an address names it: the city when we know it by that name, else its airport."""
    place = places.find(city)
    if place and (airport is None or airport in place.codes):
        return place.key
    return (airport or city).lower()


def _cheapest(found: Iterable[tuple[K, tuple[Any, Any]]]) -> dict[K, tuple[Any, Any]]:
    """Of (which, (provider, offer)) the cheapest of each; of two alike the first."""
    best: dict[K, tuple[Any, Any]] = {}
    for which, pair in found:
        if which not in best or pair[1].total_minor < best[which][1].total_minor:
            best[which] = pair
    return best
