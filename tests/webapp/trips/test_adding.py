"""Putting an offer into a trip: asked of its provider again, once for a double click, and for nobody else."""

from dataclasses import replace

import pytest

from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.journeys.traveller import ADULT
from tests.pages import Page
from webapp.bookings.models import Booking
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts


def the_form_of(page) -> dict[str, str]:
    [form] = [form for form in Page(page.text).forms if form.action.endswith("/trip")]
    return {name: values[0] for name, values in form.values.items()}


def test_a_price_in_the_form_is_no_price(asha, on_sale, books):
    offer = asha.offer(on_sale())

    asha.site.post(
        "/trip", data=the_form_of(offer) | {"price": "1", "total_minor": "100", "amount_minor": "100"}
    )

    [(reference, state)] = books.all()
    assert state == "DRAFT"
    assert books.total_minor(reference) == 441_000


def test_the_price_is_asked_for_when_the_button_is_pressed(asha, on_sale, books, flights_app):
    offer = asha.offer(on_sale())
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(fare_minor=500_000))

    asha.site.submit(offer, "/trip")

    assert books.total_minor(books.all()[0][0]) == 525_000


def test_a_double_click_is_in_the_trip_once(asha, on_sale, books, trip_items):
    form = the_form_of(asha.offer(on_sale()))

    first, second = (asha.site.post("/trip", data=form) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location == "/trip"
    assert books.states() == ["DRAFT"]
    assert trip_items() == [["6E-5678.20261211.ECONOMY"]]


def test_a_double_click_whose_first_answer_is_thrown_away_is_in_the_same_trip_once(
    site_app, asha, on_sale, books, trip_items
):
    """Both requests leave with the cookie of the offer page: what the first answer sets, the second does not bring."""
    form = the_form_of(asha.offer(on_sale()))
    cookie = asha.site.get_cookie("webapp_session").value
    asha.site.post("/trip", data=form)
    asha.site.set_cookie("webapp_session", cookie)

    asha.site.post("/trip", data=form)

    assert "IndiGo 6E-5678" in asha.site.get("/trip").text
    assert books.states() == ["DRAFT"]
    assert trip_items() == [["6E-5678.20261211.ECONOMY"]]


def test_the_nonce_of_another_visitor_leads_to_no_booking_of_hers(asha, stranger, on_sale, trip_items):
    item = on_sale()
    hers = the_form_of(asha.offer(item))
    asha.site.post("/trip", data=hers)
    his = the_form_of(stranger.offer(item))

    stranger.site.post("/trip", data=his | {"nonce": hers["nonce"]})

    assert trip_items() == [[item], [item]]


def test_two_tabs_put_both_items_into_one_trip(asha, on_sale, trip_items):
    out, back = on_sale(), on_sale("UK-9012")
    one_tab, other_tab = the_form_of(asha.offer(out)), the_form_of(asha.offer(back))

    for form in (one_tab, other_tab):
        asha.site.post("/trip", data=form)

    assert trip_items() == [[out, back]]


def test_two_tabs_at_the_same_instant_begin_one_trip(asha, on_sale, trip_items):
    """Both requests leave before the first answer is there: neither knows of a trip."""
    out, back = on_sale(), on_sale("UK-9012")
    one_tab, other_tab = the_form_of(asha.offer(out)), the_form_of(asha.offer(back))
    cookie = asha.site.get_cookie("webapp_session").value
    asha.site.post("/trip", data=one_tab)
    asha.site.set_cookie("webapp_session", cookie)

    asha.site.post("/trip", data=other_tab)

    assert trip_items() == [[out, back]]
    assert "2" in asha.site.get("/").text.split('class="count">')[1][:3]


def test_the_same_flight_from_two_visits_to_its_page_is_in_the_trip_twice(asha, on_sale, trip_items):
    item = on_sale()

    for _ in range(2):
        asha.add(item)

    assert trip_items() == [[item, item]]


def test_an_old_page_adds_again_what_was_removed(asha, on_sale, trip_items):
    form = the_form_of(asha.offer(on_sale()))
    trip = asha.follow(asha.site.post("/trip", data=form))
    asha.site.submit(trip, "/removal")
    assert trip_items() == [[]]

    for _ in range(2):
        asha.site.post("/trip", data=form)

    assert trip_items() == [["6E-5678.20261211.ECONOMY"]]


def test_an_old_page_of_a_trip_that_is_booked_leads_to_the_booking(asha, on_sale, books):
    offer = asha.offer(on_sale())
    asha.follow(asha.site.submit(offer, "/trip"))
    review = asha.follow(asha.name_them(asha.go_on(asha.site.get("/trip")), ADULT))
    asha.press(asha.to_the_gateway(asha.hold(review)), "authorisation")

    answer = asha.site.submit(offer, "/trip")

    assert asha.site.get(answer.location).location.endswith(f"/bookings/{asha.reference}")
    assert books.states() == ["CONFIRMED"]


def test_what_is_added_while_a_trip_is_being_paid_is_another_trip(asha, on_sale, books):
    asha.to_pay(on_sale())

    trip = asha.add(on_sale("UK-9012"))

    assert "UK-9012" in trip.text
    assert "6E-5678" not in trip.text
    assert books.states() == ["AWAITING_PAYMENT", "DRAFT"]


def test_nine_items_are_enough(asha, on_sale, trip_items):
    item = on_sale()
    for _ in range(9):
        asha.add(item)

    answer = asha.site.submit(asha.offer(item), "/trip")

    assert answer.status_code == 409
    assert "9 flights and stays at most" in answer.text
    assert trip_items() == [[item] * 9]


def test_another_currency_is_a_trip_of_its_own(asha, on_sale, site_app, trip_items):
    """No provider of today sells in another one; the next may."""
    item = on_sale()
    asha.add(item)
    with site_app.app_context(), site_app.test_request_context():
        provider = directory.find("flights")
        choice = provider.wire.choice_of(item, {"adults": "1"})
        in_dirhams = replace(selected(provider, choice), currency="AED")
        booking = db.session.scalar(db.select(Booking))

        with pytest.raises(drafts.AnotherCurrency, match="sold in AED and your trip is in INR"):
            drafts.add(booking, "f" * 64, provider, choice, in_dirhams, "test")

    assert trip_items() == [[item]]


def test_an_empty_trip_takes_the_currency_of_what_comes(asha, on_sale, site_app):
    item = on_sale()
    asha.follow(asha.site.submit(asha.add(item), "/removal"))
    with site_app.app_context(), site_app.test_request_context():
        provider = directory.find("flights")
        choice = provider.wire.choice_of(item, {"adults": "1"})
        in_dirhams = replace(selected(provider, choice), currency="AED")
        booking = db.session.scalar(db.select(Booking))

        drafts.add(booking, "f" * 64, provider, choice, in_dirhams, "test")

        assert db.session.scalar(db.select(Booking)).currency == "AED"


def test_an_empty_form_begins_nothing(asha, on_sale, books):
    token = the_form_of(asha.offer(on_sale()))["csrf_token"]

    assert asha.site.post("/trip", data={"csrf_token": token}).status_code in (400, 404)
    assert books.all() == []


def test_what_sold_out_in_between_is_said(asha, on_sale, books, flights_app):
    offer = asha.offer(on_sale())
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(seats=0, seats_available=0))

    answer = asha.site.submit(offer, "/trip")

    assert answer.status_code == 409
    assert "Sold out" in answer.text
    assert books.all() == []


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_a_provider_that_does_not_answer_begins_nothing_and_can_be_tried_again(
    asha, on_sale, books, wires, fault
):
    offer = asha.offer(on_sale())
    getattr(wires["flights"], fault)()

    answer = asha.site.submit(offer, "/trip")

    assert answer.status_code == 503
    assert "/offers/flights~6E-5678.20261211.ECONOMY?" in answer.text
    assert books.all() == []
    wires["flights"].restore()
    assert asha.site.submit(offer, "/trip").status_code == 303
