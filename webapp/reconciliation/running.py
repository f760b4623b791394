"""Which bookings are looked at, page by page: `flask reconcile` all at once, the worker each hour and one worker at a time.

Asked are bookings with an open difference, those that are not at rest, and those that moved within TOUCHED_WITHIN; and, each
once a day, those whose trip is still ahead: a provider may cancel a flight long after it was booked. What is over was
asked while it was young, and a million old bookings are left in peace.
"""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.exc import OperationalError

from chassis import clock
from chassis.database import db, insert, writing
from webapp import claims
from webapp.bookings import erasure, reading
from webapp.bookings.models import Booking
from webapp.bookings.states import AT_REST, CANCELLABLE, UNDER_WAY
from webapp.checkout import saga
from webapp.reconciliation import differences, looking
from webapp.reconciliation.looking import Silence
from webapp.reconciliation.models import Difference, Reconciliation

EVERY = timedelta(hours=1)
TOUCHED_WITHIN = timedelta(days=3)
PAGE = 20
PAGE_SECONDS = 30.0  # less than a lease
LOOKS = 3  # at a booking that moves while it is looked at; and again after a repair
STAGES = ("open", "under way", "touched", "ahead")
BOOKED_AHEAD = timedelta(days=366)  # nobody sells a flight or a night for longer ahead
HOURS = 24  # each hour has its share of the bookings whose trip is ahead


@dataclass(frozen=True)
class Bookmark:
    """Behind which booking to go on: the `stage`, and there the last `touched` and `id`. `until`: when the run began.

    `is_whole`: asked for by a person, it looks at every trip that is ahead and not only at this hour's share of them.
    """

    until: datetime
    stage: int = 0
    touched: datetime | None = None
    last_id: int = 0
    is_whole: bool = False

    def as_json(self) -> dict:
        touched = self.touched.isoformat() if self.touched else None
        return {
            "until": self.until.isoformat(),
            "stage": self.stage,
            "touched": touched,
            "last_id": self.last_id,
        }

    @classmethod
    def from_json(cls, stored: dict) -> "Bookmark":
        """Of an empty one: from the beginning, until now."""
        if not stored:
            return cls(clock.now())
        touched = stored["touched"] and datetime.fromisoformat(stored["touched"])
        return cls(datetime.fromisoformat(stored["until"]), stored["stage"], touched, stored["last_id"])


@dataclass
class Tally:
    """What a run did. `missed`: {why: how many items and payments nobody told us of}."""

    looked: int = 0
    found: int = 0
    repairs: int = 0
    resolved: int = 0
    missed: Counter[str] = field(default_factory=Counter)


# ---- one after the other


def run_all() -> Tally:
    """Every page; two runs at once find the same and plan the same steps once."""
    tally, place = Tally(), Bookmark(clock.now(), is_whole=True)
    while place.stage < len(STAGES):
        place = do_page(place, tally)
    return tally


def do_page(place: Bookmark, tally: Tally) -> Bookmark:
    """Look at the next bookings; where to go on."""
    rows, silence, end = _page(place), Silence(), time.monotonic() + PAGE_SECONDS
    for row in rows:
        if STAGES[place.stage] != "ahead" or _is_ahead(row.id, place.until):
            _reconcile(row.id, silence, tally)
        place = replace(place, touched=row.updated_at, last_id=row.id)
        if time.monotonic() > end:
            break
    else:
        if len(rows) < PAGE:
            place = Bookmark(place.until, place.stage + 1, is_whole=place.is_whole)
    tally.missed += silence.missed
    db.session.rollback()
    return place


