"""What is tried again and again: ever more slowly, for an admin to see, and quiet once it is done."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from chassis.database import db, writing
from tests.trips import HOTEL, Trip
from webapp.admin import attention
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.filters import rupees_exact
from webapp.payments.models import LedgerEntry


def paid(faulty, product=None) -> Trip:
    trip = faulty.trip(product) if product else faulty.trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    return trip


def let_go_while_nobody_answers(faulty) -> tuple[Trip, object]:
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    trip.hold()
    wire.down("/beckn/cancel")
    trip.abandon()
    for _ in range(saga.MANY_TRIES):
        faulty.clock.forward(minutes=6)
        trip.drive()
    return trip, wire


def test_what_was_tried_often_is_quiet_once_it_is_done(database, faulty, in_site, clock):
    trip, wire = let_go_while_nobody_answers(faulty)
    assert trip.booking.needs_attention.startswith("RELEASE was tried ")

    wire.restore()
    faulty.to_rest()

    assert trip.state == "ABANDONED"
    assert trip.booking.needs_attention is None


def test_another_reason_stays(faulty, in_site, clock):
    trip, wire = let_go_while_nobody_answers(faulty)
    with writing() as session:
        session.get_one(Booking, trip.booking_id).needs_attention = "look at this"

    clock.forward(hours=1)
    trip.drive()
    assert trip.booking.needs_attention == "look at this"
    wire.restore()
    faulty.to_rest()

    assert trip.booking.needs_attention == "look at this"


def test_what_was_asked_for_beside_it_stays(faulty, in_site, clock):
    """Reconciliation found something while a step was tried again and again."""
    trip, wire = let_go_while_nobody_answers(faulty)
    with writing():
        attention.ask_for(trip.booking_id, "look at this")

    clock.forward(hours=1)
    trip.drive()
    assert trip.booking.needs_attention.startswith("look at this · RELEASE was tried 10 times: ")
    wire.restore()
    faulty.to_rest()

    assert trip.booking.needs_attention == "look at this"


def test_another_step_that_is_still_tried_is_told_of_then(faulty, in_site, clock):
    trip, wire = let_go_while_nobody_answers(faulty)
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        saga.plan("HOLD", booking, booking.current_items[0], run_at=clock.now() + timedelta(days=1), key="x")
        step = session.scalars(select(SagaStep).where(SagaStep.dedupe_key.endswith("x"))).one()
        step.attempts, step.last_error = 9, "nobody there"

    wire.restore()
    clock.forward(hours=1)
    trip.drive()

    assert trip.booking.needs_attention == "HOLD was tried 9 times: nobody there"
    faulty.to_rest()
    assert trip.booking.needs_attention is None


def test_it_is_tried_for_ever_and_ever_more_slowly(faulty, in_site, clock):
    trip, wire = let_go_while_nobody_answers(faulty)
    waits = []
    for _ in range(8):
        step = db.session.scalars(
            select(SagaStep).where(SagaStep.booking_id == trip.booking_id, SagaStep.state == "READY")
        ).one()
        waits.append(timedelta(seconds=round((step.run_at - clock.now()).total_seconds())))
        clock.forward(seconds=waits[-1].total_seconds() + 1)
        trip.drive()

    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=5)
    wire.restore()
    faulty.to_rest()


def test_what_waits_for_the_payment_is_counted_anew_after_each_answer(faulty, in_site):
    trip = faulty.trip()
    trip.hold()
    trip.open_payment()
    for _ in range(saga.MANY_TRIES):
        trip.come_back()

    faulty.services.wires["gateway"].down(times=1)
    trip.come_back()

    assert trip.booking.needs_attention is None
    trip.abandon()


@pytest.mark.parametrize("product", [None, HOTEL], ids=["a flight that left", "a stay that began"])
def test_what_cannot_be_cancelled_any_more_and_nobody_paid_is_our_loss(
    database, faulty, in_site, clock, product
):
    """Confirmed, the answer lost, and the provider away until it does not cancel any more (50001)."""
    trip = paid(faulty, product)
    wire = faulty.services.wires[trip.item.provider]
    wire.lose_answer(times=2)
    trip.come_back()
    wire.down()
    for _ in range(14):
        clock.forward(days=1)
        faulty.work()
    assert trip.state == "COMPENSATING"

    wire.restore()
    clock.forward(hours=7)
    faulty.to_rest()

    assert trip.state == "FAILED"
    assert faulty.there(trip) == ["CONFIRMED"]
    assert [state for state, _, _ in faulty.money(trip)] == ["VOIDED"]
    item = trip.item
    lost = select(LedgerEntry.amount_minor).where(LedgerEntry.kind == "LOSS", LedgerEntry.item_id == item.id)
    assert db.session.scalars(lost).all() == [item.total_minor]
    assert trip.booking.needs_attention == (
        f"{item.provider} keeps {rupees_exact(item.total_minor)} of {item.bpp_booking_id}, which nobody paid"
    )
