"""Seats: what is left, and the guarded statements that take them and put them back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from beckn import quotes
from beckn.errors import ERROR_40003_QUOTE, Refused
from beckn.orders import HELD
from bpp_services.air import pricing
from bpp_services.air.models import Booking, Departure, Flight
from bpp_services.core.inventory import SoldOut
from chassis import clock
from chassis.database import changed, db

SALES_CLOSE = timedelta(minutes=60)


def dead_holds(now) -> Any:
    """Seats of a departure that expired holds still keep: search counts them as free."""
    return (
        select(func.coalesce(func.sum(Booking.seats), 0))
        .where(
            Booking.departure_id == Departure.id, Booking.booking_status == HELD, Booking.held_until <= now
        )
        .scalar_subquery()
    )


def _on_sale(now):
    return (
        select(Departure, (Departure.seats_available + dead_holds(now)).label("left"))
        .join(Departure.flight)
        .where(Departure.on_sale, Departure.departs_at_utc > now + SALES_CLOSE)
        .options(contains_eager(Departure.flight).options(joinedload(Flight.start), joinedload(Flight.end)))
    )


def departures_between(
    origin: str, destination: str, departs_on: date, cabin: str | None
) -> list[tuple[Departure, int]]:
    """(departure, seats left) of a local day, by time of departure; what is closed or not on sale is left out."""
    query = (
        _on_sale(clock.now())
        .where(Flight.origin == origin, Flight.destination == destination, Departure.departs_on == departs_on)
        .order_by(Departure.departs_at_utc, Departure.id)
    )
    if cabin:
        query = query.where(Departure.cabin == cabin)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def find_departure(flight_number: str, departs_on: date, cabin: str) -> tuple[Departure, int] | None:
    """(departure, seats left), or None when it is not on sale (any more)."""
    query = _on_sale(clock.now()).where(
        Flight.flight_number == flight_number, Departure.departs_on == departs_on, Departure.cabin == cabin
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def sold_out(departure: Departure, left: int) -> SoldOut:
    cabin = departure.cabin.lower().replace("_", " ")
    seats = "seat" if left == 1 else "seats"
    sentence = (
        f"Sold out: {left} {seats} left in {cabin} on {departure.flight.flight_number}, "
        f"{departure.departs_on.day} {departure.departs_on:%B}"
    )
    return SoldOut(sentence, Booking.departure_id == departure.id)


class Seats:
    """The inventory of a departure, as the order book takes it and puts it back."""

    def take(self, booking: Booking) -> None:
        """Two buyers of the last seat cannot both succeed: the guard is in the statement."""
        taken = changed(
            update(Departure)
            .where(Departure.id == booking.departure_id, Departure.seats_available >= booking.seats)
            .values(seats_available=Departure.seats_available - booking.seats)
        )
        if taken != 1:
            departure = db.session.get_one(Departure, booking.departure_id, populate_existing=True)
            raise sold_out(departure, departure.seats_available)

    def put_back(self, booking: Booking) -> None:
        db.session.execute(
            update(Departure)
            .where(Departure.id == booking.departure_id)
            .values(seats_available=Departure.seats_available + booking.seats)
        )

    def refuse_when_over(self, booking: Booking) -> None:
        if booking.departure.departs_at_utc <= clock.now():
            raise Refused(
                ERROR_40003_QUOTE, "The hold has expired and the flight has left", "$.message.order.id"
            )

    def kept_minor(self, booking: Booking, percent: Decimal) -> int:
        return quotes.total(pricing.kept_lines("", pricing.from_store(booking.sold), percent))

    def over_sentence(self, booking: Booking) -> str:
        at = booking.departure.departs_at
        return f"The flight left on {at.day} {at:%B} at {at:%H:%M}; it can no longer be cancelled"
