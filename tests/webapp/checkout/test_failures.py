"""Whatever goes wrong ends on a page that says in plain words what became of the money and the seats, and admins see it.

Here are those that no other test brings to a page and to an admin: sold out at confirm, a provider that loses its answer, is
away for an hour, or answers with another's order, and an offer that expires in a trip.
"""

from dataclasses import dataclass

import pytest
from flask import Flask

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.webapp.buyer import Buyer
from tests.webapp.providers.tampering import Tampering, put
from webapp.checkout import saga


@dataclass
class Payer:
    """Asha on the gateway's page, with a flight held for her."""

    asha: Buyer
    hosted: str
    site: Flask
    clock: object
    admin: object

    def pays(self) -> str:
        return self.asha.press(self.hosted, "authorisation").text

    def page(self) -> str:
        return self.asha.site.get(f"/bookings/{self.asha.reference}").text

    def what_an_admin_sees(self) -> str:
        return self.admin.get(f"/admin/bookings/{self.asha.reference}").get_data(as_text=True)

    def waits(self, minutes: float) -> None:
        """Time goes by, and the worker does what is due each minute."""
        for _ in range(int(minutes)):
            self.clock.forward(minutes=1)
            with self.site.app_context():
                while claim := saga.claim_forgotten():
                    saga.go_on(claim)


@pytest.fixture
def hosted(asha, on_sale, begins_with) -> str:
    """Where Asha is to pay for a flight that is held for her."""

    def comes() -> dict:
        hosted = asha.to_the_gateway(asha.to_pay(on_sale(seats=5)))
        return asha.remembers() | {"hosted": hosted}

    memory = begins_with("Asha is sent to pay", comes)
    asha.recalls(memory)
    return memory["hosted"]


@pytest.fixture
def payer(asha, hosted, site_app, clock, admin) -> Payer:
    return Payer(asha, hosted, site_app, clock, admin)


def says(text: str, *words: str) -> None:
    for each in words:
        assert each in text


def test_an_offer_that_expired_in_a_trip_is_said_and_nothing_is_held(asha, on_sale, clock, seats, admin):
    review = asha.to_review(on_sale(seats=5))
    clock.forward(days=21)

    trip = asha.site.get("/trip?prices=now")
    page = asha.follow(asha.site.submit(review, "/hold"))

    says(
        trip.text, "No longer on sale", "6E-5678 on 11 December is not on sale in economy", "Look for another"
    )
    says(page.text, "The provider would not hold it", "Nothing is held and nothing was paid")
    assert "20261211.ECONOMY is" not in trip.text + page.text
    says(
        admin.get(f"/admin/bookings/{asha.reference}").text,
        "6E-5678 on 11 December is not on sale in economy",
    )
    assert seats.counts() == {"available": 5}


def test_sold_out_at_confirm_is_said_and_no_money_is_taken(payer, flights_app, seats):
    """Her hold had ended at the provider, and the seats were sold to others."""
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(AirBooking).values(booking_status="RELEASED", held_until=None))
        session.execute(db.update(Departure).values(seats=0, seats_available=0))

    says(payer.pays(), "We could not book it", "nothing stays booked. Nothing was taken.")
    says(payer.what_an_admin_sees(), "Not booked", "This order was cancelled", "Nothing was taken")
    assert seats.counts() == {"RELEASED": 1, "available": 0}


def test_a_confirmation_whose_answer_is_lost_is_booked_once(payer, wires, seats):
    wires["flights"].lose_answer("/beckn/confirm", times=1)

    says(payer.pays(), "You are booked", "₹4,410 was taken")
    says(payer.what_an_admin_sees(), "Confirmed", "₹4,410.00): holds")
    assert seats.counts() == {"CONFIRMED": 1, "available": 4}


def test_a_provider_that_is_down_for_an_hour_costs_nothing(payer, wires, seats):
    wires["flights"].down()

    says(payer.pays(), "We are on it")
    payer.waits(minutes=60)
    says(payer.page(), "Your booking is being undone", "Nothing was taken.", "What it would have cost")
    assert "Day by day" not in payer.page()
    says(payer.what_an_admin_sees(), "“Release at the provider” was tried")
    wires["flights"].restore()
    payer.waits(minutes=60)

    says(payer.page(), "We could not book it", "did not confirm in time", "Nothing was taken.")
    assert seats.counts() == {"RELEASED": 1, "available": 5}


def test_a_confirmation_of_anothers_order_is_not_hers(payer, wires, seats):
    tampering = Tampering(wires)
    tampering.change = lambda message: put(message, ("message", "order", "id"), "6E-TW1CE2")
    tampering("flights", "confirm")

    says(payer.pays(), "We are on it")
    says(payer.page(), "nothing is taken until every provider has confirmed")
    payer.waits(minutes=20)
    says(
        payer.what_an_admin_sees(),
        "“Confirm at the provider” was tried",
        "Domestic flights answered with another order",
    )
    payer.waits(minutes=20)

    says(payer.page(), "We could not book it", "nothing stays booked. Nothing was taken.")
    assert seats.counts() == {"CANCELLED": 1, "available": 5}


def test_while_the_hold_is_asked_for_nothing_is_taken(asha, on_sale, wires):
    review = asha.to_review(on_sale())
    wires["flights"].down()

    asha.site.submit(review, "/hold")

    says(asha.site.get(f"/bookings/{asha.reference}").text, "Nothing was taken yet.")


def test_a_gateway_that_is_away_after_the_confirmation_is_said_and_asked_again(payer, wires):
    wires["gateway"].down("/capture")

    payer.pays()

    says(payer.page(), "Every provider has confirmed, and ₹4,410 is being taken.")
    wires["gateway"].restore()
    payer.waits(minutes=1)
    says(payer.page(), "You are booked", "₹4,410 was taken")
