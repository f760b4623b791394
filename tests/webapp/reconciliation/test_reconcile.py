"""One thing is broken at a time: at a provider, at the gateway, or here. It is found, put right or shown, and the second
run finds nothing new."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bpp_services.air.models import Departure
from chassis.clock import now
from chassis.database import db, engine, writing
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Trip
from tests.webapp.letters.conftest import text_of
from tests.webapp.providers.tampering import refusal, stands
from tests.webapp.reconciliation.conftest import audited, differences
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.checkout.worker import worker
from webapp.payments.models import LedgerEntry, Payment
from webapp.reconciliation import looking, running
from webapp.reconciliation.differences import store as store_what_was
from webapp.reconciliation.looking import Silence
from webapp.reconciliation.models import Difference, Reconciliation
from webapp.reconciliation.running import Bookmark

DEPARTS = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)  # 6E-5678
CLEAN = "0 differences found, 0 repairs begun, 0 differences resolved\nNothing is left.\n"


def seats_taken(services) -> int:
    with services["flights"].app_context():
        departure = db.session.scalars(select(Departure)).one()
        return departure.seats - departure.seats_available


def take_a_seat(breaking) -> None:
    breaking("flights", "UPDATE departures SET seats_available = seats_available - 1")


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


# ---- put right


def let_go(a_trip) -> Trip:
    """A trip that was held, and let go when it was to be paid."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.abandon()
    return trip


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


CONFIRMED_AGAIN = (
    "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', held_until = NULL, confirmed_at = created_at"
)
HELD_AGAIN = "UPDATE bpp_bookings SET booking_status = 'HELD', held_until = '2026-12-01 04:44:00+00'"
CANCELLED_THERE = (
    "UPDATE bpp_bookings SET booking_status = 'CANCELLED', refund_minor = total_minor WHERE id = 1"
)
RIGHT_AGAIN = "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', refund_minor = 0 WHERE id = 1"


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


# ---- at once, each hour, and not of everything


def test_two_runs_at_once_do_no_harm(database, a_trip, in_site, breaking):
    trip = let_go(a_trip)
    breaking(
        "gateway",
        "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor",
    )
    together = threading.Barrier(3)

    def one(_number):
        with in_site.app_context():
            together.wait(10)
            running.run_all()
            db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(one, range(3)))
    trip.drive()

    assert trip.truth().refunded_minor == 441_000
    assert len(differences()) == 1
    assert [each for each in audited() if each == "sent late money back"] == ["sent late money back"]


@pytest.mark.by_hand("the gateway has money that nobody asked for")
def test_a_repair_is_planned_once_and_somebody_is_asked_when_it_did_not_help(a_trip, breaking):
    trip, other = let_go(a_trip), a_trip()
    breaking("gateway", "UPDATE payments SET state = 'AUTHORISED', authorised_minor = amount_minor")
    seen = looking.look(trip.booking_id, Silence())

    def store() -> tuple[int, int, str | None]:
        stored = store_what_was(trip.booking_id, seen)
        return stored.new, stored.repairs, trip.booking.needs_attention

    assert store() == (1, 1, None)
    assert store() == (0, 0, None)  # another run that has seen the same: the step is still to be done
    with writing() as session:
        saga.plan("RETURN", session.get_one(Booking, other.booking_id))
        saga.plan("LATE_MONEY", session.get_one(Booking, trip.booking_id))
    breaking(
        "site",
        f"UPDATE saga_steps SET state = 'DONE' WHERE kind = 'RETURN' AND booking_id = {trip.booking_id}",
    )

    new, repairs, asked = store()

    assert (new, repairs) == (0, 0)
    assert asked.endswith("(payment 1): see Reconciliation")
    assert audited() == ["reconciles"]


def hours(site) -> list[str]:
    with site.app_context():
        db.session.rollback()
        return list(db.session.scalars(select(Reconciliation.state).order_by(Reconciliation.id)))


def test_the_worker_reconciles_each_hour_and_one_worker_at_a_time(database, a_trip, in_site, wires, clock):
    trip = a_trip()
    trip.book()
    work = in_site.test_cli_runner()
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output
    clock.forward(minutes=59)
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output
    clock.forward(minutes=2)
    assert running.claims.claim(Reconciliation, lambda row: row.id)  # another worker is at it
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output

    clock.forward(minutes=2)  # and died
    wires["flights"].down()
    assert "0 bookings reconciled" not in work.invoke(worker, ["--once"]).output

    assert hours(in_site) == ["DONE", "READY"]
    done = db.session.scalars(select(Reconciliation).where(Reconciliation.state == "DONE")).one()
    assert (done.looked_at, done.unanswered, done.finished_at <= now()) == (1, 1, True)
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output


@pytest.mark.parametrize(
    ("bound", "pages"),
    [
        ({"PAGE": 2}, [[], [1, 2], [3], [4, 5], [6], []]),
        ({"PAGE_SECONDS": -1.0}, [[], [1], [2], [3], [], [4], [5], [6], [], []]),
    ],
    ids=["so many bookings", "so long"],
)
def test_who_goes_on_begins_at_the_bookmark(a_trip, in_site, clock, monkeypatch, bound, pages):
    for _ in range(3):
        a_trip().hold()
    for _ in range(3):
        a_trip()  # a draft is at rest
    for name, value in bound.items():
        monkeypatch.setattr(running, name, value)
    running.do_what_is_due()
    with writing():
        running._plan_the_next()  # as another worker, at the same time
    clock.forward(minutes=61)
    seen = []
    monkeypatch.setattr(running, "_reconcile", lambda booking_id, *_: seen[-1].append(booking_id))

    for _ in pages:
        seen.append([])
        assert running.do_what_is_due() == 1  # so that the worker goes on at once

    assert seen == pages
    assert hours(in_site) == ["DONE", "READY"]


