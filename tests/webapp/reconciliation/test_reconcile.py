"""One thing is broken at a time: at a provider, at the gateway, or here. It is found, put right or shown, and the second
run finds nothing new."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.trips import DOMESTIC, HOTEL
from tests.webapp.reconciliation.conftest import differences
from tests.webapp.reconciliation.scenes import CANCELLED_THERE, CLEAN, CONFIRMED_AGAIN, RIGHT_AGAIN, let_go
from webapp.checkout.models import SagaStep
from webapp.reconciliation.models import Difference

# ---- what is as it should be


def test_whatever_ended_as_it_should_is_clean(database, a_trip, run, clock):
    a_trip(DOMESTIC, HOTEL).book()
    cancelled = a_trip()
    cancelled.book()
    abandoned = a_trip(HOTEL)
    abandoned.hold()
    abandoned.open_payment()
    abandoned.abandon()
    expired = a_trip()
    expired.hold()
    expired.open_payment()
    clock.forward(hours=2)
    cancelled.cancel()
    expired.drive()
    a_trip()  # a draft
    held = a_trip()
    held.hold()

    ran = run()

    assert (ran.code, ran.said) == (0, f"6 bookings looked at: {CLEAN}")
    assert differences() == []


# ---- shown, and never guessed


SHOWN = {
    "cancelled at the provider": (
        "flights",
        "UPDATE bpp_bookings SET booking_status = 'CANCELLED', refund_minor = total_minor",
        ("ITEM_STATE", "item 1"),
    ),
    "gone at the provider": (
        "flights",
        "UPDATE bpp_bookings SET bap_id = 'somebody.else'",
        ("ITEM_STATE", "item 1"),
    ),
    "given back at the gateway": (
        "gateway",
        "UPDATE payments SET state = 'REFUNDED', refunded_minor = captured_minor",
        ("PAYMENT_STATE", "payment 1"),
    ),
    "another amount at the gateway": (
        "gateway",
        "UPDATE payments SET amount_minor = amount_minor + 1",
        ("PAYMENT_AMOUNT", "payment 1"),
    ),
    "gone at the gateway": (
        "gateway",
        "UPDATE payments SET id = 'pay_other', reference = 'other'",
        ("PAYMENT_STATE", "payment 1"),
    ),
    "money that is missing here": (
        "site",
        "UPDATE booking_items SET total_minor = total_minor + 100",
        ("ITEM_AMOUNT", "item 1"),
    ),
    "money that does not add up": (
        "site",
        "UPDATE booking_items SET total_minor = total_minor + 100",
        ("MONEY_WRONG", "booking 1"),
    ),
    "an item that is not at its end": (
        "site",
        "UPDATE booking_items SET state = 'HELD'",
        ("ITEM_STATE", "item 1"),
    ),
    "no next step": (
        "site",
        "UPDATE bookings SET state = 'CAPTURING'",
        ("NO_NEXT_STEP", "booking 1"),
    ),
}


@pytest.mark.by_hand("rows are broken and stay so")
@pytest.mark.parametrize("broken", SHOWN)
def test_what_is_not_clear_is_shown_and_nothing_is_done(a_trip, run, breaking, services, broken):
    trip = a_trip()
    trip.book()
    service, statement, expected = SHOWN[broken]
    if broken.startswith("gone"):
        breaking_without_keys(services[service], statement)
    else:
        breaking(service, statement)
    before = steps()

    first, second = run(), run()

    assert first.code == second.code == 1
    assert expected in [each[:2] for each in differences()]
    assert [each[2] for each in differences() if each[:2] == expected] == [None]
    assert steps() == before
    assert trip.booking.public_reference in first.said
    assert "see Reconciliation" in trip.booking.needs_attention
    assert "0 differences found" in second.said


def breaking_without_keys(app, statement: str) -> None:
    with app.app_context():
        engine = next(iter(db.engines.values()))
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute(statement)
            raw.execute("PRAGMA foreign_keys=ON")


def steps() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(SagaStep.id)).all())


def test_what_is_right_again_is_over_and_asks_nobody_any_more(a_trip, run, breaking):
    trip = a_trip()
    trip.book()
    breaking("flights", CANCELLED_THERE)
    assert run().code == 1
    breaking("flights", RIGHT_AGAIN)

    ran = run()

    assert ran.code == 0, ran.said
    assert "1 differences resolved" in ran.said
    assert differences() == [("ITEM_STATE", "item 1", "Seen no more")]
    assert db.session.scalars(select(Difference.item_id)).all() == [trip.item.id]
    assert trip.booking.needs_attention is None


def test_what_differs_in_another_way_by_now_is_told_as_it_is(a_trip, run, breaking, clock):
    """The same row, with what is to be done now; what an admin was told before gives way."""
    trip = let_go(a_trip)
    breaking("gateway", "UPDATE payments SET amount_minor = amount_minor + 100")
    assert run().code == 1
    first = db.session.scalars(select(Difference)).one()
    began = first.first_seen
    assert (first.ours, first.theirs) == (
        "VOIDED, ₹0.00 taken, ₹0.00 back, of ₹4,410.00",
        "VOIDED, ₹0.00 taken, ₹0.00 back, of ₹4,411.00",
    )
    assert trip.booking.needs_attention.endswith("(payment 1): see Reconciliation")
    clock.forward(minutes=5)
    breaking("site", "UPDATE payments SET state = 'FAILED'")
    breaking(
        "gateway",
        "UPDATE payments SET amount_minor = amount_minor - 100, state = 'AUTHORISED', authorised_minor = 441000",
    )

    ran = run()

    assert ran.code == 0, ran.said
    assert "0 differences found, 1 repairs begun, 1 differences resolved" in ran.said
    assert differences() == [("MONEY_LATE", "payment 1", "Put right: the money goes back")]
    now = db.session.scalars(select(Difference)).one()
    assert (now.ours, now.theirs) == (
        "FAILED, ₹0.00 taken, ₹0.00 back, of ₹4,410.00",
        "AUTHORISED, ₹0.00 taken, ₹0.00 back, of ₹4,410.00",
    )
    assert (now.booking_id, now.item_id, now.payment_id) == (trip.booking_id, None, trip.payment.id)
    assert now.first_seen == began <= now.last_seen - timedelta(minutes=5)
    assert trip.booking.needs_attention is None


# ---- who does not answer


@pytest.mark.parametrize("dead", ["flights", "gateway"])
def test_what_could_not_be_asked_is_said_and_counted_and_the_others_go_on(a_trip, run, breaking, wires, dead):
    flight, stay = a_trip(), a_trip(HOTEL)
    flight.book()
    stay.hold()
    stay.abandon()
    breaking("hotels", CONFIRMED_AGAIN)
    breaking("hotels", "UPDATE room_nights SET rooms_available = rooms_available - 1")
    wires[dead].down()

    ran = run()

    assert ran.code == 1
    assert "Not asked, 1: " in ran.said
    assert [each[0] for each in differences()] == ["ORDER_UNCLAIMED"]
    assert differences()[0][2] is not None
    wires[dead].restore()
    assert run().code == 0


def test_nobody_who_is_dead_is_waited_for_twice_in_a_page(a_trip, run, wires):
    for _ in range(3):
        a_trip().book()
    wires["flights"].down()
    before = len(wires["flights"].requests)

    ran = run()

    assert "Not asked, 3: " in ran.said
    assert len(wires["flights"].requests) == before + 1


def test_while_nobody_answers_an_open_difference_stays_open(a_trip, run, breaking, wires):
    trip = a_trip()
    trip.book()
    breaking("flights", CANCELLED_THERE)
    run()
    wires["flights"].down()

    assert run().code == 1

    assert differences() == [("ITEM_STATE", "item 1", None)]
    wires["flights"].restore()
    breaking("flights", RIGHT_AGAIN)


def test_a_repair_whose_answer_is_lost_is_done_once(a_trip, run, breaking, wires, clock):
    trip = let_go(a_trip)
    breaking(
        "gateway",
        "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor",
    )
    wires["gateway"].lose_answer("/refunds", times=1)
    assert run().code == 1

    clock.forward(minutes=1)
    trip.drive()

    assert trip.truth().refunded_minor == 441_000
    assert run().code == 0
    assert trip.balance() == (0, 0)
