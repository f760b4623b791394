"""PostgreSQL ends connections in the middle of everything: visitors see an error, and every booking comes to its end."""

import contextlib
import contextvars
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ResourceClosedError

from chassis.database import engine
from tests.trips import Trip
from webapp.providers.client import ProviderUnavailable

TRAVELLERS, TRIPS = 4, 3
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.postgresql
def test_backends_are_terminated_during_load_and_nothing_is_lost(faulty):
    trips = [faulty.trip() for _ in range(TRAVELLERS * TRIPS)]
    over = threading.Event()

    def terminates() -> int:
        dice, ended = random.Random(1), 0
        while not over.wait(dice.uniform(0.02, 0.15)):
            service = dice.choice(("site", "flights"))
            with faulty.services[service].app_context(), engine().connect() as connection:
                ended += len(connection.execute(text(OTHERS)).all())
        return ended

    def buys(number: int) -> None:
        for trip in trips[number::TRAVELLERS]:
            with contextlib.suppress(DBAPIError, ResourceClosedError, ProviderUnavailable, AttributeError):
                with faulty.site.app_context():
                    trip.book()

    with ThreadPoolExecutor(TRAVELLERS + 1) as threads:
        terminated = threads.submit(contextvars.Context().run, terminates)
        list(threads.map(lambda number: contextvars.Context().run(buys, number), range(TRAVELLERS)))
        over.set()
    assert terminated.result() > 0

    for trip in trips:
        goes_on(faulty, trip)
    faulty.to_rest()

    with faulty.site.app_context():
        assert {trip.state for trip in trips} <= {"CONFIRMED", "EXPIRED", "DRAFT"}


def goes_on(faulty, trip: Trip) -> None:
    """A lost connection is thrown away when it is next used; the pool's others with it."""
    with contextlib.suppress(DBAPIError, ProviderUnavailable), faulty.site.app_context():
        trip.drive()
