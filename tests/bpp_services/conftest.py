"""A clock that stands still, and the counters of all three providers."""

import pytest

from chassis import clock as chassis_clock
from tests.bpp_services.air.stopped_clock import StoppedClock
from tests.bpp_services.counters import Counter, open_counter


@pytest.fixture
def clock(monkeypatch):
    """Stands still from the morning of the cast on: `clock.set(instant)`, `clock.forward(minutes=20)`."""
    stopped = StoppedClock()
    monkeypatch.setattr(chassis_clock, "now", stopped.now)
    return stopped


@pytest.fixture
def at_the_counter(services, clock):
    """`at_the_counter("hotels")`: a Counter; the test stands in its app's context."""
    contexts = []

    def go(service: str) -> Counter:
        app = services[service]
        contexts.append(app.app_context())
        contexts[-1].push()
        return open_counter(service, app)

    yield go
    for context in reversed(contexts):
        context.pop()
