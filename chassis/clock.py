"""The clock is asked, never read: every instant in the product comes from `now()`, so that tests can move it."""

import os
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_shift = timedelta(0)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _shift


def today(zone: str) -> date:
    """The local date in an IANA `zone`: "today" belongs to a place, never to the server."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(instant: datetime):
    """Inside the block `now()` runs on from `instant` (aware). For tests; production refuses."""
    if os.environ.get("APP_ENV") == "production":
        raise RuntimeError("The clock is fixed in production")
    global _shift
    before = _shift
    _shift = instant - datetime.now(UTC)
    try:
        yield
    finally:
        _shift = before


def forward(**delta: float):
    """Inside the block `now()` is `timedelta(**delta)` later than outside it."""
    return at(now() + timedelta(**delta))
