"""That somebody should look at a booking: several may ask for it, each in its own words, and take those back."""

import re

from chassis.database import db
from webapp.bookings.models import Booking

BETWEEN = " · "


def ask_for(booking_id: int | None, why: str) -> None:
    """Add the sentence to why an admin should look, once; inside `writing()`."""
    booking = _locked(booking_id)
    if booking is not None:
        add(booking, why)


def is_over(booking_id: int | None, why: str) -> bool:
    """Take the sentence back, and leave what others asked for; inside `writing()`. False when it was not there."""
    booking = _locked(booking_id)
    sentences = sentences_of(booking) if booking is not None else []
    left = [each for each in sentences if each != _one(why)]
    if booking is None or left == sentences:
        return False
    _keep(booking, left)
    return True


def add(booking: Booking, why: str) -> None:
    """As `ask_for`, of a booking that is locked already."""
    why = _one(why)
    if why not in sentences_of(booking):
        _keep(booking, [*sentences_of(booking), why])


def replace(booking: Booking, about: re.Pattern[str], why: str | None) -> None:
    """Of a booking that is locked already: what begins so gives way to `why`, and what others asked for stays."""
    others = [each for each in sentences_of(booking) if not about.match(each)]
    _keep(booking, [*others, _one(why)] if why else others)


def tell(booking: Booking, about: re.Pattern[str], why: str) -> None:
    """As `replace`; not where somebody looks at the booking for another reason, who sees its steps anyway."""
    if not booking.needs_attention or has(booking, about):
        replace(booking, about, why)


def has(booking: Booking, about: re.Pattern[str]) -> bool:
    """Whether one of the sentences begins so."""
    return any(about.match(each) for each in sentences_of(booking))


def _locked(booking_id: int | None) -> Booking | None:
    if booking_id is None:
        return None
    return db.session.get(Booking, booking_id, with_for_update=True, populate_existing=True)


def _keep(booking: Booking, sentences: list[str]) -> None:
    booking.needs_attention = BETWEEN.join(sentences) or None


def _one(why: str) -> str:
    """What a provider or a gateway said may look like several, or not come back from a form as it was."""
    return " ".join(why.replace(BETWEEN, ", ").split())


def sentences_of(booking: Booking) -> list[str]:
    return booking.needs_attention.split(BETWEEN) if booking.needs_attention else []
