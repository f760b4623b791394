"""Whatever is typed wrong, form by form and address by address: its status, its field, and the sentence that helps.

A row is one wrong input to a page that is right otherwise. To add one, put it into its table; the tests go through them.
Three forms have their tables beside their rules: bookings/test_finding.py, bookings/test_correcting.py and
accounts/test_changing_the_password.py.
"""

import html
import re
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.journeys.traveller import ADULT, CONTACT, PASSPORT
from tests.pages import Page
from tests.webapp.accounts.people import ASHA, PASSWORD, an_account, sign_in
from tests.webapp.buyer import typed
from webapp.accounts.models import User

HUGE = "x" * 10_000
EMOJI = "🛫" * 20
NUL = "BLR\x00🛩"
SQL = "' OR 1=1 --"
HTML = '"><script>alert(1)</script>'

# ---- searches: what is changed (None leaves it out), the field, the sentence. Status 422, and no provider is asked.

FLIGHT = {"from": "BLR", "to": "BOM", "depart": "2026-12-11", "adults": "1", "children": "0", "infants": "0"}
FLIGHT_SEARCHES = [
    ({"from": "Bangalroe"}, "from", "We do not know “Bangalroe”. Did you mean Bengaluru?"),
    ({"from": "Mumbay"}, "from", "Did you mean Mumbai?"),
    ({"from": ""}, "from", "Enter where you leave from"),
    ({"from": None}, "from", "Enter where you leave from"),
    ({"from": " \t "}, "from", "Enter where you leave from"),
    ({"to": "Qqqqqq"}, "to", "We do not know “Qqqqqq”. Try a city, or an airport’s three letters."),
    ({"to": ""}, "to", "Enter where you go"),
    ({"to": EMOJI}, "to", "We do not know “🛫"),
    ({"to": HUGE}, "to", "We do not know “xxxx"),
    ({"to": "\x00"}, "to", "We do not know"),
    ({"to": SQL}, "to", "We do not know “' OR 1=1 --”"),
    ({"to": HTML}, "to", 'We do not know “"><script>alert(1)'),
    ({"to": "BLR"}, "to", "You leave from there: choose another place to go"),
    ({"to": "Bengaluru"}, "to", "You leave from there: choose another place to go"),
    ({"from": "NMI", "to": "Mumbai"}, "to", "You leave from there"),
    ({"from": "DXN", "to": "DEL"}, "to", "Both are airports of Delhi: choose another city to go to"),
    ({"from": "GOI", "to": "gox"}, "to", "Both are airports of Goa"),
    ({"from": "beng"}, "from", "“beng” may be several places: choose one, or type more of its name"),
    ({"to": "kathma"}, "to", "We do not know “kathma”. Did you mean Kathmandu?"),
    ({"return": "2026-12-10"}, "return", "The return is before the departure: choose Fri 11 Dec 2026 or later"),
    ({"return": "2026-11-30"}, "return", "The return date is in the past"),
    ({"return": "2027-12-02"}, "return", "The return date is more than a year away"),
    ({"return": "someday"}, "return", "Enter a return date, or leave it empty for one way"),
    ({"return": "2026-02-31"}, "return", "Enter a return date, or leave it empty"),
    ({"return": HUGE}, "return", "Enter a return date, or leave it empty"),
    ({"depart": "2026-11-30"}, "depart", "The departure date is in the past: choose today or later"),
    ({"depart": "0001-01-01"}, "depart", "in the past"),
    ({"depart": "2027-12-02"}, "depart", "The departure date is more than a year away: nothing is on sale yet"),
    ({"depart": "9999-12-31"}, "depart", "more than a year away"),
    ({"depart": "tomorrow"}, "depart", "Enter a departure date, like 2026-12-15"),
    ({"depart": "2026-02-31"}, "depart", "Enter a departure date"),
    ({"depart": "2026-02-29"}, "depart", "Enter a departure date"),
    ({"depart": "11/12/2026"}, "depart", "Enter a departure date"),
    ({"depart": "２０２６-12-11 🎉"}, "depart", "Enter a departure date"),
    ({"depart": "2026-12-11\x00"}, "depart", "Enter a departure date"),
    ({"depart": HUGE}, "depart", "Enter a departure date"),
    ({"depart": None}, "depart", "Enter a departure date"),
    ({"adults": "0"}, "adults", "Adults must be between 1 and 9"),
    ({"adults": "10"}, "adults", "Adults must be between 1 and 9"),
    ({"adults": "-1"}, "adults", "Adults must be between 1 and 9"),
    ({"adults": "9" * 10_000}, "adults", "Adults must be between 1 and 9"),
    ({"adults": "two"}, "adults", "Adults must be a whole number"),
    ({"adults": "1.5"}, "adults", "Adults must be a whole number"),
    ({"adults": "1e3"}, "adults", "Adults must be a whole number"),
    ({"adults": "∞"}, "adults", "Adults must be a whole number"),
    ({"adults": NUL}, "adults", "Adults must be a whole number"),
    ({"children": "-1"}, "children", "Children must be between 0 and 8"),
    ({"infants": "-1"}, "infants", "Infants must be between 0 and 9"),
    ({"adults": "6", "children": "4"}, "infants", "At most 9 people can be booked together"),
    ({"adults": "1", "infants": "2"}, "infants", "Each infant needs an adult's lap: no more infants than adults"),
    ({"cabin": "STEERAGE"}, "cabin", "Choose a cabin from the list, or any"),
    ({"cabin": "\x00"}, "cabin", "Choose a cabin from the list"),
]  # fmt: skip

