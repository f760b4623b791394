"""A real browser on the real site: system Chromium through Playwright, one fresh profile a test."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests import apps
from tests.machine import missing
from tests.servers import free_port, serve

NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items):
    """Whatever needs Chromium has the mark `browser`."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The browser program, running."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing(
            "no Chromium: install it (Debian: apt install chromium), or leave these tests out with -m 'not browser'"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


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
