"""The providers of the example messages: their names and addresses, on databases as the examples need them."""

import contextvars
from datetime import date

import pytest

from bpp_services import flights, international_flights
from chassis import clock as chassis_clock
from tests import apps
from tests.bpp_services.air.stopped_clock import StoppedClock
from tests.bpp_services.doors import Bap
from tests.factories import a_departure


@pytest.fixture
def clock(monkeypatch):
    """Stands still: `clock.set(instant)`, `clock.forward(minutes=20)`."""
    stopped = StoppedClock()
    monkeypatch.setattr(chassis_clock, "now", stopped.now)
    return stopped


@pytest.fixture
def at_the_doors(make_database, clock):
    """`at_the_doors("flights", flights)`: the app of a provider under its example name, and a Bap at its doors."""
    built = []

    def open_doors(service: str, module):
        subscriber = f"{service.replace('_', '-')}-bpp.example.org"
        app = module.create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "a secret of the tests, longer than the shortest allowed",
                "DATABASE_URL": make_database(service),
                "BECKN_SUBSCRIBER_ID": subscriber,
                "BASE_URL": f"https://{subscriber}",
            }
        )
        built.append(app)

        def post(path, body, headers):
            response = contextvars.Context().run(app.test_client().post, path, data=body, headers=headers)
            return response.status_code, response.data, dict(response.headers)

        return app, Bap(app, post)

    yield open_doors
    for app in built:
        apps.close(app)


@pytest.fixture
def domestic(at_the_doors):
    """(app, bap): what the example messages find at the domestic service."""
    app, bap = at_the_doors("flights", flights)
    with app.app_context():
        a_departure("AI-1234", date(2026, 12, 11), seats_available=118)
        a_departure("6E-5678", date(2026, 12, 11), seats_available=62)
        a_departure("UK-9012", date(2026, 12, 11), seats_available=9)
        a_departure("AI-7890", date(2026, 12, 15))
        yield app, bap


@pytest.fixture
def international(at_the_doors):
    """(app, bap): what the example messages find at the international service."""
    app, bap = at_the_doors("international_flights", international_flights)
    with app.app_context():
        a_departure("BA-201", date(2026, 12, 18), seats_available=8)
        yield app, bap