STAY = {
    "city": "Mumbai",
    "checkin": "2026-12-11",
    "checkout": "2026-12-14",
    "rooms": "1",
    "adults": "2",
    "children": "0",
}
HOTEL_SEARCHES = [
    ({"city": "Mumbay"}, "city", "Did you mean Mumbai?"),
    ({"city": "ko"}, "city", "“ko” may be several places: choose one"),
    ({"city": None}, "city", "Enter the city you want to stay in"),
    ({"city": HUGE}, "city", "We do not know “xxxx"),
    ({"city": EMOJI}, "city", "We do not know"),
    ({"city": "\x00"}, "city", "We do not know"),
    ({"checkin": "2026-11-30"}, "checkin", "The check-in date is in the past: choose today or later"),
    ({"checkin": "2028-01-01", "checkout": "2028-01-02"}, "checkin", "more than a year away"),
    ({"checkin": "2026-02-31"}, "checkin", "Enter a check-in date, like 2026-12-15"),
    ({"checkin": None}, "checkin", "Enter a check-in date"),
    ({"checkout": "2026-12-11"}, "checkout", "Check-out has to be after check-in"),
    ({"checkout": "2026-12-10"}, "checkout", "Check-out has to be after check-in"),
    ({"checkout": "2027-01-11"}, "checkout", "At most 30 nights can be booked together"),
    ({"checkout": "9999-12-31"}, "checkout", "At most 30 nights can be booked together"),
    ({"checkout": "2026-12-32"}, "checkout", "Enter a check-out date, after check-in"),
    ({"checkout": None}, "checkout", "Enter a check-out date"),
    ({"rooms": "0"}, "rooms", "Rooms must be between 1 and 8"),
    ({"rooms": "9"}, "rooms", "Rooms must be between 1 and 8"),
    ({"rooms": "one"}, "rooms", "Rooms must be a whole number"),
    ({"rooms": "3"}, "children", "Each room needs an adult: no more rooms than adults"),
    ({"adults": "0"}, "adults", "Adults must be between 1 and 30"),
    ({"adults": "31"}, "adults", "Adults must be between 1 and 30"),
    ({"adults": "many"}, "adults", "Adults must be a whole number"),
    ({"adults": "20", "children": "20"}, "children", "At most 30 guests can be booked together"),
    ({"children": "-3"}, "children", "Children must be between 0 and 30"),
]  # fmt: skip

