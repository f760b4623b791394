"""One visit of one page in a real browser: how one gets there, and what the browser said on the way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Response

from tests.browser.stage import Stage
from tests.webapp.buyer import Buyer

# Said by Chromium itself of every page that is an error: the status is what we look at.
EXPECTED = "Failed to load resource"


@dataclass
class Visit:
    """`buyer` does quickly what leads up to the page, `open` shows it, and `faults` is what the browser complained of."""

    stage: Stage
    page: Page
    stack: ExitStack
    buyer: Buyer
    faults: list[str] = field(default_factory=list)
    answer: Response | None = None

    def __post_init__(self):
        self._heard = {"pageerror": self._fail, "console": self._hear, "response": self._note}
        for event, hear in self._heard.items():
            self.page.on(event, hear)

    def leave(self) -> None:
        """Hear nothing more of the page."""
        for event, hear in self._heard.items():
            self.page.remove_listener(event, hear)

    def open(self, path: str) -> None:
        """The page at `path` (or a whole address), as who the buyer is by now."""
        self.page.context.add_cookies(self.stage.cookies(self.buyer))
        self.page.goto(path)

    def send(self, action: str = "", **typed: str) -> None:
        """Send the page's form whose action ends with `action` (without one: the main one), with `typed` in its fields."""
        form = self.page.locator(f'main form[action$="{action}"]' if action else "main form").first
        for name, value in typed.items():
            form.locator(f'[name="{name}"]').fill(value)
        with self.page.expect_navigation():
            form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")

    def afterwards(self, act: Callable[[], object]) -> None:
        """What puts right again what the scene has broken."""
        self.stack.callback(act)

    @property
    def status(self) -> int:
        """Of the page that stands there now."""
        assert self.answer is not None
        return self.answer.status

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def endpoint(self) -> str:
        """Whose page stands there."""
        assert self.answer is not None
        routes = self.stage.services["site"].url_map.bind("127.0.0.1")
        endpoint, _ = routes.match(self.path, method=self.answer.request.method)
        return endpoint

    def _fail(self, error) -> None:
        self.faults.append(str(error))

    def _hear(self, message) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            self.faults.append(message.text)

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.answer = response


@contextmanager
def profile(stage: Stage, browser: Browser, **context) -> Iterator[Page]:
    """A page of a fresh profile; `context` as Playwright takes it (viewport, java_script_enabled …)."""
    fresh = browser.new_context(
        base_url=stage.addresses["site"],
        locale="en-IN",
        timezone_id="Asia/Kolkata",
        reduced_motion="reduce",
        **context,
    )
    fresh.set_default_timeout(10_000)
    yield fresh.new_page()
    fresh.close()


@contextmanager
def visiting(stage: Stage, page: Page) -> Iterator[Visit]:
    """A visit by somebody whom the site does not know, in a page that may have been used before."""
    page.context.clear_cookies()
    with ExitStack() as stack:
        visit = Visit(stage, page, stack, stage.buyer())
        yield visit
        visit.leave()
