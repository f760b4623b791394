"""One page with flights that are answered and hotels that hang, are dead, and come back: nobody waits for them in vain.

Both providers are the real services on real sockets; who hangs takes every connection and never says a word.
"""

import os
import re
import time

import pytest
from playwright.sync_api import expect

from tests import invariants
from tests.browser.stage import port
from tests.browser.stage import stage as on_stage
from tests.browser.visits import profile
from tests.servers import hanging, serve
from webapp.providers.client import DEADLINES
from webapp.search.results import GRACE

TRIP = "/flights/search?from=BLR&to=BOM&depart=2026-12-11&return=2026-12-13&adults=1"
AT_ONCE = 0.3  # seconds from the provider's answer to its flights on the screen
DEADLINE = DEADLINES["search"] + GRACE


class Answering:
    """A service that notes when it has answered."""

    def __init__(self, app):
        self._app = app
        self.last = 0.0

    def __call__(self, environ, start_response):
        answer = self._app(environ, start_response)
        self.last = time.monotonic()
        return answer


def patience(seconds: float) -> float:
    """A promise is for a machine that does nothing else; other tests run beside this one."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def sockets():
    with on_stage(over_sockets=("flights", "hotels")) as stage:
        yield stage
        assert invariants.of(stage.services) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_flights_are_shown_while_the_hotels_hang_and_trying_again_works(sockets, chromium, javascript):
    flights = Answering(sockets.services["flights"])
    at = port(sockets.addresses["hotels"])
    with (
        serve(flights, port(sockets.addresses["flights"])),
        profile(sockets, chromium, java_script_enabled=javascript) as page,
    ):
        flight = page.get_by_role("main").get_by_text("6E-5678").first
        stays = page.get_by_role("region", name=re.compile("^Stays in Mumbai"))
        again = stays.get_by_role("link", name="Try again")
        with serve(sockets.services["hotels"], at):  # nothing is done for the first time when it is measured
            page.goto(TRIP)
            expect(flight).to_be_visible()

        with hanging(at):
            began = time.monotonic()
            page.goto(TRIP, wait_until="commit")
            expect(flight).to_be_visible()
            shown = time.monotonic()
            words = stays.text_content()
            assert shown - flights.last < patience(AT_ONCE) or shown - began < DEADLINE + AT_ONCE
            assert (
                shown - began > DEADLINE or "did not answer" not in words
            )  # the flights did not wait for the hotels

            expect(stays).to_contain_text(
                re.compile("did not answer (in time|within 2 s): these are the results without it")
            )
            assert time.monotonic() - began < patience(DEADLINE + 1)
            expect(flight).to_be_visible()

        again.click()  # nobody is there now
        expect(stays).to_contain_text("could not be reached")
        expect(flight).to_be_visible()

        with serve(sockets.services["hotels"], at):
            again.click()
            expect(stays).to_contain_text("OYO Rooms Marine Drive")
            expect(again).to_have_count(0)
            expect(flight).to_be_visible()
