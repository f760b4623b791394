"""Issuing what is due for a booking: one invoice when it is booked, one credit note for each item that was cancelled.

A number is taken in the transaction that writes its document, so that what fails leaves no gap. Two who take the same
number at the same moment: the database lets one, and the other waits for its commit and takes the next. So nothing
else is done between the two.
"""

from contextlib import suppress
from datetime import date

from flask import current_app
from sqlalchemy import func, select

from chassis import clock
from chassis.database import db, writing
from chassis.prepared import insert_once
from chassis.settings import setting
from webapp.bookings.models import Booking
from webapp.bookings.views import INDIA, ItemView, item_views
from webapp.invoices import content
from webapp.invoices.content import Line, Paper
from webapp.invoices.models import Invoice

TRIES = 20  # to take a number: who loses one has seen somebody else take it
BOOKED = ("CONFIRMED", "CANCELLING", "CANCELLED", "PARTIALLY_CANCELLED")
DEMONSTRATION = (
    "A demonstration: nothing was sold and no tax is due, so this is not a tax invoice under any law. "
    "The figures are those of the booking."
)


def issued(booking_id: int) -> list[Invoice]:
    """Everything issued for a booking, the oldest first; none for what was never booked.

    What is due and not there is issued now: of bookings that are older than the step that does it, or wait for it.
    What could not be numbered now is not among them; it may be asked for again.
    """
    if _due(db.session.get_one(Booking, booking_id)):
        with suppress(NumbersTaken), writing() as session:
            issue(session.get_one(Booking, booking_id, with_for_update=True))
    wanted = select(Invoice).where(Invoice.booking_id == booking_id).order_by(Invoice.id)
    return list(db.session.scalars(wanted))


class NumbersTaken(Exception):
    """Each number that was to be taken was somebody else's; nothing was written, and it may be tried again."""


def issue(booking: Booking) -> None:
    """Write what is due of a booking; at the end of a `writing()` that has locked it. Raises NumbersTaken."""
    for kind, subject, paper in _due(booking):
        if not any(_write(booking, kind, subject, paper) for _ in range(TRIES)):
            raise NumbersTaken(subject)


def _due(booking: Booking) -> list[tuple[str, str, Paper]]:
    """(kind, subject, what it says) of each document that is not there yet, the invoice before its credit notes."""
    if booking.state not in BOOKED or booking.confirmed_at is None:
        return []
    wanted = select(Invoice.subject).where(Invoice.booking_id == booking.id)
    there = set(db.session.scalars(wanted))
    sold_on = booking.confirmed_at.astimezone(INDIA).date()
    views = [view for view in item_views(booking) if view.item.confirmed_at is not None]
    due = [("INVOICE", f"booking {booking.id}", _paper(booking, _lines(views, sold_on)))]
    due += [
        ("CREDIT_NOTE", f"item {view.item.id}", _credit_note(booking, view, sold_on))
        for view in views
        if view.item.state == "CANCELLED" and view.item.refund_minor
    ]
    return [each for each in due if each[1] not in there]


def _lines(views: list[ItemView], sold_on: date) -> list[Line]:
    return [line for view in views for line in content.lines_of(view, sold_on)]


def _credit_note(booking: Booking, view: ItemView, sold_on: date) -> Paper:
    return _paper(booking, [content.credited(view, content.lines_of(view, sold_on))])


def _paper(booking: Booking, lines: list[Line]) -> Paper:
    gstin = setting(current_app, "INVOICE_GSTIN")
    name = setting(current_app, "INVOICE_SUPPLIER", "Yaana")
    supplier = (
        (name, setting(current_app, "INVOICE_ADDRESS", ""), f"GSTIN {gstin}")
        if gstin
        else (name, "GSTIN: none")
    )
    return Paper(
        supplier=tuple(each for each in supplier if each),
        # It is kept for years, so it does not say how to reach her.
        customer=(booking.contact_name,) if booking.contact_name else (),
        reference=booking.public_reference,
        lines=tuple(lines),
        remark="" if gstin else DEMONSTRATION,
    )


def _write(booking: Booking, kind: str, subject: str, paper: Paper) -> bool:
    """Whether it took the next number of its series."""
    now = clock.now()
    year = financial_year(now.astimezone(INDIA).date())
    last = db.session.scalar(
        select(func.max(Invoice.number)).where(Invoice.kind == kind, Invoice.financial_year == year)
    )
    written = insert_once(
        Invoice.__table__,
        booking_id=booking.id,
        subject=subject,
        kind=kind,
        financial_year=year,
        number=(last or 0) + 1,
        previous_number=last,
        issued_at=now,
        total_minor=paper.total_minor,
        content=paper.as_payload(),
    )
    return written is not None


def financial_year(day: date) -> str:
    """26-27 for the days from 1 April 2026 to 31 March 2027."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first % 100:02d}-{(first + 1) % 100:02d}"
