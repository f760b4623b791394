"""Trips that were begun and left: drafts that nobody touched for a month, and that no provider ever heard of."""

from datetime import timedelta

from sqlalchemy import Select, delete, exists, select

from chassis import clock
from chassis.database import changed, db, writing
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking, BookingItem, NameCorrection, Traveller
from webapp.checkout.models import Outbox, SagaStep
from webapp.payments.models import Payment
from webapp.reconciliation.models import Difference

LEFT_AFTER = timedelta(days=30)
AT_ONCE = 200  # the turn to write is short, and the next ones are due at once

# Whatever has one of these went further than a draft does, or is looked at.
BEYOND_A_DRAFT = (SagaStep, Payment, Outbox, Difference, NameCorrection)
WITH_IT = (Traveller, BookingItem, AuditLog)


def delete_some() -> int:
    """Delete drafts that were left, with all that is theirs; how many that were, 0 when there are none.

    Looks before it takes the turn to write: nearly always there are none.
    """
    wanted = _left()
    if db.session.scalar(wanted) is None:
        return 0
    with writing() as session:
        found = session.scalars(wanted.with_for_update(skip_locked=True)).all()
        for kind in WITH_IT:
            changed(delete(kind).where(kind.booking_id.in_(found)))
        return changed(delete(Booking).where(Booking.id.in_(found)))


def _left() -> Select[int]:
    since = clock.now() - LEFT_AFTER
    touched = exists().where(
        BookingItem.booking_id == Booking.id,
        BookingItem.updated_at > since,
    )
    return (
        select(Booking.id)
        .where(
            Booking.state == "DRAFT",
            Booking.created_at <= since,  # follows from the next one, and is what the index knows
            Booking.updated_at <= since,
            Booking.needs_attention.is_(None),
            ~touched,
            *(~exists().where(kind.booking_id == Booking.id) for kind in BEYOND_A_DRAFT),
        )
        .order_by(Booking.id)
        .limit(AT_ONCE)
    )
