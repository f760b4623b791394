"""What each letter tells: what happened to seats, rooms and money, to the rupee, whatever becomes of the booking later."""

import re

import pytest

from chassis.database import db, writing
from tests.factories import EMAIL
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL
from tests.webapp.accounts.people import an_account
from tests.webapp.letters.conftest import html_of, text_of
from webapp.bookings import corrections
from webapp.bookings.models import Booking
from webapp.checkout.steps import cancelling, correcting
from webapp.letters import words
from webapp.payments.selected import gateway


def lines(message) -> list[str]:
    return text_of(message).splitlines()


def part(message, heading: str) -> dict[str, str]:
    """The facts below a heading."""
    said = lines(message)
    below = said[said.index(heading) + 2 :]
    facts = below[: below.index("")] if "" in below else below
    return dict(line.split(": ", 1) for line in facts)


def cancel(trip, *places: int) -> None:
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, [booking.current_items[place] for place in places])
    trip.drive()


def test_booked_tells_everything_that_is_needed_to_travel(a_trip, mail):
    trip = a_trip(DOMESTIC, HOTEL, INTERNATIONAL)
    trip.book()

    [letter] = mail()

    flight, stay, abroad = trip.booking.current_items
    assert letter["To"] == f"Asha Rao <{EMAIL}>"
    assert letter["Subject"].strip().startswith("Booked: Mumbai to Dubai and 2 more, from Fri 11 Dec 2026")
    assert part(letter, "Bengaluru to Mumbai") == {
        "Airline reference": flight.bpp_booking_id,
        "Flight": "IndiGo 6E-5678, Economy",
        "Departs": "Fri 11 Dec 2026, 14:30 IST, Bengaluru BLR (Kempegowda International Airport)",
        "Arrives": "Fri 11 Dec 2026, 16:30 IST, Mumbai BOM (Chhatrapati Shivaji Maharaj International Airport)",
        "Travellers": "Asha Rao (ticket 3120000000001)",
        "Price": "₹4,410, taxes included",
        "If you cancel": "Free until Tue 1 Dec 2026, 11:00 IST; then 20% of the base fare is kept until Wed 9 Dec 2026, "
        "14:30 IST; then the whole base fare is kept until Fri 11 Dec 2026, 14:30 IST; after that it cannot be cancelled",
    }
    assert part(letter, "Taj Mahal Palace, Mumbai") == {
        "Hotel reference": stay.bpp_booking_id,
        "Hotel": "Taj Mahal Palace, Apollo Bunder, Mumbai",
        "Room": "Deluxe room, Breakfast included",
        "Check-in": "from Fri 11 Dec 2026, 14:00 IST",
        "Check-out": "until Sun 13 Dec 2026, 11:00 IST",
        "Stay": "2 nights, 1 room",
        "Guests": "1 adult",
        "In the name of": "Asha Rao",
        "Price": "₹35,400, taxes included",
        "If you cancel": "Free until Wed 9 Dec 2026, 14:00 IST; then 50% of the stay is kept until Fri 11 Dec 2026, 14:00 IST; "
        "after that it cannot be cancelled",
    }
    assert part(letter, "Mumbai to Dubai")["Airline reference"] == abroad.bpp_booking_id
    assert part(letter, "Mumbai to Dubai")["Arrives"].startswith(
        "Fri 11 Dec 2026, 06:00 UTC+04:00, Dubai DXB"
    )
    assert part(letter, "Paid")["Total"] == "₹55,560, taxes included"


def test_the_text_says_everything_that_the_html_says(a_trip, mail):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()

    [letter] = mail()

    body = html_of(letter).partition("<body>")[2]
    shown = [text for text in re.split(r"<[^>]*>|\s{2,}", body) if text.strip()]
    plain = " ".join(text_of(letter).split())
    assert [text for text in shown if " ".join(text.split()) not in plain and "button" not in text] == []


