"""Bookings put into the site's database as the checkout leaves them."""

import uuid
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from beckn.people import Passport
from chassis import clock
from chassis.database import db, writing
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.bookings.references import new_reference
from webapp.payments.models import LedgerEntry, Payment
from webapp.reconciliation.models import Difference

# Letters at its end: a random id never has them by chance.
PASSPORT = Passport("Z123XQKW", "IND", date(2031, 5, 14))
_numbers = count(1)


def a_booking(app, state: str = "CONFIRMED", age: timedelta = timedelta(0), at=None, **columns) -> str:
    """A booking of a flight and a room, made `at` or `age` ago, paid when it is CONFIRMED; its reference.

    `columns` overrides the booking's, and `providers` ("flights",) and `people` (("Asha", "Rao"),) what belongs to it.
    """
    with app.app_context(), writing() as session:
        booking = _booking(state, at or clock.now() - age, columns)
        session.add(booking)
        session.flush()
        if state == "CONFIRMED":
            _pay(booking)
        return booking.public_reference


def ids_of(app, reference: str) -> dict[str, list[str]]:
    """Every id by which a booking is known, by what it is called."""
    with app.app_context():
        booking = db.session.scalars(select(Booking).where(Booking.public_reference == reference)).one()
        payments = db.session.scalars(select(Payment).where(Payment.booking_id == booking.id)).all()
        return {
            "reference": [reference],
            "provider booking": [str(item.bpp_booking_id) for item in booking.items],
            "transaction": [item.transaction_id for item in booking.items],
            "payment": [each.reference for each in payments],
            "gateway": [str(each.gateway_reference) for each in payments],
        }


def _booking(state, at, columns) -> Booking:
    facts = {
        "public_reference": new_reference(),
        "contact_name": "Asha Rao",
        "contact_email": "asha@example.org",
        "contact_phone": "+919876500001",
        "pay_by": at + timedelta(minutes=12),
    }
    providers = columns.pop("providers", ("flights", "hotels"))
    people = columns.pop("people", (("Asha", "Rao"),))
    return Booking(
        checkout_nonce=uuid.uuid4().hex,
        state=state,
        amount_minor=2_241_000,
        currency="INR",
        created_at=at,
        updated_at=at,
        items=[_item(each, at) for each in providers],
        travellers=[_traveller(place, *names) for place, names in enumerate(people)],
        **facts | columns,
    )


def _traveller(place: int, given_name: str, family_name: str) -> Traveller:
    traveller = Traveller(
        position=place,
        kind="ADULT",
        given_name=given_name,
        family_name=family_name,
        gender="FEMALE",
        born_on=date(1988, 3, 23),
    )
    traveller.passport = PASSPORT
    return traveller


def a_difference(booking_id: int, subject: str, kind: str = "ITEM_STATE", **columns) -> Difference:
    """Of a booking, open unless `columns` say otherwise; not written yet."""
    now = clock.now()
    return Difference(
        kind=kind, subject_key=subject, booking_id=booking_id, ours="CONFIRMED", theirs="CANCELLED", first_seen=now,
        last_seen=now, **columns,
    )  # fmt: skip


def _item(provider: str, at) -> BookingItem:
    is_hotel = provider == "hotels"
    return BookingItem(
        provider=provider,
        kind="HOTEL" if is_hotel else "FLIGHT",
        transaction_id=str(uuid.uuid4()),
        bpp_booking_id=f"PNR{next(_numbers):05d}",
        state="CONFIRMED",
        choice={},
        offer={},
        total_minor=1_800_000 if is_hotel else 441_000,
        currency="INR",
        created_at=at,
        updated_at=at,
    )


def _pay(booking: Booking) -> None:
    at = booking.created_at
    payment = Payment(
        booking_id=booking.id,
        gateway="sandbox",
        reference=f"{booking.public_reference}-1",
        gateway_reference=f"pay_{next(_numbers)}",
        state="CAPTURED",
        amount_minor=booking.amount_minor,
        authorised_minor=booking.amount_minor,
        captured_minor=booking.amount_minor,
        currency="INR",
        return_url="http://127.0.0.1:5000/",
        expires_at=at,
        created_at=at,
        updated_at=at,
    )
    db.session.add(payment)
    db.session.flush()
    db.session.add(
        LedgerEntry(
            booking_id=booking.id,
            payment_id=payment.id,
            kind="CAPTURE",
            amount_minor=payment.amount_minor,
            currency="INR",
            idempotency_key=f"{payment.reference}-capture",
            created_at=at,
        )
    )
