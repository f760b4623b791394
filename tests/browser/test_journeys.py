"""What a traveller does from beginning to end, with a mouse and with a keyboard alone, with and without JavaScript.

Each journey is written once and made twice by `make check-pages`, so that every one of them meets both hands, both widths,
and JavaScript on and off; `make test`, which has eight minutes for everything, makes each once, by turns on the left and right:

    journey      with JavaScript        without
    flight       keyboard, 360 px       mouse, 1280 px
    round trip   mouse, 1280 px         keyboard, 360 px
    hotel        mouse, 360 px          keyboard, 1280 px
    whole trip   keyboard, 1280 px      mouse, 360 px
    cancel       keyboard, 360 px       mouse, 1280 px
    find         mouse, 360 px          keyboard, 1280 px
    account      mouse, 1280 px         keyboard, 360 px
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import checks
from tests.browser.hands import Hand, Keyboard, Mouse
from tests.browser.scenes.places import FLIGHT
from tests.browser.visits import profile, visiting
from tests.webapp.accounts.mailbox import letters
from tests.webapp.accounts.people import PASSWORD
from tests.webapp.letters.conftest import text_of

THERE, BACK = date(2026, 12, 11), date(2026, 12, 13)
WITH, WITHOUT = True, False
ANOTHER_PASSWORD = "an evening in pondicherry"

TABLE = [
    ("flight", Keyboard, WITH, 360), ("flight", Mouse, WITHOUT, 1280),
    ("round_trip", Mouse, WITH, 1280), ("round_trip", Keyboard, WITHOUT, 360),
    ("hotel", Mouse, WITH, 360), ("hotel", Keyboard, WITHOUT, 1280),
    ("whole_trip", Keyboard, WITH, 1280), ("whole_trip", Mouse, WITHOUT, 360),
    ("cancel", Keyboard, WITH, 360), ("cancel", Mouse, WITHOUT, 1280),
    ("find", Mouse, WITH, 360), ("find", Keyboard, WITHOUT, 1280),
    ("account", Mouse, WITH, 1280), ("account", Keyboard, WITHOUT, 360),
]  # fmt: skip


def flight(hand: Hand, visit) -> None:
    look_for_a_flight(hand)
    choose_a_flight(hand, "6E-5678")
    hand.link("Continue to travellers")
    name_a_traveller(hand)
    review_and_pay(hand, "₹4,410")
    hand.sees("Asha Rao", "6E-5678")


def round_trip(hand: Hand, visit) -> None:
    look_for_a_flight(hand)
    choose_a_flight(hand, "6E-5678")
    look_for_a_flight(hand, "Mumbai", "Bengaluru", BACK)
    choose_a_flight(hand, "UK-9013")
    hand.link("Continue to travellers")
    name_a_traveller(hand)
    review_and_pay(hand, "₹13,614")  # 4,410 + 9,204
    hand.sees("6E-5678", "UK-9013")


def hotel(hand: Hand, visit) -> None:
    hand.open("/?kind=hotels")
    hand.write("City", "Bombay")
    hand.day("Check-in", THERE)
    hand.day("Check-out", BACK)
    hand.button("Search hotels")
    hand.arrives("Mumbai")
    choose_a_room(hand)
    hand.link("Continue to travellers")
    hand.arrives("Who is staying?")
    hand.write("Given name", "Arjun")
    hand.write("Family name", "Mehta")
    tell_a_contact(hand)
    review_and_pay(hand, "₹35,400")
    hand.sees("Arjun Mehta", "Taj Mahal Palace")


def whole_trip(hand: Hand, visit) -> None:
    look_for_a_flight(hand)
    choose_a_flight(hand, "6E-5678")
    hand.link("A hotel in Mumbai")
    hand.arrives("Mumbai")
    choose_a_room(hand)
    hand.link("A flight back to Bengaluru")
    hand.arrives("Mumbai")
    choose_a_flight(hand, "UK-9013")
    hand.link("Continue to travellers")
    name_a_traveller(hand)
    hand.arrives("Check everything once more")
    hand.sees("6E-5678", "Taj Mahal Palace", "UK-9013", "Asha Rao")
    hand.button("Continue to payment")
    pay(hand)
    hand.sees("6E-5678", "Taj Mahal Palace", "UK-9013")


def cancel(hand: Hand, visit) -> None:
    visit.buyer.booked(FLIGHT)
    visit.open(f"/bookings/{visit.buyer.reference}")
    hand.arrives("You are booked")
    hand.link("Cancel this booking")
    hand.arrives("Cancel this booking?")
    hand.sees("You get back", "₹4,410")
    hand.button("Cancel and get")
    hand.arrives("Your booking is cancelled")
    hand.sees("₹4,410")


def find(hand: Hand, visit) -> None:
    visit.buyer.booked(FLIGHT)  # in another browser
    hand.open("/bookings")
    hand.link("find a booking")
    hand.arrives("Find a booking")
    hand.write("Yaana reference", visit.buyer.reference.lower())
    hand.write("E-mail", "asha@example.org")
    hand.button("Find the booking")
    hand.arrives("You are booked")
    hand.sees(visit.buyer.reference, "Asha Rao")


def account(hand: Hand, visit) -> None:
    email = f"{type(hand).__name__.lower()}@example.org"
    hand.open("/")
    hand.link("Register")
    hand.arrives("Register")
    hand.write("E-mail", email)
    hand.write("Your name", "Asha")
    hand.write("Password", PASSWORD)
    hand.button("Open an account")
    hand.arrives("My trips")
    hand.press(hand.page.get_by_role("link", name=re.compile("Account$")))
    hand.arrives("Your account")
    hand.write("Your name", "Asha Rao")
    hand.button("Save")
    hand.sees("Your details are saved")
    travel_with_who_is_saved(hand)
    hand.button("Sign out")
    hand.arrives("")
    choose_another_password(hand, visit, email)
    hand.button("Sign out")
    hand.arrives("")
    hand.link("Sign in")
    hand.arrives("Sign in")
    hand.write("E-mail", email)
    hand.write("Password", ANOTHER_PASSWORD)
    hand.button("Sign in")
    hand.arrives("My trips")
    close_the_account(hand)


def travel_with_who_is_saved(hand: Hand) -> None:
    """From the account to a trip whose traveller need not be typed."""
    hand.link("Travellers")
    hand.arrives("Travellers")
    hand.link("Add a traveller")
    hand.arrives("Add a traveller")
    name_somebody(hand)
    hand.button("Save the traveller")
    hand.arrives("Travellers")
    look_for_a_flight(hand)
    choose_a_flight(hand, "6E-5678")
    hand.link("Continue to travellers")
    hand.arrives("Who is travelling?")
    hand.choose("Fill in from a saved traveller", "Asha Rao")
    if not hand.page.evaluate("matchMedia('(scripting: enabled)').matches"):
        hand.button("Fill in")
    expect(hand.page.get_by_label("Family name")).to_have_value("Rao")
    hand.write("Mobile number", "98765 00001")
    hand.button("Continue to review")
    hand.arrives("Check everything once more")
    hand.sees("Asha Rao", "23 Mar 1988")


def choose_another_password(hand: Hand, visit, email: str) -> None:
    hand.link("Sign in")
    hand.arrives("Sign in")
    hand.link("Forgotten your password?")
    hand.arrives("Forgotten your password?")
    hand.write("E-mail", email)
    hand.button("Send the link")
    hand.arrives("Look into your mailbox")
    site = visit.stage.services["site"]
    letter = text_of(letters(site, Path(site.instance_path), email)[-1])
    hand.open(re.search(r"/password/new\?token=\S+", letter)[0])
    hand.arrives("Choose a new password")
    hand.write("New password", ANOTHER_PASSWORD)
    hand.button("Keep this password")
    hand.arrives("Your account")


def close_the_account(hand: Hand) -> None:
    hand.press(hand.page.get_by_role("link", name=re.compile("Account$")))
    hand.link("Your data")
    hand.arrives("Your data")
    hand.link("Close my account")
    hand.arrives("Close your account")
    hand.write("Your password", ANOTHER_PASSWORD)
    hand.button("Close my account")
    expect(hand.page.get_by_text("Your account is closed")).to_be_visible()


# ---- what several journeys have in common


def look_for_a_flight(hand: Hand, origin="Bangalore", destination="Bombay", on=THERE) -> None:
    hand.open("/")
    hand.write("From", origin)
    hand.write("To", destination)
    hand.day("Departure", on)
    hand.button("Search flights")
    hand.arrives("to")


def choose_a_flight(hand: Hand, number: str) -> None:
    """From the results to the trip."""
    hand.press(hand.page.get_by_role("link", name=re.compile(f"Choose.*{number}")).first)
    into_the_trip(hand)


def choose_a_room(hand: Hand) -> None:
    hand.link("Choose Taj Mahal Palace")
    into_the_trip(hand)


def into_the_trip(hand: Hand) -> None:
    hand.press(hand.page.locator("main form[action$='/trip'] button").first)
    hand.arrives("Your trip")


def name_a_traveller(hand: Hand) -> None:
    hand.arrives("Who is travelling?")
    name_somebody(hand)
    tell_a_contact(hand)


def name_somebody(hand: Hand) -> None:
    hand.write("Given name", "Asha")
    hand.write("Family name", "Rao")
    hand.radio("Female")
    hand.date_of_birth(23, 3, 1988)


def tell_a_contact(hand: Hand) -> None:
    hand.write("Your name", "Asha Rao")
    hand.write("E-mail", "asha@example.org")
    hand.write("Mobile number", "98765 00001")
    hand.button("Continue to review")


def review_and_pay(hand: Hand, total: str) -> None:
    hand.arrives("Check everything once more")
    hand.sees(total)
    hand.button("Continue to payment")
    pay(hand)


def pay(hand: Hand) -> None:
    hand.arrives("Pay")
    hand.sees("Held until")
    hand.button("Pay ₹")
    hand.arrives("Pay Yaana")
    hand.button("Pay ₹")
    hand.arrives("You are booked")


# ---- the table


@pytest.fixture(scope="module")
def pages(_stage, chromium):
    """A page with JavaScript and one without, each a profile of its own."""
    with (
        profile(_stage, chromium) as with_javascript,
        profile(_stage, chromium, java_script_enabled=False) as without,
    ):
        yield {WITH: with_javascript, WITHOUT: without}


@pytest.mark.parametrize(
    ("journey", "hand", "javascript", "width"),
    TABLE if os.environ.get("EVERY_LOOK") else [TABLE[2 * row + row % 2] for row in range(len(TABLE) // 2)],
    ids=lambda each: each if isinstance(each, str) else getattr(each, "__name__", str(each)),
)
def test_a_traveller_comes_to_the_end(stage, pages, journey, hand, javascript, width):
    page = pages[javascript]
    checks.look(page, "light", width)

    with visiting(stage, page) as visit:
        globals()[journey](hand(page), visit)

        assert visit.faults == []


def test_every_journey_meets_both_hands_both_widths_and_both_states_of_javascript():
    for journey in {row[0] for row in TABLE}:
        for column in (1, 2, 3):
            assert len({row[column] for row in TABLE if row[0] == journey}) == 2, journey
