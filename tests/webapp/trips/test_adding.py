"""Putting an offer into a trip: asked of its provider again, once for a double click, and for nobody else."""

import pytest

from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.pages import Page


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


def test_a_double_click_on_book_is_one_booking(asha, on_sale, books):
    form = the_form_of(asha.offer(on_sale()))

    first, second = (asha.site.post("/trip", data=form) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert books.states() == ["DRAFT"]


def test_a_double_click_whose_first_answer_is_thrown_away_leads_to_the_same_booking(
    site_app, asha, on_sale, books
):
    """Both requests leave with the cookie of the offer page: what the first answer sets, the second does not bring."""
    form = the_form_of(asha.offer(on_sale()))
    cookie = asha.site.get_cookie("webapp_session").value
    first = asha.site.post("/trip", data=form)
    asha.site.set_cookie("webapp_session", cookie)

    second = asha.site.post("/trip", data=form)

    assert second.location == first.location
    assert asha.site.get(second.location).status_code == 200
    assert books.states() == ["DRAFT"]


def test_the_nonce_of_another_visitor_leads_to_no_booking_of_hers(asha, stranger, on_sale, books):
    item = on_sale()
    hers = the_form_of(asha.offer(item))
    her_page = asha.site.post("/trip", data=hers).location
    his = the_form_of(stranger.offer(item))

    answer = stranger.site.post("/trip", data=his | {"nonce": hers["nonce"]})

    assert answer.location != her_page
    assert stranger.site.get(her_page).status_code == 404
    assert len(books.all()) <= 2


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
