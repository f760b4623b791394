"""Several acts that begin in the same moment, each in a thread of its own that knows of no other's context."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PATIENCE = 10  # seconds until all have to be there


def in_parallel(times: int, act: Callable[[int], Any]) -> list:
    """What `act(0)`, `act(1)` … returned. Raises what one of them raised."""
    start = threading.Barrier(times, timeout=PATIENCE)

    def begin(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(begin, range(times)))


def at_once(*acts: Callable[[], Any]) -> list:
    return in_parallel(len(acts), lambda number: acts[number]())
