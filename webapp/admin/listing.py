"""Pages of bookings, newest first; each page begins where its neighbour ended, however many are booked meanwhile."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import selectinload

from chassis.database import db
from webapp.bookings.models import Booking
from webapp.bookings.references import is_reference

PER_PAGE = 50


class NoSuchPage(Exception):
    """The page is to begin at a booking that does not exist."""


@dataclass(frozen=True)
class Page:
    """`older` and `newer`: the references after and before which the neighbouring pages begin; None at the ends."""

    bookings: list[Booking]
    older: str | None
    newer: str | None


def page(state: str | None = None, older_than: str | None = None, newer_than: str | None = None) -> Page:
    """The bookings in a state, or in all but DRAFT, beside the one with a reference. Raises NoSuchPage."""
    wanted = select(Booking).options(selectinload(Booking.items))
    wanted = wanted.where(Booking.state == state if state else Booking.state != "DRAFT")
    if newer_than:
        found = _first(wanted.where(_newer(_anchor(newer_than))), Booking.created_at.asc(), Booking.id.asc())
        bookings = found[:PER_PAGE][::-1]
        return Page(bookings, _last(bookings), _start(bookings) if len(found) > PER_PAGE else None)
    if older_than:
        wanted = wanted.where(_older(_anchor(older_than)))
    found = _first(wanted, Booking.created_at.desc(), Booking.id.desc())
    bookings = found[:PER_PAGE]
    return Page(
        bookings,
        _last(bookings) if len(found) > PER_PAGE else None,
        _start(bookings) if older_than else None,
    )


def _first(wanted: Select, *order) -> list[Booking]:
    """One more than a page, to see whether there is another."""
    return list(db.session.scalars(wanted.order_by(*order).limit(PER_PAGE + 1)))


def _anchor(reference: str) -> Booking:
    found = None
    if is_reference(reference):
        found = db.session.scalar(select(Booking).where(Booking.public_reference == reference))
    if found is None:
        raise NoSuchPage(reference)
    return found


def _older(than: Booking):
    same_moment = and_(Booking.created_at == than.created_at, Booking.id < than.id)
    return or_(Booking.created_at < than.created_at, same_moment)


def _newer(than: Booking):
    same_moment = and_(Booking.created_at == than.created_at, Booking.id > than.id)
    return or_(Booking.created_at > than.created_at, same_moment)


def _start(bookings: list[Booking]) -> str | None:
    return bookings[0].public_reference if bookings else None


def _last(bookings: list[Booking]) -> str | None:
    return bookings[-1].public_reference if bookings else None
