"""The search forms in a real browser: the combobox by keyboard and as assistive technology has it, and all without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import profile


@pytest.fixture
def page(visit):
    """A page on a desk; no script of it fails, and the Content-Security-Policy stops none."""
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    visit.page.unroute_all()
    yield visit.page
    assert visit.faults == []


def said(page: Page) -> str:
    return page.get_by_role("status").filter(has_text="place").inner_text()


def test_a_place_is_chosen_by_keyboard_alone(page):
    page.goto("/")
    box = page.get_by_role("combobox", name="From")
    options = page.get_by_role("listbox", name="From").get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_attribute("aria-autocomplete", "list")

    # The letters before it may be answered too, and their places shown for a moment.
    with page.expect_response(re.compile(r"/places\?.*=beng\b")) as last:
        box.press_sequentially("beng")

    expect(options).to_have_count(len(last.value.json()))
    expect(options.first).to_have_text("Bengaluru BLR Kempegowda International Airport, India ")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert said(page) == f"{options.count()} places. Use the arrow keys to choose."
    assert box.get_attribute("aria-activedescendant") is None

    walk = {"ArrowDown": 0, "End": options.count() - 1, "Home": 0, "ArrowUp": None}
    for key, number in walk.items():
        box.press(key)
        active = None if number is None else options.nth(number).get_attribute("id")
        assert box.get_attribute("aria-activedescendant") == active, key
        assert options.and_(page.locator("[aria-selected=true]")).count() == (active is not None)
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("beng")
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")

    expect(box).to_have_value("Bengaluru (BLR)")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()

    box.press("Tab")  # to the button between the two places
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="To")).to_have_value("Bengaluru (BLR)")
    expect(box).to_have_value("")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="To").fill("bombay")
    page.get_by_label("Departure").fill("2026-12-11")
    expect(page.locator("output[for=depart]")).to_have_text("Fri 11 Dec 2026")
    page.get_by_role("textbox", name="Adults").press("ArrowUp")
    expect(page.get_by_role("textbox", name="Adults")).to_have_value("2")
    page.get_by_role("textbox", name="Adults").press("Enter")

    expect(page.get_by_role("link", name="6E-5678").first).to_be_visible()
    assert "from=Bengaluru+%28BLR%29&to=bombay&depart=2026-12-11&return=&adults=2" in page.url


def test_typing_goes_on_while_an_answer_is_on_its_way_and_an_overtaken_one_is_not_shown(page):
    asked = []
    page.route("**/places?*", lambda route: asked.append(route))
    page.goto("/")
    box = page.get_by_role("combobox", name="To")
    with page.expect_request(re.compile("q=mum$")):
        box.press_sequentially("mum")
    with page.expect_request(re.compile("q=mumbai$")):
        box.press_sequentially("bai")
    expect(box).to_have_value("mumbai")

    asked[-1].fulfill(
        json=[{"label": "Mumbai (BOM)", "value": "bom", "name": "Mumbai", "codes": "BOM", "about": "x"}]
    )
    asked[0].fulfill(json=[{"label": "Old", "value": "old", "name": "Old", "codes": "", "about": ""}])

    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(1)
    options.click()
    expect(box).to_have_value("Mumbai (BOM)")
    expect(box).to_be_focused()


def test_without_javascript_the_forms_are_plain_and_nothing_is_lost(chromium, stage):
    with profile(stage, chromium, java_script_enabled=False, viewport={"width": 320, "height": 700}) as page:
        page.goto("/?from=BLR&to=Mumbay&depart=2026-12-11&adults=2")
        page.get_by_role("button", name="Swap").click()
        expect(page.get_by_role("textbox", name="From")).to_have_value("Mumbay")
        page.get_by_role("button", name="Swap").click()
        page.get_by_role("textbox", name="To").press("Enter")  # and not the swap, which stands before it

        expect(page.get_by_role("alert")).to_contain_text("We do not know “Mumbay”. Did you mean Mumbai?")
        page.get_by_role("link", name="Mumbai (BOM, NMI)").click()

        expect(page.get_by_role("link", name="6E-5678").first).to_be_visible()
        expect(page.get_by_text("Fri 11 Dec 2026 · 2 adults · Any cabin")).to_be_visible()
        expect(page.get_by_role("textbox", name="To")).to_be_hidden()
        page.get_by_text("Change", exact=True).click()
        expect(page.get_by_role("textbox", name="To")).to_have_value("Mumbai (BOM, NMI)")


def test_on_a_phone_the_party_is_a_line_that_opens_and_nothing_is_wider_than_the_screen(page):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/")
    adults = page.get_by_role("textbox", name="Adults")
    expect(adults).to_be_hidden()

    page.locator(".party summary").press("Enter")
    page.get_by_role("button", name="One more: Adults").click()
    page.get_by_role("button", name="One more: Infants").click()
    page.get_by_role("button", name="One less: Children").click()

    expect(page.locator(".party .said")).to_have_text("2 adults, 1 infant, Any cabin")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