# ---- addresses, edited by hand: the status and what the page says

OFFER = "/offers/flights~6E-5678.20261211.ECONOMY"
ROOM = "/offers/hotels~taj-mahal-palace-mumbai.DELUXE"
NIGHTS = "checkin=2026-12-11&checkout=2026-12-12"
NOBODYS = "K7QM-2XV-P9D"
NOT_FOUND = (404, "We could not find that page")
NOT_ON_SALE = (404, "No longer on sale")
ADDRESSES = [
    ("/offers/buses~6E-5678.20261211.ECONOMY?adults=1", *NOT_FOUND),
    ("/offers/~6E-5678.20261211.ECONOMY", *NOT_FOUND),
    ("/offers/flights~", *NOT_FOUND),
    ("/offers/flights", *NOT_FOUND),
    ("/offers/flights~x", *NOT_FOUND),
    ("/offers/flights~6E-5678.20260231.ECONOMY", *NOT_FOUND),  # 31 February
    ("/offers/flights~6E-5678.20261341.ECONOMY", *NOT_FOUND),
    ("/offers/flights~6E-5678.00000000.ECONOMY", *NOT_FOUND),
    ("/offers/flights~6E-5678.20261211.FIRST", *NOT_FOUND),
    ("/offers/flights~6E-5678.20261211.ECONOMY.ADULT", *NOT_FOUND),
    ("/offers/flights~6E-5678.20261211.ECONOMY.ADULT-1~~", *NOT_FOUND),
    ("/offers/flights~6E-5678.20261211.%00", *NOT_FOUND),
    ("/offers/flights~" + "6" * 10_000, *NOT_FOUND),
    (f"/offers/flights~{quote(HTML)}", *NOT_FOUND),
    (f"{OFFER}?adults=0", *NOT_FOUND),
    (f"{OFFER}?adults=10", *NOT_FOUND),
    (f"{OFFER}?adults=1&infants=2", *NOT_FOUND),
    (f"{OFFER}?adults=2&children=-1", *NOT_FOUND),
    (f"{OFFER}?adults=one", *NOT_FOUND),
    (f"{OFFER}?adults=1.0", *NOT_FOUND),
    (f"{OFFER}?adults=", *NOT_FOUND),
    (f"{OFFER}?adults={'9' * 5000}", *NOT_FOUND),
    (f"{OFFER}?adults={quote(EMOJI)}", *NOT_FOUND),
    ("/offers/flights~6E-5678.20201211.ECONOMY?adults=1", *NOT_ON_SALE),  # long ago
    ("/offers/flights~6E-5678.20301211.ECONOMY?adults=1", *NOT_ON_SALE),  # not on sale yet
    ("/offers/flights~6E-5678.20261211.BUSINESS?adults=1", *NOT_ON_SALE),
    ("/offers/flights~6E-9999.20261211.ECONOMY?adults=1", *NOT_ON_SALE),
    ("/offers/flights~BA-201.20261211.BUSINESS?adults=1", *NOT_ON_SALE),  # another provider's
    (f"{OFFER}?adults=9", 409, "Sold out"),
    (f"/offers/flights~taj-mahal-palace-mumbai.DELUXE?{NIGHTS}", *NOT_FOUND),
    ("/offers/hotels~6E-5678.20261211.ECONOMY?adults=1", *NOT_FOUND),
    (ROOM, *NOT_FOUND),
    (f"{ROOM}?checkin=x&checkout=y", *NOT_FOUND),
    (f"{ROOM}?checkin=2026-02-31&checkout=2026-03-02", *NOT_FOUND),
    (f"{ROOM}?checkin=2026-12-11&checkout=2026-12-11", *NOT_FOUND),
    (f"{ROOM}?checkin=2026-12-12&checkout=2026-12-11", *NOT_FOUND),
    (f"{ROOM}?checkin=2026-12-11&checkout=2027-12-11", *NOT_FOUND),
    (f"{ROOM}?{NIGHTS}&rooms=2&adults=1", *NOT_FOUND),
    (f"{ROOM}?{NIGHTS}&rooms=0", *NOT_FOUND),
    (f"{ROOM}?{NIGHTS}&rooms=9&adults=9", *NOT_FOUND),
    (f"{ROOM}?{NIGHTS}&children=-1", *NOT_FOUND),
    (f"{ROOM}?{NIGHTS}&adults=31", *NOT_FOUND),
    (f"{ROOM}?checkin=2020-01-01&checkout=2020-01-02&adults=1", *NOT_ON_SALE),
    (f"{ROOM}?checkin=9999-12-30&checkout=9999-12-31&adults=1", *NOT_ON_SALE),
    (f"/offers/hotels~the-ritz-mumbai.DELUXE?{NIGHTS}", *NOT_ON_SALE),
    (f"/bookings/{NOBODYS}", 404, None),
    (f"/bookings/{NOBODYS}/cancellation", 404, None),
    ("/bookings/x", 404, None),
    (f"/bookings/{NOBODYS.lower()}", 404, None),
    ("/bookings/K7QM2XVP9D", 404, None),
    ("/bookings/%00", 404, None),
    (f"/bookings/{NOBODYS[:-1]}%00", 404, None),
    (f"/bookings/{quote(EMOJI)}", 404, None),
    (f"/bookings/{quote(SQL)}", 404, None),
    (f"/bookings/{HUGE}", 404, None),
    ("/bookings/..%2f..%2fetc", 404, None),
    *((f"/checkout/{NOBODYS}/{page}", 404, None) for page in ("travellers", "review", "price", "pay", "progress", "return")),
    (f"/checkout/{NOBODYS}/nothing", 404, None),
    (f"/checkout/{quote(EMOJI)}/pay", 404, None),
    ("/nowhere", *NOT_FOUND),
    (f"/nowhere/{quote(HTML)}", *NOT_FOUND),
    ("/static/../wsgi.py", *NOT_FOUND),
    ("/static/%2e%2e/wsgi.py", *NOT_FOUND),
    ("/static/%00", *NOT_FOUND),
    ("/admin", *NOT_FOUND),
    ("/admin/bookings", *NOT_FOUND),
    (f"/admin/bookings/{NOBODYS}", *NOT_FOUND),
    ("/payments/webhooks/sandbox", 405, "That page cannot be used that way"),
    ("/trip", 200, "Nothing in it yet"),
    ("/trip?prices=<script>", 200, "Nothing in it yet"),
    ("/trip/prices", 405, "That page cannot be used that way"),
    ("/trip/items/1/removal", 405, "That page cannot be used that way"),
    ("/trip/items/-1/removal", *NOT_FOUND),
    (f"/trip/items/{'9' * 40}/removal", 405, "That page cannot be used that way"),
    (f"/trip/items/{quote('✈')}/removal", *NOT_FOUND),
    ("/logout", 405, "That page cannot be used that way"),
    # What is not understood is not needed either.
    ("/?kind=spaceships", 200, "Search flights"),
    ("/login?next=https://evil.example/", 200, "Sign in"),
    ("/login?next=//evil.example/", 200, "Sign in"),
    ("/login?next=%00", 200, "Sign in"),
]  # fmt: skip

