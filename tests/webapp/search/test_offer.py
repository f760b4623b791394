"""One offer: its provider is asked when it is opened, and what the address says of a price is not read."""

import pytest

from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.bpp_services.hotels.cast import DELUXE
from tests.webapp.providers.tampering import refusal


def test_an_offer_is_what_its_provider_says_now(asha, on_sale, flights_app):
    item = on_sale()
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(fare_minor=500_000))

    page = asha.offer(item)

    assert page.status_code == 200
    assert "₹5,250" in page.text


def test_a_price_in_the_address_is_no_price(asha, on_sale):
    page = asha.offer(on_sale(), party="adults=1&price=1.00&total_minor=100&amount=1")

    assert page.status_code == 200
    assert "₹4,410" in page.text


def test_a_sold_out_offer_says_so(asha, on_sale):
    page = asha.offer(on_sale(seats=0))

    assert page.status_code == 409
    assert "Sold out" in page.text
    assert "Search again" in page.text


@pytest.mark.parametrize("fault", ["down", "hang", "garbage", "lose_answer"])
def test_a_provider_that_does_not_answer_can_be_tried_again(asha, on_sale, wires, fault):
    item = on_sale()
    getattr(wires["flights"], fault)()

    page = asha.offer(item)

    assert page.status_code == 503
    assert "Domestic flights did not answer" in page.text
    again = page.text.split('<a class="btn" href="')[1].split('"')[0]
    wires["flights"].restore()
    assert asha.site.get(again.replace("&amp;", "&")).status_code == 200


def test_what_a_provider_refuses_is_said_without_its_codes(asha, on_sale, tampering):
    on_sale()
    tampering("hotels", "select")
    tampering.change = refusal("30004", f"{DELUXE} of {DELUXE.partition('.')[0]} is closed")

    stay = asha.offer(DELUXE, "hotels", "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=1")
    flight = asha.offer("6E-5678.20261213.ECONOMY")

    assert (stay.status_code, flight.status_code) == (404, 404)
    assert "This room of this hotel is closed." in stay.text
    assert "6E-5678 on 13 December is not on sale in economy." in flight.text
