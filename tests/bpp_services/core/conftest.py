"""A desk at the domestic flight service, behind which the core does its work."""

import pytest

from tests.bpp_services.air.desk import Desk


@pytest.fixture
def desk(flights_app, clock):
    """At the domestic service; the test stands in its app context, where the cast can be put on sale."""
    with flights_app.app_context():
        yield Desk(flights_app)
