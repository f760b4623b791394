"""A ticket is there when it is paid and confirmed, for whose booking it is; its code says to anybody whether it stands."""

import re
from datetime import datetime
from string import ascii_letters, digits
from urllib.parse import quote

import pytest
from icalendar import Calendar

from chassis import clock as the_clock
from chassis.database import db, writing
from tests.factories import EMAIL, PHONE
from tests.journeys.traveller import ADULT
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.bookings.guests import found
from tests.webapp.documents.reading import pages_of, text_of
from webapp.bookings.models import Booking, NameCorrection
from webapp.checkout.steps import cancelling
from webapp.documents import checks

DOCUMENTS = ("ticket", "ticket.pdf", "trip.ics")


def cancel_first(trip) -> None:
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, booking.current_items[:1])
    trip.drive()


def token_of(trip, place: int = 0) -> str:
    token = checks.token_of(trip.items[place])
    db.session.rollback()
    return token


def test_there_is_none_before_it_is_paid_and_none_when_nothing_stands(a_trip, site_app):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    browser, base = found(site_app, trip)

    early = {name: browser.get(f"{base}/{name}") for name in DOCUMENTS}
    trip.authorise()
    trip.come_back()
    paid = {name: browser.get(f"{base}/{name}").status_code for name in DOCUMENTS}
    trip.cancel()
    late = {name: browser.get(f"{base}/{name}") for name in DOCUMENTS}

    assert {page.status_code for page in early.values()} == {409}
    assert all("There is no ticket yet" in page.text for page in early.values())
    assert set(paid.values()) == {200}
    assert [late[name].status_code for name in DOCUMENTS] == [409, 409, 200]  # the calendar is told of it
    assert "There is no ticket any more" in late["ticket"].text
    assert {site_app.test_client().get(f"{base}/{name}").status_code for name in DOCUMENTS} == {404}


def test_the_page_and_the_pdf_say_what_is_needed_to_travel(a_trip, site_app):
    trip = a_trip(DOMESTIC, HOTEL, INTERNATIONAL)
    with writing() as session:
        first = session.get_one(Booking, trip.booking_id).travellers[0]
        first.given_name, first.family_name = "आशा", "श्रीवास्तव"
    trip.book()
    browser, base = found(site_app, trip)

    page, pdf = browser.get(f"{base}/ticket"), browser.get(f"{base}/ticket.pdf")

    said = text_of(pdf.data)
    for item in trip.items:
        assert item.bpp_booking_id in page.text
        assert item.bpp_booking_id in said
    for words in (
        "आशा श्रीवास्तव",
        "3120000000001",
        "14:30",
        "BLR",
        "Taj Mahal Palace",
        "20% of the base fare",
    ):
        assert words in page.text
    for words in (
        "3120000000001",
        "14:30 IST",
        "06:00 UTC+04:00",
        "BLR",
        "Taj Mahal Palace",
        "2 nights, 1 room",
    ):
        assert words in said
    assert "आशाश्रीवास्तव" in said.replace(" ", "")
    assert page.text.count("<symbol") == 3
    assert pages_of(pdf.data) == 1
    assert len(pdf.data) < 80_000
    assert pdf.data == browser.get(f"{base}/ticket.pdf").data
    assert pdf.headers["Cache-Control"] == "no-store"


def test_who_flies_together_is_on_one_pass_and_what_no_gate_asks_for_is_folded_away(asha, on_sale):
    page = asha.to_travellers(on_sale(), party="adults=2")
    review = asha.name_them(page, ADULT, ADULT | {"given_name": "Arjun"})
    asha.press(asha.to_the_gateway(asha.hold(asha.follow(review))), "authorisation")

    ticket = asha.site.get(f"/bookings/{asha.reference}/ticket").text

    [shown] = re.findall(r'<article class="card ticket-pass">(.*?)</article>', ticket, re.DOTALL)
    first, folded = shown.split("<details")
    for words in (
        "Asha Rao",
        "Arjun Rao",
        "3120000000001",
        "3120000000002",
        "14:30",
        "6E-5678",
        "Airline reference",
    ):
        assert words in first
    for words in ("Kempegowda International Airport", "20% of the base fare"):
        assert words in folded
        assert words not in first


def test_who_scans_the_code_learns_whether_it_stands_and_nothing_of_who_travels(a_trip, site_app, clock):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    scanner = site_app.test_client()
    tokens = [token_of(trip, place) for place in (0, 1)]

    valid = [scanner.get(f"/check/{token}").text for token in tokens]
    cancel_first(trip)
    cancelled, standing = (scanner.get(f"/check/{token}").text for token in tokens)
    clock.set(datetime(2026, 12, 13, 11, 1, tzinfo=trip.items[1].created_at.tzinfo))
    over = scanner.get(f"/check/{tokens[1]}").text

    assert all("This ticket is valid" in page for page in valid)
    assert "IndiGo 6E-5678" in valid[0]
    assert "Taj Mahal Palace" in valid[1]
    assert "This ticket is cancelled" in cancelled
    assert "This ticket is valid" in standing
    assert "The day of this ticket is over" in over
    booking = trip.booking
    secrets = [booking.public_reference, EMAIL, PHONE, "Asha", "Rao"]
    secrets += [item.bpp_booking_id for item in booking.items]
    assert not [each for page in (*valid, cancelled, over) for each in secrets if each in page]


