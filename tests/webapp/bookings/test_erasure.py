"""Passports are erased 90 days after the trip, to the second; the name on an invoice when the tax law wants it no longer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from chassis.database import db, writing
from tests.journeys.traveller import ADULT, PASSPORT
from webapp.bookings import erasure
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.checkout.worker import worker
from webapp.invoices import issuing
from webapp.invoices.models import Invoice

ABROAD = ADULT | PASSPORT


def passports(app) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Traveller.id).where(Traveller.document.is_not(None))).all())


@pytest.mark.usefixtures("database")
def test_a_passport_is_erased_90_days_after_the_arrival_once_and_the_name_stays(
    asha, on_sale, site_app, clock
):
    asha.booked(on_sale("BA-201"), "international_flights", ABROAD)
    work = site_app.test_cli_runner()
    work.invoke(worker, ["--once"])
    with site_app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        due = booking.passports_until
        assert due == erasure.ends_at(booking) + timedelta(days=90)
        assert due.date().isoformat() == "2027-03-11"

    clock.set(due - timedelta(minutes=1))
    assert "0 erasures" in work.invoke(worker, ["--once"]).output
    assert passports(site_app) == 1

    clock.set(due)
    assert "1 erasures" in work.invoke(worker, ["--once"]).output
    assert passports(site_app) == 0
    assert "0 erasures" in work.invoke(worker, ["--once"]).output
    with site_app.app_context():
        assert [each.name for each in db.session.scalars(select(Traveller))] == ["Asha Rao"]
        assert db.session.scalars(select(Booking.passports_until)).all() == [None]  # not looked at every hour


def test_what_was_never_booked_keeps_its_passports_90_days(asha, on_sale, site_app, clock):
    item = on_sale("BA-201")
    asha.to_review(item, "international_flights", ABROAD)
    asha.begin_another_trip()
    asha.to_pay(item, "international_flights", ABROAD)
    asha.site.submit(asha.at("pay"), "/abandonment")
    assert passports(site_app) == 2

    clock.forward(days=89)
    with site_app.app_context():
        erasure.do_what_is_due()
    assert passports(site_app) == 2

    clock.forward(days=1, hours=1)
    with site_app.app_context():
        while erasure.do_what_is_due():
            pass
    assert passports(site_app) == 0


def test_some_of_it_is_erased_at_a_time(asha, on_sale, site_app, clock, monkeypatch):
    """Between two pieces a worker that is told to stop ends."""
    monkeypatch.setattr(erasure, "AT_ONCE", 1)
    item = on_sale("BA-201")
    asha.to_review(item, "international_flights", ABROAD)
    asha.begin_another_trip()
    asha.to_review(item, "international_flights", ABROAD)
    clock.forward(days=91)

    with site_app.app_context():
        assert (passports(site_app), erasure.do_what_is_due()) == (2, 1)
        assert (passports(site_app), erasure.do_what_is_due()) == (1, 1)
        assert (passports(site_app), erasure.do_what_is_due()) == (0, 0)


@pytest.mark.usefixtures("database")
def test_one_booking_that_cannot_be_read_keeps_no_others_passports(
    asha, stranger, on_sale, site_app, clock, monkeypatch, caplog
):
    """Nor does a provider that is not asked any more: what it sold is read, shown and forgotten as before."""
    monkeypatch.setattr(erasure, "AT_ONCE", 1)
    item = on_sale("BA-201")
    for buyer in (asha, stranger):
        buyer.booked(item, "international_flights", ABROAD)
    with site_app.app_context(), writing() as session:
        unread = session.scalars(select(BookingItem).order_by(BookingItem.id)).first()
        number, sold, unread.offer = unread.id, unread.offer, {}
    del site_app.extensions["providers"]["international_flights"]

    clock.forward(days=110)
    work = site_app.test_cli_runner()
    assert "2 erasures" in work.invoke(worker, ["--once"]).output  # noted until when, and erased
    assert passports(site_app) == 1
    assert "nothing was erased" in caplog.text
    shown = stranger.site.get(f"/bookings/{stranger.reference}")
    assert shown.status_code == 200
    assert "International flights" in shown.text

    with site_app.app_context(), writing() as session:
        session.get_one(BookingItem, number).offer = sold
    work.invoke(worker, ["--once"])
    assert passports(site_app) == 0


def test_while_our_own_database_is_away_no_booking_is_blamed(site_app):
    def away(_booking_id: int) -> int:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    with site_app.app_context(), pytest.raises(OperationalError):
        erasure._tried(away, 1)


@pytest.mark.parametrize(
    ("paid", "until"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)),
        (datetime(2027, 3, 31, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)),
        (datetime(2027, 4, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_invoice_is_kept_72_months_after_the_annual_return_is_due(paid, until):
    """Financial year to 31 March, annual return by 31 December (CGST Act 2017, sections 36 and 44)."""
    assert erasure.invoice_kept_until(paid) == until


def test_the_name_on_an_invoice_is_erased_in_its_time(asha, on_sale, site_app, clock):
    asha.booked(on_sale())
    with site_app.app_context():
        clock.forward(days=12)
        booking = db.session.scalars(select(Booking)).one()
        issuing.issued(booking.id)
        facts = {"amount_minor": 100, "currency": "INR", "created_at": clock.now(), "updated_at": clock.now()}
        of_another = Booking(
            public_reference="K7QM-2XV-P9D", checkout_nonce="x", contact_name="Ravi Rao", **facts
        )
        with writing() as session:
            erasure.erase(session.get_one(Booking, booking.id))
            session.add(of_another)
        assert erasure.do_what_is_due() == 0
        clock.set(datetime(2033, 12, 31, 23, tzinfo=UTC))
        assert erasure.do_what_is_due() == 0
        assert booking.contact_name == "Asha Rao"
        assert "Asha Rao" in str(db.session.scalars(select(Invoice.content)).one())

        clock.forward(hours=1)

        assert erasure.do_what_is_due() == 1
        assert booking.contact_name is None
        assert of_another.contact_name == "Ravi Rao"  # whose account is open
        [content] = db.session.scalars(select(Invoice.content))
        assert (content["customer"], content["reference"]) == ([], booking.public_reference)
