"""That somebody should look at a booking: several may ask for it, each in its own words, and take those back."""

from chassis.database import db
from webapp.bookings.models import Booking

BETWEEN = " · "


def ask_for(booking_id: int | None, why: str) -> None:
    """Add the sentence to why an admin should look, once; inside `writing()`."""
    booking = _locked(booking_id)
    if booking is not None and why not in _sentences(booking):
        booking.needs_attention = BETWEEN.join([*_sentences(booking), why])


def is_over(booking_id: int | None, why: str) -> None:
    """Take the sentence back, and leave what others asked for; inside `writing()`."""
    booking = _locked(booking_id)
    if booking is not None and why in _sentences(booking):
        booking.needs_attention = BETWEEN.join(each for each in _sentences(booking) if each != why) or None


def _locked(booking_id: int | None) -> Booking | None:
    if booking_id is None:
        return None
    db.session.flush()  # what was asked for a moment ago is not read over
    return db.session.get(Booking, booking_id, with_for_update=True, populate_existing=True)


def _sentences(booking: Booking) -> list[str]:
    return booking.needs_attention.split(BETWEEN) if booking.needs_attention else []
