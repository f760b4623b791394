"""The list of bookings: newest first, in pages that do not shift, counted in words, and as quick with fifty as with one."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from chassis import clock
from chassis.database import engine
from tests.webapp.admin.booked import PASSPORT, a_booking
from tests.webapp.admin.lists import link, references, said
from webapp.admin import finding, listing


@contextmanager
def statements(app):
    """The SQL that the site sends inside the block."""
    sent = []
    with app.app_context():
        on = engine()
    listen = lambda *args: sent.append(args[2])  # noqa: E731
    event.listen(on, "before_cursor_execute", listen)
    yield sent
    event.remove(on, "before_cursor_execute", listen)


def test_a_line_has_both_booking_ids_contact_state_and_total(database, site_app, admin):
    reference = a_booking(site_app, needs_attention="CAPTURE was tried 9 times")

    page = admin.get("/admin/bookings").get_data(as_text=True)

    assert references(admin.get("/admin/bookings")) == [reference]
    for text in (
        "Domestic flights",
        "Hotels",
        "PNR0",
        "Asha Rao",
        "asha@example.org",
        "Confirmed",
        "₹22,410",
        "IST",
    ):
        assert text in page
    assert "Needs attention" in page


def test_the_newest_is_first_and_drafts_are_left_out(database, site_app, admin):
    old, new = a_booking(site_app, age=timedelta(days=1)), a_booking(site_app)
    draft = a_booking(site_app, "DRAFT", contact_email=None, contact_name=None)

    assert references(admin.get("/admin/bookings")) == [new, old]
    assert references(admin.get("/admin/bookings?state=DRAFT")) == [draft]


def test_a_state_shows_its_bookings_alone(database, site_app, admin):
    a_booking(site_app)
    failed = a_booking(site_app, "FAILED")

    assert references(admin.get("/admin/bookings?state=FAILED")) == [failed]
    assert references(admin.get("/admin/bookings?state=HOLDING")) == []
    assert "No bookings found" in admin.get("/admin/bookings?state=HOLDING").get_data(as_text=True)


def test_no_bookings_is_a_page_too(admin):
    assert "No bookings yet" in admin.get("/admin/bookings").get_data(as_text=True)


def test_the_travellers_are_named_and_nobody_reads_their_passports(database, site_app, admin):
    a_booking(site_app, people=(("Asha", "Rao"), ("Ravi", "Rao"), ("Mira", "Rao"), ("Kabir", "Rao")))

    page = admin.get("/admin/bookings").get_data(as_text=True)

    assert all(name in page for name in ("Asha Rao", "Ravi Rao", "Mira Rao", "and 1 more"))
    assert "Kabir" not in page
    assert PASSPORT.number[-4:] not in page


def test_how_many_were_found_is_said_in_words(database, site_app, admin, monkeypatch):
    monkeypatch.setattr(finding, "MOST_COUNTED", 2)

    a_booking(site_app)
    a_booking(site_app, "DRAFT")
    assert said(admin.get("/admin/bookings")) == "1 booking, drafts left out"
    a_booking(site_app)
    assert said(admin.get("/admin/bookings?q=asha&state=CONFIRMED")) == "2 bookings for “asha”"
    assert said(admin.get("/admin/bookings?state=CONFIRMED")) == "2 bookings"
    a_booking(site_app)
    assert said(admin.get("/admin/bookings")) == "More than 2 bookings, drafts left out"


@pytest.fixture
def pages_of_three(monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 3)


def test_the_pages_hold_every_booking_once_there_and_back(database, site_app, admin, pages_of_three):
    now = clock.now()
    minutes_ago = (1, 2, 2, 2, 2, 3, 4)  # four at one moment, across two pages
    booked = {a_booking(site_app, at=now - timedelta(minutes=each)) for each in minutes_ago}

    there = [admin.get("/admin/bookings")]
    while older := link(there[-1], "next"):
        there.append(admin.get(older))
    back = [there[-1]]
    while newer := link(back[-1], "prev"):
        back.append(admin.get(newer))

    seen = [reference for page in there for reference in references(page)]
    assert len(seen) == len(booked)
    assert set(seen) == booked
    assert [references(page) for page in back[::-1]] == [references(page) for page in there]
    assert link(there[0], "prev") is None
    assert link(there[-1], "next") is None


def test_a_booking_made_meanwhile_shifts_no_page(database, site_app, admin, pages_of_three):
    for minutes in range(5):
        a_booking(site_app, age=timedelta(minutes=minutes))
    first = admin.get("/admin/bookings")
    second = references(admin.get(link(first, "next")))

    a_booking(site_app)

    assert references(admin.get(link(first, "next"))) == second


def test_search_and_filters_stay_when_pages_are_turned(database, site_app, admin, pages_of_three):
    for minutes in range(4):
        a_booking(site_app, "FAILED", age=timedelta(minutes=minutes))
        a_booking(site_app, age=timedelta(minutes=minutes))
        a_booking(site_app, "FAILED", providers=("hotels",), age=timedelta(minutes=minutes))
        a_booking(site_app, "FAILED", contact_name="J", contact_email="j@x.in", people=())
    day = clock.today("Asia/Kolkata")
    address = (
        f"/admin/bookings?q=rao+asha&state=FAILED&provider=flights&from={day - timedelta(days=1)}&to={day}"
    )

    first = admin.get(address)
    older = link(first, "next")
    second = admin.get(older)

    assert len(references(first)) == 3
    assert len(references(second)) == 1
    for each in address.partition("?")[2].split("&"):
        assert each in older
        assert each in link(second, "prev")
    assert references(admin.get(link(second, "prev"))) == references(first)
    assert said(second) == "4 bookings for “rao asha”"


def test_a_page_that_begins_behind_the_last_is_empty_and_no_fault(database, site_app, admin):
    reference = a_booking(site_app)

    for side in ("older_than", "newer_than"):
        answer = admin.get(f"/admin/bookings?{side}={reference}")
        assert answer.status_code == 200
        assert references(answer) == []


def test_fifty_are_on_a_page(site_app, admin):
    for minutes in range(51):
        a_booking(site_app, "FAILED", age=timedelta(minutes=minutes))

    assert len(references(admin.get("/admin/bookings"))) == 50


def test_many_bookings_take_as_many_queries_as_one(site_app, admin):
    a_booking(site_app)
    with statements(site_app) as for_one:
        admin.get("/admin/bookings")

    for minutes in range(20):
        a_booking(site_app, age=timedelta(minutes=minutes))
    with statements(site_app) as for_many:
        admin.get("/admin/bookings")

    selects = [each for each in for_many if each.startswith("SELECT")]
    assert len(for_many) == len(for_one)
    assert len(selects) <= 5  # who asks, the bookings, their items, their travellers, how many there are
