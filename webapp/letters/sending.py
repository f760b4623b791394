"""Letters leave the outbox: claimed like steps, sent with no transaction open, written as sent at the end.

A letter whose server said 250 and whose sender then died is sent again, by the same Message-ID: SMTP has no way to ask
whether a message arrived. Everything else happens once.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy.exc import OperationalError

from chassis import clock
from chassis.database import db, let_go, writing
from webapp import claims
from webapp.admin import attention
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox
from webapp.letters.content import from_payload
from webapp.letters.message import NoAddress, Posted, message_of
from webapp.letters.post import NotSentNow, NotWanted, post, sender

MANY_TRIES = 8
# Seconds until the next try: first for a server that hiccups, then for one that is down, then for a box that is full.
BACKOFF = (5, 15, 60, 300, 600, 1800, 3600)


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours until its lease ends; `attempt` counts from 1."""

    row_id: int
    booking_id: int | None
    fence: int
    attempt: int
    template: str
    payload: object
    secret: str | None
    posted_by: dict

    @classmethod
    def of(cls, row: Outbox) -> "Claimed":
        booking = db.session.get(Booking, row.booking_id) if row.booking_id else None
        facts = {
            "recipient": row.recipient,
            "reference": booking.public_reference if booking else "yaana",
            "template": row.template,
            "key": row.dedupe_key,
            "written_at": row.created_at,
        }
        return cls(
            row.id, row.booking_id, row.fence, row.attempts, row.template, row.payload, row.secret, facts
        )

    @property
    def trouble(self) -> str:
        """What an admin is told of it, the same words each time so that they can be taken back."""
        return f"The letter “{self.template.replace('_', ' ')}” could not be sent: see Letters"


def send_next() -> bool:
    """Send the letter that is due the longest; False when none is due."""
    claimed = claims.claim(Outbox, Claimed.of)
    if claimed is None:
        return False
    try:
        letter = from_payload(claimed.payload).opened_by(claimed.secret)
        message = message_of(Posted(letter=letter, **claimed.posted_by), sender())
        let_go()
        post().send(message)
    except (NotWanted, NoAddress) as refused:
        _refused(claimed, refused)
    except NotSentNow as error:
        _later(claimed, error)
    except OperationalError:
        raise  # our own database is away: the lease ends, and whoever comes then sends it
    except Exception as error:  # a fault of ours must not hold up the letters behind it
        current_app.logger.exception("a letter failed", extra={"facts": {"letter": claimed.row_id}})
        _later(claimed, error)
    else:
        _sent(claimed)
    return True


def _sent(claimed: Claimed) -> None:
    with writing():
        if _settle(claimed, state="SENT", sent_at=clock.now(), last_error=None, secret=None):
            attention.is_over(claimed.booking_id, claimed.trouble)


def _refused(claimed: Claimed, why: Exception) -> None:
    with writing():
        if _settle(claimed, state="FAILED", last_error=_short(why), secret=None):
            attention.ask_for(claimed.booking_id, claimed.trouble)


def _later(claimed: Claimed, why: Exception) -> None:
    pause = timedelta(seconds=BACKOFF[min(claimed.attempt, len(BACKOFF)) - 1])
    with writing():
        kept = _settle(claimed, run_at=clock.now() + pause, last_error=_short(why))
        if kept and claimed.attempt >= MANY_TRIES:
            attention.ask_for(claimed.booking_id, claimed.trouble)


def _settle(claimed: Claimed, **values) -> bool:
    return claims.settle(Outbox, claimed.row_id, claimed.fence, lease_until=None, **values)


def _short(why: Exception) -> str:
    return str(why)[:500]
