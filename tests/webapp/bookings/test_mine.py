"""My trips: what comes first stands first, a page at a time, and none is lost between two pages."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, true

from chassis.database import db, writing
from tests.factories import MORNING
from tests.trips import DOMESTIC, HOTEL
from webapp.bookings import mine
from webapp.bookings.models import Booking, BookingItem
from webapp.checkout.steps import cancelling


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


def test_a_stay_that_is_cancelled_keeps_no_trip_from_being_past(a_trip, site_app, clock):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, [each for each in booking.current_items if each.kind == "hotels"])
    trip.drive()

    clock.set(MORNING + timedelta(days=11))  # she has landed, and would be at the hotel
    [only] = mine.page(true()).trips
    db.session.rollback()

    assert only.part == "past"


def copies(trip, days: range) -> dict[int, str]:
    """The same hotel booked for other days from then on, the later ones first; their references by day."""
    with writing() as session:
        original, made = session.get_one(Booking, trip.booking_id), {}
        for later in reversed(days):
            made[later] = Booking(
                public_reference=f"TRIP-{later}",
                checkout_nonce=f"trip {later}",
                contact_email=original.contact_email,
                state="CONFIRMED",
                amount_minor=original.amount_minor,
                currency="INR",
                created_at=MORNING - timedelta(days=later),
                updated_at=MORNING,
                items=[another_stay(original.items[0], later)],
            )
            session.add(made[later])
            session.flush()
        return {later: booking.public_reference for later, booking in made.items()}


def another_stay(item: BookingItem, later: int) -> BookingItem:
    moments = {
        name: (datetime.fromisoformat(item.offer[name]) + timedelta(days=later)).isoformat()
        for name in ("check_in", "check_out")
    }
    return BookingItem(
        provider=item.provider,
        kind=item.kind,
        transaction_id=f"stay {later}",
        bpp_booking_id=f"STAY-{later}",
        state="CONFIRMED",
        choice=item.choice,
        offer=item.offer | moments,
        total_minor=item.total_minor,
        currency="INR",
        created_at=MORNING,
        updated_at=MORNING,
    )


@pytest.mark.by_hand  # these bookings are known to no provider
def test_what_comes_first_stands_first_whatever_page_it_is_on(database, a_trip, clock):
    """Twelve stays that are over and thirteen to come, booked in another order than they are travelled in."""
    trip = a_trip(HOTEL)
    there = copies(trip, range(-12, 13))
    with writing() as session:
        session.get_one(Booking, trip.booking_id).contact_email = None
    clock.set(MORNING + timedelta(days=11, hours=12))  # of the last that is over she has left the day before

    first = mine.page(true())
    second = mine.page(true(), first.last)
    shown = [each.booking.public_reference for page in (first, second) for each in page.trips]

    assert [len(first.trips), len(second.trips), second.last] == [20, 5, None]
    coming = [there[later] for later in range(13)]
    gone = [there[later] for later in range(-1, -13, -1)]
    assert shown == coming + gone
    assert [each.part for each in first.trips] == ["upcoming"] * 13 + ["past"] * 7
    db.session.rollback()


def test_many_trips_come_page_by_page_and_each_once(a_trip, site_app, monkeypatch):
    monkeypatch.setattr(mine, "MOST", 2)
    trips = [a_trip(HOTEL) for _ in range(5)]
    with writing() as session:
        for trip in trips:
            booking = session.get_one(Booking, trip.booking_id)
            booking.contact_email, booking.created_at = "asha@example.org", MORNING  # all at the same moment
    references = {trip.booking.public_reference for trip in trips}

    pages, after = [], ""
    while after is not None:
        page = mine.page(true(), after)
        pages.append([each.booking.public_reference for each in page.trips])
        after = page.last
    monkeypatch.setattr(mine, "MOST", 5)
    all_at_once = mine.page(true())
    one = mine.page(Booking.id == trips[2].booking_id)
    with writing() as session:
        for item in session.get_one(Booking, trips[2].booking_id).items:
            item.removed_at = MORNING
    without_it = mine.page(true())
    db.session.rollback()

    assert [len(page) for page in pages] == [2, 2, 1]
    assert (len(all_at_once.trips), all_at_once.last) == (5, None)
    assert [each.booking.id for each in one.trips] == [trips[2].booking_id]
    assert len(without_it.trips) == 4  # nothing is left in it
    assert {reference for page in pages for reference in page} == references


def test_only_the_trips_of_the_page_are_read_and_who_is_gone_meanwhile_is_left_out(
    a_trip, site_app, monkeypatch
):
    monkeypatch.setattr(mine, "MOST", 2)
    trips = [a_trip(HOTEL) for _ in range(3)]
    with writing() as session:
        for trip in trips:
            session.get_one(Booking, trip.booking_id).contact_email = "asha@example.org"
    read, places = [], mine._places

    def but_the_first_is_gone(belonging):
        return [
            replace(each, booking_id=0) if each.booking_id == trips[0].booking_id else each
            for each in places(belonging)
        ]

    monkeypatch.setattr(mine, "_places", but_the_first_is_gone)
    db.session.expunge_all()

    def keep(booking, _context):
        read.append(booking.id)

    event.listen(Booking, "load", keep)
    page = mine.page(true())
    event.remove(Booking, "load", keep)
    db.session.rollback()

    assert [each.booking.id for each in page.trips] == read == [trips[1].booking_id]


def test_the_pages_are_links_and_a_strange_reference_is_the_first_page(a_trip, site_app, monkeypatch):
    monkeypatch.setattr(mine, "MOST", 1)
    first, second = a_trip(HOTEL), a_trip(HOTEL)
    for trip in (first, second):
        trip.hold()
        trip.open_payment()
    browser = site_app.test_client()
    with browser.session_transaction() as session:
        session["granted"] = [trip.booking.public_reference for trip in (first, second)]

    beginning = browser.get("/bookings")
    [onward] = re.findall(r'href="(/bookings\?after=[^"]+)"', beginning.text)
    rest = browser.get(onward)

    assert first.booking.public_reference in beginning.text
    assert second.booking.public_reference in rest.text
    assert "First page" in rest.text
    for strange in ("x", "%00", "A" * 10_000, "K7QM-2XV-P9D"):
        assert first.booking.public_reference in browser.get(f"/bookings?after={strange}").text
