"""My trips: a page of them, the last booked first, told apart by whether they are still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import selectinload

from chassis import clock
from chassis.database import db
from webapp.bookings.models import Booking
from webapp.bookings.states import TICKETED
from webapp.bookings.views import ItemView, item_views

MOST = 20
UNDER_WAY = ("DRAFT", "HOLDING", "AWAITING_PAYMENT", "CONFIRMING", "CAPTURING", "COMPENSATING")


@dataclass(frozen=True)
class Trip:
    """A booking with its items; `part`: upcoming, unfinished, past or over (cancelled, or never booked)."""

    booking: Booking
    items: list[ItemView]
    part: str

    @property
    def begins_at(self) -> datetime:
        return self.items[0].begins_at


@dataclass(frozen=True)
class Trips:
    """One page; `before` is the reference that the next page begins after, None on the last."""

    trips: Sequence[Trip]
    before: str | None

    def of(self, part: str) -> list[Trip]:
        """What comes first stands first; of what is over, what was last."""
        found = [each for each in self.trips if each.part == part]
        return sorted(found, key=lambda each: each.begins_at, reverse=part in ("past", "over"))


def page(belonging: ColumnElement[bool], before: str = "") -> Trips:
    """The trips that meet `belonging`, after the one with the reference `before`; without drafts that name nobody yet."""
    named = select(Booking).where(belonging, Booking.contact_email.is_not(None))
    last = db.session.scalar(named.where(Booking.public_reference == before)) if before else None
    if last is not None:
        named = named.where(tuple_(Booking.created_at, Booking.id) < (last.created_at, last.id))
    found = db.session.scalars(
        named.options(selectinload(Booking.items))
        .order_by(Booking.created_at.desc(), Booking.id.desc())
        .limit(MOST + 1)
    ).all()
    now = clock.now()
    trips = [_trip(each, now) for each in found[:MOST] if each.current_items]
    return Trips(trips, found[MOST - 1].public_reference if len(found) > MOST else None)


def _trip(booking: Booking, now: datetime) -> Trip:
    views = item_views(booking)
    return Trip(booking, views, _part(booking.state, views, now))


def _part(state: str, views: Sequence[ItemView], now: datetime) -> str:
    if state in UNDER_WAY:
        return "unfinished"
    standing = [view for view in views if view.item.state in ("CONFIRMED", "CANCELLING")]
    if state not in TICKETED or not standing:
        return "over"
    return "upcoming" if any(view.ends_at > now for view in standing) else "past"
