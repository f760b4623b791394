"""Light or dark, as this browser wants it: in the page itself, so that nothing flashes, and back to the same page."""

import pytest

from tests.pages import Page


def token(page) -> str:
    return next(form for form in Page(page.text).forms if form.action == "/theme").values["csrf_token"][0]


def choose(browser, theme, page):
    return browser.submit(page, "/theme", theme=theme)


def test_the_choice_stands_in_the_next_page_and_one_comes_back_to_where_one_was(site):
    page = site.get("/?kind=hotels")
    assert "data-theme" not in page.text

    answer = choose(site, "dark", page)

    assert (answer.status_code, answer.location) == (303, "/?kind=hotels")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("webapp_theme=dark;")
    assert "HttpOnly" in cookie
    page = site.get("/login")
    assert '<html lang="en-IN" data-theme="dark">' in page.text
    assert 'value="dark" aria-pressed="true"' in page.text
    assert choose(site, "system", page).location == "/login"
    assert "data-theme" not in site.get("/login").text


def test_a_page_that_answered_a_form_leads_back_to_the_form(site):
    wrong = site.submit(site.get("/login?next=/account"), "/login", email="x", password="")

    assert choose(site, "light", wrong).location == "/login"


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "x" * 10_000, "\0", None]
)
def test_nobody_is_sent_to_another_site(site, back):
    answer = site.submit(site.get("/"), "/theme", theme="dark", next=back)

    assert answer.location == "/"


@pytest.mark.parametrize("theme", ["", "neon", "🛫", "x" * 10_000, None])
def test_another_theme_there_is_not(site, theme):
    assert choose(site, theme, site.get("/")).status_code == 400
    site.set_cookie("webapp_theme", "neon")
    assert "data-theme" not in site.get("/").text


def test_a_page_that_is_not_found_has_it_too(site):
    site.set_cookie("webapp_theme", "dark")

    assert 'data-theme="dark"' in site.get("/nowhere").text