# ---- the form of an offer: what is changed, and the status. Nothing is begun.

TRIPS = [
    *(({"nonce": nonce}, 400) for nonce in ("", "short", "x" * 65, "n" * 10_000, "nonce-with-नागरी-in-it",
                                            "nonce\x00with\x00nul\x00in\x00it", "nonce with a\ttab in it")),
    ({"provider": ""}, 404),
    ({"provider": "buses"}, 404),
    ({"provider": "hotels"}, 404),
    ({"provider": "flights\x00"}, 404),
    ({"item": ""}, 404),
    ({"item": HUGE}, 404),
    ({"item": "6E-5678.20260231.ECONOMY"}, 404),
    ({"item": "6E-5678.20261211.ECONOMY\x00"}, 404),
    ({"item": "6E-9999.20261211.ECONOMY"}, 409),
    ({"item": "6E-5678.20301211.ECONOMY"}, 409),
    ({"adults": "0"}, 404),
    ({"adults": "10"}, 404),
    ({"adults": "-1"}, 404),
    ({"adults": "two 🧑"}, 404),
    ({"adults": "9"}, 409),  # more than there are seats
    ({"infants": "2"}, 404),
    ({"csrf_token": "x"}, 400),
    ({"csrf_token": ""}, 400),
]  # fmt: skip

