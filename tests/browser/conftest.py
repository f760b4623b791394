"""A real browser on the real site: system Chromium through Playwright, one fresh profile a test."""

import pytest

from tests import invariants
from tests.browser.chromium import NotHere, running
from tests.browser.stage import stage as on_stage
from tests.browser.visits import profile, visiting
from tests.machine import missing


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
