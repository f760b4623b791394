"""Trips of several items: what is in doubt of one is not taken for the truth of another."""

import threading
from contextlib import suppress

import pytest

from chassis.database import writing
from tests.at_once import in_parallel
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Trip
from tests.wsgi_adapter import asked
from webapp.bookings import reading
from webapp.bookings.models import Booking
from webapp.bookings.states import move
from webapp.checkout import saga
from webapp.checkout.steps.booking import Confirming
from webapp.payments.models import Payment
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts


def with_another(trip: Trip, product=None) -> Trip:
    """The same flight once more, or this product too."""
    there = trip.item
    provider = directory.find(product.provider if product else there.provider)
    choice = (
        provider.wire.choice_of(product.item, product.query)
        if product
        else provider.wire.choice_from_store(there.choice)
    )
    offer = selected(provider, choice)
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        booking.items.append(drafts.new_item(provider, choice, offer))
    return trip


def test_a_refund_whose_answer_was_lost_is_not_taken_for_another_items(database, faulty, in_site):
    """Two items of one price: the gateway says that one amount went back, and both refunds may mean it."""
    trip, wire = with_another(faulty.trip()), faulty.services.wires["gateway"]
    assert trip.book() == "CONFIRMED"

    wire.lose_answer("/refunds", times=1)
    trip.cancel()
    faulty.to_rest()

    assert trip.state == "CANCELLED"
    assert faulty.money(trip) == [("REFUNDED", 882_000, 882_000)]
    assert trip.balance() == (0, 0)


def test_a_flight_and_a_stay_are_booked_and_cancelled_together(database, faulty, in_site):
    trip = with_another(faulty.trip(), HOTEL)

    assert trip.book() == "CONFIRMED"
    assert trip.cancel() == "CANCELLED"

    assert trip.balance() == (0, 0)
    faulty.to_rest()


def test_a_confirm_that_waits_is_not_tried_again_once_another_is_refused(database, faulty, in_site):
    """The airline that was silent hears of a release, however late; never again of a confirm."""
    trip, wires = with_another(faulty.trip(INTERNATIONAL), DOMESTIC), faulty.services.wires
    trip.hold()
    trip.open_payment()
    trip.authorise()
    faulty.provider_lets_go(trip.items[1])
    wires["international_flights"].hang()
    wires["gateway"].down("/void")
    before = asked(wires["international_flights"], "/confirm")

    assert trip.come_back() == "COMPENSATING"
    for name in ("international_flights", "gateway"):
        wires[name].restore()
    faulty.to_rest()

    assert trip.state == "FAILED"
    assert asked(wires["international_flights"], "/confirm") == before + 1
    assert [state for state, _, _ in faulty.money(trip)] == ["VOIDED"]


@pytest.mark.postgresql
@pytest.mark.parametrize("is_locked", [True, False])
def test_the_last_two_items_confirmed_at_once_are_paid_for(faulty, monkeypatch, is_locked):
    """Who writes down the second sees the first. Without the lock each takes itself for the first, and nobody captures."""
    with faulty.site.app_context():
        trip = with_another(faulty.trip())
        trip.hold()
        trip.open_payment()
        trip.authorise()
        with writing() as session:
            saga.wake("CHECK_PAYMENT", session.get_one(Booking, trip.booking_id))
        saga.perform(saga.claim_next(trip.booking_id))
        claims = [saga.claim_next(trip.booking_id) for _ in range(2)]
    both, record = threading.Barrier(2), Confirming.record

    def records_when_both_have_read(*args) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)  # with the lock the other is not there yet
        record(*args)

    def performs(number: int) -> None:
        with faulty.site.app_context():
            saga.perform(claims[number])

    monkeypatch.setattr(Confirming, "record", records_when_both_have_read)
    if not is_locked:
        read = reading.whole
        monkeypatch.setattr(reading, "whole", lambda booking_id, lock=False: read(booking_id))
    in_parallel(2, performs)
    monkeypatch.undo()

    with faulty.site.app_context():
        assert [item.state for item in trip.items] == ["CONFIRMED", "CONFIRMED"]
        if not is_locked:
            assert trip.state == "CONFIRMING"
            assert trip.drive() == "CONFIRMING", "nobody has anything to do"
            payment_id = trip.payment.id
            with writing() as session:
                booking = session.get_one(Booking, trip.booking_id)
                move(booking, "CAPTURING")
                saga.plan("CAPTURE", booking, payment=session.get_one(Payment, payment_id))
        assert trip.drive() == "CONFIRMED"
