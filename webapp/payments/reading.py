"""The payments of a booking: each try to pay is one, and at most one of them may still move money."""

from sqlalchemy import bindparam, select

from chassis.objects import Objects
from webapp.bookings.models import Booking
from webapp.payments.models import Payment


def of_booking(booking: Booking) -> list[Payment]:
    """The first try first."""
    return _OF_BOOKING.all(booking=booking.id)


_OF_BOOKING = Objects(
    Payment, select(Payment).where(Payment.booking_id == bindparam("booking")).order_by(Payment.id)
)
