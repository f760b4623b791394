"""One checkout, step by step: what is real after each, and what an answer that is lost, doubled or refused does."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from chassis.database import db, engine, writing
from tests.trips import Trip
from tests.webapp.providers.tampering import refusal, stands
from webapp.bookings import problems, reading
from webapp.bookings.models import Booking
from webapp.checkout import saga, waiting
from webapp.checkout.models import SagaStep
from webapp.checkout.steps import holding, paying
from webapp.payments import ledger, truth
from webapp.payments.gateway import GatewayRefused
from webapp.payments.models import Payment


def test_a_checkout_holds_then_pays_then_confirms_then_captures(database, a_trip, seats):
    trip = a_trip(seats=10)

    assert trip.hold() == "AWAITING_PAYMENT"
    assert seats.counts() == {"HELD": 1, "available": 9}

    trip.open_payment()
    trip.authorise()
    assert trip.truth().captured_minor == 0

    assert trip.come_back() == "CONFIRMED"
    assert seats.counts() == {"CONFIRMED": 1, "available": 9}
    assert trip.item.bpp_booking_id.startswith("6E-")
    assert list(trip.item.tickets.values())[0].startswith("312")
    assert trip.truth().captured_minor == trip.item.total_minor == 441_000
    assert trip.balance() == (441_000, 441_000)
    another = Payment(captured_minor=0, refunded_minor=0)  # an earlier try, of which nothing was taken
    assert [ledger.due_minor(trip.booking, each) for each in (trip.payment, another)] == [441_000, 0]


def test_who_goes_to_pay_waits_for_nothing_that_is_done(a_trip, clock, monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 20)
    trip = a_trip()
    trip.hold()
    began = clock.now()

    with writing() as session:
        paying.begin(session.get_one(Booking, trip.booking_id), "http://127.0.0.1:5000/checkout/back")
    waiting.drive_until_done(trip.booking_id, "OPEN_PAYMENT")

    assert trip.payment.url
    assert clock.now() - began < timedelta(seconds=10)


def test_cancelling_gives_back_what_the_provider_says(database, a_trip, seats, clock):
    trip = a_trip(seats=10)
    trip.book()
    clock.forward(hours=2)

    assert trip.cancel() == "CANCELLED"

    assert seats.counts() == {"CANCELLED": 1, "available": 10}
    assert (trip.item.kept_minor, trip.item.refund_minor) == (88_200, 352_800)
    assert trip.truth().refunded_minor == 352_800
    assert trip.balance() == (88_200, 88_200)


def test_within_the_hour_everything_comes_back(a_trip):
    trip = a_trip()
    trip.book()

    assert trip.cancel() == "CANCELLED"

    assert trip.truth().refunded_minor == 441_000
    assert trip.balance() == (0, 0)


def test_a_declined_payment_may_be_tried_again(a_trip):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.decline()

    assert trip.come_back() == "AWAITING_PAYMENT"
    assert trip.payment.state == "FAILED"
    assert trip.booking.problem == "DECLINED"

    trip.open_payment()
    trip.authorise()
    assert trip.come_back() == "CONFIRMED"


def test_an_abandoned_payment_is_still_open_and_leads_to_the_same_page(a_trip):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    first = trip.payment.url

    assert trip.come_back() == "AWAITING_PAYMENT"
    trip.open_payment()

    assert trip.payment.url == first


def test_nobody_pays_and_everything_is_let_go(database, a_trip, seats, clock):
    trip = a_trip(seats=5)
    trip.hold()
    trip.open_payment()
    clock.forward(minutes=13)

    assert trip.drive() == "EXPIRED"

    assert trip.payment.state == "VOIDED"
    assert seats.counts() == {"RELEASED": 1, "available": 5}
    assert trip.balance() == (0, 0)


def test_paid_in_the_last_second_and_never_told_is_still_booked(a_trip, clock):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    clock.forward(minutes=11, seconds=50)
    trip.authorise()
    clock.forward(seconds=20)

    assert trip.drive() == "CONFIRMED"


def test_money_that_comes_after_the_hold_goes_back(a_trip, seats, clock):
    trip = a_trip(seats=5)
    trip.hold()
    trip.open_payment()
    trip.authorise()
    clock.forward(minutes=15)

    assert trip.come_back() == "EXPIRED"

    assert trip.truth().state == "VOIDED"
    assert seats.counts()["available"] == 5


def test_what_is_paid_for_a_checkout_under_way_is_not_sent_back(a_trip):
    """As reconciliation may have planned it before she went on."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    with writing():
        booking = reading.whole(trip.booking_id, lock=True)
        saga.plan("RETURN", booking, payment=paying.live_payment(booking))

    trip.drive()

    assert not saga.is_to_do(trip.booking_id, "RETURN")
    assert trip.truth().state == "AUTHORISED"
    assert trip.come_back() == "CONFIRMED"


