"""Two ways to use a page: a mouse, and a keyboard alone. Both know only what a person sees: labels, buttons, links, headings."""

import re
from abc import ABC, abstractmethod
from datetime import date

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 150

# How many stops there are at least on the way to an element: up to that many Tabs need no look at where they led. Some stop
# elsewhere (a date has three parts), some of what is counted is closed or a radio button beside another.
NOT_COUNTED = 4
BETWEEN = """wanted => {
    const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden], [type=radio]), select, summary")]
        .filter(each => each.tabIndex >= 0 && each.checkVisibility());
    const here = stops.indexOf(document.activeElement), there = stops.indexOf(wanted);
    return there > here ? there - here : 0;
}"""
IS_SEEN = """wanted => {
    const {outlineStyle, boxShadow} = getComputedStyle(wanted), {top, bottom} = wanted.getBoundingClientRect();
    return (outlineStyle !== "none" || boxShadow !== "none") && bottom > 0 && top < innerHeight;
}"""


class Hand(ABC):
    """What both do; a name is the beginning of what a button, a link or a label says."""

    def __init__(self, page: Page):
        self.page = page

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def arrives(self, heading: str) -> None:
        """The page with this heading is there, and nothing of it has to be scrolled sideways."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        wide, seen = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen, f"{heading}: {wide} px wide"

    def sees(self, *words: str | re.Pattern) -> None:
        """Each stands in the page's main part."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each)

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=beginning(name)).first)

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=beginning(name)).first)

    def write(self, label: str, text: str) -> None:
        """Into the text field with this label; what stood there is gone."""
        self.type(self.page.get_by_label(beginning(label)).first, text)

    def date_of_birth(self, day: int, month: int, year: int) -> None:
        group = self.page.get_by_role("group", name="Date of birth").first
        for label, number in (("Day", day), ("Month", month), ("Year", year)):
            self.type(group.get_by_label(label), str(number))

    @abstractmethod
    def press(self, target: Locator) -> None: ...

    @abstractmethod
    def type(self, field: Locator, text: str) -> None: ...

    @abstractmethod
    def day(self, label: str, day: date) -> None:
        """Into a date input."""

    @abstractmethod
    def radio(self, label: str) -> None: ...

    @abstractmethod
    def choose(self, label: str, option: str) -> None:
        """In a list; the option is the first that begins so."""


class Mouse(Hand):
    """Clicks on what it wants."""

    def press(self, target: Locator) -> None:
        target.click()

    def type(self, field: Locator, text: str) -> None:
        field.click()
        field.fill(text)

    def day(self, label: str, day: date) -> None:
        self.page.get_by_label(beginning(label)).first.fill(day.isoformat())

    def radio(self, label: str) -> None:
        self.page.get_by_role("radio", name=label, exact=True).first.check()

    def choose(self, label: str, option: str) -> None:
        field = self.page.get_by_label(beginning(label)).first
        field.select_option(field.locator("option", has_text=beginning(option)).first.inner_text())


class Keyboard(Hand):
    """Never clicks: Tab to go on, letters to write, arrows and the space bar to choose, Enter to send."""

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def type(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def day(self, label: str, day: date) -> None:
        field = self.page.get_by_label(beginning(label)).first
        self.reach(field)
        self.page.keyboard.type(
            f"{day:%m%d%Y}"
        )  # as Debian's Chromium asks for it, which knows no language but American
        expect(field).to_have_value(day.isoformat())

    def radio(self, label: str) -> None:
        wanted = self.page.get_by_role("radio", name=label, exact=True).first
        name = wanted.get_attribute("name")
        self.reach(self.page.locator(f'input[name="{name}"]').first)
        self.page.keyboard.press("Space")
        while not wanted.is_checked():
            self.page.keyboard.press("ArrowDown")

    def choose(self, label: str, option: str) -> None:
        self.reach(self.page.get_by_label(beginning(label)).first)
        self.page.keyboard.type(option)

    def reach(self, target: Locator) -> None:
        """Tab until the focus is there, and can be seen there."""
        target.wait_for()
        wanted = target.element_handle()
        for _ in range(max(0, wanted.evaluate(BETWEEN) - NOT_COUNTED)):
            self.page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            if wanted.evaluate("wanted => wanted === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"not reached by Tab: {target}")
        assert wanted.evaluate(IS_SEEN), f"the focus cannot be seen: {target}"


def beginning(name: str) -> re.Pattern:
    """Names that begin so, whatever hidden words follow."""
    return re.compile(rf"^\s*{re.escape(name)}")
