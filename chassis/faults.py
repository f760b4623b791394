"""Named places where a process can be told to die: `YAANA_FAULT=<point>`, or `<point>:<n>` for the n-th time there.

They stand at every commit and every boundary of the network on the way of a checkout, so that tests can kill a real
process at each and prove that nothing is lost or doubled. Inert unless set, and refused in production.
"""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SETTING = "YAANA_FAULT"

# Every point of the modules that are loaded, in the order of their making.
POINTS: dict[str, None] = {}

_met: Callable[[str], None] | None = None


class Points:
    """The points of one thing that is done: `Points("saga.HOLD", "sending", "answered")`, `.reached("sending")`."""

    def __init__(self, of: str, *moments: str):
        self._names = {moment: f"{of}.{moment}" for moment in moments}
        POINTS.update(dict.fromkeys(self._names.values()))

    def reached(self, moment: str) -> None:
        """Where the process dies when it was told to; else nothing."""
        if _met is not None:
            _met(self._names[moment])


def arm_from_environment() -> None:
    """Die where YAANA_FAULT says. Raises ValueError when it is not `<point>` or `<point>:<n>`."""
    told = os.environ.get(SETTING)
    if told:
        point, _, times = told.partition(":")
        meet(_death(point, int(times or 1)))


def meet(met: Callable[[str], None] | None) -> None:
    """From now on call `met` with the name of each point that is reached; None for nothing any more."""
    global _met
    _met = met


@contextmanager
def meeting(met: Callable[[str], None]) -> Iterator[None]:
    """Inside the block `met` is called with the name of each point that is reached."""
    before = _met
    meet(met)
    try:
        yield
    finally:
        meet(before)


def _death(point: str, times: int) -> Callable[[str], None]:
    counted = itertools.count(1)

    def met(name: str) -> None:
        if name == point and next(counted) == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return met
