"""The steps of a booking as rows: claimed with a lease and a fence, sent with no transaction open, written at the end.

Whoever visits the booking drives it (`drive`), and so does `flask worker`; both may die at any moment. A step is
repeatable: what is sent carries its own key, and what comes back is written only while the claim still holds.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy import Table, bindparam, literal_column, or_, select, update
from sqlalchemy.exc import OperationalError

from chassis import clock, faults
from chassis.database import db, keep, writing
from chassis.objects import Objects
from chassis.prepared import Command, Prepared, insert_once
from webapp.admin import attention
from webapp.bookings import reading
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import Overtaken
from webapp.checkout.models import SagaStep
from webapp.payments.gateway import GatewayUnavailable
from webapp.payments.models import Payment
from webapp.providers.client import ProviderUnavailable

LEASE = timedelta(seconds=30)  # twice what the slowest step may take: a confirm and its status, 13 s
HEAD_START = timedelta(seconds=2)  # in which a step is left to the visit that planned it
MANY_TRIES = 8
MOST_STEPS_INLINE = 40

# Seconds until the next try. Never at once: a visitor waits for one try and is then shown how things stand.
# At last every six hours: whoever was away for days is not asked thousands of times, and nothing is ever given up.
BACKOFF = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 21_600)

_TRIED = re.compile(r"[A-Z_]+ was tried [0-9]+ times: ")


class Unknown(Exception):
    """No usable answer: the step is tried again by the same key, never guessed."""


@dataclass(frozen=True)
class Claim:
    """A step that is ours until its lease ends; `attempt` counts from 1.

    `booking` and `payment` are what the transaction that claimed it had read, for who goes on at once.
    """

    step_id: int
    kind: str
    booking_id: int
    item_id: int | None
    payment_id: int | None
    fence: int
    attempt: int
    booking: Booking | None = field(default=None, compare=False, repr=False)
    payment: Payment | None = field(default=None, compare=False, repr=False)


@dataclass
class Work:
    """What a step is about, read anew whenever it is needed."""

    claim: Claim
    booking: Booking
    item: BookingItem
    payment: Payment


class Handler(ABC):
    """What a kind of step does. `send` speaks to the outside, `record` writes what came back, in one transaction."""

    @abstractmethod
    def send(self, work: Work) -> Any: ...

    @abstractmethod
    def record(self, work: Work, outcome: Any) -> None: ...

    def give_up(self, work: Work) -> bool:
        """Called in the writing transaction when the outcome is unknown; True when there is to be no further try."""
        return False

    def ends_at(self, work: Work) -> datetime | None:
        """When the last try is to be made; None for a step that is tried for ever."""
        return None


_handlers: dict[str, Handler] = {}

# Where each kind of step can be killed: before its transaction is committed (`writing`) and after (`written`), and so on.
MOMENTS = ("claimed", "sending", "answered", "writing", "written")
_points: dict[str, faults.Points] = {}
_later = faults.Points("saga", "put_off")
_woken = faults.Points("saga", "woken")


def handles(kind: str):
    """Class decorator: this handler does the steps of `kind`."""

    def register(handler: type) -> type:
        _handlers[kind] = handler()
        _points[kind] = faults.Points(f"saga.{kind}", *MOMENTS)
        return handler

    return register


# ---- planning, inside `writing()`


def plan(
    kind: str,
    booking: Booking,
    item: BookingItem | None = None,
    payment: Payment | None = None,
    run_at=None,
    key="",
) -> bool:
    """Add a step to do; planning the same one twice is planning it once. False when it was planned already."""
    now = clock.now()
    parts = [kind, booking.id, item.id if item else "", payment.id if payment else "", key]
    db.session.flush()
    planned = insert_once(
        _table,
        booking_id=booking.id,
        item_id=item.id if item else None,
        payment_id=payment.id if payment else None,
        kind=kind,
        dedupe_key=":".join(str(part) for part in parts),
        run_at=run_at or now,
        created_at=now,
    )
    return planned is not None


_table = cast(Table, SagaStep.__table__)
_steps = _table.c

# As the partial index says it: SQLite does not find out that a value bound to the statement is this one.
_IS_READY = _steps.state == literal_column("'READY'")

_waiting = update(_table).where(
    _steps.booking_id == bindparam("its_booking"),
    _steps.kind == bindparam("its_kind"),
    _IS_READY,
)
_WAKE = Command(_waiting.values(run_at=bindparam("now"), lease_until=None, fence=_steps.fence + 1))
_BRING_FORWARD = Command(
    _waiting.where(_steps.run_at > bindparam("sooner")).values(run_at=bindparam("sooner"))
)
_DROP = Command(_waiting.values(state="DROPPED", done_at=bindparam("now")))


def wake(kind: str, booking: Booking) -> None:
    """Let the booking's waiting step of this kind run now; who is at it already asked too early and is overtaken."""
    _WAKE.change(its_booking=booking.id, its_kind=kind, now=clock.now())


