"""The system's Chromium, started through Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# It asks nobody outside this machine: without these it looks for updates and for its makers' hosts at every start.
ALONE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NotHere(Exception):
    """There is no Chromium on this machine."""


def program() -> str:
    """Where it is. Raises NotHere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NotHere("no Chromium: install it (Debian: apt install chromium)")
    return found


@contextmanager
def running() -> Iterator[Browser]:
    """The browser, until the block is left. Raises NotHere."""
    path = program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ALONE))
        yield browser
        browser.close()