# ---- who travels: what is typed instead, the field, the sentence. Status 422, and nothing that was typed is lost.


def born(day, month, year) -> dict[str, str]:
    return {"born_on-day": str(day), "born_on-month": str(month), "born_on-year": str(year)}


def expires(day, month, year) -> dict[str, str]:
    return {"expires_on-day": str(day), "expires_on-month": str(month), "expires_on-year": str(year)}


NO_DATE = "That is not a real date: day, month and year in numbers, like 23 3 1988"
PASSENGERS = [
    ({"family_name": ""}, "family_name", "Enter the family name, or the only name"),
    ({"family_name": "  \t "}, "family_name", "Enter the family name"),
    ({"family_name": "R" * 61}, "family_name", "must be 60 characters or fewer"),
    ({"given_name": "A" * 10_000}, "given_name", "Given name must be 60 characters or fewer"),
    ({"given_name": "A" * 60, "family_name": "R" * 60}, "family_name", "The whole name must be 120 characters or fewer"),
    ({"family_name": "Rao\x00"}, "family_name", "has a character that cannot be printed"),
    ({"family_name": "Rao\u202eoaR"}, "family_name", "has a character that cannot be printed"),
    ({"gender": None}, "gender-0", "Choose the gender that the travel document says"),
    ({"gender": "ROBOT"}, "gender-0", "Choose the gender"),
    (born("", "", ""), "born_on-day", "Enter a date of birth, like 23 3 1988"),
    (born(31, 2, 1988), "born_on-day", NO_DATE),
    (born(29, 2, 1987), "born_on-day", NO_DATE),
    (born(23, 13, 1988), "born_on-day", NO_DATE),
    (born(0, 0, 0), "born_on-day", NO_DATE),
    (born(-1, 3, 1988), "born_on-day", NO_DATE),
    (born(23, "March", 1988), "born_on-day", NO_DATE),
    (born("२३", "३", "१९८८"), "born_on-day", NO_DATE),
    (born("🎂", 3, 1988), "born_on-day", NO_DATE),
    (born(23, "", 1988), "born_on-day", NO_DATE),
    (born("1" * 10_000, 3, 1988), "born_on-day", NO_DATE),
    (born("23\x00", 3, 1988), "born_on-day", NO_DATE),
    (born(23, 3, 88), "born_on-year", "The year needs four numbers, like 1988"),
    (born(12, 12, 2026), "born_on-day", "Rao is not born yet on the day of departure"),
    (born(12, 12, 2014), "born_on-day", "Rao is 11 on the day of departure: that is a child (2 to 11), and you chose an adult"),
    (born(1, 1, 2026), "born_on-day", "Rao is 0 on the day of departure: that is an infant (under 2)"),
    ({"passport_number": ""}, "passport_number", "Enter the passport number"),
    ({"passport_number": "Z123"}, "passport_number", "A passport number has 5 to 15 letters and numbers, like Z1234567"),
    ({"passport_number": "Z" * 16}, "passport_number", "A passport number has 5 to 15"),
    ({"passport_number": "Z-12-345"}, "passport_number", "A passport number has 5 to 15"),
    ({"passport_number": "ज़१२३४५६"}, "passport_number", "A passport number has 5 to 15"),
    ({"passport_number": "Z12345\x00"}, "passport_number", "A passport number has 5 to 15"),
    ({"nationality": ""}, "nationality", "Choose the nationality in the passport"),
    ({"nationality": "XXX"}, "nationality", "Choose the nationality"),
    ({"nationality": "India"}, "nationality", "Choose the nationality"),
    (expires("", "", ""), "expires_on-day", "Enter the day the passport expires, like 14 5 2031"),
    (expires(30, 2, 2030), "expires_on-day", NO_DATE),
    (expires(11, 12, 2026), "expires_on-day", "The passport has to be valid after the day of arrival"),
    (expires(1, 1, 2020), "expires_on-day", "The passport has to be valid after the day of arrival"),
]  # fmt: skip

