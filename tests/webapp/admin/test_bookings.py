"""The list of bookings: newest first, in pages that do not shift, and as quick with fifty as with one."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from chassis import clock
from chassis.database import engine
from tests.webapp.admin.booked import a_booking
from webapp.admin import listing


def references(answer) -> list[str]:
    return re.findall(r'href="/admin/bookings/([^"?]+)"', answer.get_data(as_text=True))


def link(answer, rel) -> str | None:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', answer.get_data(as_text=True))
    return found[1].replace("&amp;", "&") if found else None


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
    assert "No bookings here" in admin.get("/admin/bookings?state=HOLDING").get_data(as_text=True)


def test_no_bookings_is_a_page_too(admin):
    assert "No bookings here" in admin.get("/admin/bookings").get_data(as_text=True)


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


def test_the_state_stays_when_pages_are_turned(site_app, admin, pages_of_three):
    for minutes in range(4):
        a_booking(site_app, "FAILED", age=timedelta(minutes=minutes))
        a_booking(site_app, age=timedelta(minutes=minutes))

    older = link(admin.get("/admin/bookings?state=FAILED"), "next")

    assert len(references(admin.get(older))) == 1
    assert "state=FAILED" in older


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
    assert len(selects) <= 3
