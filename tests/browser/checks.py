"""What every page must be in a real browser, in sentences: nobody says anything of a good one."""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.visits import Visit
from webapp import assets

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
NARROWEST = 320
WIDTHS = {360: 780, 1280: 900}
THEMES = ("light", "dark")
EVERY_LOOK = [(theme, width) for theme in THEMES for width in WIDTHS]

# site.md, Budgets: HTML as it is, the rest as a browser fetches it.
STYLE_GUIDE = "/styleguide"  # every component at once, and not for travellers
HTML_BYTES, CSS_BYTES, JS_BYTES = 60_000, 20_000, 12_000


def look(page: Page, theme: str, width: int) -> None:
    """Show the page that stands there in another theme and width; it is not loaded again, and no colour is still on its way."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 780)})
    page.evaluate("document.getAnimations().forEach(each => each.finish())")


def violations(page: Page) -> list[str]:
    """What axe finds wrong, each with the first place where it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("""async () => {
        const {violations} = await axe.run(document, {resultTypes: ["violations"]});
        return violations.map(({id, help, nodes}) =>
            `${id}: ${help}: ${nodes.length} × ${nodes[0].html.slice(0, 200)} ${nodes[0].any[0]?.message ?? ""}`);
    }""")
    return found


def everything_else(visit: Visit) -> Iterator[str]:
    """All that is not axe's: what the browser complained of, headings, names of pictures, sideways scroll, weight."""
    yield from visit.faults
    yield from _bones(visit.page)
    if visit.status == 422:
        yield from _unhelpful(visit.page)
    yield from _sideways(visit.page)
    yield from _too_heavy(visit)


def _bones(page: Page) -> Iterator[str]:
    title, levels, unnamed = page.evaluate("""() => [
        document.title,
        [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({tagName}) => Number(tagName[1])),
        [...document.querySelectorAll("img:not([alt]), svg:not([aria-hidden=true], [aria-label], [aria-labelledby])")]
            .filter(each => !each.querySelector(":scope > title") && !each.closest("[aria-hidden=true]"))
            .map(({outerHTML}) => outerHTML.slice(0, 120)),
    ]""")
    if not title.strip():
        yield "the page has no title"
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1 instead of one"
    yield from (
        f"a heading h{below} follows an h{above}"
        for above, below in zip(levels, levels[1:], strict=False)
        if below > above + 1
    )
    yield from (f"neither named nor hidden: {each}" for each in unnamed)


def _unhelpful(page: Page) -> Iterator[str]:
    """What was typed wrong is summed up where the reader is, and each line leads to its field, which says it too."""
    if not page.evaluate("document.activeElement.matches('.errors')"):
        yield "the summary of what is wrong has not the focus"
    yield from page.evaluate("""() => [...document.querySelectorAll(".errors li")].flatMap(line => {
        const link = line.querySelector("a"), field = link && document.querySelector(link.hash);
        if (!/^\\s*[\\p{L}“\\d]/u.test(line.textContent)) return [`not a sentence: ${line.textContent.trim()}`];
        if (!link && !document.querySelector(".errors li a")) return [];  // of the form as a whole
        if (!field) return [`no field is linked: ${line.textContent.trim()}`];
        link.click();
        if (document.activeElement !== field) return [`the link does not lead to the field: ${line.textContent.trim()}`];
        const said = field.closest(".field, fieldset")?.textContent.replace(/\\s+/g, " ") ?? "";
        const sentence = link.textContent.trim().replace(/^[^:]{1,20}: /, "");
        return said.includes(sentence) || field.matches("fieldset") ? [] : [`not said beside its field: ${sentence}`];
    })""")


def _sideways(page: Page) -> Iterator[str]:
    """At 320 px nothing has to be scrolled sideways but what scrolls by itself, as a wide table may."""
    look(page, "light", NARROWEST)
    wide = page.evaluate("""() => {
        const root = document.documentElement, edge = root.clientWidth;
        if (root.scrollWidth <= edge) return [];
        return [`${root.scrollWidth} px wide`, ...[...document.querySelectorAll("body *")]
            .filter(each => each.getBoundingClientRect().right > edge + 1)
            .slice(0, 3).map(({outerHTML}) => outerHTML.slice(0, 120))];
    }""")
    if wide:
        yield f"at {NARROWEST} px it scrolls sideways: {wide}"


def _too_heavy(visit: Visit) -> Iterator[str]:
    html = len(visit.answer.body())
    if html > HTML_BYTES and visit.path != STYLE_GUIDE:
        yield f"{html} bytes of HTML"
    fetched = visit.page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    paths = {name.split("?")[0].partition("/static/")[2] for name in fetched if "/static/" in name}
    for suffix, most in ((".css", CSS_BYTES), (".js", JS_BYTES)):
        weight = sum(_sent(path) for path in paths if path.endswith(suffix))
        if weight > most:
            yield f"{weight} bytes of {suffix}, compressed"


def _sent(path: str) -> int:
    """The bytes that a file under static/ takes on its way; the gateway's page has its own, which are not counted."""
    try:
        file = assets.find(path)
    except FileNotFoundError:
        return 0
    return len(file.packed or file.body)
