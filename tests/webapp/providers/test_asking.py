"""A question for a page ends when the page does: a provider that hangs keeps no thread of ours beyond that."""

import time
from dataclasses import replace
from datetime import date

import pytest

from beckn import air
from tests.servers import hanging
from tests.trips import DOMESTIC, HOTEL
from tests.webapp.bookings.guests import found
from tests.webapp.letters.conftest import a_trip, in_site  # noqa: F401 (fixtures)
from webapp.bookings import cancellation
from webapp.providers import client, directory
from webapp.providers.client import ProviderUnavailable
from webapp.search import results, selection

FLIGHTS = air.Search("BLR", "BOM", date(2026, 12, 11), air.Party(1))


@pytest.fixture
def hanging_hotels(site_app):
    """From then on the hotels are a socket that takes every connection and never says a word."""
    known = site_app.extensions["providers"]
    with hanging() as address:
        yield lambda: known.update(hotels=replace(known["hotels"], url=address))


def test_when_the_page_is_sent_no_thread_asks_on(a_trip, site_app, hanging_hotels, monkeypatch):  # noqa: F811
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    browser, base = found(site_app, trip)
    hanging_hotels()
    monkeypatch.setattr(cancellation, "DEADLINE", 0.5)

    page = browser.get(f"{base}/cancellation")
    sent_at = time.monotonic()
    results.threads(site_app, "hotels").shutdown(wait=True)

    assert "Hotels did not answer, so we cannot say what would come back" in page.text
    assert time.monotonic() - sent_at < 5  # a cancellation may take ten seconds


def test_what_comes_to_its_turn_after_the_page_is_not_asked_at_all(site_app, wires, on_sale):
    item, past = on_sale(), time.monotonic() - 1
    with site_app.app_context():
        flights = directory.find("flights")
        choice = flights.wire.choice_of(item, {})

        searched = results._ask_one(flights, FLIGHTS, past)
        with pytest.raises(ProviderUnavailable, match="did not answer in time") as late:
            selection.selected(flights, choice, until=past)

    assert (searched.failure, searched.offers) == ("did not answer in time", ())
    assert not late.value.sent
    assert wires["flights"].requests == []


def test_a_question_takes_as_long_as_is_usual_or_as_the_page_has_left():
    now = time.monotonic()

    assert (
        client._seconds("search", None) == client._seconds("search", now + 100) == client.DEADLINES["search"]
    )
    assert client._seconds("status", None) == client.USUAL_DEADLINE
    assert client._seconds("cancel", now + 0.5) <= 0.5


def test_who_is_asked_for_less_than_a_second_is_not_told_to_wait_for_none(site_app, wires, monkeypatch):
    monkeypatch.setitem(client.DEADLINES, "search", 0.9)
    with site_app.app_context():
        results._ask_one(directory.find("flights"), FLIGHTS, time.monotonic() + 100)

    assert [each.headers["Prefer"] for each in wires["flights"].requests] == ["wait=1"]
