"""Typed wrong, gone back, opened twice, signed out in the middle, edited by hand: no trip is lost, and no page is a 500."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Mouse
from tests.browser.scenes.places import FLIGHT, ROOM, STAY, offer
from tests.webapp.accounts.people import PASSWORD, an_account, sign_in

ASTRAY = {
    "/flights/search?from=%00&to=%F0%9F%9B%AB&depart=yesterday&adults=1e9&cabin=ROOF&sort=%27": 422,
    "/flights/search?from=BLR&to=BOM&depart=2020-01-01&adults=1": 422,
    "/flights/search?from=BLR&to=BLR&depart=2026-12-11&adults=1": 422,
    "/flights/search": 200,  # by way of the home page
    "/hotels/search?city=Mumbai&checkin=2026-12-13&checkout=2026-12-11": 422,
    "/hotels/search?city=Mumbai&checkin=2026-13-45&checkout=&rooms=-1&adults=": 422,
    "/offers/flights~6E-5678.20200101.ECONOMY?adults=1": 404,
    "/offers/flights~6E-5678.20261211.ECONOMY?adults=ninety": 404,
    "/offers/trains~12951?adults=1": 404,
    "/offers/hotels~taj-mahal-palace-mumbai.DELUXE?checkin=2026-12-13&checkout=2026-12-11": 404,
    "/checkout/K7QM-2XV-P9D/pay": 404,
    "/checkout/not-a-reference/review": 404,
    "/bookings/K7QM-2XV-P9D/cancellation?item=9999999999999999999999": 404,
    "/bookings/%2e%2e%2fadmin": 404,
    "/admin": 404,
    "/login?next=https://evil.example/": 200,
}


@pytest.mark.parametrize("address", ASTRAY)
def test_an_address_edited_by_hand_or_old_is_answered_in_words_with_a_way_on(visit, address):
    visit.open(address)

    assert visit.status == ASTRAY[address]
    assert visit.page.locator("h1").count() == 1
    assert visit.page.locator("main").locator("a[href], button").count() > 0
    assert visit.faults == []


def test_what_was_typed_stays_and_the_reader_is_led_to_what_is_wrong(visit):
    visit.buyer.to_travellers(FLIGHT)
    visit.open(f"/checkout/{visit.buyer.reference}/travellers")
    hand, page = Mouse(visit.page), visit.page
    hand.write("Given name", "Zoë")
    hand.write("Family name", "D’Souza")
    hand.radio("Female")
    hand.date_of_birth(31, 2, 1988)
    hand.write("Your name", "Zoë D’Souza")
    hand.write("E-mail", "zoe at example.org")
    hand.write("Mobile number", "98765 00001")

    hand.button("Continue to review")

    expect(page.locator(".errors")).to_be_focused()
    assert page.locator(".errors a").count() == 2
    page.locator(".errors a", has_text="e-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value("zoe at example.org")
    expect(page.get_by_label("Family name")).to_have_value("D’Souza")
    expect(page.get_by_role("radio", name="Female", exact=True)).to_be_checked()
    hand.date_of_birth(3, 2, 1988)
    hand.write("E-mail", "zoe@example.org")
    hand.button("Continue to review")
    hand.arrives("Check everything once more")
    hand.sees("Zoë D’Souza", "zoe@example.org")


def test_back_and_forward_lead_to_where_the_checkout_stands(visit):
    """Back from the payment to pages of before: they show what is, and the trip goes on to its end."""
    visit.buyer.to_pay(FLIGHT)
    visit.open(f"/checkout/{visit.buyer.reference}/travellers")
    hand, page = Mouse(visit.page), visit.page
    hand.arrives("Pay")
    hand.sees(re.compile("1[012] minutes left"))  # by the server's clock: the browser's is months away
    hand.button("Pay ₹")
    hand.arrives("Pay Yaana")
    page.go_back()
    hand.arrives("Pay")
    page.go_forward()
    hand.arrives("Pay Yaana")
    hand.button("Pay ₹")
    hand.arrives("You are booked")

    page.go_back()  # to the gateway's page, which was paid
    page.goto(f"/checkout/{visit.buyer.reference}/pay")

    hand.arrives("You are booked")


def test_two_tabs_buy_one_trip(visit):
    """Both stand at the review; the second one to press finds what the first did, and nothing is booked twice."""
    visit.buyer.to_review(FLIGHT)
    visit.open(f"/checkout/{visit.buyer.reference}/review")
    other = visit.page.context.new_page()
    visit.afterwards(other.close)
    other.goto(f"/checkout/{visit.buyer.reference}/review")
    first, second = Mouse(visit.page), Mouse(other)

    first.button("Continue to payment")
    first.arrives("Pay")
    second.button("Continue to payment")
    second.arrives("Pay")
    first.button("Pay ₹")
    first.button("Pay ₹")
    first.arrives("You are booked")
    second.button("Pay ₹")

    second.arrives("You are booked")
    other.goto("/bookings")
    assert other.get_by_role("heading", level=3).count() == 1


def test_two_tabs_fill_one_trip(visit):
    visit.open(offer("flights", FLIGHT))
    other = visit.page.context.new_page()
    visit.afterwards(other.close)
    other.goto(offer("hotels", ROOM, STAY))

    for page in (visit.page, other):
        page.locator("main form[action$='/trip'] button").first.click()
        Mouse(page).arrives("Your trip")

    Mouse(other).sees("6E-5678", "Taj Mahal Palace")


def test_a_session_that_ended_in_the_middle_of_checkout_loses_no_trip(visit):
    """The form of before is refused in words; whoever signs in again finds the trip as it was."""
    email = "astray@example.org"
    an_account(visit.stage.services["site"], email)
    sign_in(visit.buyer.site, email)
    visit.buyer.to_travellers(FLIGHT)
    visit.open(f"/checkout/{visit.buyer.reference}/travellers")
    hand = Mouse(visit.page)
    hand.write("Family name", "Rao")
    visit.page.context.clear_cookies()

    hand.button("Continue to review")

    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    assert visit.status in (400, 404)
    visit.page.goto("/login")
    hand.write("E-mail", email)
    hand.write("Password", PASSWORD)
    hand.button("Sign in")
    expect(visit.page).to_have_url(re.compile("/bookings"))
    visit.page.goto("/trip")
    hand.arrives("Your trip")
    hand.sees("6E-5678")
    hand.link("Continue to travellers")
    hand.arrives("Who is travelling?")
