"""What happened to a booking, in words and by time: what people did, and what the site did and still has to do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from chassis.database import db
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout.models import SagaStep

STEPS = {
    "HOLD": "Hold at the provider",
    "OPEN_PAYMENT": "Open the payment at the gateway",
    "CHECK_PAYMENT": "Ask the gateway what was paid",
    "CONFIRM": "Confirm at the provider",
    "CAPTURE": "Take the payment",
    "CANCEL": "Cancel at the provider",
    "RELEASE": "Let go at the provider",
    "REFUND": "Send money back",
    "UNPAY": "Void the payment or send it back",
}


@dataclass(frozen=True)
class Event:
    """`who`: a user, an admin, a guest, or the site itself."""

    at: datetime
    who: str
    words: str


def of(booking: Booking, steps: list[SagaStep]) -> list[Event]:
    """The oldest first."""
    acts = db.session.scalars(select(AuditLog).where(AuditLog.booking_id == booking.id))
    events = [Event(each.at, each.actor, _act(each)) for each in acts]
    events += [Event(each.done_at or each.created_at, "site", _step(each)) for each in steps]
    return sorted(events, key=lambda event: event.at)


def steps_of(booking: Booking) -> list[SagaStep]:
    wanted = (
        select(SagaStep).where(SagaStep.booking_id == booking.id).order_by(SagaStep.created_at, SagaStep.id)
    )
    return list(db.session.scalars(wanted))


def _act(entry: AuditLog) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in sorted((entry.facts or {}).items()))
    words = entry.action[:1].upper() + entry.action[1:]
    return f"{words}: {facts}" if facts else words


def _step(step: SagaStep) -> str:
    words = STEPS.get(step.kind, step.kind.replace("_", " ").capitalize())
    if step.item_id:
        words += f", item {step.item_id}"
    outcome = {"DONE": "done", "DROPPED": "no longer needed"}.get(step.state, "still to do")
    tries = f" after {step.attempts} tries" if step.attempts > 1 else ""
    error = f". Last: {step.last_error}" if step.last_error else ""
    return f"{words}: {outcome}{tries}{error}"
