"""What is told in several tests of reconciliation: a trip that was let go, an order that came back to life."""

from datetime import UTC, datetime

from sqlalchemy import select

from bpp_services.air.models import Departure
from chassis.database import db
from tests.trips import Trip

DEPARTS = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)  # 6E-5678
CLEAN = "0 differences found, 0 repairs begun, 0 differences resolved\nNothing is left.\n"
CONFIRMED_AGAIN = (
    "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', held_until = NULL, confirmed_at = created_at"
)
HELD_AGAIN = "UPDATE bpp_bookings SET booking_status = 'HELD', held_until = '2026-12-01 04:44:00+00'"
CANCELLED_THERE = (
    "UPDATE bpp_bookings SET booking_status = 'CANCELLED', refund_minor = total_minor WHERE id = 1"
)
RIGHT_AGAIN = "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', refund_minor = 0 WHERE id = 1"


def seats_taken(services) -> int:
    with services["flights"].app_context():
        departure = db.session.scalars(select(Departure)).one()
        return departure.seats - departure.seats_available


def take_a_seat(breaking) -> None:
    breaking("flights", "UPDATE departures SET seats_available = seats_available - 1")


def let_go(a_trip) -> Trip:
    """A trip that was held, and let go when it was to be paid."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.abandon()
    return trip
