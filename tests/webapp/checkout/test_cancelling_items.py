"""Cancelling one item or several: each at its own terms, no more kept than was agreed, and one refund after the other."""

from datetime import datetime

import pytest

from chassis.database import db, writing
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Trip
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox, SagaStep
from webapp.checkout.steps import cancelling
from webapp.payments.models import LedgerEntry
from webapp.payments.sandbox_gateway.idempotency import IdempotencyKey

FLIGHT, ABROAD, ROOM = 441_000, 1_575_000, 3_540_000


@pytest.fixture
def booked(trip_of, in_site, gateway_app, begins_with):
    """A flight, a flight abroad and a room, booked and paid."""

    def books() -> int:
        trip = trip_of(DOMESTIC, INTERNATIONAL, HOTEL)
        assert trip.book() == "CONFIRMED"
        return trip.booking_id

    trip = Trip(in_site, gateway_app, begins_with("a flight, a flight abroad and a room are booked", books))
    assert [item.total_minor for item in trip.items] == [FLIGHT, ABROAD, ROOM]
    return trip


def begin(trip, *places: int, agreed: dict[int, int] | None = None) -> None:
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        items = [booking.current_items[place] for place in places]
        promised = {items[place].id: minor for place, minor in (agreed or {}).items()}
        cancelling.begin(booking, items, promised or None)


def kept(trip) -> list[int]:
    return [item.kept_minor for item in trip.items]


def entries(trip, kind: str) -> list[int]:
    db.session.rollback()
    found = db.select(LedgerEntry.amount_minor).where(
        LedgerEntry.booking_id == trip.booking_id, LedgerEntry.kind == kind
    )
    return sorted(db.session.scalars(found))


def letters(trip) -> list[str]:
    db.session.rollback()
    found = db.select(Outbox.template).where(Outbox.booking_id == trip.booking_id).order_by(Outbox.id)
    return list(db.session.scalars(found))


def until_at_rest(trip, clock, times: int = 12) -> str:
    """As a worker would, whatever has to wait."""
    for _ in range(times):
        if trip.state in ("CANCELLED", "PARTIALLY_CANCELLED"):
            break
        clock.forward(seconds=40)
        trip.drive()
    return trip.state


# ---- each at its own terms


def test_one_is_cancelled_and_the_rest_stands(booked, clock):
    clock.forward(hours=2)

    begin(booked, 0)

    assert booked.drive() == "PARTIALLY_CANCELLED"
    assert [item.state for item in booked.items] == ["CANCELLED", "CONFIRMED", "CONFIRMED"]
    assert kept(booked) == [88_200, 0, 0]  # 20 % of ₹4,200 and its GST
    assert booked.balance() == (88_200 + ABROAD + ROOM, 88_200 + ABROAD + ROOM)
    assert booked.truth().refunded_minor == FLIGHT - 88_200


@pytest.mark.usefixtures("database")
def test_then_the_rest_each_at_its_own_terms(booked, clock):
    clock.forward(hours=2)
    begin(booked, 0)
    booked.drive()

    begin(booked, 1, 2)

    assert booked.drive() == "CANCELLED"
    assert kept(booked) == [88_200, 472_500, 0]  # 30 % of ₹15,000 and its GST; the room is still free
    assert entries(booked, "REFUND") == [FLIGHT - 88_200, ABROAD - 472_500, ROOM]
    assert booked.truth().refunded_minor == FLIGHT + ABROAD + ROOM - 88_200 - 472_500
    assert booked.payment.state == "PARTIALLY_REFUNDED"
    assert letters(booked) == ["booked", "cancelled", "cancelled"]


def test_three_one_by_one_are_three_letters(booked):
    for place in (2, 0, 1):
        begin(booked, place)
        booked.drive()

    assert booked.state == "CANCELLED"
    assert booked.payment.state == "REFUNDED"
    assert letters(booked) == ["booked", "cancelled", "cancelled", "cancelled"]


def test_what_one_provider_refuses_stands_and_the_others_are_cancelled(booked, clock):
    clock.set(datetime.fromisoformat("2026-12-11T05:00:00+05:30"))  # EK-501 has left, the others have not

    begin(booked, 0, 1, 2)

    assert booked.drive() == "PARTIALLY_CANCELLED"
    assert [item.state for item in booked.items] == ["CANCELLED", "CONFIRMED", "CANCELLED"]
    assert booked.booking.problem == "NOT_CANCELLED"
    assert booked.booking.problem_detail.startswith(f"item {booked.items[1].id}: ")