NO_EMAIL = "Enter an e-mail address, like asha@example.org"
NO_PHONE = "Enter a mobile number, like 98765 43210, or with its country’s code, like +971 50 123 4567"
CONTACTS = [
    ({"name": ""}, "name", "Enter your name"),
    ({"name": " "}, "name", "Enter your name"),
    ({"name": "x" * 121}, "name", "Your name must be 120 characters or fewer"),
    ({"name": "Asha\x00Rao"}, "name", "Your name has a character that cannot be printed"),
    ({"name": "Asha\u2066"}, "name", "Your name has a character that cannot be printed"),
    *(({"email": email}, "email", NO_EMAIL) for email in ("", "asha", "@example.org", "a@b", "a@example.org\x00",
                                                        "a" * 10_000 + "@example.org", "a b@example.org", "😀")),
    *(({"phone": phone}, "phone", NO_PHONE) for phone in ("", "12345", "phone", "+1 555", "📞98765", "98765\x0000001",
                                                        "98765 00001 ext. 7", "९८७६५०००००१", "9" * 10_000)),
]  # fmt: skip

# ---- accounts: what is typed instead, the field (None: the form as a whole), the sentence. Status 422.

NO_ACCOUNTS_EMAIL = "Enter an e-mail address like asha@example.org"
NO_ACCOUNTS_PHONE = "Enter a phone number like 98765 43210, or with its country: +44 20 7946 0018"
REGISTERING = {"email": ASHA, "name": "Asha Rao", "phone": "98765 00001", "password": PASSWORD}
REGISTER = [
    ({"email": ""}, "email", "Enter your e-mail address"),
    ({"email": "asha"}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": "a" * 10_000}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": "asha\0@example.org"}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": "James@Example.org"}, "email", None),  # James has an account
    ({"name": ""}, "name", "Enter your name"),
    ({"name": "   "}, "name", "Enter your name"),
    ({"name": "a" * 121}, "name", "Use at most 120 characters"),
    ({"name": "As\0ha"}, "name", "Leave out the control characters"),
    ({"name": "As\nha"}, "name", "Leave out the control characters"),
    ({"phone": "9" * 10_000}, "phone", NO_ACCOUNTS_PHONE),
    ({"phone": "\0"}, "phone", NO_ACCOUNTS_PHONE),
    ({"password": ""}, "password", "Choose a password"),
    ({"password": "short"}, "password", None),
    ({"password": "a" * 10_000}, "password", None),
    ({"password": "Password123"}, "password", None),
    ({"password": ASHA}, "password", None),
]
NOT_TOGETHER = "That e-mail and password do not belong together. Check both."
SIGN_IN = [
    ({"email": ""}, "email", "Enter your e-mail address"),
    ({"email": "asha"}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": HUGE}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": EMOJI}, "email", NO_ACCOUNTS_EMAIL),
    ({"email": SQL}, "email", NO_ACCOUNTS_EMAIL),
    ({"password": ""}, "password", "Enter your password"),
    ({"password": "not the password"}, None, NOT_TOGETHER),
    ({"email": "nobody@example.org"}, None, NOT_TOGETHER),
    ({"password": "\0"}, None, NOT_TOGETHER),
    ({"password": HUGE}, None, NOT_TOGETHER),
]
ACCOUNT = [
    ({"name": ""}, "name", "Enter your name"),
    ({"name": "\0"}, "name", "Leave out the control characters"),
    ({"name": "a" * 121}, "name", "Use at most 120 characters"),
    ({"phone": "1"}, "phone", NO_ACCOUNTS_PHONE),
    ({"email": "x"}, "email", NO_ACCOUNTS_EMAIL),
    (
        {"email": "other@example.org"},
        "password",
        "That is not the password you sign in with now",
    ),
]


