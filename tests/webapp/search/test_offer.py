"""One offer: its provider is asked when it is opened, and what the address says of a price is not read."""

import pytest

from bpp_services.air.models import Departure
from chassis.database import db, writing

NO_PAGES_OF_OURS = [
    "/offers/buses~6E-5678.20261211.ECONOMY?adults=1",
    "/offers/~6E-5678.20261211.ECONOMY",
    "/offers/flights~",
    "/offers/flights",
    "/offers/flights~x",
    "/offers/flights~6E-5678.20261341.ECONOMY",
    "/offers/flights~6E-5678.00000000.ECONOMY",
    "/offers/flights~6E-5678.20261211.ECONOMY.ADULT-1~~",
    "/offers/flights~6E-5678.20261211.%00",
    "/offers/flights~" + "6" * 10_000,
    "/offers/flights~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-11&checkout=2026-12-12",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=0",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=10",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=1&infants=2",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=2&children=-1",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=one",
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=" + "9" * 5000,
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=x&checkout=y",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-11&checkout=2026-12-11",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-11&checkout=2027-12-11",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-11&checkout=2026-12-12&rooms=2&adults=1",
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-11&checkout=2026-12-12&children=-1",
    "/offers/hotels~6E-5678.20261211.ECONOMY?adults=1",
]


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


def test_what_its_provider_does_not_know_is_no_longer_on_sale(asha, on_sale):
    on_sale()

    for item in ("6E-5678.20261212.ECONOMY", "6E-9999.20261211.ECONOMY", "6E-5678.20261211.BUSINESS"):
        page = asha.offer(item)

        assert page.status_code == 404, item
        assert "No longer on sale" in page.text


def test_an_address_that_no_page_of_ours_has_is_not_found(asha):
    found = {address: asha.site.get(address).status_code for address in NO_PAGES_OF_OURS}

    assert {address[:80]: status for address, status in found.items() if status != 404} == {}


def test_a_stay_at_any_edge_of_the_calendar_is_refused_in_words(asha, hotels_app):
    for check_in, check_out in (
        ("2020-01-01", "2020-01-02"),
        ("9999-12-30", "9999-12-31"),
        ("0001-01-01", "0001-01-02"),
    ):
        dates = f"checkin={check_in}&checkout={check_out}&adults=1"

        assert asha.offer("taj-mahal-palace-mumbai.DELUXE", "hotels", dates).status_code == 404, dates


def test_a_sold_out_offer_says_so(asha, on_sale):
    page = asha.offer(on_sale(seats=2, seats_available=0))

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
