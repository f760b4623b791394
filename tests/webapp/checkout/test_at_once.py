"""Many at once, through a real threaded server: every button pressed fifty times in the same moment acts once."""

import re
import threading
from collections import Counter
from urllib.parse import urlsplit

import pytest
import requests

from tests.at_once import in_parallel
from tests.servers import serve
from tests.wsgi_adapter import asked

CLICKS = 50


@pytest.fixture
def address(site_app):
    with serve(site_app) as address:
        yield address


def presses(address: str, buyer, page, action: str, **typed):
    """A click on the button of a form of `page`, with the cookies of `buyer` as they are now: for many threads."""
    form = re.search(rf'<form[^>]*action="([^"]*{action})"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])) | typed
    cookie = buyer.site.get_cookie("webapp_session").value

    def click(_number: int) -> requests.Response:
        return requests.post(
            address + form[1],
            data=fields,
            headers={"Cookie": f"webapp_session={cookie}"},
            allow_redirects=False,
            timeout=30,
        )

    return click


def test_fifty_clicks_on_choose_are_one_item_of_one_trip(database, asha, on_sale, books, address):
    offer = asha.offer(on_sale())

    answers = in_parallel(CLICKS, presses(address, asha, offer, "/trip"))

    assert Counter(answer.status_code for answer in answers) == {303: CLICKS}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert books.states() == ["DRAFT"]
    assert books.total_minor(books.all()[0][0]) == 441_000


def test_nine_tabs_at_the_same_instant_are_one_trip(database, asha, on_sale, books, address):
    """None of them knows of a trip yet: each has a form of its own, and the cookie that all had at first."""
    item = on_sale()
    tabs = [asha.offer(item) for _ in range(9)]
    clicks = [presses(address, asha, tab, "/trip") for tab in tabs]

    answers = in_parallel(len(tabs), lambda number: clicks[number](number))

    assert {answer.status_code for answer in answers} == {303}
    assert books.states() == ["DRAFT"]
    assert books.total_minor(books.all()[0][0]) == 9 * 441_000


def test_fifty_clicks_on_continue_to_payment_are_one_hold(database, asha, on_sale, seats, address):
    review = asha.to_review(on_sale(seats=50))

    answers = in_parallel(CLICKS, presses(address, asha, review, "/hold"))

    assert Counter(answer.status_code for answer in answers) == {303: CLICKS}
    assert seats.counts() == {"HELD": 1, "available": 49}


def test_fifty_clicks_on_pay_are_one_payment_and_one_hosted_page(database, asha, on_sale, books, address):
    pay = asha.to_pay(on_sale())

    answers = in_parallel(CLICKS, presses(address, asha, pay, "/pay"))

    assert Counter(answer.status_code for answer in answers) == {303: CLICKS}
    led_to = {urlsplit(answer.headers["Location"]).path for answer in answers}
    [hosted] = {path for path in led_to if path.startswith("/pay/")}  # who waited too long sees the progress
    assert led_to <= {hosted, f"/checkout/{asha.reference}/progress"}
    assert [state for state, _ in books.payments()] == ["OPEN"]
    assert "You are booked" in asha.press(hosted, "authorisation").text


def test_fifty_clicks_on_hold_it_again_are_one_new_booking(database, asha, on_sale, books, clock, address):
    asha.to_pay(on_sale())
    clock.forward(minutes=11)
    late = asha.at("pay")

    answers = in_parallel(CLICKS, presses(address, asha, late, "/again"))

    assert {answer.status_code for answer in answers} == {303}
    assert sorted(books.states()) == ["DRAFT", "EXPIRED"]


def test_the_return_page_and_the_webhook_at_once_book_and_capture_once(
    database, asha, on_sale, books, seats, wires, address
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale(seats=50)))
    signed = authorise(asha, wires, hosted)
    cookie = asha.site.get_cookie("webapp_session").value

    def tell(number: int) -> int:
        if number % 2:
            return requests.post(
                f"{address}/payments/webhooks/sandbox",
                data=signed.body,
                headers=dict(signed.headers),
                timeout=30,
            ).status_code
        return requests.get(
            f"{address}/checkout/{asha.reference}/return",
            headers={"Cookie": f"webapp_session={cookie}"},
            allow_redirects=False,
            timeout=30,
        ).status_code

    answers = in_parallel(CLICKS, tell)

    assert set(answers) == {303, 204}
    asha.until("You are booked", asha.site.get(f"/bookings/{asha.reference}"))
    assert seats.counts() == {"CONFIRMED": 1, "available": 49}
    assert [state for state, _ in books.payments()] == ["CAPTURED"]
    assert books.balance(asha.reference) == (441_000, 441_000)
    assert asked(wires["flights"], "/confirm") == asked(wires["gateway"], "/capture") == 1
    assert books.letters() == ["booked"]


def test_fifty_clicks_on_cancel_are_one_refund(database, asha, on_sale, books, seats, clock, address):
    asha.booked(on_sale(seats=50))
    clock.forward(hours=2)
    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")

    answers = in_parallel(CLICKS, presses(address, asha, page, "/cancellation"))

    assert {answer.status_code for answer in answers} == {303}
    assert books.states() == ["CANCELLED"]
    assert books.balance(asha.reference) == (88_200, 88_200)
    assert seats.counts() == {"CANCELLED": 1, "available": 50}


def authorise(buyer, wires, hosted: str):
    """Pay on the hosted page, and the webhook that the gateway signed for it, which the wire lost."""
    page = buyer.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    sent = threading.Event()
    lost = wires["site"].requests
    before = len(lost)
    buyer.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    for _ in range(200):
        if len(lost) > before:
            return lost[-1]
        sent.wait(0.02)
    raise AssertionError("the gateway told nobody")
