"""What is held is not changed: other names are a new trip with new transactions, and the old hold is let go."""

from sqlalchemy import select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Passenger
from chassis.database import db
from tests.journeys.traveller import ADULT
from webapp.bookings.models import BookingItem
from webapp.checkout import routes

RIGHT = ADULT | {"given_name": "Asha R"}


def there(flights_app) -> list[tuple[str, str]]:
    """(name, status) of every passenger at the provider, oldest first."""
    with flights_app.app_context():
        rows = db.session.execute(
            select(Passenger.name, AirBooking.booking_status).join(Passenger.booking).order_by(Passenger.id)
        )
        return [(name, status) for name, status in rows]


def change(asha, pay):
    """The travellers' page of the new trip."""
    page = asha.follow(asha.site.submit(pay, "/again"))
    asha.reference = page.request.path.split("/")[2]
    return page


def test_other_names_are_a_new_hold_and_the_old_one_is_let_go(database, asha, on_sale, books, flights_app):
    pay = asha.to_pay(on_sale(seats=1))
    old = asha.reference
    assert "Asha Rao" in pay.text

    page = change(asha, pay)
    assert page.request.path.endswith("/travellers")
    assert 'value="Asha"' in page.text
    assert (books.state(old), books.state(asha.reference)) == ("ABANDONED", "DRAFT")
    assert there(flights_app) == [("Asha Rao", "RELEASED")]
    pay = asha.hold(asha.follow(asha.name_them(page, RIGHT)))
    booked = asha.press(asha.to_the_gateway(pay), "authorisation")

    assert "Asha R Rao" in booked.text
    assert there(flights_app) == [("Asha Rao", "RELEASED"), ("Asha R Rao", "CONFIRMED")]
    with books.app.app_context():
        transactions = db.session.scalars(select(BookingItem.transaction_id)).all()
    assert len(set(transactions)) == 2


def test_an_open_payment_of_the_old_hold_is_closed(database, asha, on_sale, books):
    pay = asha.to_pay(on_sale())
    hosted = asha.to_the_gateway(pay)

    change(asha, pay)

    assert [state for state, _ in books.payments()] == ["VOIDED"]
    assert "authorisation" not in asha.gateway.get(hosted).text


def test_a_second_click_is_the_same_new_trip(asha, on_sale, books):
    pay = asha.to_pay(on_sale())

    answers = [asha.site.submit(pay, "/again").location for _ in range(2)]

    assert answers[0] == answers[1]
    assert books.states() == ["ABANDONED", "DRAFT"]


def test_what_was_paid_meanwhile_is_booked_and_not_let_go(database, asha, on_sale, books, flights_app):
    """An old pay page in another tab: the trip is hers, and a wrong name is corrected there."""
    pay = asha.to_pay(on_sale())
    asha.press(asha.to_the_gateway(pay), "authorisation")

    page = asha.follow(asha.site.submit(pay, "/again"))

    assert page.request.path == f"/bookings/{asha.reference}"
    assert books.states() == ["CONFIRMED"]
    assert there(flights_app) == [("Asha Rao", "CONFIRMED")]


def test_who_pays_in_the_same_moment_is_not_let_go(database, a_trip, wires):
    """The gateway's answer comes between the look at the booking and the lock on it."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.authorise()
    wires["flights"].down("/beckn/confirm", times=1)
    assert trip.come_back() == "CONFIRMING"

    routes._let_go(trip.booking_id, *routes.ANOTHER_HOLD)

    assert trip.state == "CONFIRMING"
