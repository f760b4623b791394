"""What happened, in words and by time: what people did, and what the site did and still has to do for a booking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from chassis.database import db
from webapp.accounts.models import User
from webapp.admin import plainly
from webapp.admin.listing import NoSuchPage
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout.models import SagaStep

BY_TIME = (AuditLog.id,)
LARGEST_ID = 2**63 - 1
ACCOUNT = re.compile(r"(admin|user) \d{1,18}")  # as User.actor says it


@dataclass(frozen=True)
class Event:
    """`who`: a user or an admin with the e-mail of now, a guest, or the site itself. `reference` of the booking and
    `user_id` of the account that it was done to, where a list is of several."""

    at: datetime
    who: str
    words: str
    reference: str | None = None
    user_id: int | None = None


def of(booking: Booking, steps: list[SagaStep]) -> list[Event]:
    """The oldest first."""
    entries = db.session.scalars(select(AuditLog).where(AuditLog.booking_id == booking.id)).all()
    who = _people(entries)
    events = [Event(each.at, who[each.actor], plainly.act(each.action, each.facts)) for each in entries]
    events += [Event(each.done_at or each.created_at, "site", _step(each)) for each in steps]
    return sorted(events, key=lambda event: event.at)


def acts(entries: Sequence[AuditLog]) -> list[Event]:
    """What people did, in the order given."""
    about = {each.booking_id for each in entries if each.booking_id}
    rows = db.session.execute(select(Booking.id, Booking.public_reference).where(Booking.id.in_(about)))
    references: dict[int | None, str] = {row.id: row.public_reference for row in rows}
    who = _people(entries)
    return [
        Event(
            each.at,
            who[each.actor],
            plainly.act(each.action, each.facts),
            references.get(each.booking_id),
            each.user_id,
        )
        for each in entries
    ]


def _people(entries: Sequence[AuditLog]) -> dict[str, str]:
    """{who acted, as the log says it: the same with an e-mail, where there is an account}."""
    actors = {each.actor for each in entries}
    numbers = {actor: int(actor.rpartition(" ")[2]) for actor in actors if ACCOUNT.fullmatch(actor)}
    rows = db.session.execute(select(User.id, User.email).where(User.id.in_(numbers.values())))
    emails = {row.id: row.email for row in rows}
    return {actor: " · ".join(filter(None, (actor, emails.get(numbers.get(actor, 0))))) for actor in actors}


def place_of(text: str | None) -> tuple[int] | None:
    """Where an entry stands in BY_TIME, by its id; None for no text. Raises NoSuchPage."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID):
        raise NoSuchPage(text)
    return (int(text),)


def steps_of(booking: Booking) -> list[SagaStep]:
    wanted = (
        select(SagaStep).where(SagaStep.booking_id == booking.id).order_by(SagaStep.created_at, SagaStep.id)
    )
    return list(db.session.scalars(wanted))


def _step(step: SagaStep) -> str:
    words = plainly.STEPS.get(step.kind, step.kind.replace("_", " ").capitalize())
    if step.item_id:
        words += f", item {step.item_id}"
    outcome = {"DONE": "done", "DROPPED": "no longer needed"}.get(step.state, "still to do")
    tries = f" after {step.attempts} tries" if step.attempts > 1 else ""
    error = f". Last: {step.last_error}" if step.last_error else ""
    return f"{words}: {outcome}{tries}{error}"
