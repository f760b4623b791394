"""My trips: what comes first stands first, a page at a time, and none is lost between two pages."""

import re
from datetime import timedelta

from sqlalchemy import true

from chassis.database import db, writing
from tests.factories import MORNING
from tests.trips import DOMESTIC, HOTEL
from webapp.bookings import mine
from webapp.bookings.models import Booking


def test_trips_stand_where_they_are_in_time(a_trip, site_app, clock):
    booked, cancelled, unpaid = a_trip(DOMESTIC, HOTEL), a_trip(HOTEL), a_trip()
    booked.book()
    cancelled.book()
    cancelled.cancel()
    unpaid.hold()
    unpaid.open_payment()
    references = [trip.booking.public_reference for trip in (booked, unpaid, cancelled)]

    def parts() -> dict[str, list[str]]:
        page = mine.page(true())
        told = {
            part: [each.booking.public_reference for each in page.of(part)]
            for part in ("upcoming", "unfinished", "past", "over")
        }
        db.session.rollback()
        return told

    assert parts() == {
        "upcoming": references[:1],
        "unfinished": references[1:2],
        "past": [],
        "over": references[2:],
    }
    clock.set(MORNING + timedelta(days=11))  # she has landed, and is still at the hotel
    assert parts()["upcoming"] == references[:1]
    clock.set(MORNING + timedelta(days=13))
    assert parts()["past"] == references[:1]


def test_many_trips_come_page_by_page_and_each_once(a_trip, site_app, monkeypatch):
    monkeypatch.setattr(mine, "MOST", 2)
    trips = [a_trip(HOTEL) for _ in range(5)]
    with writing() as session:
        for trip in trips:
            booking = session.get_one(Booking, trip.booking_id)
            booking.contact_email, booking.created_at = "asha@example.org", MORNING  # all at the same moment
    references = {trip.booking.public_reference for trip in trips}

    pages, before = [], ""
    while before is not None:
        page = mine.page(true(), before)
        pages.append([each.booking.public_reference for each in page.trips])
        before = page.before
    db.session.rollback()

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {reference for page in pages for reference in page} == references


def test_the_pages_are_links_and_a_strange_reference_is_the_first_page(a_trip, site_app, monkeypatch):
    monkeypatch.setattr(mine, "MOST", 1)
    first, second = a_trip(HOTEL), a_trip(HOTEL)
    for trip in (first, second):
        trip.hold()
        trip.open_payment()
    browser = site_app.test_client()
    with browser.session_transaction() as session:
        session["granted"] = [trip.booking.public_reference for trip in (first, second)]

    newest = browser.get("/bookings")
    [onward] = re.findall(r'href="(/bookings\?before=[^"]+)"', newest.text)
    older = browser.get(onward)

    assert second.booking.public_reference in newest.text
    assert first.booking.public_reference in older.text
    assert "The latest trips" in older.text
    for strange in ("x", "%00", "A" * 10_000, "K7QM-2XV-P9D"):
        assert second.booking.public_reference in browser.get(f"/bookings?before={strange}").text