def test_a_refused_one_after_a_cancelled_one_tells_of_nothing_new(booked, clock):
    begin(booked, 0)
    booked.drive()
    clock.set(datetime.fromisoformat("2026-12-11T05:00:00+05:30"))

    begin(booked, 1)

    assert booked.drive() == "PARTIALLY_CANCELLED"
    assert letters(booked) == ["booked", "cancelled"]


# ---- what was agreed


@pytest.mark.usefixtures("database")
def test_no_more_is_kept_of_hers_than_was_agreed_and_the_rest_is_our_loss(booked, clock, wires):
    """It was free when she pressed; the provider was away until its promise was over."""
    wires["flights"].down("/beckn/cancel")
    begin(booked, 0, agreed={0: 0})
    booked.drive()
    clock.forward(hours=3)
    wires["flights"].restore()

    assert booked.drive() == "PARTIALLY_CANCELLED"

    assert kept(booked) == [0, 0, 0]
    assert booked.items[0].refund_minor == FLIGHT
    assert entries(booked, "LOSS") == [88_200]
    assert "keeps ₹882.00 of 6E-" in booked.booking.needs_attention
    assert "and ₹0.00 was agreed" in booked.booking.needs_attention
    assert booked.balance() == (ABROAD + ROOM, ABROAD + ROOM)


def test_part_of_a_fee_may_be_hers_and_part_ours(booked, clock):
    clock.forward(hours=2)

    begin(booked, 0, agreed={0: 50_000})
    booked.drive()

    assert kept(booked)[0] == 50_000
    assert entries(booked, "FEE_KEPT") == [50_000]
    assert entries(booked, "LOSS") == [38_200]


def test_when_less_is_kept_than_was_agreed_it_is_hers(booked):
    begin(booked, 0, agreed={0: 88_200})
    booked.drive()

    assert kept(booked)[0] == 0
    assert booked.truth().refunded_minor == FLIGHT
    assert entries(booked, "LOSS") == []
    assert booked.booking.needs_attention is None


# ---- one refund after the other


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("fault", "times"), [("lose_answer", 1), ("lose_answer", 3), ("down", 2), ("twice", 2), ("delay", 1)]
)
def test_two_refunds_at_once_are_each_given_once_whatever_gets_lost(booked, wires, clock, fault, times):
    getattr(wires["gateway"], fault)("/refunds", times=times)

    begin(booked, 1, 0)
    booked.drive()
    clock.forward(seconds=5)
    booked.drive()
    wires["gateway"].let_through()  # what was late arrives when it was asked again

    assert until_at_rest(booked, clock) == "PARTIALLY_CANCELLED"
    assert entries(booked, "REFUND") == [FLIGHT, ABROAD]
    assert booked.truth().refunded_minor == booked.payment.refunded_minor == FLIGHT + ABROAD


def test_of_one_payment_a_second_refund_waits_for_the_first(booked, wires):
    """The bigger one may not be taken for the smaller one, whose answer was lost."""
    wires["gateway"].lose_answer("/refunds", times=1)

    begin(booked, 0, 1)
    booked.drive()

    waiting = db.select(SagaStep.item_id).where(SagaStep.kind == "REFUND", SagaStep.state == "READY")
    assert db.session.scalars(waiting).all() == [booked.items[0].id]


def test_a_refund_that_was_given_and_whose_key_is_forgotten_is_not_given_again(
    booked, wires, clock, gateway_app
):
    """The bigger one's answer is lost, and when it is asked again the gateway knows its key no more."""
    wires["gateway"].lose_answer("/refunds", times=1)
    begin(booked, 1, 0)
    booked.drive()
    assert booked.truth().refunded_minor == ABROAD
    with gateway_app.app_context(), writing() as session:
        session.execute(db.delete(IdempotencyKey))
    clock.forward(days=2)

    assert booked.drive() == "PARTIALLY_CANCELLED"

    assert booked.truth().refunded_minor == FLIGHT + ABROAD


def test_while_a_refund_is_away_nothing_else_is_lost(booked, wires, clock):
    wires["gateway"].down("/refunds")
    begin(booked, 0, 1, 2)
    booked.drive()
    assert booked.state == "CANCELLING"
    wires["gateway"].restore()

    assert until_at_rest(booked, clock) == "CANCELLED"
    assert entries(booked, "REFUND") == [FLIGHT, ABROAD, ROOM]
