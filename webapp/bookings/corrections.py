"""The names of a booking's travellers as they should have been: what is proposed, what is asked for, what came of it."""

from chassis import clock
from chassis.database import db
from webapp.bookings.models import Booking, NameCorrection, Traveller
from webapp.bookings.states import LIVE_CORRECTION, Overtaken, move


def latest(booking: Booking) -> NameCorrection | None:
    """The last name that was asked for, whatever came of it; a mere proposal is none yet."""
    return _last(booking, ("ASKED", "DONE", "REFUSED"))


def asked(booking: Booking) -> NameCorrection | None:
    """The correction that the provider has not answered yet."""
    return _last(booking, ("ASKED",))


def proposed(booking: Booking) -> NameCorrection | None:
    return _last(booking, ("PROPOSED",))


def _last(booking: Booking, states: tuple[str, ...]) -> NameCorrection | None:
    return db.session.scalar(
        db.select(NameCorrection)
        .where(NameCorrection.booking_id == booking.id, NameCorrection.state.in_(states))
        .order_by(NameCorrection.id.desc())
        .limit(1)
    )


def propose(booking: Booking, traveller: Traveller, given_name: str, family_name: str) -> None:
    """Write down the name that is wanted, instead of an earlier proposal; inside `writing()`, the booking locked.

    Raises Overtaken while another is asked for, and when that is the name already.
    """
    live = _last(booking, LIVE_CORRECTION)
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