def test_under_two_minutes_nobody_is_sent_to_pay(a_trip, clock):
    trip = a_trip()
    trip.hold()
    assert paying.may_still_pay(trip.booking)

    clock.forward(minutes=10, seconds=1)

    assert not paying.may_still_pay(trip.booking)


def test_sold_out_leads_back_to_the_draft_with_nothing_held(a_trip, seats, flights_app):
    trip = a_trip(seats=1)
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(seats=0, seats_available=0))

    assert trip.hold() == "DRAFT"

    assert trip.booking.problem == "SOLD_OUT"
    assert seats.counts() == {"available": 0}


def test_a_changed_price_holds_nothing(a_trip, seats, flights_app):
    trip = a_trip(seats=5)
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(fare_minor=500_000))

    assert trip.hold() == "DRAFT"

    assert trip.booking.problem == "PRICE_CHANGED"
    assert seats.counts() == {"available": 5}


@pytest.mark.parametrize("fault", ["down", "hang", "garbage", "lose_answer"])
def test_a_provider_that_does_not_answer_init_leaves_no_hold_behind(a_trip, seats, wires, clock, fault):
    trip = a_trip(seats=5)
    getattr(wires["flights"], fault)("/beckn/init")
    trip.hold()
    clock.forward(seconds=5)
    assert trip.drive() == "DRAFT"
    assert trip.booking.problem == "NO_ANSWER"

    wires["flights"].restore()
    clock.forward(seconds=30)
    trip.drive()

    assert seats.counts()["available"] == 5
    assert trip.hold() == "AWAITING_PAYMENT"
    assert seats.counts()["HELD"] == 1


def test_a_provider_that_never_confirms_costs_nothing(a_trip, seats, wires, clock):
    trip = a_trip(seats=5)
    trip.hold()
    trip.open_payment()
    trip.authorise()
    wires["flights"].down("/beckn/confirm")
    assert trip.come_back() == "CONFIRMING"

    for _ in range(14):
        clock.forward(minutes=2)
        trip.drive()

    assert trip.state == "FAILED"
    assert trip.truth().state == "VOIDED"
    assert seats.counts()["available"] == 5
    assert trip.balance() == (0, 0)


def test_a_refused_hold_is_told_without_the_codes_of_its_provider(a_trip, flights_app, tampering):
    trip = a_trip()
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(on_sale=False))
    tampering("flights", "init")
    tampering.change = refusal("30004", "6E-5678.20261211.ECONOMY.ADULT-1: no seat; another item is 6E-9")

    trip.hold()

    assert trip.booking.problem == "REFUSED"
    said = problems.of(trip.booking).words
    assert said == "6E-5678 on Fri 11 Dec 2026 in economy: no seat; another item is 6E-9"


def test_a_refused_confirm_gives_the_money_back(a_trip, seats, flights_app, clock):
    trip = a_trip(seats=1)
    trip.hold()
    trip.open_payment()
    trip.authorise()
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(AirBooking).values(booking_status="RELEASED", held_until=None))
        session.execute(db.update(Departure).values(seats_available=Departure.seats))

    assert trip.come_back() == "FAILED"

    assert trip.truth().state == "VOIDED"
    assert trip.booking.problem == "FAILED"


def test_a_flight_that_has_left_is_not_cancelled_and_stays_booked(a_trip, clock):
    trip = a_trip()
    trip.book()
    clock.forward(days=11)

    assert trip.cancel() == "CONFIRMED"

    assert trip.booking.problem == "NOT_CANCELLED"
    assert trip.balance() == (441_000, 441_000)


def test_letting_go_before_paying_releases_the_seats(a_trip, seats):
    trip = a_trip(seats=5)
    trip.hold()
    trip.open_payment()

    assert trip.abandon() == "ABANDONED"
    assert seats.counts() == {"RELEASED": 1, "available": 5}
    assert trip.payment.state == "VOIDED"


@pytest.mark.parametrize(
    ("begin", "end", "meanwhile", "state", "at_last"),
    [
        (Trip.hold, Trip.abandon, "COMPENSATING", "HELD", "ABANDONED"),
        (Trip.book, Trip.cancel, "CANCELLING", "CONFIRMED", "CANCELLED"),
    ],
    ids=["held", "booked"],
)
def test_what_still_stands_after_its_cancel_is_cancelled_again(
    a_trip, tampering, clock, begin, end, meanwhile, state, at_last
):
    trip = a_trip()
    begin(trip)
    tampering("flights", "cancel")
    tampering.change = stands(state)

    assert end(trip) == meanwhile

    tampering.change = lambda said: said
    clock.forward(seconds=5)
    assert trip.drive() == at_last


