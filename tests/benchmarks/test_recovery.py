"""What `make bench` leaves in flight, and what it counts as not ended; the killing itself is the bench's."""

from functools import partial

import pytest
from sqlalchemy import select, text

from chassis.database import db
from tests import trips
from tests.benchmarks.recovery import WITHIN, Recovered, leave, unended
from tests.trips import DOMESTIC, HOTEL
from webapp.bookings.models import Booking


@pytest.fixture
def begun(services, site_app, gateway_app, clock):
    """`begun()`: a draft of a flight and a stay."""
    for product in (DOMESTIC, HOTEL):
        with services[product.provider].app_context():
            product.put_on_sale(**{product.unit: 50})
    with site_app.app_context():
        yield partial(trips.begin_several, site_app, gateway_app, (DOMESTIC, HOTEL))


def ask(_service: str, statement: str) -> list:
    db.session.rollback()
    return db.session.connection(bind_arguments={"mapper": Booking}).execute(text(statement)).all()


def test_bookings_are_left_on_their_way_and_counted_until_they_end(begun, gateway_app):
    left = [begun() for _ in range(5)]
    for where, trip in enumerate(left):
        leave(trip.booking_id, where, gateway_app)
    waits, booked = begun(), begun()
    waits.hold()
    booked.book()

    db.session.rollback()
    bookings = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert [booking.state for booking in bookings] == [
        "HOLDING", "AWAITING_PAYMENT", "CONFIRMING", "CONFIRMING", "CANCELLING", "AWAITING_PAYMENT", "CONFIRMED",
    ]  # fmt: skip
    confirmed = [sum(item.state == "CONFIRMED" for item in booking.items) for booking in bookings]
    assert confirmed == [0, 0, 0, 1, 0, 0, 2]
    assert sorted(unended(ask)) == sorted(booking.public_reference for booking in bookings[:5])


@pytest.mark.parametrize(
    ("seconds", "wrong", "is_good"), [(WITHIN, [], True), (WITHIN + 1, [], False), (1, ["money"], False)]
)
def test_it_is_good_when_all_ended_in_time_and_nothing_is_wrong(seconds, wrong, is_good):
    recovered = Recovered("sqlite", 1000, seconds, {"CONFIRMED": 600}, wrong)

    assert recovered.is_good is is_good
    assert "1000 bookings" in str(recovered)