def hurry(kind: str, booking: Booking) -> None:
    """Let the booking's step of this kind that waits for its next try be tried now; who is at it is left alone."""
    bring_forward(kind, booking, clock.now())


def bring_forward(kind: str, booking: Booking, run_at: datetime) -> None:
    """Let the booking's waiting step of this kind run at `run_at` when it would run later."""
    _BRING_FORWARD.change(its_booking=booking.id, its_kind=kind, sooner=run_at)


def drop(kind: str, booking: Booking) -> None:
    """The booking's waiting steps of this kind need not be done any more."""
    _DROP.change(its_booking=booking.id, its_kind=kind, now=clock.now())


# ---- driving


def drive(booking_id: int) -> int:
    """Do the booking's due steps until none is due; what must wait is left to the next visit or the worker."""
    claim = claim_next(booking_id)
    return go_on(claim) if claim else 0


def go_on(claim: Claim) -> int:
    """Do a claimed step and what is due of its booking after it; how many steps were done."""
    following: Claim | None = claim
    for done in range(MOST_STEPS_INLINE):
        if following is None:
            return done
        following = perform(following, claims_next=done + 1 < MOST_STEPS_INLINE)
    return MOST_STEPS_INLINE


_at_work = (
    select(_steps.id)
    .where(
        _steps.booking_id == bindparam("its_booking"),
        _IS_READY,
        _steps.lease_until > bindparam("now"),
    )
    .limit(1)
)
_AT_WORK = Prepared(_at_work)
_AT_WORK_ON = Prepared(_at_work.where(_steps.kind == bindparam("its_kind")))
_still_to_do = (
    select(_steps.id)
    .where(
        _steps.booking_id == bindparam("its_booking"),
        _steps.kind == bindparam("its_kind"),
        _IS_READY,
    )
    .limit(1)
)
_WAITS = Prepared(_still_to_do)
_DUE_OF_KIND = Prepared(_still_to_do.where(_steps.run_at <= bindparam("now")))


def is_driven(booking_id: int, kind: str | None = None) -> bool:
    """Whether somebody is at one of the booking's steps (of this kind) right now."""
    values = {"its_booking": booking_id, "now": clock.now()}
    return bool(_AT_WORK_ON.rows(its_kind=kind, **values) if kind else _AT_WORK.rows(**values))


def is_to_do(booking_id: int, kind: str) -> bool:
    """Whether the booking's step of this kind is still to be done, by whomever and whenever."""
    return bool(_WAITS.rows(its_booking=booking_id, its_kind=kind))


def is_due(booking_id: int, kind: str) -> bool:
    """Whether it is still to be done now; what failed is due later."""
    return bool(_DUE_OF_KIND.rows(its_booking=booking_id, its_kind=kind, now=clock.now()))


def awaken(booking_id: int) -> None:
    """Something happened to the booking's payment: ask for the truth now, and go on from there."""
    with writing():
        # The booking first, as who performs does: a row that is updated twice, as by these two, asks for it on PostgreSQL.
        booking = reading.whole(booking_id, lock=True)
        wake("CHECK_PAYMENT", booking)
        claim = claim_here(booking)
    _woken.reached("woken")
    if claim:
        go_on(claim)


def claim_next(booking_id: int) -> Claim | None:
    """The booking's next due step, ours until its lease ends."""
    return _claim("of a booking", theirs=booking_id)


def claim_here(booking: Booking) -> Claim | None:
    """Inside `writing()`: the booking's next due step, claimed in the transaction that planned it, together with what it
    is about, so that nobody has to read that again."""
    taken = _take("of a booking", theirs=booking.id)
    if taken is None:
        return None
    keep()
    return replace(taken, booking=booking, payment=_payment(taken))


def claim_forgotten() -> Claim | None:
    """The next due step of any booking that no visit is about to do: a visitor should not wait for a worker."""
    return _claim("forgotten", visited_since=clock.now() - HEAD_START)