def test_a_corrected_name_makes_a_new_ticket_and_an_unpaid_item_is_none(a_trip, site_app):
    trip = a_trip()
    trip.hold()
    scanner = site_app.test_client()
    assert "This is no ticket yet" in scanner.get(f"/check/{token_of(trip)}").text
    trip.open_payment()
    trip.authorise()
    trip.come_back()
    before = token_of(trip)
    with writing() as session:
        now = the_clock.now()
        booking = session.get_one(Booking, trip.booking_id)
        names = {
            "was_given_name": "Asha",
            "was_family_name": "Rao",
            "given_name": "Aasha",
            "family_name": "Rao",
        }
        session.add(
            NameCorrection(
                booking_id=booking.id, traveller_id=booking.travellers[0].id, state="DONE", created_at=now, updated_at=now, **names
            )
        )  # fmt: skip

    pages = [scanner.get(f"/check/{token}").text for token in (before, token_of(trip))]

    assert "This ticket was replaced" in pages[0]
    assert "This ticket is valid" in pages[1]


def test_forged_codes_lead_to_a_calm_page(a_trip, site_app):
    trip = a_trip()
    trip.book()
    good = token_of(trip)
    other = good[:-1] + ("A" if good[-1] != "A" else "B")
    scanner = site_app.test_client()
    forged = [
        "x",
        "A" * 39,
        "A" * 10_000,
        other,
        good[:20],
        f"{good}=",
        "\x00" * 39,
        "😀" * 39,
        "é" * 39,
        "-" * 39,
    ]

    pages = [scanner.get(f"/check/{quote(token)}") for token in forged]

    assert {page.status_code for page in pages} == {404}
    assert all("We do not know this ticket" in page.text for page in pages)


def test_a_code_has_one_spelling(a_trip, site_app):
    trip = a_trip()
    trip.book()
    good = token_of(trip)
    while "-" not in good:  # half of all have one
        site_app.config["SECRET_KEY"] += "x"
        good = token_of(trip)

    letters = (ascii_letters + digits).replace(good[-1], "")
    others = [good[:-1] + last for last in letters]  # some differ in the spare bits of base64 alone

    assert checks.check(good).state == "valid"
    for other in (good.replace("-", "+"), *others):
        with pytest.raises(checks.ForgedToken):
            checks.check(other)
    db.session.rollback()


def test_a_ticket_of_an_earlier_secret_is_still_known(a_trip, site_app):
    trip = a_trip()
    trip.book()
    before = token_of(trip)
    old, site_app.config["SECRET_KEY"] = (
        site_app.config["SECRET_KEY"],
        "another secret, as long as the first one was",
    )

    with pytest.raises(checks.ForgedToken):
        checks.check(before)
    site_app.config["SECRET_KEY_FALLBACKS"] = [old]

    assert checks.check(before).state == "valid"
    db.session.rollback()


def test_the_calendar_file_is_in_the_zones_of_the_airports_and_says_what_was_cancelled(a_trip, site_app):
    trip = a_trip(INTERNATIONAL, HOTEL)
    trip.book()
    browser, base = found(site_app, trip)

    first = browser.get(f"{base}/trip.ics").data
    again = browser.get(f"{base}/trip.ics").data
    cancel_first(trip)
    after = Calendar.from_ical(browser.get(f"{base}/trip.ics").data)

    events = {str(each["summary"]): each for each in Calendar.from_ical(first).walk("VEVENT")}
    flight, stay = events["EK-501 Mumbai to Dubai"], events["Taj Mahal Palace, 2 nights"]
    assert first == again
    assert str(flight["dtstart"].dt) == "2026-12-11 04:30:00+05:30"
    assert str(flight["dtend"].dt) == "2026-12-11 06:00:00+04:00"
    assert [flight[name].params["TZID"] for name in ("dtstart", "dtend")] == ["Asia/Kolkata", "Asia/Dubai"]
    assert {str(zone["tzid"]) for zone in Calendar.from_ical(first).walk("VTIMEZONE")} == {
        "Asia/Kolkata",
        "Asia/Dubai",
    }
    assert str(stay["location"]) == "Taj Mahal Palace, Apollo Bunder, Mumbai"
    assert trip.items[0].bpp_booking_id in str(flight["description"])
    assert re.search(rb"\r\nURL:http://127\.0\.0\.1:5000/bookings/", first)
    gone, stays = after.walk("VEVENT")
    assert [(str(each["status"]), each["sequence"]) for each in (gone, stays)] == [
        ("CANCELLED", 1),
        ("CONFIRMED", 0),
    ]
    assert (gone["uid"], stays["uid"]) == (flight["uid"], stay["uid"])


def test_a_person_gets_no_more_files_a_minute_than_one_can_read(site_app, asha, asha_has_booked):
    """All kinds together; who is signed in, or on another network, is somebody else."""
    base, guest = f"/bookings/{asha.reference}", asha.site
    an_account(site_app)
    signed_in, elsewhere = site_app.test_client(), site_app.test_client()
    sign_in(signed_in)
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(19):
        assert signed_in.get(f"{base}/trip.ics").status_code == 404
        assert guest.get(f"{base}/trip.ics").status_code == 200
    assert guest.get(f"{base}/invoice.pdf").status_code == 200

    refused = [guest.get(f"{base}/{name}") for name in ("ticket.pdf", "invoice.pdf", "trip.ics")]

    for each in refused:
        assert each.status_code == 429
        assert 0 < int(each.headers["Retry-After"]) <= 60
        assert "Try again in a minute" in each.text
        assert each.headers["Cache-Control"] == "no-store"
    assert guest.get(f"{base}/ticket").status_code == 200
    assert elsewhere.get(f"{base}/trip.ics").status_code == 404
    signed_in.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert [signed_in.get(f"{base}/trip.ics").status_code for _ in range(2)] == [404, 429]  # wherever she is
