"""A desk at the domestic flight service, behind which the core does its work."""

import pytest

from chassis import clock as chassis_clock
from tests.bpp_services.air.desk import Desk
from tests.bpp_services.air.stopped_clock import StoppedClock


@pytest.fixture
def clock(monkeypatch):
    """Stands still from the morning of the cast on: `clock.set(instant)`, `clock.forward(minutes=20)`."""
    stopped = StoppedClock()
    monkeypatch.setattr(chassis_clock, "now", stopped.now)
    return stopped


@pytest.fixture
def desk(flights_app, clock):
    """At the domestic service; the test stands in its app context, where the cast can be put on sale."""
    with flights_app.app_context():
        yield Desk(flights_app)
