"""A draft that was left is gone after a month; whatever went further stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from chassis import clock as chassis_clock
from chassis.database import db, writing
from webapp.admin.models import AuditLog, record
from webapp.bookings.models import Booking, BookingItem, NameCorrection, Traveller
from webapp.checkout.models import Outbox
from webapp.checkout.worker import worker
from webapp.payments.models import Payment
from webapp.reconciliation.models import KINDS, Difference
from webapp.trips import left


def how_many(kind) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind))


def test_a_draft_that_was_left_goes_after_a_month_with_all_that_is_its(database, in_site, a_trip, clock):
    trip = a_trip()
    with writing():
        record("guest", "began", trip.booking_id)
    db.session.rollback()

    clock.forward(days=29, hours=23)
    assert left.delete_some() == 0
    clock.forward(hours=2)
    worked = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert "1 left drafts deleted" in worked.output
    assert [how_many(kind) for kind in (Booking, BookingItem, Traveller, AuditLog)] == [0, 0, 0, 0]


def test_what_was_touched_since_stays(database, a_trip, clock):
    trip = a_trip()
    clock.forward(days=20)
    with writing():
        trip.item.updated_at = clock.now()
    db.session.rollback()
    clock.forward(days=20)

    assert left.delete_some() == 0

    clock.forward(days=11)
    assert left.delete_some() == 1


@pytest.mark.parametrize("how_far", ["held", "refused", "booked"])
def test_what_reached_a_provider_stays(a_trip, wires, clock, how_far):
    """A draft again after a refusal: its first order is known to a provider."""
    trip = a_trip()
    if how_far == "refused":
        wires["flights"].hang("/init")
        trip.hold()
        clock.forward(seconds=2)
        trip.drive()
        assert trip.state == "DRAFT"
    elif how_far == "held":
        trip.hold()
    else:
        trip.book()
    clock.forward(days=100)

    assert left.delete_some() == 0
    assert how_many(Booking) == 1


def _asked_for_help(booking: Booking) -> None:
    booking.needs_attention = "somebody called"


def _went_on(booking: Booking) -> None:
    booking.state = "EXPIRED"


def _has_another_phone(booking: Booking) -> None:
    booking.updated_at = chassis_clock.now() - timedelta(days=29, hours=23)


def _has_a_payment(booking: Booking) -> None:
    now = chassis_clock.now()
    db.session.add(
        Payment(booking_id=booking.id, gateway="sandbox", reference=booking.public_reference, amount_minor=1,
                currency="INR", return_url="", expires_at=now, created_at=now, updated_at=now)
    )  # fmt: skip


def _has_a_letter(booking: Booking) -> None:
    now = chassis_clock.now()
    db.session.add(
        Outbox(booking_id=booking.id, template="booked", dedupe_key="1", recipient="", payload={}, run_at=now,
               created_at=now)
    )  # fmt: skip


def _differs(booking: Booking) -> None:
    now = chassis_clock.now()
    db.session.add(
        Difference(kind=KINDS[0], subject_key="1", booking_id=booking.id, ours="", theirs="", first_seen=now,
                   last_seen=now)
    )  # fmt: skip


def _has_a_correction(booking: Booking) -> None:
    now = chassis_clock.now()
    db.session.add(
        NameCorrection(booking_id=booking.id, traveller_id=booking.travellers[0].id, was_given_name="Asha",
                       was_family_name="Rao", given_name="Aisha", family_name="Rao", created_at=now, updated_at=now)
    )  # fmt: skip


@pytest.mark.by_hand("drafts have what no draft has")
@pytest.mark.parametrize(
    "more",
    [
        _asked_for_help,
        _went_on,
        _has_another_phone,
        _has_a_payment,
        _has_a_letter,
        _differs,
        _has_a_correction,
    ],
)
def test_what_is_more_than_a_draft_stays(a_trip, clock, more):
    a_trip()
    clock.forward(days=31)
    with writing() as session:
        more(session.scalars(select(Booking)).one())

    assert left.delete_some() == 0
    assert how_many(Booking) == 1


def test_many_are_deleted_some_at_a_time(a_trip, clock, monkeypatch):
    monkeypatch.setattr(left, "AT_ONCE", 2)
    first = a_trip()
    for _ in range(2):
        a_trip(first.item.offer["item"])
    clock.forward(days=31)

    assert [left.delete_some() for _ in range(3)] == [2, 1, 0]
