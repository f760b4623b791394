"""A booking with all its items in two questions, each written once: the mapper's own way takes twice as long."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm.attributes import set_committed_value

from chassis.database import db
from webapp.bookings.models import Booking, BookingItem, Traveller

_ANEW = {"populate_existing": True}

_by_id = select(Booking).where(Booking.id == bindparam("booking")).execution_options(**_ANEW)
_by_reference = select(Booking).where(Booking.public_reference == bindparam("reference"))
_locked = _by_id.with_for_update()
_items = (
    select(BookingItem)
    .where(BookingItem.booking_id == bindparam("booking"))
    .order_by(BookingItem.id)
    .execution_options(**_ANEW)
)
_travellers = (
    select(Traveller).where(Traveller.booking_id == bindparam("booking")).order_by(Traveller.position)
)


def whole(booking_id: int, lock: bool = False) -> Booking:
    """The booking as it is now, with its items; with `lock` nobody else changes it until our transaction ends.

    Whatever was read of them before is read anew. Raises NoResultFound.
    """
    booking = db.session.scalars(_locked if lock else _by_id, {"booking": booking_id}).one()
    _give(booking, "items", _items)
    for item in booking.items:
        set_committed_value(item, "booking", booking)
    return booking


def by_reference(reference: str) -> Booking | None:
    return db.session.scalar(_by_reference, {"reference": reference})


def know_travellers(booking: Booking) -> None:
    """Read who travels, unless that is known already."""
    if "travellers" not in booking.__dict__:
        _give(booking, "travellers", _travellers)


def _give(booking: Booking, name: str, question: Any) -> None:
    set_committed_value(booking, name, db.session.scalars(question, {"booking": booking.id}).all())
