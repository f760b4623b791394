"""Beginning a trip and changing what is in it; what changes after a hold was asked for is a new item."""

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.database import db, writing
from webapp.admin.models import record
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.bookings.references import new_reference
from webapp.providers.directory import Provider


def begin(
    nonce: str, provider: Provider, choice: Any, offer: Any, user_id: int | None, actor: str
) -> Booking:
    """A DRAFT booking of one item; the same nonce (a double click) gives the one that is there."""

    def make() -> Booking:
        now = clock.now()
        booking = Booking(
            public_reference=new_reference(),
            checkout_nonce=nonce,
            user_id=user_id,
            amount_minor=offer.total_minor,
            currency=offer.currency,
            created_at=now,
            updated_at=now,
            items=[new_item(provider, choice, offer)],
        )
        db.session.add(booking)
        db.session.flush()
        record(actor, "began", booking.id, item=offer.item)
        return booking

    return _once(nonce, make)


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


def new_item(provider: Provider, choice: Any, offer: Any, replaces: BookingItem | None = None) -> BookingItem:
    """An item with a transaction of its own."""
    now = clock.now()
    return BookingItem(
        provider=provider.key,
        kind=provider.kind,
        transaction_id=str(uuid.uuid4()),
        choice=provider.wire.to_store(choice),
        offer=provider.wire.to_store(offer),
        total_minor=offer.total_minor,
        currency=offer.currency,
        replaces_id=replaces.id if replaces else None,
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
    booking.amount_minor = sum(each.total_minor for each in booking.current_items)
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
