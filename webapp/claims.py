"""Rows that are work to do: claimed with a lease and a fence, by any number of workers on any number of machines.

Such a row has `state`, `run_at`, `lease_until`, `fence` and `attempts`. It is READY until it is settled; `fence` grows with
each claim, so that whoever was overtaken cannot write any more. Steps of a booking are such rows too, but are claimed in
the transaction that records the step before (webapp/checkout/saga.py).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select, update

from chassis import clock
from chassis.database import changed, db, writing

LEASE = timedelta(seconds=60)
T = TypeVar("T")


def claim(kind: Any, facts: Callable[[Any], T], *whose: Any) -> T | None:
    """The row of `kind` that is due the longest, ours for a minute: what `facts` keeps of it. None when none is due.

    Looks before it locks, so that who finds nothing to do holds up nobody.
    """
    now = clock.now()
    free = or_(kind.lease_until.is_(None), kind.lease_until <= now)
    due = [kind.state == "READY", kind.run_at <= now, free, *whose]
    if db.session.scalar(select(kind.id).where(*due).limit(1)) is None:
        return None
    with writing() as session:
        row = session.scalar(
            select(kind).where(*due).order_by(kind.run_at, kind.id).limit(1).with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.lease_until = now + LEASE
        row.fence += 1
        row.attempts += 1
        session.flush()
        return facts(row)


def settle(kind: Any, row_id: int, fence: int, **values: Any) -> bool:
    """Write what came of a claimed row, inside `writing()`; False when somebody else has claimed it since."""
    done = changed(
        update(kind).where(kind.id == row_id, kind.fence == fence, kind.state == "READY").values(**values)
    )
    return done == 1
