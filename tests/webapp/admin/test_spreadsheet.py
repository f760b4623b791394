"""Bookings as CSV: what the list shows, all of it, a piece at a time, harmless in a spreadsheet, and written down."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from chassis.database import db, engine, writing
from tests.webapp.admin.booked import PASSPORT, a_booking, ids_of
from webapp.admin import spreadsheet
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking, BookingItem
from webapp.payments.models import Payment

EVENING = datetime(2026, 12, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def download(admin):
    """`download(q="rao")`: the lines of the file, by column."""

    def lines(**asked):
        text = admin.get("/admin/bookings.csv", query_string=asked).data.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    return lines


def changing(app, change):
    with app.app_context(), writing() as session:
        change(session.scalars(select(Booking)).one())


def test_a_line_says_whose_what_when_and_how_much(database, site_app, download):
    reference = a_booking(site_app, at=EVENING)
    ids = ids_of(site_app, reference)

    flight, stay = download()

    assert flight == {
        "reference": reference,
        "state": "CONFIRMED",
        "created_utc": "2026-12-11T20:15:30Z",
        "created_india": "2026-12-12 01:45:30",
        "contact_name": "Asha Rao",
        "email": "asha@example.org",
        "provider": "flights",
        "provider_booking_id": ids["provider booking"][0],
        "transaction_id": ids["transaction"][0],
        "item_state": "CONFIRMED",
        "amount": "4410.00",
        "currency": "INR",
        "captured": "22410.00",
        "refunded": "0.00",
        "gateway_reference": ids["gateway"][0],
    }
    assert (stay["reference"], stay["provider"], stay["amount"]) == (reference, "hotels", "18000.00")


def test_a_column_of_money_can_be_added_up(database, site_app, download):
    a_booking(site_app)
    a_booking(site_app, "FAILED")

    lines = download()

    assert [line["captured"] for line in lines] == ["0.00", "", "22410.00", ""]
    assert [line["gateway_reference"] == "" for line in lines] == [True, True, False, True]


def test_paise_refunds_and_every_try_to_pay_are_there(database, site_app, download):
    a_booking(site_app, providers=("flights",))

    def pay_again(booking):
        paid = db.session.scalars(select(Payment)).one()
        paid.state, paid.refunded_minor = "REFUNDED", 100_005
        again = {c.name: getattr(paid, c.name) for c in Payment.__table__.columns if c.name != "id"}
        again |= {
            "state": "FAILED",
            "reference": "again",
            "gateway_reference": "pay_again",
            "captured_minor": 0,
            "refunded_minor": 0,
        }
        db.session.add(Payment(**again))

    changing(site_app, pay_again)

    (line,) = download()
    assert (line["captured"], line["refunded"]) == ("22410.00", "1000.05")
    assert line["gateway_reference"].endswith(" pay_again")


def test_an_item_that_was_replaced_is_not_counted_again(database, site_app, download):
    a_booking(site_app, providers=("flights",))

    def renew(booking):
        old = booking.items[0]
        fresh = {c.name: getattr(old, c.name) for c in BookingItem.__table__.columns if c.name != "id"}
        fresh |= {"transaction_id": "fresh", "bpp_booking_id": "PNR-FRESH", "replaces_id": old.id}
        booking.items.append(BookingItem(**fresh))

    changing(site_app, renew)

    assert [line["transaction_id"] for line in download()] == ["fresh"]


def test_search_and_filters_are_those_of_the_list(database, site_app, download):
    a_booking(site_app)
    a_booking(site_app, "FAILED", contact_name="J", contact_email="j@x.in", people=())
    a_booking(site_app, "FAILED", age=timedelta(days=9))
    wanted = a_booking(site_app, "FAILED")
    draft = a_booking(site_app, "DRAFT")
    day = (datetime.now(UTC) - timedelta(days=3)).date()

    assert {line["reference"] for line in download(q="rao", state="FAILED", **{"from": str(day)})} == {wanted}
    assert {line["reference"] for line in download(q=wanted)} == {wanted}
    assert draft not in {line["reference"] for line in download()}
    assert download(q="nobody") == []


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"http://x\";\"y\")", '=cmd|"/c calc"!A0', "-asha"]  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula(site_app, download, name):
    a_booking(site_app, contact_name=name, contact_email=f"{name}@example.org")

    line = download()[0]

    assert (line["contact_name"], line["email"]) == (f"'{name}", f"'{name}@example.org")


@pytest.mark.parametrize("name", ['Rao, "Asha"', "Asha;Rao", "आशा राव", "José\nRao", "O'Neil", "a=b", ""])
def test_a_name_comes_through_as_it_is(site_app, download, name):
    a_booking(site_app, contact_name=name)

    assert download()[0]["contact_name"] == name


def test_the_file_says_what_it_is(database, admin, clock):
    clock.set(EVENING)

    answer = admin.get("/admin/bookings.csv")

    assert answer.data.startswith(b"\xef\xbb\xbfreference,state,")
    assert answer.data.endswith(b"gateway_reference\r\n")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings-2026-12-12.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_passport_is_in_the_file(site_app, admin):
    a_booking(site_app)

    text = admin.get("/admin/bookings.csv").text

    assert "Asha Rao" in text
    assert PASSPORT.number not in text


def test_every_download_is_written_down_with_what_was_asked_but_nobodys_name(database, site_app, admin):
    a_booking(site_app)
    admin.get("/admin/bookings.csv")
    admin.get("/admin/bookings.csv?q=%00rao&state=FAILED&from=2026-12-01&older_than=x")
    admin.get("/admin/bookings.csv?state=NOTHING")

    with site_app.app_context():
        entries = db.session.scalars(select(AuditLog).where(AuditLog.action == "downloaded bookings")).all()
        assert [(each.actor, each.facts) for each in entries] == [
            ("admin 1", {"bookings": "1"}),
            (
                "admin 1",
                {"bookings": "0", "search": "by words", "state": "FAILED", "from": "2026-12-01"},
            ),
        ]


def test_the_list_links_to_the_file_of_the_same_bookings(site_app, admin):
    a_booking(site_app)

    page = admin.get("/admin/bookings?q=rao&state=CONFIRMED&provider=&from=").text

    assert 'href="/admin/bookings.csv?q=rao&amp;state=CONFIRMED"' in page


def test_all_bookings_are_read_a_piece_at_a_time(database, site_app, admin, monkeypatch):
    monkeypatch.setattr(spreadsheet, "BATCH", 2)
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    wanted = [a_booking(site_app, at=moment, providers=("flights",)) for _ in range(5)]
    with site_app.app_context():
        on = engine()
    asked = []
    event.listen(on, "before_cursor_execute", lambda *args: asked.append(args[2]))

    pieces = iter(admin.get("/admin/bookings.csv", buffered=False).response)

    assert "reference" in next(pieces).decode()
    asked.clear()  # how many there are was counted for the log
    after_each = []
    lines = []
    for piece in pieces:
        lines += piece.decode().splitlines()
        after_each.append(sum("FROM bookings" in each for each in asked))
        a_booking(site_app, providers=("flights",))  # meanwhile somebody books
    assert after_each == [1, 2, 3]
    assert [line.split(",")[0] for line in lines] == wanted[::-1]
