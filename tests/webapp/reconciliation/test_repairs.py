"""What is put right, and how: money that came late goes back, a capture is written, an order that nobody claims is cancelled."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from chassis.database import db, engine, writing
from tests.webapp.letters.conftest import text_of
from tests.webapp.providers.tampering import refusal, stands
from tests.webapp.reconciliation.conftest import audited, differences
from tests.webapp.reconciliation.scenes import (
    CLEAN,
    CONFIRMED_AGAIN,
    DEPARTS,
    HELD_AGAIN,
    let_go,
    seats_taken,
    take_a_seat,
)
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.payments.models import LedgerEntry, Payment


def test_late_money_goes_back_when_it_was_only_reserved(a_trip, run, breaking):
    trip = let_go(a_trip)
    breaking("gateway", "UPDATE payments SET state = 'AUTHORISED', authorised_minor = amount_minor")

    ran = run()

    assert ran.code == 0, ran.said
    assert "1 differences found, 1 repairs begun, 1 differences resolved" in ran.said
    assert trip.truth().state == "VOIDED"
    assert differences() == [("MONEY_LATE", "payment 1", "Put right: the money goes back")]
    assert audited() == ["reconciles", "let a late payment go"]
    reconciles = select(AuditLog.facts).where(AuditLog.action == "reconciles")
    assert db.session.scalars(reconciles).all() == [
        {"found": "MONEY_LATE", "of": "payment 1", "by": "RETURN"}
    ]
    assert CLEAN in run().said
    breaking("gateway", "UPDATE payments SET state = 'AUTHORISED'")
    assert run().code == 0  # another time, by another step
    assert trip.truth().state == "VOIDED"


def test_money_that_is_reserved_for_a_draft_goes_back(a_trip, run, breaking):
    """Nobody was asked for it; it is found once, and not again each hour."""
    trip = let_go(a_trip)
    breaking("site", "UPDATE bookings SET state = 'DRAFT', ends_as = NULL")
    breaking("site", "UPDATE payments SET state = 'OPEN'")
    breaking("gateway", "UPDATE payments SET state = 'AUTHORISED', authorised_minor = amount_minor")

    ran = run()

    assert ran.code == 0, ran.said
    assert (trip.truth().state, trip.payment.state) == ("VOIDED", "VOIDED")
    assert CLEAN in run().said


def test_late_money_goes_back_when_it_was_taken_and_she_is_told(database, a_trip, run, breaking, mail):
    trip = let_go(a_trip)
    breaking(
        "gateway",
        "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor",
    )

    ran = run()

    assert ran.code == 0, ran.said
    assert (trip.truth().captured_minor, trip.truth().refunded_minor) == (441_000, 441_000)
    assert (trip.payment.state, trip.payment.captured_minor, trip.payment.refunded_minor) == (
        "REFUNDED", 441_000, 441_000,
    )  # fmt: skip
    assert trip.balance() == (0, 0)
    told = [text_of(letter) for letter in mail()]
    assert any("came after it had ended" in said and "Gone back: ₹4,410" in said for said in told)
    assert CLEAN in run().said


def test_a_payment_that_could_still_be_paid_after_the_end_is_let_go(a_trip, run, breaking):
    trip = let_go(a_trip)
    breaking("gateway", "UPDATE payments SET state = 'OPEN'")

    assert run().code == 0

    assert trip.truth().state == "VOIDED"


def test_who_paid_twice_gets_the_second_back_and_what_she_cancels_later_too(
    a_trip, run, breaking, mail, wires, clock
):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.decline()
    trip.come_back()
    trip.open_payment()
    trip.authorise()
    assert trip.come_back() == "CONFIRMED"
    breaking(
        "gateway",
        "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor "
        "WHERE state = 'FAILED'",
    )

    ran = run()

    assert ran.code == 0, ran.said
    assert any("You paid more than once for this booking" in text_of(letter) for letter in mail())
    wires["gateway"].down("/refunds")
    assert trip.cancel() == "CANCELLING"
    wires["gateway"].restore()
    clock.forward(minutes=1)
    assert trip.drive() == "CANCELLED"
    assert trip.truth().refunded_minor == 441_000
    assert trip.balance() == (0, 0)


def test_a_capture_that_was_not_written_is_written(database, a_trip, run, breaking):
    trip = a_trip()
    trip.book()
    breaking("site", "UPDATE payments SET state = 'AUTHORISED', captured_minor = 0")
    breaking("site", "DELETE FROM ledger_entries")

    ran = run()

    assert ran.code == 0, ran.said
    assert trip.payment.state == "CAPTURED"
    assert trip.balance() == (441_000, 441_000)
    assert [each[0] for each in differences()] == ["CAPTURE_UNWRITTEN"]
    assert CLEAN in run().said


# What may have happened until the capture is to be written, at whom, and how it is undone again.
NOT_TO_BE_WRITTEN = {
    "nobody knows of the payment": (
        "site",
        "UPDATE payments SET gateway_reference = 'pay_other', reference = 'other-' || reference",
        "UPDATE payments SET gateway_reference = NULL, reference = substr(reference, 7)",
    ),
    "some of it went back": (
        "gateway",
        "UPDATE payments SET refunded_minor = 100, state = 'PARTIALLY_REFUNDED'",
        "UPDATE payments SET refunded_minor = 0, state = 'CAPTURED'",
    ),
    "the booking costs something else": (
        "site",
        "UPDATE booking_items SET total_minor = total_minor + 100",
        "UPDATE booking_items SET total_minor = total_minor - 100",
    ),
    "the booking is under way again": (
        "site",
        "UPDATE bookings SET state = 'CANCELLING'",
        "UPDATE bookings SET state = 'CONFIRMED'",
    ),
}


def test_a_capture_is_written_once_and_while_it_is_what_a_booking_at_rest_costs(
    a_trip, breaking, wires, in_site
):
    trip = a_trip()
    trip.book()
    breaking("site", "UPDATE payments SET state = 'AUTHORISED', captured_minor = 0")
    breaking("site", "DELETE FROM ledger_entries")

    def plan(*keys: str) -> None:
        with writing() as session:
            booking, payment = (
                session.get_one(Booking, trip.booking_id),
                session.scalars(select(Payment)).one(),
            )
            for key in keys:
                saga.plan("LEARN", booking, payment=payment, key=key)

    def another_writes_it() -> None:
        with in_site.app_context():
            trip.drive()

    for why, (whose, happens, is_undone) in NOT_TO_BE_WRITTEN.items():
        breaking(whose, happens)
        plan(why)
        trip.drive()
        assert trip.payment.state == "AUTHORISED", why
        breaking(whose, is_undone)
    plan("here", "there")
    wires["gateway"].meanwhile(another_writes_it, times=1)
    trip.drive()

    assert trip.balance() == (441_000, 441_000)
    written = select(AuditLog.facts).where(AuditLog.action == "wrote a capture down")
    assert db.session.scalars(written).all() == [{"payment": trip.payment.reference}]
    learned = select(SagaStep.state).where(SagaStep.kind == "LEARN")
    assert db.session.scalars(learned).all() == ["DONE"] * (len(NOT_TO_BE_WRITTEN) + 2)


def test_a_payment_that_nobody_told_us_of_is_asked_for_at_once(a_trip, run):
    """The webhook was lost and she closed the page: the booking would have waited for its end."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()

    ran = run()

    assert ran.code == 0, ran.said
    assert trip.state == "CONFIRMED"


