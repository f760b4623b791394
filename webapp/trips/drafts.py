"""Beginning a trip and changing what is in it; what changes after a hold was asked for is a new item."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.database import db, writing
from webapp.admin.models import record
from webapp.bookings import problems
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.bookings.references import new_reference
from webapp.bookings.states import Overtaken
from webapp.providers.directory import Provider

MOST_ITEMS = 9


class NotAdded(Exception):
    """Why an offer does not go into a trip, as a sentence."""


class TooManyItems(NotAdded):
    def __init__(self):
        super().__init__(
            f"A trip has {MOST_ITEMS} flights and stays at most. Book this one first, or remove something."
        )


class AnotherCurrency(NotAdded):
    def __init__(self, offered: str, trips: str):
        super().__init__(
            f"This is sold in {offered} and your trip is in {trips}: one payment has one currency. "
            "Book it as a trip of its own."
        )


def begin(nonce: str, currency: str, user_id: int | None, actor: str) -> Booking:
    """A DRAFT with nothing in it yet; the same nonce (a double click, two tabs) gives the one that is there."""

    def make() -> Booking:
        now = clock.now()
        booking = Booking(
            public_reference=new_reference(),
            checkout_nonce=nonce,
            user_id=user_id,
            amount_minor=0,
            currency=currency,
            created_at=now,
            updated_at=now,
        )
        db.session.add(booking)
        db.session.flush()
        record(actor, "began", booking.id)
        return booking

    return _once(nonce, make)


def add(booking: Booking, added_by: str, provider: Provider, choice: Any, offer: Any, actor: str) -> Booking:
    """Put an offer into a DRAFT; the same form (`added_by`, a double click) puts it in once.

    The booking that it is in. Raises NotAdded, and Overtaken for a booking that is no draft any more.
    """
    booking_id, earlier = booking.id, _by_form(added_by)
    if earlier is not None and _was_removed(earlier):
        added_by = _once_more(earlier)
    try:
        with writing() as session:
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            _check(booking, offer)
            booking.items.append(new_item(provider, choice, offer, added_by=added_by))
            session.flush()
            add_up(booking)
            booking.currency = offer.currency
            record(actor, "added", booking_id, item=offer.item, total_minor=offer.total_minor)
            return booking
    except IntegrityError:
        there = _by_form(added_by)
        if there is None:
            raise
        return there.booking


def added(added_by: str) -> Booking | None:
    """Where the item is that this form put in, whatever became of the booking since; None when it was removed again."""
    item = _by_form(added_by)
    return item.booking if item is not None and not _was_removed(item) else None


def _check(booking: Booking, offer: Any) -> None:
    items = booking.current_items
    if booking.state != "DRAFT":
        raise Overtaken("the trip is being booked")
    if len(items) >= MOST_ITEMS:
        raise TooManyItems
    if items and booking.currency != offer.currency:
        raise AnotherCurrency(offer.currency, booking.currency)


def _by_form(added_by: str) -> BookingItem | None:
    return db.session.scalar(select(BookingItem).where(BookingItem.added_by == added_by))


def _was_removed(item: BookingItem) -> bool:
    return latest(item).removed_at is not None


def _once_more(item: BookingItem) -> str:
    """Who goes back to the page of an offer that was removed again may add it again, with the form that stands there."""
    return hashlib.sha256(f"{item.added_by} after {latest(item).id}".encode()).hexdigest()


def latest(item: BookingItem) -> BookingItem:
    """What stands for the item now: itself, or what replaced it last."""
    for each in item.booking.items:  # by id: what replaces comes after what it replaces
        if each.replaces_id == item.id:
            item = each
    return item


def remove(booking_id: int, item_id: int, actor: str) -> bool:
    """Take an item out of a DRAFT. False when there is no such item in it (any more)."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        item = next((each for each in booking.current_items if each.id == item_id), None)
        if item is None or booking.state != "DRAFT":
            return False
        item.removed_at = item.updated_at = clock.now()
        add_up(booking)
        if problems.is_about(booking, item):
            problems.clear(booking)
        record(actor, "removed", booking_id, item=item.offer["item"])
        return True


def add_up(booking: Booking) -> None:
    """The trip costs what its items cost."""
    booking.amount_minor = sum(item.total_minor for item in booking.current_items)


def _once(nonce: str, make: Callable[[], Booking]) -> Booking:
    """The booking of a nonce, made inside `writing()` when there is none; of two at once both get the same."""
    if there := _by_nonce(nonce):
        return there
    try:
        with writing():
            return make()
    except IntegrityError:
        there = _by_nonce(nonce)
        if there is None:
            raise
        return there


def _by_nonce(nonce: str) -> Booking | None:
    return db.session.scalar(select(Booking).where(Booking.checkout_nonce == nonce))


def new_item(provider: Provider, choice: Any, offer: Any, added_by: str | None = None) -> BookingItem:
    """An item with a transaction of its own; `added_by` is the form that put it in."""
    now = clock.now()
    return BookingItem(
        provider=provider.key,
        kind=provider.kind,
        transaction_id=str(uuid.uuid4()),
        choice=provider.wire.to_store(choice),
        offer=provider.wire.to_store(offer),
        total_minor=offer.total_minor,
        currency=offer.currency,
        added_by=added_by,
        created_at=now,
        updated_at=now,
    )


def renew(
    booking: Booking, item: BookingItem, offer: dict | None = None, total_minor: int | None = None
) -> BookingItem:
    """The same item again with a new transaction, at its price or at an accepted new one; inside `writing()`."""
    now = clock.now()
    fresh = BookingItem(
        provider=item.provider,
        kind=item.kind,
        transaction_id=str(uuid.uuid4()),
        choice=item.choice,
        offer=offer or item.offer,
        total_minor=total_minor or item.total_minor,
        currency=item.currency,
        replaces_id=item.id,
        created_at=now,
        updated_at=now,
    )
    booking.items.append(fresh)
    db.session.flush()
    add_up(booking)
    return fresh


def again(booking: Booking, nonce: str, user_id: int | None, actor: str) -> Booking:
    """A new DRAFT with the same items, travellers and contact: after a hold that ended, nothing is typed twice."""

    def make() -> Booking:
        now = clock.now()
        fresh = Booking(
            public_reference=new_reference(),
            checkout_nonce=nonce,
            user_id=user_id,
            contact_name=booking.contact_name,
            contact_email=booking.contact_email,
            contact_phone=booking.contact_phone,
            amount_minor=booking.amount_minor,
            currency=booking.currency,
            created_at=now,
            updated_at=now,
            items=[_copy(item) for item in booking.current_items],
            travellers=[_same_person(each) for each in booking.travellers],
        )
        db.session.add(fresh)
        db.session.flush()
        record(actor, "began again", fresh.id, after=booking.public_reference)
        return fresh

    return _once(nonce, make)


def _copy(item: BookingItem) -> BookingItem:
    now = clock.now()
    return BookingItem(
        provider=item.provider,
        kind=item.kind,
        transaction_id=str(uuid.uuid4()),
        choice=item.choice,
        offer=item.offer,
        total_minor=item.total_minor,
        currency=item.currency,
        created_at=now,
        updated_at=now,
    )


def _same_person(traveller: Traveller) -> Traveller:
    return Traveller(
        position=traveller.position,
        kind=traveller.kind,
        given_name=traveller.given_name,
        family_name=traveller.family_name,
        gender=traveller.gender,
        born_on=traveller.born_on,
        document=traveller.document,
    )
