"""Invoices are numbered without gaps, once each, and the database holds it; a cancelled item is credited."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from chassis import clock as the_clock
from chassis import faults
from chassis.database import db, engine, writing
from tests.factories import a_departure
from tests.trips import DOMESTIC, HOTEL
from tests.webapp.bookings.guests import found
from tests.webapp.documents.reading import pages_of, text_of
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.steps import cancelling
from webapp.checkout.worker import worker
from webapp.invoices import issuing
from webapp.invoices.issuing import financial_year, issued
from webapp.invoices.models import Invoice

IN_APRIL = replace(
    DOMESTIC, item="6E-5678.20270410.ECONOMY", put_on_sale=partial(a_departure, "6E-5678", date(2027, 4, 10))
)
NEW_YEAR = datetime(2027, 3, 31, 18, 30, tzinfo=UTC)  # midnight of 1 April in India


def a_booking(reference: str) -> int:
    now = the_clock.now()
    with writing() as session:
        facts = {"amount_minor": 100, "currency": "INR", "created_at": now, "updated_at": now}
        booking = Booking(public_reference=reference, checkout_nonce=reference, **facts)
        session.add(booking)
        session.flush()
        return booking.id


def an_invoice(booking_id: int, number: int, previous: int | None, **other) -> Invoice:
    facts = {"kind": "INVOICE", "financial_year": "26-27", "subject": f"booking {number}"} | other
    return Invoice(
        booking_id=booking_id,
        number=number,
        previous_number=previous,
        issued_at=the_clock.now(),
        total_minor=100,
        content={},
        **facts,
    )


def write(*rows: Invoice) -> None:
    with writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def test_a_year_begins_in_april():
    assert [financial_year(date(2027, month, day)) for month, day in ((3, 31), (4, 1), (12, 31))] == [
        "26-27",
        "27-28",
        "27-28",
    ]
    assert financial_year(date(2100, 1, 1)) == "99-00"


def test_the_database_allows_no_gap_and_no_second(database, site_app):
    with site_app.app_context():
        booking_id = a_booking("K7QM-2XV-P9D")
        write(an_invoice(booking_id, 1, None), an_invoice(booking_id, 2, 1))

        for wrong in (
            an_invoice(booking_id, 4, 3),  # there is no third
            an_invoice(booking_id, 4, 2),
            an_invoice(booking_id, 2, 1, subject="another"),
            an_invoice(booking_id, 3, 2, subject="booking 1"),
            an_invoice(booking_id, 3, None),
            an_invoice(booking_id, 1, 0, financial_year="27-28"),
        ):
            with pytest.raises(IntegrityError):
                write(wrong)
        with pytest.raises(IntegrityError), writing() as session:
            session.execute(update(Invoice).where(Invoice.number == 1).values(number=9, previous_number=8))
        write(an_invoice(booking_id, 3, 2))

        numbers = list(db.session.scalars(select(Invoice.number).order_by(Invoice.number)))
    assert numbers == [1, 2, 3]


def test_a_booking_has_one_invoice_and_what_is_cancelled_is_credited(a_trip, site_app, clock):
    trip = a_trip(DOMESTIC, HOTEL)
    assert issued(trip.booking_id) == []
    trip.book()
    clock.forward(hours=2)
    browser, base = found(site_app, trip)

    first = browser.get(f"{base}/invoice.pdf")
    again = browser.get(f"{base}/invoice.pdf")
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, booking.current_items[:1])
    trip.drive()
    credited = browser.get(f"{base}/invoice.pdf")

    said = text_of(first.data)
    assert first.data == again.data
    for words in (
        "YA/26-27/000001",
        "₹39,810.00",
        "IGST",
        "CGST",
        "996425",
        "996311",
        "not a tax invoice",
        "IGST, 5%",
    ):
        assert words in said
    assert pages_of(credited.data) == 2
    assert "Credits invoice YA/26-27/000001" in text_of(credited.data)
    assert "YC/26-27/000001" in text_of(credited.data)
    documents = [(each.text, each.total_minor) for each in issued(trip.booking_id)]
    assert documents == [("YA/26-27/000001", 3_981_000), ("YC/26-27/000001", 352_800)]
    db.session.rollback()


def test_a_paper_is_of_the_day_of_what_it_is_about_whoever_asks_for_it_and_when(a_trip, site_app, clock):
    trip = a_trip(DOMESTIC, HOTEL)
    trip.book()
    booked_on = clock.now().date()
    clock.forward(days=1)
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        cancelling.begin(booking, booking.current_items[:1])
    trip.drive()
    clock.forward(days=60)

    there = db.session.execute(select(Invoice.kind, Invoice.issued_at).order_by(Invoice.id)).all()

    assert [(kind, issued_at.date()) for kind, issued_at in there] == [
        ("INVOICE", booked_on),
        ("CREDIT_NOTE", booked_on + timedelta(days=1)),
    ]
    db.session.rollback()


def test_a_paper_that_cannot_be_written_holds_nobody_up_and_comes_later(a_trip, site_app, clock):
    with engine().begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER none_today BEFORE INSERT ON invoices BEGIN SELECT RAISE(ABORT, 'none today'); END"
        )
    trip = a_trip()
    assert trip.book() == "CONFIRMED"
    assert db.session.scalars(select(Invoice)).all() == []
    db.session.rollback()

    with engine().begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER none_today")
    clock.forward(seconds=5)
    site_app.test_cli_runner().invoke(worker, ["--once"])

    assert [each.text for each in db.session.scalars(select(Invoice))] == ["YA/26-27/000001"]
    db.session.rollback()


class Killed(BaseException):
    """What no `except` of the site can hold up."""


def killed_at(point: str) -> Callable[[str], None]:
    def met(name: str) -> None:
        if name == point:
            raise Killed

    return met


@pytest.mark.parametrize("moment", ["writing", "written"])
def test_who_dies_with_a_number_in_hand_leaves_no_gap_and_no_second(
    database, a_trip, site_app, clock, moment
):
    trip = a_trip()
    with pytest.raises(Killed), faults.meeting(killed_at(f"saga.INVOICE.{moment}")):
        trip.book()
    db.session.remove()  # what the dead had open is rolled back
    assert numbers() == ([1] if moment == "written" else [])

    clock.forward(seconds=61)
    site_app.test_cli_runner().invoke(worker, ["--once"])
    a_trip().book()

    assert numbers() == [1, 2]


def test_a_step_that_two_workers_do_issues_once(database, a_trip, clock):
    trip = a_trip()
    with pytest.raises(Killed), faults.meeting(killed_at("saga.INVOICE.sending")):
        trip.book()
    clock.forward(seconds=61)
    slow = saga.claim_next(trip.booking_id)
    clock.forward(seconds=61)
    saga.perform(saga.claim_next(trip.booking_id))
    assert numbers() == [1]

    saga.perform(slow)  # which thinks that it is still its turn

    with writing() as session:  # and who is not held up by that finds nothing that is due
        issuing.issue(session.get_one(Booking, trip.booking_id, with_for_update=True))
    assert numbers() == [1]


def numbers() -> list[int]:
    found = list(db.session.scalars(select(Invoice.number).order_by(Invoice.id)))
    db.session.rollback()
    return found


def test_who_finds_every_number_taken_is_booked_and_has_her_paper_later(a_trip, site_app, clock, monkeypatch):
    monkeypatch.setattr(issuing, "TRIES", 0)
    trip = a_trip()
    assert trip.book() == "CONFIRMED"
    browser, base = found(site_app, trip)
    page = browser.get(f"{base}/invoice.pdf")
    assert page.status_code == 409
    assert "Your booking is not touched by this" in page.text

    monkeypatch.undo()
    clock.forward(seconds=5)
    site_app.test_cli_runner().invoke(worker, ["--once"])

    assert [each.text for each in db.session.scalars(select(Invoice))] == ["YA/26-27/000001"]
    db.session.rollback()


def test_a_booking_of_before_there_was_a_step_for_it_is_invoiced_when_asked(a_trip):
    trip = a_trip()
    trip.book()
    with writing() as session:
        session.execute(delete(Invoice))

    assert [each.text for each in issued(trip.booking_id)] == ["YA/26-27/000001"]
    db.session.rollback()


def test_each_year_counts_anew_and_each_booking_takes_the_next_number(a_trip, clock):
    for begins_at in (clock.now(), NEW_YEAR - timedelta(seconds=1), NEW_YEAR):
        clock.set(begins_at)
        a_trip(IN_APRIL).book()

    numbers = [each.text for each in db.session.scalars(select(Invoice).order_by(Invoice.id))]
    assert numbers == ["YA/26-27/000001", "YA/26-27/000002", "YA/27-28/000001"]
    db.session.rollback()


def test_what_was_never_booked_has_no_invoice(a_trip, site_app):
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    trip.abandon()
    browser, base = found(site_app, trip)

    page = browser.get(f"{base}/invoice.pdf")

    assert page.status_code == 409
    assert "There is no invoice for this booking" in page.text


def test_with_a_gstin_it_is_the_suppliers_invoice(a_trip, site_app):
    site_app.config |= {
        "INVOICE_SUPPLIER": "Yaana Travels",
        "INVOICE_ADDRESS": "Bengaluru",
        "INVOICE_GSTIN": "29ABCDE1234F1Z5",
    }
    trip = a_trip()
    trip.book()

    [invoice] = issued(trip.booking_id)

    assert invoice.content["supplier"] == ["Yaana Travels", "Bengaluru", "GSTIN 29ABCDE1234F1Z5"]
    assert invoice.content["customer"] == ["Asha Rao"]
    assert invoice.content["remark"] == ""
    db.session.rollback()