@pytest.mark.parametrize("again", [CONFIRMED_AGAIN, HELD_AGAIN], ids=["confirmed", "held"])
def test_an_order_that_no_item_claims_is_cancelled(database, services, a_trip, run, breaking, again):
    trip = a_trip()
    trip.hold()
    trip.abandon()
    breaking("flights", again.replace("+00", ".000000") if database == "sqlite" else again)
    take_a_seat(breaking)

    ran = run()

    assert ran.code == 0, ran.said
    assert seats_taken(services) == 0
    assert [each[0] for each in differences()] == ["ORDER_UNCLAIMED"]
    assert audited() == ["reconciles", "cancelled an unclaimed order"]
    assert CLEAN in run().said


@pytest.fixture
def unclaimed(a_trip, breaking, tampering):
    """A trip that was let go and is booked at its provider again; `tampering` changes the answer to its cancel."""
    trip = a_trip()
    trip.hold()
    trip.abandon()
    breaking("flights", CONFIRMED_AGAIN)
    take_a_seat(breaking)
    tampering("flights", "cancel")
    return trip


def test_an_unclaimed_order_that_still_stands_after_its_cancel_is_cancelled_again(
    unclaimed, run, tampering, clock
):
    tampering.change = stands("CONFIRMED")

    assert run().code == 1
    assert audited() == ["reconciles"]

    tampering.change = lambda said: said
    clock.forward(seconds=5)
    unclaimed.drive()
    assert audited() == ["reconciles", "cancelled an unclaimed order"]
    assert run().code == 0


def test_an_unclaimed_order_that_is_gone_when_it_is_to_be_cancelled_is_nobodys_loss(
    unclaimed, run, tampering
):
    tampering.change = refusal("30010")

    assert run().code == 0

    assert audited() == ["reconciles"]
    assert unclaimed.booking.needs_attention is None


