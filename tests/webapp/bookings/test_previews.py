"""What cancelling gives is asked of all providers at the same time; who hangs is not waited for beyond one deadline."""

import threading

from tests.trips import DOMESTIC, HOTEL
from tests.webapp.bookings.guests import found
from webapp.bookings import cancellation

PATIENCE = 20  # seconds, of a busy machine


def test_all_providers_are_asked_at_the_same_time(a_trip, site_app, wires):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    browser, base = found(site_app, trip)
    both = threading.Barrier(2, timeout=PATIENCE)  # who comes alone is broken, and answers nothing
    for name in ("flights", "hotels"):
        wires[name].before(both.wait, "/beckn/cancel")

    page = browser.get(f"{base}/cancellation")

    assert "₹4,410 of ₹4,410 comes back" in page.text
    assert "₹35,400 of ₹35,400 comes back" in page.text


def test_who_hangs_does_not_hold_the_others(a_trip, site_app, wires, monkeypatch):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    browser, base = found(site_app, trip)
    answered, released = threading.Event(), threading.Event()
    wires["hotels"].before(lambda: released.wait(PATIENCE), "/beckn/cancel")
    wires["flights"].meanwhile(answered.set, "/beckn/cancel")
    monkeypatch.setattr(cancellation, "DEADLINE", 2.5)

    page = browser.get(f"{base}/cancellation")
    was_hanging = not released.is_set()
    released.set()

    assert was_hanging
    assert answered.is_set()
    assert "₹4,410 of ₹4,410 comes back" in page.text
    assert "Hotels did not answer, so we cannot say what would come back" in page.text


def test_who_is_asked_no_more_is_not_said_to_have_been_silent(a_trip, site_app):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    browser, base = found(site_app, trip)
    del site_app.extensions["providers"]["hotels"]

    choice = browser.get(f"{base}/cancellation")
    hotel = browser.get(f"{base}/cancellation?item={trip.booking.current_items[1].id}")

    assert "₹4,410 of ₹4,410 comes back" in choice.text
    for page in (choice, hotel):
        assert "We have no connection to its provider any more." in page.text
        assert "did not answer" not in page.text
    assert hotel.status_code == 409
