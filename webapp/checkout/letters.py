"""Letters to travellers: written into the outbox in the transaction of what they tell, sent later, once each."""

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from chassis import clock
from chassis.database import db
from chassis.prepared import insert_once
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox
from webapp.letters.content import Letter
from webapp.letters.words import LETTERS, in_short


def write(booking: Booking, template: str, about: str = "", to: str | None = None) -> bool:
    """Put a letter in the outbox; the second one of its kind for a state of things is none. Whether it was the first.

    `about` is what it tells of, where a state has many: the id of a correction. `to` is an address that the booking had
    before; else it goes to the one that it has.
    """
    db.session.flush()
    now = clock.now()
    written = insert_once(
        Outbox.__table__,
        booking_id=booking.id,
        template=template,
        dedupe_key=f"{booking.id}:{template}:{about or _of(booking, template)}",
        recipient=to or booking.contact_email,
        payload=_said(booking, template).as_payload(),
        run_at=now,
        created_at=now,
    )
    return written is not None


def _said(booking: Booking, template: str) -> Letter:
    """The letter; a short one when ours cannot be put into words, for what it tells of must be written down all the same."""
    try:
        return LETTERS[template](booking)
    except SQLAlchemyError:
        raise
    except Exception:
        current_app.logger.exception("a letter has no words", extra={"facts": {"template": template}})
        return in_short(booking)


def _of(booking: Booking, template: str) -> str:
    """What makes two letters of a kind the same: how many items are cancelled by now, for items come one by one; else the
    booking's state, for it has one end."""
    if template in ("cancelled", "refunded"):
        return str(sum(item.state == "CANCELLED" for item in booking.current_items))
    return booking.state


def refund_is_late(booking: Booking) -> None:
    """The gateway does not answer: she hears now that it is cancelled, and again when the money has gone back."""
    if not any(item.state == "CANCELLING" for item in booking.current_items):
        write(booking, "cancelled")


def refund_is_done(booking: Booking) -> None:
    """One letter says that it is cancelled and that the money has gone back; where the first was sent before, a second."""
    if not write(booking, "cancelled") and any(item.refund_minor for item in booking.current_items):
        write(booking, "refunded")
