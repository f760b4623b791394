"""What is forgotten of a booking, and when: passports 90 days after the trip, who travelled when the account is closed.

What was bought, for how much and how it was paid stays as the law wants it (CGST Act 2017, section 36), and so do the
invoices as they were issued and the name they are made out to, until the law wants it no longer.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.exc import OperationalError

from chassis import clock
from chassis.database import changed, db, writing
from webapp.admin.models import AuditLog, record
from webapp.bookings.models import Booking, NameCorrection, Traveller
from webapp.bookings.states import AT_REST, FINAL
from webapp.bookings.views import item_views
from webapp.checkout.models import Outbox, SagaStep
from webapp.invoices.models import Invoice
from webapp.payments import ledger
from webapp.payments.models import Payment
from webapp.reconciliation.models import Difference

PASSPORTS_KEPT = timedelta(days=90)  # after the trip: rules.md, Identity
NOBODY = "erased"  # where a booking must have an e-mail; nobody can type it as one
AT_ONCE = 100
TELLING = {
    "becomes",
    "was",
    "reason",
    "why",
}  # facts of the log with names in them, or another's words that may have some


def do_what_is_due() -> int:
    """Erase what is due, some of it at a time; how much that was, 0 when nothing is."""
    return (
        _note_until_when()
        + _erase_passports()
        + _erase_drafts_passports()
        + _erase_bookings_of_closed_accounts()
        + _erase_names_on_old_invoices()
    )


def _each(found: Select[int], erase_of: Callable[[int], int]) -> int:
    """What was done to the bookings with these ids, a hundred or so at a time, so that a worker that is told to stop does.

    Trouble with one, that cannot be read, stops none of the others.
    """
    done = last = 0
    while done < AT_ONCE:
        several = found.where(Booking.id > last).order_by(Booking.id).limit(AT_ONCE)
        if not (ids := db.session.scalars(several).all()):
            break
        done, last = done + sum(_tried(erase_of, each) for each in ids), ids[-1]
    return done


def _tried(erase_of: Callable[[int], int], booking_id: int) -> int:
    try:
        return erase_of(booking_id)
    except OperationalError:
        raise  # our own database is away
    except Exception:
        current_app.logger.exception("nothing was erased", extra={"facts": {"booking": booking_id}})
        return 0


# ---- passports


def kept_until(booking: Booking) -> datetime:
    """Until when the passports of a booking are kept: 90 days after what is booked ends, or after it came to nothing."""
    return (ends_at(booking) or booking.updated_at) + PASSPORTS_KEPT


def ends_at(booking: Booking) -> datetime | None:
    """When the last of what is booked is over, aware; None when nothing is."""
    booked = [view for view in item_views(booking) if view.item.state in ("CONFIRMED", "CANCELLING")]
    ends = [
        view.offer.check_out if view.offer.kind == "hotels" else view.offer.destination.at for view in booked
    ]
    return max(ends) if ends else None


def _has_passports():
    return exists().where(Traveller.booking_id == Booking.id, Traveller.document.is_not(None))


def _note_until_when() -> int:
    """Work out, once a booking has come to its end, until when its passports are kept."""
    unknown = (Booking.state.in_(FINAL), Booking.passports_until.is_(None), _has_passports())
    return _each(select(Booking.id).where(*unknown), _note_of)


def _note_of(booking_id: int) -> int:
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        booking.passports_until = kept_until(booking)
    return 1


def _erase_passports() -> int:
    return _each(select(Booking.id).where(Booking.passports_until <= clock.now()), _erase_passports_of)


def _erase_drafts_passports() -> int:
    """Of trips that were begun and never booked: 90 days after somebody last touched them."""
    old = (Booking.state == "DRAFT", Booking.updated_at <= clock.now() - PASSPORTS_KEPT, _has_passports())
    return _each(select(Booking.id).where(*old), _erase_passports_of)


def _erase_passports_of(booking_id: int) -> int:
    """1 when there was something to erase; somebody else may have been faster."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        has_document = (Traveller.booking_id == booking_id, Traveller.document.is_not(None))
        erased = changed(update(Traveller).where(*has_document).values(document=None))
        booking.passports_until = None
        if erased:
            record("site", "erased passports", booking_id, travellers=erased)
    return 1 if erased else 0