_WHOSE = {
    "of a booking": _steps.booking_id == bindparam("theirs"),
    "forgotten": or_(_steps.attempts > 0, _steps.run_at <= bindparam("visited_since")),
}
_DUE = {
    whose: select(_steps.id)
    .where(
        _IS_READY,
        _steps.run_at <= bindparam("now"),
        or_(_steps.lease_until.is_(None), _steps.lease_until <= bindparam("now")),
        is_theirs,
    )
    .order_by(_steps.run_at, _steps.id)
    .limit(1)
    for whose, is_theirs in _WHOSE.items()
}
_IS_DUE = {whose: Prepared(due) for whose, due in _DUE.items()}
_TAKE = {
    whose: Command(
        update(_table)
        .where(_steps.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(lease_until=bindparam("until"), fence=_steps.fence + 1, attempts=_steps.attempts + 1)
        .returning(
            _steps.id,
            _steps.kind,
            _steps.booking_id,
            _steps.item_id,
            _steps.payment_id,
            _steps.fence,
            _steps.attempts,
        )
    )
    for whose, due in _DUE.items()
}


def _claim(whose: str, **values: Any) -> Claim | None:
    """Nobody takes the turn to write before something is due."""
    if not _IS_DUE[whose].rows(now=clock.now(), **values):
        return None
    with writing():
        return _take(whose, **values)


def _take(whose: str, **values: Any) -> Claim | None:
    """Inside `writing()`: the next due step, taken by one statement."""
    now = clock.now()
    taken = _TAKE[whose].rows(now=now, until=now + LEASE, **values)
    return Claim(*taken[0]) if taken else None


def perform(claim: Claim, claims_next: bool = False) -> Claim | None:
    """Send, then write what came back, if the claim still holds.

    With `claims_next` the booking's next due step is claimed in the same transaction: a checkout is half as many commits.
    """
    handler, points = _handlers[claim.kind], _points[claim.kind]
    points.reached("claimed")
    try:
        points.reached("sending")
        outcome = handler.send(_work(claim))
        points.reached("answered")
        with writing():
            work = _work(claim, lock=True)
            if _finish(claim):
                _calm(work)
                handler.record(work, outcome)
            following = claim_here(work.booking) if claims_next else None
            points.reached("writing")
        points.reached("written")
        return following
    except (Unknown, ProviderUnavailable, GatewayUnavailable, Overtaken) as error:
        _not_known(claim, handler, error)
    except OperationalError:
        raise  # our own database is away: the lease ends, and whoever comes then does the step
    except Exception as error:  # a fault of ours must not leave a booking without a next step
        current_app.logger.exception("a step failed", extra={"facts": {"step": claim.kind}})
        _not_known(claim, handler, error)
    return claim_next(claim.booking_id) if claims_next else None


def _work(claim: Claim, lock: bool = False) -> Work:
    """What the step is about as it is now; with `lock` until our transaction ends."""
    if claim.booking is None or lock:
        booking, payment = reading.whole(claim.booking_id, lock), _payment(claim)
    else:
        booking, payment = claim.booking, claim.payment
    item = next((each for each in booking.items if each.id == claim.item_id), None)
    return Work(claim, booking, item, payment)  # type: ignore[arg-type]


def _payment(claim: Claim) -> Payment | None:
    return _PAYMENT.one_or_none(its_id=claim.payment_id) if claim.payment_id else None


_PAYMENT = Objects(Payment, select(Payment).where(Payment.id == bindparam("its_id")))

_still_ours = update(_table).where(
    _steps.id == bindparam("its_id"), _steps.fence == bindparam("its_fence"), _IS_READY
)
_FINISH = Command(
    _still_ours.values(state="DONE", done_at=bindparam("now"), lease_until=None, last_error=None)
)
_PUT_OFF = Command(
    _still_ours.values(run_at=bindparam("later"), lease_until=None, last_error=bindparam("why"))
)


def _finish(claim: Claim) -> bool:
    """Mark the step done; False when somebody else has claimed it since."""
    return _FINISH.change(its_id=claim.step_id, its_fence=claim.fence, now=clock.now()) == 1


def _not_known(claim: Claim, handler: Handler, error: Exception) -> None:
    _put_off(claim, handler, error)
    _later.reached("put_off")


def _put_off(claim: Claim, handler: Handler, error: Exception) -> None:
    with writing():
        work = _work(claim, lock=True)
        later = clock.now() + timedelta(seconds=BACKOFF[min(claim.attempt, len(BACKOFF)) - 1])
        later = min(later, handler.ends_at(work) or later)
        ours = {"its_id": claim.step_id, "its_fence": claim.fence}
        if _PUT_OFF.change(**ours, later=later, why=str(error)[:500]) != 1:
            return
        if handler.give_up(work):
            _finish(claim)
            _calm(work)
        elif claim.attempt >= MANY_TRIES:
            attention.tell(work.booking, _TRIED, _tried(claim.kind, claim.attempt, str(error)))


def _tried(kind: str, attempts: int, error: str) -> str:
    return f"{kind} was tried {attempts} times: {error}"[:500]


def _calm(work: Work) -> None:
    """A step that was tried too often is done: what was said of it goes, or tells of another step that still is."""
    if not attention.has(work.booking, _TRIED):
        return
    still = db.session.scalar(
        select(SagaStep)
        .where(
            SagaStep.booking_id == work.booking.id,
            SagaStep.state == "READY",
            SagaStep.attempts >= MANY_TRIES,
            SagaStep.last_error.is_not(None),
        )
        .order_by(SagaStep.id)
        .limit(1)
    )
    told = _tried(still.kind, still.attempts, str(still.last_error)) if still else None
    attention.replace(work.booking, _TRIED, told)


def again_at(work: Work, run_at) -> None:
    """From `record`: the step is not done after all, it waits until `run_at`; its tries are counted anew."""
    _AGAIN.change(its_id=work.claim.step_id, later=run_at)


_AGAIN = Command(
    update(_table)
    .where(_steps.id == bindparam("its_id"))
    .values(state="READY", run_at=bindparam("later"), done_at=None, lease_until=None, attempts=0)
)
