"""Puts planned flights on sale: adds the airports, flights and dates that are missing, and touches no row that is there.

Departures follow the flights as they stand in the database, so that a flight which an operator moved or ended stays
moved or ended. They are counted before anything is written: seeding a full database again costs a few queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select

from bpp_services.air.models import Airport, Departure, Flight
from bpp_services.air.timetable.flights import SEATS, PlannedFlight
from chassis import clock
from chassis.database import db, insert, writing

DAYS_BEHIND, DAYS_AHEAD = 1, 365
DAYS_ON_SALE = DAYS_BEHIND + 1 + DAYS_AHEAD

# A flight of the timetable flies for good: wide enough for any day of seeding.
VALID_FROM, VALID_TO = date(2025, 1, 1), date(2099, 12, 31)

CURRENCY = "INR"
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Added:
    """How many rows a seeding added."""

    airports: int
    flights: int
    departures: int

    def __str__(self) -> str:
        counts = f"{self.airports:,} airports, {self.flights:,} flights and {self.departures:,} departures"
        return f"{counts} added"


def put_on_sale(flights: Sequence[PlannedFlight]) -> Added:
    """Add what is missing of `flights` from yesterday to 365 days ahead, at each origin (rules.md, Demo data)."""
    return Added(
        airports=_add(Airport, _missing_airports(flights)),
        flights=_add(Flight, _missing_flights(flights)),
        departures=_add(Departure, _missing_departures({flight.number: flight for flight in flights})),
    )


def enough(flights: Iterable[PlannedFlight], departures: int) -> list[PlannedFlight]:
    """The first daily `flights` that together have at least so many departures on sale."""
    chosen = []
    for flight in flights:
        chosen.append(flight)
        departures -= DAYS_ON_SALE * len(flight.fares)
        if departures <= 0:
            break
    return chosen


def _add(model: Any, rows: Iterable[Mapping]) -> int:
    """Insert in chunks, each one commit; a row that another seeding added meanwhile is left as it is."""
    rows, count = iter(rows), 0
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        with writing() as session:
            session.execute(insert(model.__table__).on_conflict_do_nothing(), chunk)
        count += len(chunk)
    return count


def _missing_airports(flights: Iterable[PlannedFlight]) -> list[dict]:
    there = set(db.session.scalars(select(Airport.iata)))
    airports = {airport.iata: airport for flight in flights for airport in (flight.start, flight.end)}
    return [airport._asdict() for iata, airport in airports.items() if iata not in there]


def _missing_flights(flights: Iterable[PlannedFlight]) -> list[dict]:
    there = set(db.session.scalars(select(Flight.flight_number)))
    return [_flight_row(flight) for flight in flights if flight.number not in there]


def _flight_row(flight: PlannedFlight) -> dict:
    return {
        "flight_number": flight.number,
        "airline_code": flight.airline_code,
        "airline_name": flight.airline_name,
        "origin": flight.origin,
        "destination": flight.destination,
        "origin_country": flight.start.country,
        "destination_country": flight.end.country,
        "market": flight.market,
        "departs_at": flight.departs_at,
        "duration_minutes": flight.minutes,
        "aircraft": flight.aircraft,
        "days_of_week": flight.days,
        "valid_from": VALID_FROM,
        "valid_to": VALID_TO,
    }


def _missing_departures(plans: Mapping[str, PlannedFlight]) -> Iterator[dict]:
    for today, flights in _scheduled(plans).items():
        on_sale = tuple(today + timedelta(days) for days in range(-DAYS_BEHIND, DAYS_AHEAD + 1))
        counts = _counts(on_sale)
        for flight in flights:
            plan = plans[flight.flight_number]
            due = _days_of(on_sale, flight.days_of_week, flight.valid_from, flight.valid_to)
            for cabin in plan.fares:
                for day in _missing_days(flight.id, cabin, due, counts.get((flight.id, cabin), 0)):
                    yield _departure_row(flight, day, cabin, plan.fare_minor(cabin, day))


def _scheduled(plans: Mapping[str, PlannedFlight]) -> Mapping[date, list[Row]]:
    """The flights of `plans` as they stand in the database, by what day it is at their origin."""
    query = select(
        Flight.id,
        Flight.flight_number,
        Flight.departs_at,
        Flight.days_of_week,
        Flight.valid_from,
        Flight.valid_to,
        Airport.zone,
    )
    by_today = defaultdict(list)
    for flight in db.session.execute(query.join(Flight.start).order_by(Flight.id)).all():
        if flight.flight_number in plans:
            by_today[clock.today(flight.zone)].append(flight)
    return by_today


@lru_cache
def _days_of(days: Sequence[date], days_of_week: str, valid_from: date, valid_to: date) -> list[date]:
    """Those of `days` on which a flight flies; most flights share the answer."""
    return [day for day in days if valid_from <= day <= valid_to and str(day.isoweekday()) in days_of_week]


def _counts(days: Sequence[date]) -> dict[tuple[int, str], int]:
    """How many of `days` are on sale, by flight and cabin."""
    query = (
        select(Departure.flight_id, Departure.cabin, func.count())
        .where(Departure.departs_on.between(days[0], days[-1]))
        .group_by(Departure.flight_id, Departure.cabin)
    )
    return {(flight_id, cabin): count for flight_id, cabin, count in db.session.execute(query).all()}


def _missing_days(flight_id: int, cabin: str, due: Sequence[date], count: int) -> list[date]:
    """Those of `due` that are not on sale. `count` are: when it is all or none, nothing has to be asked."""
    if count >= len(due):
        return []
    query = select(Departure.departs_on).where(Departure.flight_id == flight_id, Departure.cabin == cabin)
    there = set(db.session.scalars(query)) if count else set()
    return [day for day in due if day not in there]


def _departure_row(flight: Row, day: date, cabin: str, fare_minor: int) -> dict:
    departs_at = datetime.combine(day, flight.departs_at, ZoneInfo(flight.zone))
    return {
        "flight_id": flight.id,
        "departs_on": day,
        "departs_at_utc": departs_at.astimezone(UTC),
        "cabin": cabin,
        "fare_minor": fare_minor,
        "airport_charges_minor": 0,
        "currency": CURRENCY,
        "seats": SEATS[cabin],
        "seats_available": SEATS[cabin],
        "on_sale": True,
    }
