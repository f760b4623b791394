"""Finding bookings among a million: by any id in full, by words of names and e-mails from their beginning, and by filters.

Every way in has an index (tests/webapp/admin/test_plans.py reads the plans). The limits: a word is not found by its
middle, nor an id by a part of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select, union

from chassis.database import db
from webapp.bookings import words
from webapp.bookings.models import Booking, BookingItem, BookingWord
from webapp.bookings.references import is_reference, tidy
from webapp.bookings.views import INDIA
from webapp.payments.models import Payment

FEW = 50_000
MOST_COUNTED = 1000
BEHIND_ALL = "\U0010ffff"  # the last character there is: behind every word that begins the same


@dataclass(frozen=True)
class Asked:
    """What an admin looks for; what is empty does not count. `text` can be printed; days are India's, both are included.

    Without a text or a state, drafts are left out: most of them are never booked.
    """

    text: str = ""
    state: str = ""
    provider: str = ""
    first_day: date | None = None
    last_day: date | None = None
    needs_attention: bool = False


def conditions(asked: Asked) -> list[ColumnElement[bool]]:
    """What the bookings that were asked for fulfil, in a form that is quick on both engines.

    PostgreSQL knows from its statistics where to begin; SQLite is told. A few are looked up one by one, and no index on
    the state may tempt it away from them. Of many the newest are asked first: there a page is full soon.
    """
    sets = [(ids, are_few(ids)) for ids in _sets(asked)]
    found = [Booking.id.in_(ids) if few else _holds(ids) for ids, few in sets]
    return found + _filters(asked, Booking.state.concat("") if any(few for _, few in sets) else Booking.state)


def count(wanted: list[ColumnElement[bool]]) -> int:
    """How many bookings there are; MOST_COUNTED + 1 stands for more than MOST_COUNTED."""
    newest = select(Booking.id).where(*wanted).order_by(Booking.created_at.desc())
    return count_rows(newest, MOST_COUNTED)


def in_digits(number: int) -> str:
    """As `count` counts."""
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def start_of(day: date) -> datetime:
    """The instant at which a day begins in India."""
    return datetime.combine(day, time(), INDIA)


def _sets(asked: Asked) -> list[Select]:
    """Sets of bookings' ids, of which each holds every booking that was asked for."""
    sets = []
    if asked.provider:
        sets.append(select(BookingItem.booking_id).where(BookingItem.provider == asked.provider))
    if asked.text:
        ids = _by_id(asked.text)
        sets += [select(Booking.id).where(Booking.id.in_(ids))] if ids else _by_words(asked.text)
    return sets


def _by_id(text: str) -> list[int]:
    """The bookings with this id in full, whoever gave it to them. Blanks and capitals do not count."""
    typed = "".join(text.split())
    spellings = {typed, typed.upper(), typed.lower()}
    queries = [
        select(BookingItem.booking_id).where(BookingItem.transaction_id.in_(spellings)),
        select(BookingItem.booking_id).where(BookingItem.bpp_booking_id.in_(spellings)),
        select(Payment.booking_id).where(Payment.reference.in_(spellings)),
        select(Payment.booking_id).where(Payment.gateway_reference.in_(spellings)),
    ]
    if is_reference(reference := tidy(typed)):
        queries.append(select(Booking.id).where(Booking.public_reference == reference))
    return list(db.session.scalars(select(Booking.id).where(Booking.id.in_(union(*queries)))))


def _by_words(text: str) -> list[Select]:
    """For each word the bookings that have one beginning with it. A text without a letter finds nothing."""
    return [
        select(BookingWord.booking_id).where(BookingWord.word >= word, BookingWord.word < word + BEHIND_ALL)
        for word in words.typed(text)
    ] or [select(Booking.id).where(Booking.id.in_([]))]


def _holds(ids: Select) -> ColumnElement[bool]:
    """Whether the booking at hand is in the set."""
    return ids.where(ids.selected_columns[0] == Booking.id).correlate(Booking).exists()


def _filters(asked: Asked, state: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state:
        found.append(state == asked.state)
    elif not asked.text:
        found.append(state != "DRAFT")
    if asked.first_day:
        found.append(Booking.created_at >= start_of(asked.first_day))
    if asked.last_day:
        found.append(Booking.created_at < start_of(asked.last_day + timedelta(days=1)))
    if asked.needs_attention:
        found.append(Booking.needs_attention.is_not(None))
    return found


def are_few(ids: Select) -> bool:
    """Whether a set of ids is small enough to look each of them up."""
    return count_rows(ids, FEW) <= FEW


def count_rows(rows: Select, most: int) -> int:
    """How many rows there are, `most` + 1 for more: nobody waits until all of a million are counted."""
    return db.session.scalar(select(func.count()).select_from(rows.limit(most + 1).subquery())) or 0
