"""After signing in people go where they were going, and nowhere that somebody else chose."""

import pytest

from tests.webapp.accounts.people import an_account, sign_in
from webapp.accounts.onward import path_of_ours

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "evil.example",
    "/account\0",
    "//[",
    "/" + "a" * 10_000,
    "",
    None,
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_no_path_of_ours(address):
    assert path_of_ours(address) is None


@pytest.mark.parametrize(
    "path", ["/", "/account", "/flights/search?from=DEL&to=BLR&depart=2026-12-11", "/a//b", "/é"]
)
def test_a_path_here_is(path):
    assert path_of_ours(path) == path


@pytest.mark.parametrize("address", [each for each in ELSEWHERE if each])
def test_signing_in_leads_to_no_other_site(site_app, site, address):
    an_account(site_app)
    page = site.get("/login", query_string={"next": address})

    answer = site.submit(
        page, action="/login", email="asha@example.org", password="monsoon over marine drive"
    )

    assert (answer.status_code, answer.location) == (303, "/bookings")


def test_signing_in_leads_back_to_where_it_was_asked_for(site_app, site):
    an_account(site_app)
    sent_away = site.get("/account?from=here")

    answer = sign_in(site, to=sent_away.location)

    assert sent_away.status_code == 303
    assert (answer.status_code, answer.location) == (303, "/account?from=here")


def test_what_was_posted_is_not_where_one_is_led_back_to(site):
    site.get("/login")
    token = {"csrf_token": _token(site)}

    assert site.post("/account/sessions/ending", data=token).location == "/login"


def _token(site) -> str:
    page = site.get("/login").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