# ---- who travelled, once the account is closed


def is_over(booking: Booking) -> bool:
    """Whether nothing is still to happen: no trip, no step, no letter, no money, no difference, and nobody who looks at it."""
    ends = ends_at(booking)
    return (
        booking.state in AT_REST
        and (ends is None or ends <= clock.now())
        and booking.needs_attention is None
        and not _waits(SagaStep, booking)
        and not _waits(Outbox, booking)
        and not _differs(booking)
        and ledger.owed_minor(booking) == 0
    )


def _waits(kind: type[SagaStep] | type[Outbox], booking: Booking) -> bool:
    waiting = select(kind.id).where(kind.booking_id == booking.id, kind.state == "READY").limit(1)
    return db.session.scalar(waiting) is not None


def _differs(booking: Booking) -> bool:
    wanted = select(Difference.id).where(
        Difference.booking_id == booking.id, Difference.resolved_at.is_(None)
    )
    return db.session.scalar(wanted.limit(1)) is not None


def erase(booking: Booking) -> None:
    """Forget who travelled on a booking that is over; inside `writing()`. The words it is found by go with the names."""
    booking.erased_at = clock.now()
    booking.contact_phone = booking.passports_until = booking.problem_detail = None
    booking.contact_email = None if booking.state == "DRAFT" else NOBODY
    if not _was_paid(booking):
        booking.contact_name = None
    for traveller in booking.travellers:
        traveller.given_name, traveller.family_name = "", f"Traveller {traveller.position + 1}"
        traveller.gender = traveller.born_on = traveller.document = None
    of_it = {each: each.booking_id == booking.id for each in (NameCorrection, Outbox, SagaStep)}
    db.session.execute(delete(NameCorrection).where(of_it[NameCorrection]))
    db.session.execute(
        update(Outbox).where(of_it[Outbox]).values(recipient=NOBODY, payload={}, last_error=None)
    )
    db.session.execute(update(SagaStep).where(of_it[SagaStep]).values(last_error=None))
    _erase_names_in_the_log(booking)
    record("site", "erased who travelled", booking.id)
    db.session.flush()


def _was_paid(booking: Booking) -> bool:
    paid = select(Payment.id).where(Payment.booking_id == booking.id, Payment.captured_minor > 0).limit(1)
    return db.session.scalar(paid) is not None


def _erase_names_in_the_log(booking: Booking) -> None:
    """The log goes on saying that a name was corrected, or a reason seen to, and by whom; not which."""
    for entry in db.session.scalars(select(AuditLog).where(AuditLog.booking_id == booking.id)):
        if TELLING & (entry.facts or {}).keys():
            entry.facts = {name: value for name, value in entry.facts.items() if name not in TELLING}


def _erase_bookings_of_closed_accounts() -> int:
    waiting = select(Booking.id).where(Booking.erasure_asked_at.is_not(None), Booking.erased_at.is_(None))
    return _each(waiting, _erase_when_over)


def _erase_when_over(booking_id: int) -> int:
    if not is_over(db.session.get_one(Booking, booking_id)):
        return 0
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        if booking.erased_at is not None or not is_over(booking):
            return 0
        erase(booking)
    return 1


# ---- the name on an invoice


def invoice_kept_until(paid_at: datetime) -> datetime:
    """72 months after the annual return of that financial year is due, on 31 December after the March it ends in."""
    year_ends = paid_at.year + (paid_at.month > 3)
    return datetime(year_ends + 7, 1, 1, tzinfo=UTC)


def _erase_names_on_old_invoices() -> int:
    named = select(Booking.id).where(Booking.erased_at.is_not(None), Booking.contact_name.is_not(None))
    return _each(named, _erase_name_when_old)


def _erase_name_when_old(booking_id: int) -> int:
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        if invoice_kept_until(booking.confirmed_at or booking.created_at) > clock.now():
            return 0
        booking.contact_name = None
        for invoice in session.scalars(select(Invoice).where(Invoice.booking_id == booking_id)):
            invoice.content = {**invoice.content, "customer": []}
    return 1
