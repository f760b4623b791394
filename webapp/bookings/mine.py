"""My trips: a page of them, told apart by whether they are still to come; what comes first stands first, on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from chassis import clock
from chassis.database import db
from webapp.bookings.models import Booking, BookingItem, current
from webapp.bookings.states import TICKETED
from webapp.bookings.views import ItemView, item_views

MOST = 20
UNDER_WAY = ("DRAFT", "HOLDING", "AWAITING_PAYMENT", "CONFIRMING", "CAPTURING", "COMPENSATING")
PARTS = ("upcoming", "unfinished", "past", "over")  # in this order; over: cancelled, or never booked


@dataclass(frozen=True)
class Trip:
    """A booking with its items, and which of PARTS it is."""

    booking: Booking
    items: list[ItemView]
    part: str


@dataclass(frozen=True)
class Trips:
    """One page; `last` is the reference that the next page begins after, None on the last."""

    trips: Sequence[Trip]
    last: str | None

    def of(self, part: str) -> list[Trip]:
        return [each for each in self.trips if each.part == part]


@dataclass(frozen=True)
class _Leg:
    """What of a current item says when it is."""

    state: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class _Place:
    """Where a trip stands among the others."""

    booking_id: int
    reference: str
    part: str
    begins_at: datetime

    @property
    def order(self) -> tuple[int, float, int]:
        """What comes first stands first; of what is over, what was last."""
        seconds = self.begins_at.timestamp()
        return PARTS.index(self.part), -seconds if self.part in ("past", "over") else seconds, self.booking_id


def page(belonging: ColumnElement[bool], after: str = "") -> Trips:
    """The trips that meet `belonging`, after the one with the reference `after`; without drafts that name nobody yet."""
    places = sorted(_places(belonging), key=lambda each: each.order)
    first = next((number for number, each in enumerate(places, 1) if each.reference == after), 0)
    shown = places[first : first + MOST]
    wanted = select(Booking).where(Booking.id.in_([each.booking_id for each in shown]))
    found = {each.id: each for each in db.session.scalars(wanted.options(selectinload(Booking.items)))}
    trips = [
        Trip(found[each.booking_id], item_views(found[each.booking_id]), each.part)
        for each in shown
        if each.booking_id in found
    ]
    return Trips(trips, shown[-1].reference if first + MOST < len(places) else None)


def _at(flight: str, stay: str) -> ColumnElement[str]:
    """A moment of an item's offer, as it was sold."""
    offer = BookingItem.offer
    return func.coalesce(offer[(flight, "at")].as_string(), offer[stay].as_string())


_LEGS = (
    select(
        Booking.id.label("booking_id"),
        Booking.public_reference.label("reference"),
        Booking.state.label("of_booking"),
        BookingItem.id,
        BookingItem.replaces_id,
        BookingItem.removed_at,
        BookingItem.state,
        _at("origin", "check_in").label("begins_at"),
        _at("destination", "check_out").label("ends_at"),
    )
    .join(BookingItem)
    .where(Booking.contact_email.is_not(None))
    .order_by(Booking.id, BookingItem.id)
)


def _places(belonging: ColumnElement[bool]) -> list[_Place]:
    """Of every trip with something in it. One statement reads the times of all; no offer is read for that."""
    now, rows = clock.now(), db.session.execute(_LEGS.where(belonging)).all()
    places = []
    of_booking = attrgetter("booking_id", "reference", "of_booking")
    for (booking_id, reference, state), items in groupby(rows, key=of_booking):
        legs = [
            _Leg(each.state, datetime.fromisoformat(each.begins_at), datetime.fromisoformat(each.ends_at))
            for each in current(list(items))
        ]
        if legs:
            begins_at = min(each.begins_at for each in legs)
            places.append(_Place(booking_id, reference, _part(state, legs, now), begins_at))
    return places


def _part(state: str, legs: Sequence[_Leg], now: datetime) -> str:
    if state in UNDER_WAY:
        return "unfinished"
    standing = [each for each in legs if each.state in ("CONFIRMED", "CANCELLING")]
    if state not in TICKETED or not standing:
        return "over"
    return "upcoming" if any(each.ends_at > now for each in standing) else "past"