def summary(page) -> list[tuple[str | None, str]]:
    """(the field it leads to, the sentence) of every line of the error summary; None for the form as a whole."""
    if '<div class="errors"' not in page.text:
        return []
    lines = page.text.split('<div class="errors"', 1)[1].split("</ul>")[0].split("<li>")[1:]
    found = [re.match(r'(?:<a href="#([^"]+)">)?(.*?)(?:</a>)?</li>', line, re.DOTALL) for line in lines]
    return [(match[1], html.unescape(match[2])) for match in found]


def faults(rows, answer) -> list:
    """The rows that are not answered with a 422 that says the one thing that is wrong, at its field."""
    wrong = []
    for changes, field, sentence in rows:
        page = answer(changes)
        said = summary(page)
        leads_somewhere = field is None or f'id="{said[0][0] if said else ""}"' in page.text
        good = (
            page.status_code == 422
            and [each for each, _ in said] == [field]
            and (sentence or "") in said[0][1]
            and 10 < len(said[0][1]) < 200
            and leads_somewhere
        )
        if not good or "<script>alert" in page.text:
            wrong.append((short(changes), page.status_code, said))
    return wrong


def short(changes) -> str:
    return str({name: (value or "")[:40] for name, value in changes.items()})


def listed(wrong: list) -> str:
    return "\n".join(map(str, wrong))


def search(site, path: str, good: dict, changes: dict):
    asked = {name: value for name, value in (good | changes).items() if value is not None}
    return site.get(f"{path}?{urlencode(asked)}")


@pytest.mark.parametrize(
    ("path", "good", "rows"),
    [("/flights/search", FLIGHT, FLIGHT_SEARCHES), ("/hotels/search", STAY, HOTEL_SEARCHES)],
    ids=["flights", "hotels"],
)
def test_a_search_says_what_is_wrong_with_it_and_nobody_is_asked(asha, wires, path, good, rows):
    wrong = faults(rows, lambda changes: search(asha.site, path, good, changes))

    assert not wrong, listed(wrong)
    assert not any(wire.requests for wire in wires.values())
    assert search(asha.site, path, good, {}).status_code == 200


@pytest.mark.usefixtures("database")
def test_an_address_that_was_edited_by_hand_is_answered_in_words(asha, on_sale, hotels_app):
    on_sale(seats=3)
    wrong = []
    for address, status, words in ADDRESSES:
        page = asha.site.get(address)
        fits = page.status_code == status and (words or "") in html.unescape(page.text)
        if not fits or "<script>alert" in page.text or "evil.example" in page.text:
            wrong.append((address[:90], page.status_code))

    assert not wrong, listed(wrong)
    assert asha.site.get(f"{OFFER}?adults=3").status_code == 200


