"""Differences as rows: one for each subject while it is open, with the step that puts it right or a flag for an admin."""

from dataclasses import dataclass

from sqlalchemy import func, select

from chassis import clock
from chassis.database import db, writing
from webapp.admin import attention
from webapp.admin.models import record
from webapp.bookings.models import Booking, BookingItem
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.payments.models import Payment
from webapp.reconciliation.findings import Finding
from webapp.reconciliation.looking import Look
from webapp.reconciliation.models import Difference

WORDS = {
    "ORDER_UNCLAIMED": "A provider keeps an order that no item claims",
    "ITEM_STATE": "A provider has an item in another state",
    "ITEM_AMOUNT": "A provider counts another amount for an item",
    "MONEY_LATE": "Money that the booking has no use for",
    "CAPTURE_UNWRITTEN": "The gateway has money that we had not written",
    "PAYMENT_STATE": "The gateway has a payment in another state",
    "PAYMENT_AMOUNT": "The gateway has a payment of another amount",
    "MONEY_WRONG": "Taken and given back do not add up to what was sold",
    "NO_NEXT_STEP": "It is not at rest, and nothing is to be done",
}
REPAIRS = {
    "UNCLAIM": "the order is cancelled",
    "RETURN": "the money goes back",
    "LEARN": "the capture is written down",
    "CHECK_PAYMENT": "the gateway is asked at once",
}


@dataclass
class Stored:
    """What came of writing a look down; `repairs` counts the steps that were planned."""

    new: int = 0
    repairs: int = 0
    resolved: int = 0


def store(booking_id: int, look: Look) -> Stored:
    """Write down what was found and what is over; plan what puts it right, or ask an admin to look."""
    if not look.found and not _open_of(booking_id):
        return Stored()
    stored = Stored()
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        there = {each.subject_key: each for each in _open_of(booking_id)}
        for finding in look.found:
            _keep(booking, finding, there.pop(finding.subject, None), stored)
        for subject, difference in there.items():
            if subject in look.seen:
                _resolve(difference)
                stored.resolved += 1
    return stored


def _open_of(booking_id: int) -> list[Difference]:
    wanted = select(Difference).where(Difference.booking_id == booking_id, Difference.resolved_at.is_(None))
    return list(db.session.scalars(wanted))


def _keep(booking: Booking, finding: Finding, known: Difference | None, stored: Stored) -> None:
    difference = known or _first_seen(booking, finding)
    if known is None:
        stored.new += 1
    elif known.kind != finding.kind:
        attention.is_over(booking.id, trouble(known))
    difference.kind, difference.repair = finding.kind, finding.repair
    difference.ours, difference.theirs = finding.ours, finding.theirs
    difference.last_seen = clock.now()
    db.session.flush()
    if finding.repair and _plan(booking, finding, difference):
        stored.repairs += 1
        record("site", "reconciles", booking.id, found=finding.kind, of=finding.subject, by=finding.repair)
    elif not _is_at_it(booking, finding):
        attention.ask_for(booking.id, trouble(difference))


def _first_seen(booking: Booking, finding: Finding) -> Difference:
    """Its row, of a booking that is locked: nobody else writes the same meanwhile."""
    difference = Difference(
        subject_key=finding.subject,
        booking_id=booking.id,
        item_id=finding.item_id,
        payment_id=finding.payment_id,
        first_seen=clock.now(),
    )
    db.session.add(difference)
    return difference


def _plan(booking: Booking, finding: Finding, difference: Difference) -> bool:
    """Whether a step was planned now; each difference has one of a kind, so that what does not help is not repeated."""
    if finding.repair == "CHECK_PAYMENT":
        saga.wake("CHECK_PAYMENT", booking)
        return True
    item = db.session.get(BookingItem, finding.item_id) if finding.item_id else None
    payment = db.session.get(Payment, finding.payment_id) if finding.payment_id else None
    return saga.plan(str(finding.repair), booking, item, payment, key=str(difference.id))


def _is_at_it(booking: Booking, finding: Finding) -> bool:
    """Whether the step that puts it right is still being tried; the saga asks for attention if that lasts."""
    if finding.repair is None:
        return False
    ready = select(SagaStep.id).where(
        SagaStep.booking_id == booking.id, SagaStep.kind == finding.repair, SagaStep.state == "READY"
    )
    return db.session.scalar(ready.limit(1)) is not None


def _resolve(difference: Difference) -> None:
    difference.resolved_at = clock.now()
    how = REPAIRS.get(difference.repair or "")
    difference.resolution = f"Put right: {how}" if how else "Seen no more"
    attention.is_over(difference.booking_id, trouble(difference))


def trouble(difference: Difference) -> str:
    """What an admin is told on the booking."""
    return f"{WORDS[difference.kind]} ({difference.subject_key}): see Reconciliation"


def count_open() -> int:
    return db.session.scalar(select(func.count()).where(Difference.resolved_at.is_(None))) or 0