def test_a_booking_that_somebody_is_at_says_so(a_trip):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    assert not saga.is_driven(trip.booking_id)

    with writing():
        saga.wake("CHECK_PAYMENT", db.session.get_one(Booking, trip.booking_id))
    saga.claim_next(trip.booking_id)

    assert saga.is_driven(trip.booking_id)


def test_a_step_is_one_ones_until_the_lease_ends(a_trip, clock):
    booking_id = a_trip().booking_id
    with writing():
        holding.begin(reading.whole(booking_id, lock=True))
    first = saga.claim_next(booking_id)

    assert saga.claim_next(booking_id) is None
    clock.forward(seconds=saga.LEASE.total_seconds() - 1)
    assert saga.claim_next(booking_id) is None
    clock.forward(seconds=1)
    second = saga.claim_next(booking_id)

    assert (second.step_id, second.fence, second.attempt) == (first.step_id, first.fence + 1, 2)
    saga.perform(first)
    assert saga.is_driven(booking_id), "who was overtaken ended the step of another"
    saga.perform(second)
    assert not saga.is_driven(booking_id)


def test_what_becomes_of_one_bookings_steps_touches_no_others(a_trip, flight_on_sale):
    """Nor what is done, nor what is of another kind."""
    item = flight_on_sale(seats=5)
    one, other = a_trip(item), a_trip(item)
    one.hold()
    other.hold()
    other.come_back()  # so that both have the same fence when one comes back

    def steps(trip: Trip) -> list[tuple]:
        of_trip = db.select(SagaStep).where(SagaStep.booking_id == trip.booking_id).order_by(SagaStep.id)
        found = db.session.scalars(of_trip.execution_options(populate_existing=True))
        return [(step.kind, step.state, step.run_at, step.fence) for step in found]

    before, others = steps(one), steps(other)
    assert [step[:2] for step in before] == [("HOLD", "DONE"), ("CHECK_PAYMENT", "READY")]

    for change in (saga.wake, saga.hurry, saga.drop):
        with writing():
            change("HOLD", db.session.get_one(Booking, one.booking_id))
        assert steps(one) == before
    one.come_back()
    one.abandon()

    assert steps(one)[1][1] == "DROPPED"
    assert steps(other) == others


def test_who_claims_a_step_goes_on_with_what_was_read(a_trip):
    """Half of what a checkout asks of the database would be asked once more."""
    booking_id, asked = a_trip().booking_id, []
    with writing():
        booking = reading.whole(booking_id, lock=True)
        holding.begin(booking)
        claim = saga.claim_here(booking)
    event.listen(engine(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    assert (claim.booking.state, claim.booking.items[0].state) == ("HOLDING", "NEW")

    assert asked == []


@pytest.mark.by_hand("the payment's number and reference are changed")
def test_a_payment_whose_number_the_gateway_does_not_know_is_found_by_our_reference(a_trip):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    with writing():
        db.session.get_one(Payment, trip.payment.id).gateway_reference = "pay_of_another_life"

    assert truth.of(trip.payment).state == "AUTHORISED"

    with writing():
        db.session.get_one(Payment, trip.payment.id).reference = "nobody's"
    assert truth.of(trip.payment) is None


def test_a_payment_that_the_gateway_refuses_to_tell_of_is_not_one_that_never_was(a_trip, wires):
    """Nobody looks for it elsewhere, finds nothing and forgets the money that is reserved."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    gateway, its_number = wires["gateway"].app, trip.payment.gateway_reference

    def refuses(environ, start_response):
        if not environ["PATH_INFO"].endswith(f"/{its_number}"):
            return gateway(environ, start_response)
        start_response("400 BAD REQUEST", [("Content-Type", "application/json")])
        return [b'{"error": {"code": "parameters_invalid", "message": "not now"}}']

    wires["gateway"].app = refuses

    with pytest.raises(GatewayRefused, match="not now"):
        truth.of(trip.payment)


def test_a_fault_of_our_own_leaves_the_booking_a_next_step(a_trip, clock, monkeypatch):
    trip = a_trip()
    monkeypatch.setattr(saga._handlers["HOLD"], "send", lambda work: 1 / 0)

    assert trip.hold() == "HOLDING"
    step = db.session.scalars(db.select(SagaStep).where(SagaStep.kind == "HOLD")).one()
    assert (step.state, step.lease_until) == ("READY", None)

    monkeypatch.undo()
    clock.forward(seconds=5)
    assert trip.drive() == "AWAITING_PAYMENT"
