"""What leaves the house and what comes back: letters, differences and refunds, as an admin watches them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select

from chassis.database import db
from webapp.admin.listing import first
from webapp.bookings.models import Booking, BookingItem
from webapp.checkout.models import Outbox, SagaStep
from webapp.payments.models import LedgerEntry
from webapp.reconciliation.models import Difference, Reconciliation

LETTER_STATES = {"READY": "Waiting", "SENT": "Sent", "FAILED": "Not wanted"}
BY_LETTER = (Outbox.id,)
BY_DIFFERENCE = (Difference.id,)
BY_ENTRY = (LedgerEntry.id,)
GIVES_BACK = ("REFUND", "UNPAY", "RETURN", "LATE_MONEY")
GATEWAY = "gateway"  # whom a difference is with, where that is no provider
MOST_SHOWN = 100


def letters(state: str) -> Select:
    """Letters of a state, or all."""
    wanted = select(Outbox)
    return wanted.where(Outbox.state == state) if state else wanted


def letters_of(booking: Booking) -> list[Outbox]:
    wanted = select(Outbox).where(Outbox.booking_id == booking.id).order_by(Outbox.id)
    return list(db.session.scalars(wanted))


def count_unwanted() -> int:
    """Letters that were tried, and refused for good."""
    wanted = select(func.count()).select_from(Outbox).where(Outbox.state == "FAILED", Outbox.attempts > 0)
    return db.session.scalar(wanted) or 0


def differences(state: str, kind: str, provider: str) -> Select:
    """`state` is "" for those that are open, "resolved" or "all"; `kind` is "" for any, `provider` too, or GATEWAY."""
    wanted = select(Difference)
    if state != "all":
        is_open = Difference.resolved_at.is_(None)
        wanted = wanted.where(is_open if state == "" else ~is_open)
    if kind:
        wanted = wanted.where(Difference.kind == kind)
    if provider == GATEWAY:
        return wanted.where(Difference.payment_id.is_not(None))
    if provider:
        theirs = (BookingItem.id == Difference.item_id, BookingItem.provider == provider)
        return wanted.where(select(BookingItem.id).where(*theirs).correlate(Difference).exists())
    return wanted


def differences_of(booking: Booking) -> list[Difference]:
    wanted = select(Difference).where(Difference.booking_id == booking.id).order_by(Difference.id)
    return list(db.session.scalars(wanted))


@dataclass(frozen=True)
class Runs:
    """The last run that came to its end, and when the next one begins."""

    last: Reconciliation | None
    next_at: datetime | None


def runs() -> Runs:
    done = select(Reconciliation).where(Reconciliation.state == "DONE")
    ready = select(Reconciliation.run_at).where(Reconciliation.state == "READY")
    return Runs(next(iter(first(done, [Reconciliation.id.desc()], 1)), None), db.session.scalar(ready))


def refunds_under_way() -> Sequence[Row]:
    """(step, booking) of each refund that is still to be done, the oldest first."""
    wanted = (
        select(SagaStep, Booking)
        .join(Booking, Booking.id == SagaStep.booking_id)
        .where(SagaStep.state == "READY", SagaStep.kind.in_(GIVES_BACK))
        .order_by(SagaStep.created_at, SagaStep.id)
        .limit(MOST_SHOWN)
    )
    return db.session.execute(wanted).all()


def refunds() -> Select:
    """What went back, as the ledger has it."""
    return select(LedgerEntry).where(LedgerEntry.kind == "REFUND")


def references(rows: Sequence) -> dict[int | None, str]:
    """{id of a booking: its reference} for the bookings that the rows are of."""
    about = {row.booking_id for row in rows if row.booking_id}
    found = db.session.execute(select(Booking.id, Booking.public_reference).where(Booking.id.in_(about)))
    return {row.id: row.public_reference for row in found}