def _page(place: Bookmark) -> list:
    wanted = select(Booking.id, Booking.updated_at).limit(PAGE)
    if STAGES[place.stage] == "open":
        open_ones = select(Difference.booking_id).where(Difference.resolved_at.is_(None))
        wanted = wanted.where(Booking.id.in_(open_ones), Booking.id > place.last_id).order_by(Booking.id)
    elif STAGES[place.stage] == "under way":
        wanted = wanted.where(Booking.state.in_(UNDER_WAY), Booking.id > place.last_id).order_by(Booking.id)
    elif STAGES[place.stage] == "ahead":
        wanted = wanted.where(*_may_be_ahead(place), Booking.id > place.last_id).order_by(Booking.id)
    else:
        since = (place.touched or place.until - TOUCHED_WITHIN, place.last_id)
        by = (Booking.updated_at, Booking.id)
        at_rest = Booking.state.in_(AT_REST)
        wanted = wanted.where(and_(tuple_(*by) > since, Booking.updated_at <= place.until, at_rest)).order_by(
            *by
        )
    return list(db.session.execute(wanted))


def _may_be_ahead(place: Bookmark) -> list[ColumnElement[bool]]:
    """Booked, not looked at as touched, and of this hour's share; the dates of the trip stand in its offers."""
    may_be = [
        Booking.state.in_(CANCELLABLE),
        Booking.created_at > place.until - BOOKED_AHEAD,
        Booking.updated_at <= place.until - TOUCHED_WITHIN,
    ]
    return may_be if place.is_whole else [*may_be, Booking.id % HOURS == place.until.hour]


def _is_ahead(booking_id: int, at: datetime) -> bool:
    ends = erasure.ends_at(reading.whole(booking_id))
    return ends is not None and ends > at


def _reconcile(booking_id: int, silence: Silence, tally: Tally) -> None:
    """Look, write down what differs, do what puts it right, and look again whether it did."""
    tally.looked += 1
    try:
        for _ in range(LOOKS):
            look = looking.look(booking_id, silence)
            if look is None:
                continue
            stored = differences.store(booking_id, look)
            tally.found += stored.new
            tally.repairs += stored.repairs
            tally.resolved += stored.resolved
            if not stored.repairs:
                return
            saga.drive(booking_id)
    except OperationalError:
        raise
    except Exception:  # one booking out of order is no reason not to look at the others
        db.session.rollback()
        current_app.logger.exception(
            "a booking cannot be reconciled", extra={"facts": {"booking": booking_id}}
        )
        tally.missed["a booking could not be looked at: see the log"] += 1


# ---- each hour


@dataclass(frozen=True)
class Claimed:
    run_id: int
    fence: int
    bookmark: dict
    looked_at: int
    unanswered: int

    @classmethod
    def of(cls, row: Reconciliation) -> "Claimed":
        return cls(row.id, row.fence, row.bookmark, row.looked_at, row.unanswered)


def do_what_is_due() -> int:
    """A page of the hourly run, when it is due and nobody else is at it; how many bookings that were.

    Where a worker dies the next one goes on from the bookmark.
    """
    claimed = claims.claim(Reconciliation, Claimed.of)
    if claimed is None:
        _see_to_the_next()
        return 0
    tally = Tally()
    place = do_page(Bookmark.from_json(claimed.bookmark), tally)
    _write_down(claimed, place, tally)
    return max(1, tally.looked)


def _see_to_the_next() -> None:
    """The first run is an hour after the first worker looked; each later one follows the one before."""
    if db.session.scalar(select(Reconciliation.id).where(Reconciliation.state == "READY").limit(1)) is None:
        with writing():
            _plan_the_next()


def _plan_the_next() -> None:
    db.session.execute(
        insert(Reconciliation.__table__)
        .values(
            state="READY",
            run_at=clock.now() + EVERY,
            fence=0,
            attempts=0,
            bookmark={},
            looked_at=0,
            unanswered=0,
        )
        .on_conflict_do_nothing()
    )


def _write_down(claimed: Claimed, place: Bookmark, tally: Tally) -> None:
    values: dict = {
        "lease_until": None,
        "bookmark": place.as_json(),
        "looked_at": claimed.looked_at + tally.looked,
        "unanswered": claimed.unanswered + tally.missed.total(),
    }
    is_done = place.stage >= len(STAGES)
    if is_done:
        values |= {"state": "DONE", "finished_at": clock.now()}
    with writing():
        if claims.settle(Reconciliation, claimed.run_id, claimed.fence, **values) and is_done:
            _plan_the_next()
