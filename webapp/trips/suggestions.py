"""What a trip may still want, as searches that are filled in: a flight back, and a room where one lands. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from beckn.hotels import MOST_ROOMS
from webapp.filters import day
from webapp.places import directory as places
from webapp.search.recent import WayBack
from webapp.trips.dates import Visit, flights_of, same_city, stays_of, visits_of

USUAL_NIGHTS = 3
Asked = Callable[[str, str], WayBack | None]


@dataclass(frozen=True)
class Suggestion:
    """A link: what it leads to in words, the endpoint of the search and its arguments. `is_next`: she has asked for it."""

    kind: str
    words: str
    endpoint: str
    query: dict[str, str]
    is_next: bool = False


def suggestions(
    offers: Sequence[Any], way_back: Asked = lambda origin, destination: None
) -> list[Suggestion]:
    """In the order in which a traveller needs them; none without a flight, which says where from and for whom.

    `way_back(origin, destination)`: what she asked for to fly back to `origin`, when she did.
    """
    flights, stays = flights_of(offers), stays_of(offers)
    if not flights:
        return []
    last = flights[-1]
    asked = _after_landing(last, way_back(last.origin.code, last.destination.code))
    rooms = [
        _room(visit, last, asked) for visit in visits_of(flights) if _wants_a_room(visit, flights, stays)
    ]
    back = _flight_back(flights, stays, asked)
    return [each for each in (*rooms, back) if each is not None]


def _after_landing(last: Any, asked: WayBack | None) -> WayBack | None:
    """The way back that she asked for, unless she would not be there yet."""
    return asked if asked is not None and asked.day >= last.destination.at.date() else None


def _wants_a_room(visit: Visit, flights: Sequence[Any], stays: Sequence[Any]) -> bool:
    """She stays for a night in a city where hotels are sold, has no room there, and did not just come home."""
    place = places.find(visit.city)
    if place is None or place.std_code is None or same_city(visit.city, flights[0].origin.city):
        return False
    if visit.onward is not None and visit.onward.origin.at.date() <= visit.landing.date():
        return False
    return not any(same_city(stay.city, visit.city) for stay in stays)


def _room(visit: Visit, flight: Any, asked: WayBack | None) -> Suggestion:
    check_in = visit.landing.date()
    back = asked.day if asked is not None else None
    leaves = visit.onward.origin.at.date() if visit.onward is not None else back
    check_out = leaves if leaves and leaves > check_in else check_in + timedelta(days=USUAL_NIGHTS)
    party = flight.party
    people = party.adults + party.children
    query = {
        "city": visit.city,
        "checkin": check_in.isoformat(),
        "checkout": min(check_out, check_in + timedelta(days=30)).isoformat(),
        "rooms": str(min(max(1, (people + 1) // 2), party.adults, MOST_ROOMS)),
        "adults": str(party.adults),
        "children": str(party.children),
    }
    return Suggestion("hotels", f"A hotel in {visit.city} from {day(check_in)}", "search.hotels", query)


def _flight_back(flights: Sequence[Any], stays: Sequence[Any], asked: WayBack | None) -> Suggestion | None:
    """To where she began; the one she asked for is a way of her own search, to where that left from."""
    first, last = flights[0], flights[-1]
    if same_city(last.destination.city, first.origin.city):
        return None
    party = {
        "adults": str(last.party.adults),
        "children": str(last.party.children),
        "infants": str(last.party.infants),
    }
    if asked is not None:
        return _to_fly_back(last.origin.city, asked.day, asked.query | party, is_next=True)
    leaves = _end_of_stay(last, stays)
    query = {"from": last.destination.code, "to": first.origin.code, "depart": leaves.isoformat()}
    return _to_fly_back(first.origin.city, leaves, query | party)


def _to_fly_back(city: str, leaves: date, query: dict[str, str], is_next: bool = False) -> Suggestion:
    words = f"A flight back to {city} on {day(leaves)}"
    return Suggestion("flights", words, "search.flights", query, is_next)


def _end_of_stay(last: Any, stays: Sequence[Any]) -> date:
    """When the last room there is given back; without one, a few days after the landing."""
    city, landed = last.destination.city, last.destination.at.date()
    ends = [stay.check_out.date() for stay in stays if same_city(stay.city, city)]
    return max([end for end in ends if end > landed], default=landed + timedelta(days=USUAL_NIGHTS))
