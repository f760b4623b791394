"""Every page in its states, in Chromium: nothing that axe finds, no sideways scroll, no complaint, no page too heavy.

`make test` looks at each in one look, by turns light at 360 px and dark at 1280 px, and leaves out what varies another scene;
`make check-pages` looks at all in both themes at both widths.
"""

import os

import pytest

from tests.browser import checks
from tests.browser.scenes import SCENES

EVERYTHING = bool(os.environ.get("EVERY_LOOK"))
BY_TURNS = [("light", 360), ("dark", 1280)]
CHOSEN = [scene for scene in SCENES if EVERYTHING or not scene.varies]

# What answers a GET and is no page.
NO_PAGES = {
    "static", "health.healthz", "health.readyz", "health.show_metrics", "places.suggestions", "admin.bookings_as_csv",
    "checkout.returned",  # leads on to where the checkout stands
    "tickets.as_pdf", "tickets.calendar", "invoices.as_pdf",
    "search.swap",  # leads back to the form
}  # fmt: skip


@pytest.mark.parametrize("scene", CHOSEN, ids=str)
def test_a_page_is_good_in_every_look(scene, visit):
    scene.go(visit)

    assert visit.status == scene.status
    if scene.endpoint:
        assert visit.endpoint == scene.endpoint
    wrong = list(checks.everything_else(visit))
    for theme, width in looks(scene):
        checks.look(visit.page, theme, width)
        wrong += [f"{theme}, {width} px: {each}" for each in checks.violations(visit.page)]
    assert not wrong, "\n".join(wrong)


def looks(scene) -> list[tuple[str, int]]:
    return checks.EVERY_LOOK if EVERYTHING else [BY_TURNS[CHOSEN.index(scene) % 2]]


def test_every_page_of_the_site_is_looked_at(site_app):
    pages = {rule.endpoint for rule in site_app.url_map.iter_rules() if "GET" in rule.methods}

    assert pages - NO_PAGES == {scene.endpoint for scene in SCENES if scene.endpoint} & pages
