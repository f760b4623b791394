"""Whoever builds a page finds every component on one page, as it is; travellers never see that page."""

import re

import pytest
from jinja2.runtime import Macro

from tests.webapp.test_production import production  # noqa: F401 (a fixture)
from webapp import assets

COMPONENTS = assets.ROOT.parent / "templates" / "components"


def public_macros() -> set[str]:
    """Of templates/components; those that begin with _ are parts of others."""
    found = (re.findall(r"{%-? macro (\w+)\(", path.read_text()) for path in COMPONENTS.glob("*.html"))
    return {name for names in found for name in names if not name.startswith("_")}


@pytest.fixture
def drawn(monkeypatch):
    """The names of the macros that were called, by a page or by one another."""
    names, invoke = set(), Macro._invoke

    def noted(self, *arguments):
        names.add(self.name)
        return invoke(self, *arguments)

    monkeypatch.setattr(Macro, "_invoke", noted)
    return names


def test_every_component_is_on_it(site, drawn):
    page = site.get("/styleguide")

    assert page.status_code == 200
    assert "14:42 IST" in page.text
    assert public_macros() - drawn == set()


def test_a_page_that_draws_less_is_seen(site, drawn):
    """The control: while this misses some, the test above can miss one."""
    site.get("/terms")

    assert "masthead" in drawn
    assert "price_change" in public_macros() - drawn


def test_it_is_shown_in_light_and_dark(site):
    assert 'data-theme="dark"' in site.get("/styleguide?theme=dark").text
    assert "data-theme" not in site.get("/styleguide?theme=<b>").text


def test_production_has_no_such_page(production):  # noqa: F811
    assert production().test_client().get("/styleguide", base_url="https://yaana.example").status_code == 404
