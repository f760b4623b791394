"""Money that goes back, followed from asking to the bank: each refund by itself, as the ledger has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, text

from chassis import clock
from chassis.database import one_of
from chassis.objects import Objects
from webapp.bookings.models import Booking
from webapp.bookings.views import ItemView, in_india
from webapp.checkout.models import SagaStep
from webapp.payments.models import LedgerEntry, Payment

USUAL = (5, 7)  # working days that banks take to show a refund, from when the gateway sent it


@dataclass(frozen=True)
class Refund:
    """One sum on its way. Moments in the time of India; `title` is the item's, None for the whole payment.

    `sent_at`: when the gateway took it, None while we are asking; `usual_from`, `usual_by`: when banks usually show it.
    """

    amount_minor: int
    title: str | None
    asked_at: datetime | None
    sent_at: datetime | None
    reference: str | None

    @property
    def usual_from(self) -> date | None:
        return working_days_after(self.sent_at.date(), USUAL[0]) if self.sent_at else None

    @property
    def usual_by(self) -> date | None:
        return working_days_after(self.sent_at.date(), USUAL[1]) if self.sent_at else None

    @property
    def should_be_there(self) -> bool:
        return self.usual_by is not None and clock.today("Asia/Kolkata") > self.usual_by


def working_days_after(day: date, count: int) -> date:
    """So many days from Monday to Friday later; bank holidays are not known here, so it is said as what is usual."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def of(booking: Booking, views: Iterable[ItemView], payments: Sequence[Payment]) -> list[Refund]:
    """Every refund of the booking, asked for or sent, in the order in which they were asked for."""
    entries = _entries(booking)
    asked = _asked(booking)
    cancelled = [
        _of_item(view, entries, asked, payments)
        for view in views
        if view.item.state == "CANCELLED" and view.item.refund_minor and _was_taken(payments)
    ]
    of_items = [each for each in cancelled if each]
    is_undoing = booking.state == "COMPENSATING" and not of_items
    refunds = of_items + _of_payments(entries, asked, payments, is_undoing)
    return sorted(refunds, key=lambda each: (each.asked_at is None, each.asked_at))


def _was_taken(payments: Sequence[Payment]) -> bool:
    return any(payment.captured_minor for payment in payments)


def _of_item(view: ItemView, entries, asked, payments) -> Refund | None:
    item = view.item
    entry = next((each for each in entries if each.item_id == item.id), None)
    if entry is None and not any(each.captured_minor > each.refunded_minor for each in payments):
        return None  # it went back with the whole payment
    payment = next((each for each in payments if entry and each.id == entry.payment_id), None) or payments[-1]
    return Refund(
        item.refund_minor,
        view.title,
        in_india(asked.get(("CANCEL", item.id))),
        in_india(entry.created_at) if entry else None,
        payment.gateway_reference,
    )


def _of_payments(entries, asked, payments: Sequence[Payment], is_undoing: bool) -> list[Refund]:
    """What went back for no item: a checkout that did not end well, money that came too late or twice."""
    by_id = {payment.id: payment for payment in payments}
    found = [
        Refund(
            entry.amount_minor,
            None,
            in_india(asked.get(("payment", entry.payment_id)) or entry.created_at),
            in_india(entry.created_at),
            by_id[entry.payment_id].gateway_reference if entry.payment_id in by_id else None,
        )
        for entry in entries
        if entry.item_id is None
    ]
    waiting = [each for each in payments if is_undoing and each.captured_minor > each.refunded_minor]
    return found + [
        Refund(
            each.captured_minor - each.refunded_minor,
            None,
            in_india(asked.get(("payment", each.id))),
            None,
            each.gateway_reference,
        )
        for each in waiting
    ]


def _entries(booking: Booking) -> Sequence[LedgerEntry]:
    return _ENTRIES.all(booking=booking.id)


_ENTRIES = Objects(
    LedgerEntry,
    select(LedgerEntry)
    .where(LedgerEntry.booking_id == bindparam("booking"), LedgerEntry.kind == "REFUND")
    .order_by(LedgerEntry.id),
)


def _asked(booking: Booking) -> dict[tuple[str, int | None], datetime]:
    """When it was asked to cancel an item, and to let a payment go; the first time of each."""
    asked: dict[tuple[str, int | None], datetime] = {}
    for step in _STEPS.all(booking=booking.id):
        key = ("CANCEL", step.item_id) if step.kind == "CANCEL" else ("payment", step.payment_id)
        asked.setdefault(key, step.created_at)
    return asked


_STEPS = Objects(
    SagaStep,
    select(SagaStep)
    .where(
        SagaStep.booking_id == bindparam("booking"),
        text(one_of("kind", ("CANCEL", "UNPAY", "LATE_MONEY", "RETURN"))),
    )
    .order_by(SagaStep.id),
)
