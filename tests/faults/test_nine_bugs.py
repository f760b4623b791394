"""The nine bugs that every shop had (domain.md), each by its name; those that are shown elsewhere are named by their test."""

from pathlib import Path

import pytest

from tests.apps import ROOT
from tests.at_once import at_once
from tests.faults.test_several_items import with_another
from tests.trips import Trip
from webapp.checkout import saga

MANY = 50

ELSEWHERE = {
    "check and decrement in different transactions": "tests/bpp_services/core/test_race.py::"
    "test_the_last_seats_are_sold_once",
    "the lock lives in the caller": "tests/bpp_services/core/test_race.py::"
    "test_without_the_guard_the_last_seats_are_sold_twice",
    "double click": "tests/webapp/checkout/test_at_once.py::test_fifty_clicks_on_choose_are_one_item_of_one_trip",
    "refund twice": "tests/faults/test_several_items.py::"
    "test_a_refund_whose_answer_was_lost_is_not_taken_for_another_items",
    "late payment after expiry": "tests/webapp/checkout/test_saga.py::"
    "test_money_that_comes_after_the_hold_goes_back",
}


@pytest.mark.parametrize("bug", ELSEWHERE)
def test_it_is_shown_elsewhere(bug):
    file, _, name = ELSEWHERE[bug].partition("::")

    assert f"def {name}(" in Path(ROOT / file).read_text()


@pytest.mark.postgresql
def test_the_return_page_and_the_webhook_in_the_same_instant(faulty):
    """One capture and one letter, fifty times; who comes second finds the first at work."""
    for _ in range(MANY):
        trip = faulty.trip()
        with faulty.site.app_context():
            trip.hold()
            trip.open_payment()
            trip.authorise()
        webhook = faulty.services.wires["site"].requests[-1]

        def returns(booking_id=trip.booking_id) -> None:
            with faulty.site.app_context():
                saga.awaken(booking_id)

        def is_told(request=webhook) -> None:
            browser = faulty.site.test_client()
            browser.post("/payments/webhooks/sandbox", data=request.body, headers=dict(request.headers))

        at_once(returns, is_told)

        with faulty.site.app_context():
            assert trip.drive() == "CONFIRMED"
            assert faulty.money(trip) == [("CAPTURED", 441_000, 0)]
            assert faulty.told(trip) == ["booked"]


def test_a_retry_looks_up_instead_of_creating(database, faulty, in_site):
    trip = faulty.trip()
    trip.hold()
    faulty.services.wires["gateway"].lose_answer("POST /v1/payments", times=1)
    trip.open_payment()
    faulty.clock.forward(seconds=5)
    trip.drive()

    trip.authorise()

    assert trip.come_back() == "CONFIRMED"
    assert faulty.money(trip) == [("CAPTURED", 441_000, 0)]


def test_the_same_item_twice_in_one_cart_is_two_seats(database, faulty, in_site):
    trip = with_another(faulty.trip())

    assert trip.book() == "CONFIRMED"

    assert len({item.bpp_booking_id for item in trip.booking.current_items}) == 2
    assert faulty.there(trip) == ["CONFIRMED", "CONFIRMED"]
    assert faulty.money(trip) == [("CAPTURED", 882_000, 0)]


def test_the_confirmation_is_told_once(database, faulty, in_site):
    """However often it is asked for: come back again and again, by the worker and by every page."""
    trip: Trip = faulty.trip()
    trip.book()
    for _ in range(MANY):
        trip.come_back()
    faulty.work()

    assert faulty.told(trip) == ["booked"]
