"""Who may change a booking may say where its letters go: the new address hears all of it, the one before that it is over."""

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.factories import EMAIL
from tests.webapp.bookings.guests import found
from webapp.accounts import emails
from webapp.admin.models import AuditLog
from webapp.bookings import finding
from webapp.checkout.models import Outbox

NEW = "asha.rao@example.com"


def letters(trip) -> list[tuple[str, str]]:
    db.session.rollback()
    wanted = select(Outbox.template, Outbox.recipient).where(Outbox.booking_id == trip.booking_id)
    return [(template, recipient) for template, recipient in db.session.execute(wanted.order_by(Outbox.id))]


def test_letters_follow_to_the_new_address_which_then_finds_the_booking(a_trip, site_app):
    trip = a_trip()
    trip.book()
    browser, base = found(site_app, trip)
    page = browser.get(f"{base}/contact")

    saved = browser.submit(page, email=NEW, phone="98765 00002")
    again = browser.submit(page, email=NEW, phone="98765 00002")

    assert [saved.status_code, again.status_code] == [303, 303]
    assert NEW in browser.get(base).text
    assert letters(trip) == [("booked", NEW), ("contact_left", EMAIL), ("contact_changed", NEW)]
    assert trip.booking.contact_phone == "+919876500002"
    changes = select(AuditLog.booking_id).where(AuditLog.action == "changed the contact")
    assert db.session.scalars(changes).all() == [trip.booking_id]
    reference = trip.booking.public_reference
    with pytest.raises(finding.NothingFound):
        finding.find(reference, emails.read(EMAIL), None, "guest")
    assert finding.find(reference, emails.read(NEW), None, "guest") == reference


def test_a_second_change_at_once_does_not_take_the_warning_from_whoever_had_it(a_trip, site_app, clock):
    trip = a_trip()
    trip.book()
    browser, base = found(site_app, trip)
    page = browser.get(f"{base}/contact")

    browser.submit(page, email=NEW, phone="98765 00002")
    clock.forward(seconds=1)
    browser.submit(page, email="third@example.com", phone="98765 00002")

    warned = [recipient for template, recipient in letters(trip) if template == "contact_left"]
    assert warned == [EMAIL, NEW]


def test_nobodys_mailbox_is_flooded(a_trip, site_app):
    trip = a_trip()
    trip.book()
    browser, base = found(site_app, trip)
    page = browser.get(f"{base}/contact")

    answers = [browser.submit(page, email=f"n{n}@example.com", phone="98765 00002") for n in range(6)]

    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "was changed several times already. Try again in 60 minutes." in answers[-1].text
    assert 'value="n5@example.com"' in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert trip.booking.contact_email == "n4@example.com"


def test_what_is_wrong_stays_as_it_was_typed_with_its_sentence(a_trip, site_app):
    trip = a_trip()
    trip.book()
    browser, base = found(site_app, trip)
    page = browser.get(f"{base}/contact")
    wrong = {"email": "no address", "phone": "12"}

    answers = [
        browser.submit(page, **(wrong | {name: text}))
        for name in wrong
        for text in ("", "\x00", "😀" * 5000, wrong[name])
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert 'value="no address"' in answers[-1].text
    assert "Enter a mobile number, like 98765 43210" in answers[-1].text
    assert letters(trip) == [("booked", EMAIL)]


def test_a_booking_that_is_not_settled_keeps_its_contact(a_trip, site_app):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    browser, base = found(site_app, trip)

    assert browser.get(f"{base}/contact").location == base
    assert "Change e-mail or phone" not in browser.get(base).text
