"""Pages of a long list, newest first; each begins where its neighbour ended, however much is added meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import defer, selectinload

from chassis.database import db
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.bookings.references import is_reference

PER_PAGE = 50
BY_CREATION = (Booking.created_at, Booking.id)
# What a list shows of a booking: no offers, which are long, and no passports, which are nobody's business there.
ITEMS = selectinload(Booking.items).options(
    defer(BookingItem.choice), defer(BookingItem.offer), defer(BookingItem.tickets)
)
TRAVELLERS = selectinload(Booking.travellers).options(defer(Traveller.document, raiseload=True))


class NoSuchPage(Exception):
    """The page is to begin at something that does not exist."""


@dataclass(frozen=True)
class Page:
    """`has_older` and `has_newer`: whether there is a page behind the last row, and one before the first."""

    rows: list[Any]
    has_older: bool
    has_newer: bool


def page(wanted: Select, order: Sequence, older_than: tuple | None, newer_than: tuple | None) -> Page:
    """The rows beside a place; the newest without one. Places are values of the columns of `order`, which are unique."""
    if newer_than:
        found = first(newer(wanted, order, newer_than), [each.asc() for each in order], PER_PAGE + 1)
        return Page(found[:PER_PAGE][::-1], has_older=True, has_newer=len(found) > PER_PAGE)
    found = first(older(wanted, order, older_than), [each.desc() for each in order], PER_PAGE + 1)
    return Page(found[:PER_PAGE], has_older=len(found) > PER_PAGE, has_newer=bool(older_than))


def older(wanted: Select, order: Sequence, than: tuple | None) -> Select:
    return wanted.where(tuple_(*order) < than) if than else wanted


def newer(wanted: Select, order: Sequence, than: tuple) -> Select:
    return wanted.where(tuple_(*order) > than)


def first(wanted: Select, order: Sequence, most: int) -> list[Any]:
    return list(db.session.scalars(wanted.order_by(*order).limit(most)))


def place_of(reference: str | None) -> tuple | None:
    """Where the booking with a reference stands in BY_CREATION; None for no reference. Raises NoSuchPage."""
    if not reference:
        return None
    found = None
    if is_reference(reference):
        found = db.session.execute(select(*BY_CREATION).where(Booking.public_reference == reference)).first()
    if found is None:
        raise NoSuchPage(reference)
    return tuple(found)
