"""A real browser on the real site: system Chromium through Playwright, one fresh profile a test."""

import pytest

from tests import apps, invariants
from tests.browser.chromium import NotHere, running
from tests.browser.stage import stage as on_stage
from tests.browser.visits import profile, visiting
from tests.machine import missing
from tests.servers import free_port, serve


def pytest_collection_modifyitems(items):
    """Whatever needs Chromium has the mark `browser`."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The browser program, running."""
    try:
        with running() as browser:
            yield browser
    except NotHere as reason:
        missing(f"{reason}, or leave these tests out with -m 'not browser'")


@pytest.fixture(scope="module")
def _stage():
    with on_stage() as stage:
        yield stage


@pytest.fixture
def stage(_stage):
    """The services, one set for all tests of a module; the invariants of domain.md hold after each of them."""
    yield _stage
    wrong = invariants.of(_stage.services)
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def _page(_stage, chromium):
    with profile(_stage, chromium) as page:
        yield page


@pytest.fixture
def visit(stage, _page):
    """A visit by somebody whom the site does not know: `scene.go(visit)`, `visit.open("/")`, `visit.page`.

    All tests of a module have the same page: starting a fresh profile costs more than what is looked at in it.
    """
    with visiting(stage, _page) as visit:
        yield visit


# ---- for a test that has services of its own, and puts into them what it needs


@pytest.fixture
def addresses():
    """The site and the gateway's page are really served here; what the services ask each other stays in process."""
    real = {service: f"http://127.0.0.1:{free_port()}" for service in ("site", "gateway")}
    return apps.ADDRESSES | real


@pytest.fixture
def live_site(services, addresses):
    """The address of the site, served by threads; the gateway's hosted page is served beside it."""
    with (
        serve(services["gateway"], _port(addresses["gateway"])),
        serve(services["site"], _port(addresses["site"])) as address,
    ):
        yield address


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


@pytest.fixture
def browser(chromium, live_site):
    """A fresh profile whose relative addresses are the site's; `browser.new_page()`."""
    context = chromium.new_context(base_url=live_site, locale="en-IN", timezone_id="Asia/Kolkata")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser):
    """A page; a script that fails, or something that the Content-Security-Policy stops, fails the test."""
    page = browser.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda message: faults.append(message.text) if "Content Security" in message.text else None
    )
    yield page
    assert faults == []