def test_the_html_fetches_nothing_and_follows_dark_mode(a_trip, mail):
    a_trip().book()

    html = html_of(mail()[0])

    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(|@import|src=", html)
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark">' in html


def test_the_link_of_a_guest_finds_the_booking_in_any_browser(a_trip, mail, site_app):
    trip = a_trip()
    trip.book()
    address = re.search(r"http://127\.0\.0\.1:5000(\S+)", text_of(mail()[0]))[1]
    browser = site_app.test_client()

    page = browser.get(address)
    found = browser.submit(page, "/find", email=EMAIL)

    assert trip.booking.public_reference in page.text
    assert found.location == f"/bookings/{trip.booking.public_reference}"


def test_the_link_of_an_account_is_the_booking(a_trip, mail, site_app):
    an_account(site_app)
    trip = a_trip()
    with writing() as session:
        session.get_one(Booking, trip.booking_id).user_id = 1
    trip.book()

    [letter] = mail()

    assert f"http://127.0.0.1:5000/bookings/{trip.booking.public_reference}" in lines(letter)
    assert "without an account" not in text_of(letter)


def test_cancelled_tells_the_refund_to_the_rupee_and_when_it_arrives(a_trip, mail, clock):
    trip = a_trip()
    trip.book()
    clock.forward(hours=2)
    trip.cancel()

    _, letter = mail()

    assert letter["Subject"].strip().startswith("Cancelled: Bengaluru to Mumbai, Fri 11 Dec 2026")
    assert "₹3,528 has gone back to you. Banks usually show it within 5 to 7 working days" in text_of(letter)
    assert part(letter, "Cancelled: Bengaluru to Mumbai") == {
        "Was booked as": trip.item.bpp_booking_id,
        "When": "Fri 11 Dec 2026, 14:30 IST",
        "Paid": "₹4,410",
        "Kept by its terms": "₹882",
        "Comes back": "₹3,528",
    }


def test_items_cancelled_one_after_the_other_are_a_letter_each(database, a_trip, mail, clock):
    trip = a_trip(DOMESTIC, HOTEL, INTERNATIONAL)
    trip.book()
    clock.forward(hours=2)

    cancel(trip, 0)
    clock.forward(hours=1)
    cancel(trip, 1)
    clock.forward(hours=1)
    cancel(trip, 2)

    _, first, second, third = mail()
    assert "₹3,528 has gone back to you" in text_of(first)
    assert "Still booked: Taj Mahal Palace, Mumbai" in lines(first)
    assert "Still booked: Mumbai to Dubai" in lines(first)
    assert "₹35,400 has gone back to you" in text_of(second)
    assert "Cancelled: Taj Mahal Palace, Mumbai" in lines(second)
    assert "Cancelled before: Bengaluru to Mumbai" in lines(second)
    assert [text_of(each).splitlines()[0] for each in (first, second, third)] == [
        "Part of your booking is cancelled",
        "Part of your booking is cancelled",
        "Your booking is cancelled",
    ]


def test_what_comes_to_nothing_is_said_plainly(a_trip, mail, clock):
    trip = a_trip(HOTEL)
    trip.book()
    with writing():
        booking = db.session.get_one(Booking, trip.booking_id)
        booking.items[0].state, booking.items[0].kept_minor = "CANCELLED", booking.items[0].total_minor
    said = words.cancelled(trip.booking)

    assert said.lead == ("It is cancelled. By the terms it was booked on, nothing comes back.",)

    with writing():
        booking = db.session.get_one(Booking, trip.booking_id)
        booking.items[0].state, booking.items[0].kept_minor = "CONFIRMED", 0


def test_while_the_gateway_is_away_she_hears_that_it_is_cancelled_and_later_that_the_money_went_back(
    a_trip, mail, clock, wires
):
    trip = a_trip()
    trip.book()
    clock.forward(hours=2)
    wires["gateway"].down("/refunds")
    trip.cancel()
    for _ in range(2):
        assert len(mail()) == 1
        clock.forward(minutes=1)
        trip.drive()

    _, cancelled = mail()
    assert "₹3,528 comes back to you. The payment gateway has not answered yet" in text_of(cancelled)

    for _ in range(3):
        clock.forward(minutes=1)
        trip.drive()
    wires["gateway"].restore()
    clock.forward(minutes=1)
    trip.drive()

    assert trip.state == "CANCELLED"
    *_, refunded = mail()
    assert len(mail()) == 3
    assert refunded["Subject"].strip().startswith("Your money has gone back: ₹3,528")
    assert part(refunded, "Payment")["Stays paid"] == "₹882"


ENDS = {
    "expired": ("The time to pay is over", "The time to pay was over before we had your payment"),
    "abandoned": ("Not booked, as you asked", "You released it before it was booked."),
    "not confirmed": ("We could not book your trip", "Domestic flights did not confirm in time."),
    "not captured": ("We could not book your trip", "The payment could not be taken. So "),
}


@pytest.mark.parametrize("end", ENDS)
def test_not_booked_says_why_and_what_became_of_money_and_seats(in_site, a_trip, mail, clock, wires, end):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    if end == "expired":
        clock.forward(minutes=13)
        trip.drive()
    elif end == "abandoned":
        trip.abandon()
    elif end == "not confirmed":
        trip.authorise()
        wires["flights"].down("/beckn/confirm")
        trip.come_back()
        for _ in range(14):
            clock.forward(minutes=2)
            trip.drive()
    else:
        trip.authorise()
        number = trip.payment.gateway_reference
        wires["flights"].meanwhile(lambda: void(in_site, number), "/beckn/confirm")
        trip.come_back()

    [letter] = mail()

    subject, why = ENDS[end]
    assert letter["Subject"].strip().startswith(f"{subject}: Bengaluru to Mumbai")
    assert why in text_of(letter)
    assert "Nothing is booked, and nothing is held in your name any more." in lines(letter)
    assert "Nothing was taken. If your bank shows an amount as reserved, it disappears by itself" in text_of(
        letter
    )
    gone = "was booked as" if end == "not captured" else "released"
    assert gone in part(letter, "Seats and rooms")["Bengaluru to Mumbai"]


def void(site, number: str) -> None:
    with site.app_context():
        gateway().void(number, f"{number}-void")


def test_a_corrected_name_is_told_with_what_it_was(a_trip, mail):
    trip = a_trip()
    trip.book()
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        corrections.propose(booking, booking.travellers[0], "Aasha", "Rao")
        correcting.begin(booking, corrections.proposed(booking).id)
    trip.drive()

    *_, letter = mail()

    assert letter["Subject"].strip().startswith("Name corrected: Aasha Rao")
    assert part(letter, "Traveller") == {"It was": "Asha Rao", "It is": "Aasha Rao"}
    assert part(letter, "Bengaluru to Mumbai")["Travellers"].startswith("Aasha Rao (ticket ")


def test_a_letter_tells_what_was_true_when_it_was_written(a_trip, mail, clock):
    """The control of frozen words: it leaves two hours later, when everything is cancelled and she has another name."""
    trip = a_trip()
    trip.book()
    clock.forward(hours=2)
    trip.cancel()
    with writing() as session:
        session.get_one(Booking, trip.booking_id).contact_name = "Somebody Else"

    booked, _ = mail()

    assert booked["To"] == f"Asha Rao <{EMAIL}>"
    assert "It is booked, and ₹4,410 was taken." in text_of(booked)


def test_what_cannot_be_put_into_words_is_booked_all_the_same(a_trip, mail, monkeypatch):
    monkeypatch.setitem(words.LETTERS, "booked", lambda booking: 1 / 0)
    trip = a_trip()

    assert trip.book() == "CONFIRMED"

    assert mail()[0]["Subject"] == f"News of your booking {trip.booking.public_reference}"