def test_what_is_touched_after_a_run_began_is_left_to_the_next(a_trip):
    """A run of a busy site comes to its end."""
    touched = running.STAGES.index("touched")
    trip = a_trip()

    assert [row.id for row in running._page(Bookmark(now(), touched))] == [trip.booking_id]
    assert running._page(Bookmark(now() - timedelta(minutes=1), touched)) == []
    trip.hold()
    assert running._page(Bookmark(now(), touched)) == []  # looked at as under way


def test_while_our_own_database_is_away_no_booking_is_called_out_of_order(a_trip, monkeypatch):
    a_trip()

    def away(*_):
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(running.looking, "look", away)

    with pytest.raises(OperationalError):
        running.run_all()


def test_what_has_been_at_rest_for_long_is_left_in_peace_and_what_differs_is_not(
    a_trip, run, breaking, clock
):
    wrong, old = a_trip(), a_trip()
    wrong.book()
    old.book()
    breaking("flights", CANCELLED_THERE)
    assert run().code == 1
    clock.forward(days=100)

    assert "1 bookings looked at" in run().said
    first, behind_it = Bookmark(now()), Bookmark(now(), last_id=wrong.booking_id)
    assert [row.id for row in running._page(first)] == [wrong.booking_id]
    assert running._page(behind_it) == []  # what stays open is looked at once in a run

    breaking("flights", RIGHT_AGAIN)
    assert run().code == 0
    assert "0 bookings looked at" in run().said


def test_what_is_not_at_rest_is_looked_at_however_old_it_is(a_trip, run, breaking, clock):
    trip = a_trip()
    trip.hold()
    clock.forward(days=30)
    breaking("site", "UPDATE saga_steps SET state = 'DROPPED'")

    ran = run()

    assert "no next step" in ran.said or "nothing is to be done" in ran.said
    breaking("site", "UPDATE saga_steps SET state = 'READY' WHERE kind = 'CHECK_PAYMENT'")
    trip.drive()


def test_one_booking_out_of_order_is_no_reason_not_to_look_at_the_others(a_trip, run, monkeypatch, caplog):
    for _ in range(2):
        a_trip().book()
    look, seen = running.looking.look, []

    def stumble(booking_id, silence):
        seen.append(booking_id)
        return look(booking_id, silence) if booking_id > 1 else 1 / 0

    monkeypatch.setattr(running.looking, "look", stumble)

    ran = run()

    assert ran.code == 1
    assert seen == [1, 2]
    assert "Not asked, 1: a booking could not be looked at: see the log" in ran.said
    assert [each.facts for each in caplog.records if each.exc_info] == [{"booking": 1}]


def test_what_moves_while_it_is_looked_at_is_looked_at_again(a_trip, run, wires, in_site, breaking):
    trip = a_trip()
    trip.book()

    def she_cancels():
        with in_site.app_context():
            trip.cancel()

    wires["flights"].meanwhile(she_cancels, "/beckn/status", times=1)

    ran = run()

    assert ran.code == 0, ran.said
    assert differences() == []
    assert trip.state == "CANCELLED"


def test_a_step_that_is_at_work_is_not_disturbed(a_trip, run, wires, clock):
    """A refund that waits for its next try is no difference."""
    trip = a_trip()
    trip.book()
    wires["gateway"].down("/refunds")
    trip.cancel()
    wires["gateway"].restore()

    assert run().code == 0

    clock.forward(minutes=1)
    assert trip.drive() == "CANCELLED"
    with writing() as session:
        saga.drop("HOLD", session.get_one(Booking, trip.booking_id))


# ---- a trip that is ahead


@pytest.mark.by_hand("the provider has cancelled it")
def test_what_a_provider_cancels_by_itself_is_found_until_the_trip_is_over(
    database, a_trip, run, breaking, clock
):
    trip = a_trip()
    trip.book()
    clock.forward(days=5)
    assert run().code == 0
    breaking("flights", "UPDATE bpp_bookings SET booking_status = 'CANCELLED', held_until = NULL")
    breaking("flights", "UPDATE departures SET seats_available = seats")

    ran = run()

    assert ran.code == 1
    assert [each[:2] for each in differences()] == [("ITEM_STATE", f"item {trip.item.id}")]


def test_a_trip_that_is_over_is_left_in_peace(a_trip, run, clock):
    a_trip().book()
    clock.forward(days=100)

    assert run().said.startswith("0 bookings looked at")


def test_each_hour_looks_at_its_share_of_the_trips_that_are_ahead(a_trip, breaking, clock):
    """Nor at what was let go, nor at what is looked at because it was touched, nor at what cannot be ahead any more."""
    first, second, gone, old = (a_trip(each) for each in (DOMESTIC, HOTEL, INTERNATIONAL, INTERNATIONAL))
    for each in (first, second, old):
        each.book()
    gone.hold()
    gone.abandon()
    breaking(
        "site", f"UPDATE bookings SET created_at = '2025-11-01 00:00:00.000000' WHERE id = {old.booking_id}"
    )
    clock.forward(days=5)
    a_trip(DOMESTIC).book()
    midnight = now().replace(hour=0, minute=0)

    looked = [
        [
            row.id
            for row in running._page(
                Bookmark(midnight + timedelta(hours=hour), running.STAGES.index("ahead"))
            )
        ]
        for hour in range(24)
    ]

    assert looked[first.booking_id] == [first.booking_id]
    assert looked[second.booking_id] == [second.booking_id]
    assert sum(map(len, looked)) == 2
