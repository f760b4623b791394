"""A booking with all its items in two questions, each written once."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm.attributes import set_committed_value

from chassis.objects import Objects
from webapp.bookings.models import Booking, BookingItem, Traveller

_by_id = select(Booking).where(Booking.id == bindparam("booking"))
_BY_ID, _LOCKED = Objects(Booking, _by_id), Objects(Booking, _by_id.with_for_update())
_BY_REFERENCE = Objects(Booking, select(Booking).where(Booking.public_reference == bindparam("reference")))
_ITEMS = Objects(
    BookingItem,
    select(BookingItem).where(BookingItem.booking_id == bindparam("booking")).order_by(BookingItem.id),
)
_TRAVELLERS = Objects(
    Traveller,
    select(Traveller).where(Traveller.booking_id == bindparam("booking")).order_by(Traveller.position),
)


def whole(booking_id: int, lock: bool = False) -> Booking:
    """The booking as it is now, with its items; with `lock` nobody else changes it until our transaction ends.

    Whatever was read of them before is read anew. Raises NoResultFound.
    """
    return _with_items((_LOCKED if lock else _BY_ID).one(booking=booking_id))


def by_reference(reference: str) -> Booking | None:
    """The same, found by what its traveller calls it."""
    booking = _BY_REFERENCE.one_or_none(reference=reference)
    return _with_items(booking) if booking else None


def know_travellers(booking: Booking) -> None:
    """Read who travels, unless that is known already."""
    if "travellers" not in booking.__dict__:
        set_committed_value(booking, "travellers", _TRAVELLERS.all(booking=booking.id))


def _with_items(booking: Booking) -> Booking:
    set_committed_value(booking, "items", _ITEMS.all(booking=booking.id))
    for item in booking.items:
        set_committed_value(item, "booking", booking)
    return booking
