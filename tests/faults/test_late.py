"""What comes when nobody waits for it any more: after the trip was let go, after another try, after a long silence."""

from dataclasses import replace

import requests

from chassis.database import writing
from tests.factories import a_departure
from tests.trips import DAY, DOMESTIC
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway


def test_a_late_init_finds_its_id_closed(database, faulty, in_site, clock):
    """Both tries are on the way when the traveller is sent back to the draft; the ids are closed behind them."""
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    wire.delay("/beckn/init", times=2)
    trip.hold()
    clock.forward(seconds=2)
    assert trip.drive() == "DRAFT"
    clock.forward(seconds=18)
    faulty.work()

    assert wire.let_through() == [200, 200]

    assert faulty.there(trip) == []
    assert trip.booking.problem == "NO_ANSWER"
    assert trip.book() == "CONFIRMED"
    assert faulty.there(trip) == ["CONFIRMED"]


def test_a_late_init_that_finds_the_seat_which_the_next_try_did_not_is_let_go(
    database, faulty, in_site, clock
):
    """Somebody else had the last seat for a moment: the try that was refused says nothing of the one before."""
    with faulty.services["flights"].app_context():
        last = replace(DOMESTIC, item=a_departure("AI-1234", DAY, seats=1))
    trip, other, wire = faulty.trip(last), faulty.trip(last), faulty.services.wires["flights"]
    wire.delay("/beckn/init", times=1)
    trip.hold()
    other.hold()
    clock.forward(seconds=2)
    assert trip.drive() == "DRAFT"
    assert trip.booking.problem == "SOLD_OUT"
    other.abandon()

    assert wire.let_through() == [200]
    clock.forward(seconds=18)
    faulty.work()

    assert faulty.there(trip) == ["RELEASED"]


def test_a_payment_that_is_made_after_the_end_is_nobodys(database, faulty, in_site, clock):
    """Nobody was ever sent to it, so nobody pays it, and it expires."""
    trip, wire = faulty.trip(), faulty.services.wires["gateway"]
    trip.hold()
    wire.delay("POST /v1/payments", times=1)
    trip.open_payment()
    assert trip.abandon() == "ABANDONED"

    assert wire.let_through() == [200]

    assert [state for state, _, _ in faulty.money(trip)] == ["OPEN"]
    assert trip.payment.url is None
    assert faulty.there(trip) == ["RELEASED"]


def test_money_that_was_authorised_while_she_let_go_goes_back(database, faulty, in_site):
    trip = faulty.trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()

    assert trip.abandon() == "ABANDONED"
    assert trip.come_back() == "ABANDONED"

    assert [state for state, _, _ in faulty.money(trip)] == ["VOIDED"]


def test_what_a_provider_keeps_because_we_came_too_late_is_our_loss(database, faulty, in_site, clock):
    """It confirmed, its answer was lost and it was away for longer than a cancel is free: the traveller pays nothing."""
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    trip.hold()
    trip.open_payment()
    trip.authorise()
    wire.lose_answer(times=2)  # and of the question for it
    trip.come_back()
    wire.down()
    for _ in range(40):
        clock.forward(minutes=5)
        faulty.work()
    assert trip.state == "COMPENSATING"

    wire.restore()
    faulty.to_rest()

    assert trip.state == "FAILED"
    assert faulty.there(trip) == ["CANCELLED"]
    assert [state for state, _, _ in faulty.money(trip)] == ["VOIDED"]
    assert (
        trip.booking.needs_attention
        == f"flights keeps ₹882.00 of {trip.item.bpp_booking_id}, which nobody paid"
    )


# The answer to the first try is lost; the second is on the way for so long that the provider does not hear it.


def test_a_cancel_that_was_carried_out_is_not_undone_by_one_that_came_too_late(
    database, faulty, in_site, clock
):
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    trip.book()
    wire.lose_answer("/beckn/cancel", times=1)
    trip.cancel()

    wire.before(lambda: clock.forward(minutes=2), "/beckn/cancel", times=1)
    faulty.to_rest()

    assert trip.state == "CANCELLED"
    assert faulty.there(trip) == ["CANCELLED"]


def test_what_was_confirmed_stays_confirmed_when_the_second_try_comes_too_late(
    database, faulty, in_site, clock
):
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    trip.hold()
    trip.open_payment()
    trip.authorise()
    wire.lose_answer(times=2)  # and of the question for it
    trip.come_back()

    wire.before(lambda: clock.forward(minutes=2), "/beckn/confirm", times=1)
    faulty.to_rest()

    assert trip.state == "CONFIRMED"
    assert faulty.there(trip) == ["CONFIRMED"]


def test_what_was_held_is_let_go_when_the_second_try_comes_too_late(database, faulty, in_site, clock):
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    wire.lose_answer("/beckn/init", times=1)
    trip.hold()

    wire.before(lambda: clock.forward(minutes=2), "/beckn/init", times=1)
    faulty.to_rest()

    assert (trip.state, trip.booking.problem) == ("DRAFT", "NO_ANSWER")
    assert faulty.there(trip) == ["RELEASED"]
    [let_go] = [item for item in trip.booking.items if item.state == "RELEASED"]
    assert let_go.bpp_booking_id, "what is let go is known by the provider's number"


def test_what_was_learnt_too_early_does_not_put_off_what_came_after(database, faulty, in_site, clock):
    """She comes back, and while the gateway still says OPEN she pays in another tab and the webhook wakes the booking."""
    trip, wire = faulty.trip(), faulty.services.wires["gateway"]
    trip.hold()
    trip.open_payment()
    number = trip.payment.gateway_reference

    def pays_and_the_site_dies_over_the_webhook():
        with faulty.services["gateway"].app_context(), writing():
            AtTheGateway.find(number).authorise()
        with faulty.site.app_context(), writing() as session:
            saga.wake("CHECK_PAYMENT", session.get_one(Booking, trip.booking_id))

    wire.meanwhile(pays_and_the_site_dies_over_the_webhook, f"GET /v1/payments/{number}", times=1)

    assert trip.come_back() == "CONFIRMED"


def test_who_was_overtaken_and_hears_nothing_changes_nothing(database, faulty, in_site, clock):
    """Not even by asking for help: at the eighth try of a step that another worker has done."""
    trip, wire = faulty.trip(), faulty.services.wires["flights"]
    trip.hold()
    trip.open_payment()
    trip.authorise()
    wire.down("/beckn/confirm", times=7)
    trip.come_back()
    for _ in range(6):
        clock.forward(minutes=3)
        trip.drive()
    assert not trip.booking.needs_attention

    def another_worker_finishes_and_our_answer_is_lost():
        clock.forward(seconds=61)
        faulty.work()
        raise requests.ConnectionError("refused")

    wire.meanwhile(another_worker_finishes_and_our_answer_is_lost, "/beckn/confirm", times=1)
    clock.forward(minutes=3)

    assert trip.drive() == "CONFIRMED"
    assert trip.booking.needs_attention is None
