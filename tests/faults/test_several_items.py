"""Trips of several items: what is in doubt of one is not taken for the truth of another."""

from chassis.database import writing
from tests.trips import HOTEL, Trip
from webapp.bookings.models import Booking
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
