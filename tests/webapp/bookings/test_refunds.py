"""Each refund is followed from asking to the bank, with its own moments, to the rupee."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from chassis.database import db, writing
from tests.trips import DOMESTIC, HOTEL
from tests.webapp.bookings.guests import found
from webapp.bookings import refunds
from webapp.bookings.models import Booking
from webapp.bookings.views import item_views
from webapp.checkout.steps import cancelling, undoing
from webapp.payments import reading
from webapp.payments.models import Payment


def tracked(trip) -> list[refunds.Refund]:
    booking = trip.booking
    payments = db.session.scalars(select(Payment).where(Payment.booking_id == booking.id)).all()
    told = refunds.of(booking, item_views(booking), payments)
    db.session.rollback()
    return told


def test_each_cancelled_item_is_followed_by_itself_and_waits_until_the_gateway_answers(
    a_trip, site_app, wires, clock
):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    clock.forward(hours=2)
    assert tracked(trip) == []
    wires["gateway"].down()
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, list(booking.current_items))
    trip.drive()

    waiting = tracked(trip)
    wires["gateway"].restore()
    clock.forward(hours=1)
    for _ in range(4):
        trip.drive()
        clock.forward(minutes=10)
    sent = tracked(trip)
    browser, base = found(site_app, trip)
    page = browser.get(base).text

    assert [(each.amount_minor, each.title, each.sent_at) for each in waiting] == [
        (352_800, "Bengaluru to Mumbai", None),
        (3_540_000, "Taj Mahal Palace, Mumbai", None),
    ]
    assert all(each.asked_at.hour == 12 for each in waiting)  # ten in the morning, and two hours
    assert all(each.sent_at > each.asked_at for each in sent)
    assert (str(sent[0].usual_from), str(sent[0].usual_by)) == ("2026-12-08", "2026-12-10")
    assert "usually Tue 8 Dec 2026 to Thu 10 Dec 2026" in page
    assert page.count("Sent to your bank") == 2
    assert trip.payment.gateway_reference in page
    clock.forward(days=10)
    assert "By now it should be there" in browser.get(base).text


@pytest.mark.by_hand  # it was CONFIRMED, and told so
def test_a_payment_that_bought_nothing_goes_back_as_one(a_trip):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        booking.state = "CAPTURING"
        session.flush()
        undoing.begin(booking, "FAILED", "the last of it could not be booked")
    trip.drive()

    [refund] = tracked(trip)

    assert trip.state == "FAILED"
    assert (refund.amount_minor, refund.title) == (3_981_000, None)
    assert refund.asked_at <= refund.sent_at


def test_what_is_followed_item_by_item_is_not_told_again_as_a_whole(a_trip):
    """Of a trip that is being undone after its money was taken and its item cancelled."""
    trip = a_trip()
    trip.book()
    booking = trip.booking
    [item] = booking.current_items
    set_committed_value(booking, "state", "COMPENSATING")
    payments = reading.of_booking(booking)
    [whole] = refunds.of(booking, item_views(booking), payments)
    set_committed_value(item, "state", "CANCELLED")
    set_committed_value(item, "refund_minor", item.total_minor)

    [of_item] = refunds.of(booking, item_views(booking), payments)

    assert (whole.title, of_item.title) == (None, "Bengaluru to Mumbai")
    assert whole.amount_minor == of_item.amount_minor == item.total_minor
    db.session.rollback()
