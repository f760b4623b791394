"""Bookings as CSV for a spreadsheet, written while it is read: a thousand bookings are in memory, however many are asked for."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Row, Select, select

from chassis.database import db
from webapp.admin import listing
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.views import INDIA
from webapp.payments.models import Payment

BATCH = 1000
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads UTF-8 as something else
FORMULAS_BEGIN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "reference",
    "state",
    "created_utc",
    "created_india",
    "contact_name",
    "email",
    "provider",
    "provider_booking_id",
    "transaction_id",
    "item_state",
    "amount",
    "currency",
    "captured",
    "refunded",
    "gateway_reference",
)


# Columns and not models: of a million rows nothing is read that is not written.
BOOKINGS = select(
    Booking.created_at,
    Booking.id,
    Booking.public_reference,
    Booking.state,
    Booking.contact_name,
    Booking.contact_email,
    Booking.currency,
)
ITEMS = select(
    BookingItem.booking_id,
    BookingItem.id,
    BookingItem.replaces_id,
    BookingItem.provider,
    BookingItem.bpp_booking_id,
    BookingItem.transaction_id,
    BookingItem.state,
    BookingItem.total_minor,
).order_by(BookingItem.id)
PAYMENTS = select(
    Payment.booking_id, Payment.captured_minor, Payment.refunded_minor, Payment.gateway_reference
).order_by(Payment.id)


def lines(wanted: list[ColumnElement[bool]]) -> Iterator[str]:
    """The file in pieces, newest booking first, a line for each current item.

    Amounts in rupees. What was paid stands on the first line of its booking alone, so that a column can be added up.
    Between two pieces nothing is open, no transaction and no context: whoever reads slowly holds nothing up.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _pieces(app, wanted)


def _pieces(app: Flask, wanted: list[ColumnElement[bool]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _written([COLUMNS])
    place = None
    while True:
        with app.app_context():
            batch = _next(wanted, place)
            rows = _rows_of(batch)
        if not batch:
            return
        yield _written(rows)
        place = (batch[-1].created_at, batch[-1].id)


def _next(wanted: list[ColumnElement[bool]], place: tuple | None) -> Sequence[Row]:
    newest_first = [each.desc() for each in listing.BY_CREATION]
    rest = listing.older(BOOKINGS.where(*wanted), listing.BY_CREATION, place)
    return db.session.execute(rest.order_by(*newest_first).limit(BATCH)).all()


def _rows_of(bookings: Sequence[Row]) -> list[list[str]]:
    ids = [each.id for each in bookings]
    items = _by_booking(ITEMS.where(BookingItem.booking_id.in_(ids)))
    payments = _by_booking(PAYMENTS.where(Payment.booking_id.in_(ids)))
    return [row for each in bookings for row in _rows(each, items[each.id], payments[each.id])]


def _by_booking(wanted: Select) -> dict[int, list[Row]]:
    found = defaultdict(list)
    for row in db.session.execute(wanted):
        found[row.booking_id].append(row)
    return found


def harmless(cell: str) -> str:
    """The text of a cell that no spreadsheet takes for a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.startswith(FORMULAS_BEGIN) else cell


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()


def _rows(booking: Row, items: list[Row], payments: list[Row]) -> Iterator[list[str]]:
    replaced = {item.replaces_id for item in items}
    paid = _paid(payments)
    for item in items:
        if item.id in replaced:
            continue
        yield [
            booking.public_reference,
            booking.state,
            f"{booking.created_at:%Y-%m-%dT%H:%M:%SZ}",
            f"{booking.created_at.astimezone(INDIA):%Y-%m-%d %H:%M:%S}",
            booking.contact_name or "",
            booking.contact_email or "",
            item.provider,
            item.bpp_booking_id or "",
            item.transaction_id,
            item.state,
            _rupees(item.total_minor),
            booking.currency,
            *paid,
        ]
        paid = ["", "", ""]


def _paid(payments: list[Row]) -> list[str]:
    """Captured, refunded, and the gateway's references of all tries."""
    captured = sum(each.captured_minor for each in payments)
    refunded = sum(each.refunded_minor for each in payments)
    references = " ".join(each.gateway_reference for each in payments if each.gateway_reference)
    return [_rupees(captured), _rupees(refunded), references]


def _rupees(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