def test_a_form_of_an_offer_that_no_page_of_ours_has_begins_nothing(asha, on_sale, books):
    page = asha.offer(on_sale(seats=3))
    [form] = [form for form in Page(page.text).forms if form.action.endswith("/trip")]
    good = {name: values[0] for name, values in form.values.items()}
    wrong = []
    for changes, status in TRIPS:
        answer = asha.site.post("/trip", data=good | changes)
        if answer.status_code != status or "<h1" not in answer.text:
            wrong.append((short(changes), answer.status_code))

    assert not wrong, listed(wrong)
    assert books.all() == []
    assert asha.site.post("/trip", data=good).status_code == 303


def test_what_is_wrong_with_a_traveller_is_said_and_nothing_typed_is_lost(asha, on_sale, books):
    page = asha.to_travellers(on_sale("BA-201"), "international_flights")
    good = ADULT | PASSPORT
    rows = [
        (typed(changes), f"traveller-0-{field}", f"Adult 1: {sentence}" if sentence == NO_DATE else sentence)
        for changes, field, sentence in PASSENGERS
    ]

    wrong = faults(
        rows, lambda changes: asha.site.submit(page, "/travellers", **(typed(good) | CONTACT | changes))
    )

    assert not wrong, listed(wrong)
    assert books.states() == ["DRAFT"]
    answer = asha.name_them(page, good | {"family_name": ""})
    assert f'value="{PASSPORT["passport_number"]}"' in answer.text
    assert asha.name_them(page, good).status_code == 303


def test_what_is_wrong_with_a_contact_is_said(asha, on_sale):
    page = asha.to_travellers(on_sale())

    wrong = faults(CONTACTS, lambda changes: asha.name_them(page, ADULT, **changes))

    assert not wrong, listed(wrong)


@pytest.fixture
def james(site_app):
    an_account(site_app, "james@example.org", "James Whitfield")


def accounts(app) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(User.email, User.name).order_by(User.id))
        return [(email, name) for email, name in rows]


@pytest.mark.usefixtures("james")
def test_what_is_wrong_with_a_registration_is_said(site, site_app):
    page = site.get("/register")

    wrong = faults(REGISTER, lambda changes: site.submit(page, "/register", **(REGISTERING | changes)))

    assert not wrong, listed(wrong)
    assert accounts(site_app) == [("james@example.org", "James Whitfield")]


def test_what_is_wrong_with_signing_in_is_said(site, site_app):
    an_account(site_app)
    page = site.get("/login")
    good = {"email": ASHA, "password": PASSWORD}

    wrong = faults(SIGN_IN, lambda changes: site.submit(page, "/login", **(good | changes)))

    assert not wrong, listed(wrong)


@pytest.mark.usefixtures("james")
def test_what_is_wrong_with_a_change_of_an_account_is_said(site, site_app):
    an_account(site_app)
    sign_in(site)
    page = site.get("/account")

    wrong = faults(ACCOUNT, lambda changes: site.submit(page, "/account", **changes))

    assert not wrong, listed(wrong)
    assert accounts(site_app) == [("james@example.org", "James Whitfield"), (ASHA, "Asha Rao")]


def test_another_method_than_the_page_has_is_refused_in_words(site, site_app):
    site_app.config["WTF_CSRF_ENABLED"] = False
    values = {
        "reference": NOBODYS,
        "name": "sandbox",
        "provider": "flights",
        "item": "x",
        "filename": "x",
        "number": 1,
        "item_id": 1,
        "place": 1,
        "token": "x",
    }
    wrong = []
    for rule in site_app.url_map.iter_rules():
        with site_app.test_request_context():
            _, path = rule.build({name: values[name] for name in rule.arguments})
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - rule.methods:
            others = {
                each.methods >= {method} for each in site_app.url_map.iter_rules() if each.rule == rule.rule
            }
            page = site.open(path, method=method)
            if True not in others and (page.status_code, "<h1" in page.text) != (405, True):
                wrong.append((method, path, page.status_code))

    assert not wrong, listed(wrong)
