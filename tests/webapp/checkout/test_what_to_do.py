"""Each page of the checkout has one thing to do, repeats what was chosen, and tells one deadline."""

import re

import pytest

from chassis.database import db
from tests.journeys.traveller import ADULT
from webapp.bookings.models import Booking
from webapp.bookings.views import in_india


def calls(page) -> list[str]:
    """What the marigold buttons of a page say: the one thing to do."""
    found = re.findall(r'class="btn cta[^"]*"[^>]*>(.*?)</(?:a|button)>', page.text, re.DOTALL)
    return [" ".join(each.split()) for each in found]


@pytest.fixture
def trip(asha, on_sale):
    return asha.add(on_sale())


def test_every_page_has_one_thing_to_do_and_the_total_beside_it(asha, trip):
    travellers = asha.go_on(trip)
    review = asha.follow(asha.name_them(travellers, ADULT))
    pay = asha.hold(review)

    assert calls(trip) == ["Continue to travellers"]
    assert calls(review) == ["Continue to payment"]
    assert calls(pay) == ["Pay ₹4,410"]
    for page in (trip, review, pay):
        tray = page.text.split('class="tray"')[1]
        assert "₹4,410" in tray.split("btn cta")[0], page.request.path


def test_the_review_repeats_everything_with_a_way_to_change_each(asha, trip):
    review = asha.follow(asha.name_them(asha.go_on(trip), ADULT))

    for words in (
        "IndiGo 6E-5678",
        "Economy",
        "Fri 11 Dec 2026",
        "14:30",
        "If you cancel",
        "Asha Rao",
        "+919876500001",
    ):
        assert words in review.text, words
    assert re.search(r'href="/trip#item-\d+">Change<span class="vh"> Bengaluru to Mumbai', review.text)
    for what in ("the travellers", "the contact"):
        assert f'/travellers">Change<span class="vh"> {what}' in review.text


def test_the_pay_page_tells_one_deadline_and_it_is_the_one_that_counts(asha, trip, site_app):
    pay = asha.hold(asha.follow(asha.name_them(asha.go_on(trip), ADULT)))

    [deadline] = re.findall(
        r'Held until <time datetime="[^"]+">([\d:]+ IST)</time>', " ".join(pay.text.split())
    )
    with site_app.app_context():
        pay_by = db.session.scalars(db.select(Booking.pay_by)).one()

    assert deadline == f"{in_india(pay_by):%H:%M} IST"
    assert "/js/hold.js" in pay.text


def test_while_one_looks_for_more_the_trip_is_at_the_foot_of_the_page(asha, trip):
    assert "1 item in your trip" in asha.site.get("/").text
    assert "in your trip" not in asha.site.get("/terms").text


def test_without_a_trip_nothing_stands_there(site):
    assert "in your trip" not in site.get("/").text
