"""What an admin has to know first: what was begun today, what is under way, and what needs somebody to look."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from chassis import clock
from chassis.database import db
from webapp.admin import finding, listing, watching
from webapp.admin.finding import Asked
from webapp.bookings.models import Booking
from webapp.bookings.states import BOOKING_MOVES, UNDER_WAY
from webapp.reconciliation import differences

MOST_SHOWN = 10
DAYS_SHOWN = 14


@dataclass(frozen=True)
class UnderWay:
    """Bookings in a state that does not last; `oldest` is when the first of them was created."""

    state: str
    bookings: int
    oldest: datetime


@dataclass(frozen=True)
class Today:
    """`begun`: {state: bookings created today}, drafts too; `attention` counts on after the `attention_first`.

    `by_day`: of the last two weeks, as (day in words, bookings begun). `differences` are open, with providers or the
    gateway; `letters_failed` were refused for good.
    """

    day: date
    begun: dict[str, int]
    under_way: list[UnderWay]
    attention: int
    attention_first: list[Booking]
    differences: int
    letters_failed: int
    by_day: list[tuple[str, int]]

    @property
    def bookings(self) -> int:
        """Begun today, without those of which nobody knows yet whether they will be booked."""
        return sum(number for state, number in self.begun.items() if state != "DRAFT")

    @property
    def attention_in_digits(self) -> str:
        return finding.in_digits(self.attention)


def look() -> Today:
    """The day is India's."""
    day = clock.today("Asia/Kolkata")
    attention = Asked(needs_attention=True)
    return Today(
        day,
        _begun(day),
        _under_way(),
        finding.count(finding.conditions(attention)),
        _attention(),
        differences.count_open(),
        watching.count_unwanted(),
        _by_day(day),
    )


def _begun(day: date) -> dict[str, int]:
    """Every state is named, so that the index answers alone."""
    numbers = db.session.execute(
        select(Booking.state, func.count().label("bookings"))
        .where(
            Booking.state.in_(BOOKING_MOVES),
            Booking.created_at >= finding.start_of(day),
            Booking.created_at < finding.start_of(day + timedelta(days=1)),
        )
        .group_by(Booking.state)
    )
    found = {row.state: row.bookings for row in numbers}
    return {state: found[state] for state in BOOKING_MOVES if state in found}


def _by_day(last: date) -> list[tuple[str, int]]:
    """Two weeks that end with `last`, drafts left out; a count a day, each from the index alone."""
    days = [last - timedelta(days=back) for back in reversed(range(DAYS_SHOWN))]
    begun = [state for state in BOOKING_MOVES if state != "DRAFT"]
    counts = [
        select(func.count())
        .where(
            Booking.state.in_(begun),
            Booking.created_at >= finding.start_of(day),
            Booking.created_at < finding.start_of(day + timedelta(days=1)),
        )
        .scalar_subquery()
        for day in days
    ]
    numbers = db.session.execute(select(*counts)).one()
    return [(f"{day.day} {day:%b}", number) for day, number in zip(days, numbers, strict=True)]


def _under_way() -> list[UnderWay]:
    numbers = db.session.execute(
        select(Booking.state, func.count(), func.min(Booking.created_at))
        .where(Booking.state.in_(UNDER_WAY))
        .group_by(Booking.state)
    )
    found = {state: UnderWay(state, number, oldest) for state, number, oldest in numbers}
    return [found[state] for state in UNDER_WAY if state in found]


def _attention() -> list[Booking]:
    """The newest that need somebody."""
    wanted = select(Booking).where(*finding.conditions(Asked(needs_attention=True)))
    return listing.first(wanted, [each.desc() for each in listing.BY_CREATION], MOST_SHOWN)