def test_an_item_that_moved_while_its_order_was_cancelled_is_left_as_it_is(
    unclaimed, run, breaking, wires, services
):
    def moves() -> None:
        with services["site"].app_context(), engine().begin() as connection:
            connection.execute(text("UPDATE booking_items SET state = 'HELD'"))

    wires["flights"].meanwhile(moves, "/beckn/cancel", times=1)

    run()

    assert audited() == ["reconciles"]
    breaking("site", "UPDATE booking_items SET state = 'RELEASED'")


def test_an_order_that_nobody_claims_and_that_cannot_be_cancelled_any_more_is_our_loss(
    services, a_trip, run, breaking, clock
):
    """It is asked for once, and not again each hour: the flight has left."""
    clock.set(DEPARTS - timedelta(hours=12))
    trip = a_trip()
    trip.hold()
    trip.abandon()
    breaking("flights", CONFIRMED_AGAIN)
    take_a_seat(breaking)
    clock.forward(hours=13)

    ran = run()

    assert ran.code == 0, ran.said
    assert seats_taken(services) == 1
    assert audited() == ["reconciles", "could not cancel an unclaimed order"]
    lost = select(LedgerEntry.amount_minor).where(LedgerEntry.kind == "LOSS")
    assert db.session.scalars(lost).all() == [trip.item.total_minor]
    assert "which nobody paid" in trip.booking.needs_attention
    assert CLEAN in run().said


def test_an_order_that_was_left_behind_by_a_lost_answer_is_cancelled(
    a_trip, run, breaking, services, wires, clock
):
    """Both answers to init were lost, and the step that should have let go was lost with them."""
    trip = a_trip()
    wires["flights"].lose_answer("/beckn/init")
    trip.hold()
    clock.forward(seconds=5)
    assert trip.drive() == "DRAFT"
    breaking("site", "UPDATE saga_steps SET state = 'DROPPED' WHERE kind = 'RELEASE'")
    wires["flights"].restore()
    assert seats_taken(services) == 1

    assert run().code == 0

    assert seats_taken(services) == 0
    assert trip.booking.items[0].bpp_booking_id.startswith("6E-")


def test_what_she_cancelled_is_cancelled_there_by_its_terms_and_what_is_kept_beyond_her_fee_is_our_loss(
    a_trip, run, breaking, services, clock
):
    """The provider has just confirmed it anew: what was never paid would be free within the hour, this is not."""
    clock.set(DEPARTS - timedelta(days=3))
    trip = a_trip()
    trip.book()
    clock.forward(hours=2)
    trip.cancel()
    clock.set(DEPARTS - timedelta(hours=24))
    breaking(
        "flights",
        "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', refund_minor = 0, confirmed_at = '2026-12-10 09:00:00.000000'",
    )
    take_a_seat(breaking)

    ran = run()

    assert ran.code == 0, ran.said
    assert seats_taken(services) == 0
    lost = select(LedgerEntry.amount_minor).where(LedgerEntry.kind == "LOSS")
    assert (trip.item.kept_minor, db.session.scalars(lost).all()) == (88_200, [441_000 - 88_200])
    order = trip.item.bpp_booking_id
    assert trip.booking.needs_attention == f"flights keeps ₹3,528.00 of {order}, which nobody paid"
    done = select(AuditLog.facts).where(AuditLog.action == "cancelled an unclaimed order")
    assert db.session.scalars(done).all() == [{"item": trip.item.id, "order": order}]


def test_what_a_provider_keeps_of_an_order_that_nobody_paid_is_our_loss_and_shown(
    a_trip, run, breaking, clock
):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    trip.come_back()
    clock.forward(hours=2)
    breaking("site", "UPDATE booking_items SET state = 'RELEASED'")
    breaking("site", "UPDATE bookings SET state = 'FAILED'")
    breaking("site", "UPDATE payments SET state = 'REFUNDED', refunded_minor = captured_minor")
    breaking(
        "site",
        "INSERT INTO ledger_entries (booking_id, payment_id, kind, amount_minor, currency, idempotency_key, created_at) "
        "SELECT booking_id, payment_id, 'REFUND', amount_minor, currency, 'x', created_at FROM ledger_entries",
    )
    breaking("gateway", "UPDATE payments SET state = 'REFUNDED', refunded_minor = captured_minor")
    breaking("site", "UPDATE outbox SET template = 'not_booked'")

    assert run().code == 0

    assert trip.booking.needs_attention == (
        f"flights keeps ₹882.00 of {trip.item.bpp_booking_id}, which nobody paid"
    )
