"""Seats: what is left, and the guarded statements that take them and put them back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, func, or_, select, text, update
from sqlalchemy.orm import aliased, contains_eager, joinedload

from beckn import quotes
from beckn.days import Days
from beckn.errors import ERROR_40003_QUOTE, Refused
from bpp_services.air import pricing
from bpp_services.air.journeys import Journey, Place
from bpp_services.air.models import DEPARTURE_TOLD, FLIGHT_TOLD, Airport, Booking, Departure, Flight
from bpp_services.core.inventory import SoldOut
from bpp_services.core.orders import IS_HELD
from chassis import clock
from chassis.database import db
from chassis.prepared import Command, Prepared, Row

SALES_CLOSE = timedelta(minutes=60)


# Seats of a departure that expired holds still keep: search counts them as free.
_DEAD_HOLDS = (
    select(func.coalesce(func.sum(Booking.seats), 0))
    .where(Booking.departure_id == Departure.id, text(IS_HELD), Booking.held_until <= bindparam("now"))
    .scalar_subquery()
)
_LEFT = (Departure.seats_available + _DEAD_HOLDS).label("left")
# Of few departures anybody has to count what expired holds keep.
_HAS_SEATS = or_(
    Departure.seats_available >= bindparam("seats"),
    Departure.seats_available + _DEAD_HOLDS >= bindparam("seats"),
)
_CAN_BE_SOLD = (Departure.on_sale, Departure.departs_at_utc > bindparam("closes"))

# The statements are made once: making one takes longer than running it.
_START, _END = aliased(Airport), aliased(Airport)
_TOLD = (
    select(
        _LEFT,
        *(getattr(Flight, name) for name in FLIGHT_TOLD),
        *(getattr(Departure, name) for name in DEPARTURE_TOLD),
        *(getattr(end, name) for end in (_START, _END) for name in Place._fields),
    )
    .join(Departure.flight)
    .join(Flight.start.of_type(_START))
    .join(Flight.end.of_type(_END))
)
_BETWEEN = _TOLD.where(
    Flight.origin == bindparam("origin"),
    Flight.destination == bindparam("destination"),
    Departure.departs_on == bindparam("departs_on"),
    *_CAN_BE_SOLD,
).order_by(Departure.departs_at_utc, Departure.id)
_ON_A_DAY = Prepared(_BETWEEN)
_ON_A_DAY_IN_CABIN = Prepared(_BETWEEN.where(Departure.cabin == bindparam("cabin")), like=_ON_A_DAY)


def _cheapest(*each: Any, where: Sequence[ColumnElement[bool]]) -> Prepared:
    """Of all that has seats on several days, the lowest fare of `each` in a cabin and with the same airport charges.

    Among those alone a lower fare is a lower price, for any party: which is the cheapest of all, pricing says.
    """
    rank = func.row_number().over(
        partition_by=(*each, Departure.cabin, Departure.airport_charges_minor),
        order_by=(Departure.fare_minor, Departure.departs_at_utc, Departure.id),
    )
    ranked = (
        select(Departure.id, rank.label("rank"))
        .join(Departure.flight)
        .where(
            Flight.origin == bindparam("origin"),
            *where,
            Departure.departs_on.between(bindparam("first"), bindparam("last")),
            *_CAN_BE_SOLD,
            _HAS_SEATS,
        )
        .subquery()
    )
    first = _TOLD.join(ranked, ranked.c.id == Departure.id).where(ranked.c.rank == 1)
    return Prepared(first.order_by(Departure.departs_at_utc, Departure.id), like=_ON_A_DAY)


_OF_EACH_DAY = _cheapest(Departure.departs_on, where=[Flight.destination == bindparam("destination")])
_TO_EACH_DESTINATION = _cheapest(Flight.destination, where=[])
_ONE = (
    select(Departure, _LEFT)
    .join(Departure.flight)
    .options(contains_eager(Departure.flight).options(joinedload(Flight.start), joinedload(Flight.end)))
    .where(
        Flight.flight_number == bindparam("flight_number"),
        Departure.departs_on == bindparam("departs_on"),
        Departure.cabin == bindparam("cabin"),
        *_CAN_BE_SOLD,
    )
)


def departures_between(origin: str, destination: str, departs_on: date, cabin: str | None) -> tuple[Row, ...]:
    """What is on sale on a local day, by time of departure; `seats_left` and `journey` read such a row."""
    wanted = {"origin": origin, "destination": destination, "departs_on": departs_on, **_now()}
    if cabin:
        return _ON_A_DAY_IN_CABIN.rows(cabin=cabin, **wanted)
    return _ON_A_DAY.rows(**wanted)


def cheapest_departures(origin: str, destination: str | None, days: Days, seats: int) -> tuple[Row, ...]:
    """The lowest fares for so many `seats`, of each day to `destination` or of all days to each destination.

    One for each cabin and amount of airport charges, by time of departure; rows as of `departures_between`.
    """
    wanted = {"origin": origin, "first": days.first, "last": days.last, "seats": seats, **_now()}
    if destination:
        return _OF_EACH_DAY.rows(destination=destination, **wanted)
    return _TO_EACH_DESTINATION.rows(**wanted)


def seats_left(row: Row) -> int:
    return row[0]


def journey(row: Row) -> Journey:
    told = _ON_A_DAY.read(row)
    flight, departure, start, end = (told[part] for part in _PARTS)
    return Journey(
        **dict(zip(FLIGHT_TOLD, flight, strict=True)),
        start=Place(*start),
        end=Place(*end),
        **dict(zip(DEPARTURE_TOLD, departure, strict=True)),
    )


def _parts(*lengths: int) -> tuple[slice, ...]:
    """Slices of these lengths, one behind the other, after the first column."""
    ends = [1 + sum(lengths[:count]) for count in range(len(lengths) + 1)]
    return tuple(slice(*each) for each in pairwise(ends))


_PARTS = _parts(len(FLIGHT_TOLD), len(DEPARTURE_TOLD), len(Place._fields), len(Place._fields))


def find_departure(flight_number: str, departs_on: date, cabin: str) -> tuple[Departure, int] | None:
    """(departure, seats left), or None when it is not on sale (any more)."""
    wanted = {"flight_number": flight_number, "departs_on": departs_on, "cabin": cabin, **_now()}
    row = db.session.execute(_ONE, wanted).first()
    return (row[0], row[1]) if row else None


def _now() -> dict[str, datetime]:
    now = clock.now()
    return {"now": now, "closes": now + SALES_CLOSE}


def sold_out(departure: Departure, left: int) -> SoldOut:
    cabin = departure.cabin.lower().replace("_", " ")
    seats = "seat" if left == 1 else "seats"
    sentence = (
        f"Sold out: {left} {seats} left in {cabin} on {departure.flight.flight_number}, "
        f"{departure.departs_on.day} {departure.departs_on:%B}"
    )
    return SoldOut(sentence, Booking.departure_id == departure.id)


_departures = cast(Table, Departure.__table__)
_seats = _departures.c.seats_available
_THE_DEPARTURE = update(_departures).where(_departures.c.id == bindparam("departure"))
_TAKE = Command(
    _THE_DEPARTURE.where(_seats >= bindparam("wanted")).values(seats_available=_seats - bindparam("wanted"))
)
_PUT_BACK = Command(_THE_DEPARTURE.values(seats_available=_seats + bindparam("wanted")))


def _wanted(booking: Booking) -> dict[str, int]:
    return {"departure": booking.departure_id, "wanted": booking.seats}


class Seats:
    """The inventory of a departure, as the order book takes it and puts it back."""

    def take(self, booking: Booking) -> None:
        """Two buyers of the last seat cannot both succeed: the guard is in the statement."""
        if _TAKE.change(**_wanted(booking)) != 1:
            departure = db.session.get_one(Departure, booking.departure_id, populate_existing=True)
            raise sold_out(departure, departure.seats_available)

    def put_back(self, booking: Booking) -> None:
        _PUT_BACK.change(**_wanted(booking))

    def refuse_when_over(self, booking: Booking) -> None:
        if booking.departure.departs_at_utc <= clock.now():
            raise Refused(
                ERROR_40003_QUOTE, "The hold has expired and the flight has left", "$.message.order.id"
            )

    def kept_minor(self, booking: Booking, percent: Decimal) -> int:
        return quotes.total(pricing.kept_lines("", pricing.from_store(booking.sold), percent))

    def over_sentence(self, booking: Booking) -> str:
        at = booking.departure.journey.departs_at
        return f"The flight left on {at.day} {at:%B} at {at:%H:%M}; it can no longer be cancelled"
