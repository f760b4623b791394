"""Desks at both flight services, on the morning of the cast."""

import pytest
from sqlalchemy import update

from bpp_services.air.models import Departure
from chassis.database import writing
from tests.bpp_services.air.desk import Desk
from tests.factories import JAMES


@pytest.fixture
def desk(flights_app, clock):
    """At the domestic service; the test stands in its app context, where the cast can be put on sale."""
    with flights_app.app_context():
        yield Desk(flights_app)


@pytest.fixture
def abroad(international_flights_app, clock):
    """At the international service; the test stands in its app context."""
    with international_flights_app.app_context():
        yield Desk(international_flights_app)


@pytest.fixture
def set_fare():
    """`set_fare(600_000)`: every departure costs that from now on."""

    def set_fare(fare_minor: int):
        with writing() as session:
            session.execute(update(Departure).values(fare_minor=fare_minor))

    return set_fare


@pytest.fixture
def james():
    return JAMES
