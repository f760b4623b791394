"""A clock that stands still: where one second decides what is paid, no slow machine may decide it."""

from datetime import datetime, timedelta

from tests.factories import MORNING


class StoppedClock:
    """In the place of `chassis.clock.now`; moved by hand only."""

    def __init__(self, instant: datetime = MORNING):
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = instant

    def forward(self, **delta: float) -> None:
        self._instant += timedelta(**delta)
