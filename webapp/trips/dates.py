"""What does not fit together in a trip, in plain words: its dates, its cities, its people. Pure; nothing is forbidden.

A trip is read as a traveller would: flights one after the other, and between a landing and the next flight a stay in that
city, night by night. Times are local to each airport and hotel.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from webapp.filters import clock_time, day

SOON = timedelta(minutes=60)
NIGHT_ENDS_AT = (
    6  # who lands before it may sleep in a room taken for the night before, and who leaves before it may not
)
MOST_NIGHTS = 30


@dataclass(frozen=True)
class Visit:
    """From a landing in a city to the next flight, which may leave from elsewhere or not be there."""

    city: str
    landing: datetime
    onward: Any | None

    @property
    def first_nights(self) -> set[date]:
        """The nights that may be the first."""
        landed = self.landing.date()
        return {landed, landed - timedelta(days=1)} if self.landing.hour < NIGHT_ENDS_AT else {landed}

    @property
    def last_morning(self) -> date | None:
        """When she leaves the city; who flies before dawn leaves the evening before."""
        if self.onward is None or not same_city(self.onward.origin.city, self.city):
            return None
        leaves = self.onward.origin.at
        return leaves.date() - timedelta(days=1) if leaves.hour < NIGHT_ENDS_AT else leaves.date()


def same_city(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def flights_of(offers: Sequence[Any]) -> list[Any]:
    return sorted((each for each in offers if each.kind == "flights"), key=lambda each: each.origin.at)


def stays_of(offers: Sequence[Any]) -> list[Any]:
    return sorted((each for each in offers if each.kind == "hotels"), key=lambda each: each.check_in)


def visits_of(flights: Sequence[Any]) -> list[Visit]:
    """One for each landing."""
    following = [*flights[1:], None]
    return [
        Visit(each.destination.city, each.destination.at, onward)
        for each, onward in zip(flights, following, strict=False)
    ]


def notes(offers: Sequence[Any]) -> list[str]:
    """Sentences, in the order of the trip; none when everything fits."""
    flights, stays = flights_of(offers), stays_of(offers)
    found = [
        *_between_flights(flights),
        *(note for visit in visits_of(flights) for note in _in_a_visit(visit, stays)),
        *_before_leaving(flights, stays),
        *_at_the_same_time(stays),
        *_elsewhere(flights, stays),
        *_people(flights, stays),
    ]
    return list(dict.fromkeys(found))


# ---- flights


def _between_flights(flights: Sequence[Any]) -> Iterator[str]:
    for first, second in pairwise(flights):
        if first.item == second.item:
            yield f"{first.flight_number} on {day(first.origin.at)} is in this trip twice."
        elif second.origin.at < first.destination.at:
            yield (
                f"{_named(second)} leaves at {clock_time(second.origin.at)} on {day(second.origin.at)}, before "
                f"{_named(first)} lands at {clock_time(first.destination.at)}."
            )
        elif not same_city(first.destination.city, second.origin.city):
            yield (
                f"{_named(first)} lands in {first.destination.city}, and the next flight, "
                f"{second.flight_number}, leaves from {second.origin.city}."
            )
        elif second.origin.at - first.destination.at < SOON:
            minutes = int((second.origin.at - first.destination.at).total_seconds() // 60)
            yield (
                f"Only {minutes} minutes from landing in {first.destination.city} to {_named(second)}: these "
                "are separate tickets, and the second does not wait."
            )


def _named(flight: Any) -> str:
    return f"{flight.flight_number} to {flight.destination.city}"


# ---- stays


def _in_a_visit(visit: Visit, stays: Sequence[Any]) -> Iterator[str]:
    """Nights before the landing, nights after she has left, and nights between that have no room."""
    there = [stay for stay in stays if _belongs(stay, visit)]
    if not there:
        return
    first, last = there[0], max(there, key=lambda stay: stay.check_out)
    landed, leaves = visit.landing.date(), visit.last_morning
    if first.check_in.date() < min(visit.first_nights):
        yield (
            f"{first.hotel_name} is booked from {day(first.check_in)}, and you land in {visit.city} on "
            f"{day(visit.landing)}."
        )
    onward = visit.onward
    if onward is not None and leaves is not None and last.check_out.date() > onward.origin.at.date():
        yield (
            f"{last.hotel_name} is booked until {day(last.check_out)}, and {_named(onward)} leaves on "
            f"{day(onward.origin.at)}."
        )
    slept = {night for stay in there for night in _nights(stay.check_in.date(), stay.check_out.date())}
    needed = _nights(landed, leaves or last.check_out.date())
    if needed and slept & visit.first_nights:
        needed = [night for night in needed if night not in visit.first_nights]
    missing = [night for night in needed if night not in slept]
    if missing:
        yield f"No room in {visit.city} for {_nights_in_words(missing)}."


def _belongs(stay: Any, visit: Visit) -> bool:
    """Whether a stay is meant for this visit: it is in the city, and neither over before it nor begun after it."""
    if not same_city(stay.city, visit.city) or stay.check_out.date() <= visit.landing.date():
        return False
    return visit.onward is None or stay.check_in.date() <= visit.onward.origin.at.date()


def _before_leaving(flights: Sequence[Any], stays: Sequence[Any]) -> Iterator[str]:
    """A stay where the trip begins, that goes on when the first flight has left."""
    for first in flights[:1]:
        for stay in stays:
            is_there = same_city(stay.city, first.origin.city) and stay.check_in < first.origin.at
            if is_there and first.origin.at.date() < stay.check_out.date():
                yield (
                    f"{_named(first)} leaves on {day(first.origin.at)}, before your stay at {stay.hotel_name} "
                    f"ends on {day(stay.check_out)}."
                )


def _at_the_same_time(stays: Sequence[Any]) -> Iterator[str]:
    for first, second in pairwise(stays):
        overlap = second.check_in.date() < first.check_out.date()
        if overlap and not same_city(first.city, second.city):
            yield (f"On {day(second.check_in)} there is a room in {first.city} and one in {second.city}.")


def _elsewhere(flights: Sequence[Any], stays: Sequence[Any]) -> Iterator[str]:
    cities = {stop.city.casefold() for flight in flights for stop in (flight.origin, flight.destination)}
    for stay in stays if flights else ():
        if stay.city.casefold() not in cities:
            yield f"{stay.hotel_name} is in {stay.city}, and no flight of this trip goes there."
        elif not any(_is_there(stay, flight) for flight in flights):
            yield (
                f"{stay.hotel_name} in {stay.city} is for {day(stay.check_in)} to {day(stay.check_out)}, and "
                "the flights of this trip take you there at another time."
            )


def _is_there(stay: Any, flight: Any) -> bool:
    """Landed there before the stay ends, or left from there after it began."""
    lands = same_city(stay.city, flight.destination.city) and flight.destination.at < stay.check_out
    leaves = same_city(stay.city, flight.origin.city) and stay.check_in < flight.origin.at
    return lands or leaves


# ---- people


def _people(flights: Sequence[Any], stays: Sequence[Any]) -> Iterator[str]:
    """Items that are for different people; each takes the first of the travellers."""
    parties = dict.fromkeys((each.party.adults, each.party.children, each.party.infants) for each in flights)
    if len(parties) > 1:
        yield "The flights are not all for the same number of people: the next page says who is on which."
    flying = max((adults + children for adults, children, _ in parties), default=0)
    for stay in stays if flights else ():
        sleeping = stay.adults + stay.children
        if sleeping < flying:
            yield f"{flying} people fly, and {stay.hotel_name} is for {sleeping}."


# ---- nights


def _nights(first: date, until: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(min((until - first).days, MOST_NIGHTS))]


def _nights_in_words(nights: Sequence[date]) -> str:
    if len(nights) == 1:
        return f"the night of {day(nights[0])}"
    return f"{len(nights)} nights, {day(nights[0])} to {day(nights[-1])}"
