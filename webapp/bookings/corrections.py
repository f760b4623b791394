"""The names of a booking's travellers as they should have been: what is proposed, what is asked for, what came of it."""

from sqlalchemy import bindparam, select, text

from chassis import clock
from chassis.database import db, one_of
from chassis.objects import Objects
from webapp.bookings.models import Booking, NameCorrection, Traveller
from webapp.bookings.states import LIVE_CORRECTION, Overtaken, move


def latest(booking: Booking) -> NameCorrection | None:
    """The last name that was asked for, whatever came of it; a mere proposal is none yet."""
    return _ASKED_ONCE.one_or_none(booking=booking.id)


def asked(booking: Booking) -> NameCorrection | None:
    """The correction that the provider has not answered yet."""
    return _ASKED.one_or_none(booking=booking.id)


def proposed(booking: Booking) -> NameCorrection | None:
    return _PROPOSED.one_or_none(booking=booking.id)


def _last(*states: str) -> Objects[NameCorrection]:
    return Objects(
        NameCorrection,
        select(NameCorrection)
        .where(NameCorrection.booking_id == bindparam("booking"), text(one_of("state", states)))
        .order_by(NameCorrection.id.desc())
        .limit(1),
    )


_ASKED_ONCE = _last("ASKED", "DONE", "REFUSED")
_ASKED, _PROPOSED, _LIVE = _last("ASKED"), _last("PROPOSED"), _last(*LIVE_CORRECTION)


def propose(booking: Booking, traveller: Traveller, given_name: str, family_name: str) -> None:
    """Write down the name that is wanted, instead of an earlier proposal; inside `writing()`, the booking locked.

    Raises Overtaken while another is asked for, and when that is the name already.
    """
    live = _LIVE.one_or_none(booking=booking.id)
    if live is not None and live.state == "ASKED":
        raise Overtaken("a name is being corrected already")
    if (given_name, family_name) == (traveller.given_name, traveller.family_name):
        raise Overtaken("that is the name already")
    if live is not None:
        move(live, "DROPPED")
    now = clock.now()
    db.session.add(
        NameCorrection(
            booking_id=booking.id,
            traveller_id=traveller.id,
            was_given_name=traveller.given_name,
            was_family_name=traveller.family_name,
            given_name=given_name,
            family_name=family_name,
            created_at=now,
            updated_at=now,
        )
    )
