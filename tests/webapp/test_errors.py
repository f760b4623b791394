"""Whatever goes wrong is a page in words with its status, and tells nothing of our inside."""

import pytest
from flask import abort
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.database import db
from tests.webapp.accounts.people import an_account, sign_in
from webapp import errors
from webapp.bookings import access

HOSTILE_HEADERS = [
    {"Host": "evil.example"},
    {"Host": "evil..example"},
    {"Host": "x" * 64},
    {"X-Request-Id": "x" * 5000},
    {"X-Request-Id": "é"},
    {"Accept-Language": "\xff" * 99},
    {"Cookie": "webapp_session=;;;="},
    {"Content-Type": "x/" + "y" * 999},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": "x"},
    {"Referer": "http://[x"},
]


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/nowhere", 404, "We could not find that page"),
        ("PUT", "/trip", 405, "That page cannot be used that way"),
        ("DELETE", "/", 405, "That page cannot be used that way"),
        ("POST", "/trip", 400, "Your form had become too old"),
        ("GET", "/nowhere/<script>alert(1)</script>", 404, "We could not find that page"),
    ],
)
def test_each_error_is_a_page_in_words(site, method, path, status, heading):
    page = site.open(path, method=method)

    assert page.status_code == status
    assert heading in page.text
    assert "<script>alert" not in page.text


def test_too_much_is_said(site):
    page = site.post("/trip", data={"x": "y" * 1_100_000})

    assert page.status_code == 413
    assert "too much to send" in page.text


def test_too_many_parts_are_said(site):
    page = site.post(
        "/trip", data={f"x{number}": "" for number in range(1000)}, content_type="multipart/form-data"
    )

    assert page.status_code in (400, 413)


def test_a_database_that_is_away_is_a_503_that_can_be_tried_again(site, monkeypatch):
    def away(_reference):
        raise OperationalError("SELECT secret", {}, Exception("connection refused"))

    monkeypatch.setattr(access, "find", away)

    page = site.get("/bookings/K7QM-2XV-P9D")

    assert page.status_code == 503
    assert "Nothing was lost" in page.text
    assert "secret" not in page.text


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_our_inside(site_app, site, monkeypatch):
    site_app.testing = False
    site_app.config["PROPAGATE_EXCEPTIONS"] = False

    def fault(_reference):
        raise ZeroDivisionError("the secret of our inside")

    monkeypatch.setattr(access, "find", fault)

    page = site.get("/bookings/K7QM-2XV-P9D")

    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "secret" not in page.text


def test_no_header_breaks_a_page(site):
    for header in HOSTILE_HEADERS:
        assert site.get("/", headers=header).status_code in (200, 400), header
        assert site.post("/logout", headers=header).status_code in (303, 400), header


@pytest.fixture
def provoked(site_app):
    """A browser at a site that also has /provoked/<code>, where each error happens as a view would make it happen."""
    site_app.add_url_rule("/provoked/<int:code>", "provoked", abort)
    return site_app.test_client()


def test_each_status_has_words_of_its_own_and_a_way_on(provoked):
    for code, (title, _) in errors.WORDS.items():
        page = provoked.get(f"/provoked/{code}")

        assert page.status_code == code
        assert f"<h1>{title}</h1>" in page.text
        assert f"Error {code}" in page.text
        assert 'href="/bookings"' in page.text, code


def test_what_cannot_be_done_says_what_can(site):
    allowed = site.get("/trip/prices").headers["Allow"]

    assert {each.strip() for each in allowed.split(",")} == {"OPTIONS", "POST"}


def test_who_tries_too_often_is_told_when_to_come_back(site):
    page = site.get("/register")
    for _ in range(31):
        refused = site.submit(page, "/register")

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "Nothing was changed. Try again in an hour." in " ".join(refused.text.split())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a minute"),
        (60, "a minute"),
        (61, "2 minutes"),
        (3540, "59 minutes"),
        (3541, "an hour"),
        (3601, "2 hours"),
    ],
)
def test_a_time_to_wait_is_rounded_up(seconds, words):
    assert errors.in_words(seconds) == words


def test_who_must_wait_for_us_is_told_so_to_programs_too(provoked):
    assert provoked.get("/provoked/503").headers["Retry-After"] == "30"


def test_an_error_leads_back_to_the_page_of_ours_that_led_to_it(site):
    ours = site.get("/nowhere", headers={"Referer": "http://localhost/flights/search?from=DEL&to=BOM"})
    anothers = site.get("/nowhere", headers={"Referer": "http://evil.example/flights"})
    itself = site.get("/nowhere", headers={"Referer": "http://localhost/nowhere?again"})

    assert 'href="/flights/search?from=DEL&amp;to=BOM">Go back' in ours.text
    assert "Go back</a>" not in anothers.text
    assert "Go back</a>" not in itself.text


def test_a_form_whose_session_ended_is_sent_once_more_as_it_was_typed(site):
    typed = {"reference": 'K7QM"<b>', "email": "asha@example.org", "password": "secret", "csrf_token": "old"}

    page = site.post("/bookings/find", data=typed, headers={"Origin": "http://localhost"})
    again = site.submit(page, "/bookings/find")

    assert page.status_code == 400
    assert page.headers["Cache-Control"] == "no-store"
    assert "Your form had become too old" in page.text
    assert "secret" not in page.text
    assert again.status_code == 422  # the token is a new one, and what was typed is looked at
    assert 'value="asha@example.org"' in again.text
    assert "K7QM&#34;&lt;b&gt;" in again.text


def test_another_sites_form_is_not_made_to_look_like_ours(site):
    for origin in ({"Origin": "http://evil.example"}, {}, {"Referer": "http://[evil"}):
        page = site.post("/bookings/find", data={"email": "evil@example.org"}, headers=origin)

        assert page.status_code == 400
        assert "evil@example.org" not in page.text


def test_more_than_a_form_has_is_not_sent_back(site):
    page = site.post("/bookings/find", data={"email": "x" * 30_000}, headers={"Origin": "http://localhost"})

    assert "xxx" not in page.text


def test_no_error_page_links_to_another_site(site):
    assert "//evil.example" not in site.get("//evil.example/%2e%2e").text


@pytest.mark.by_hand
@pytest.mark.parametrize("path", ["/account", "/nowhere"])
def test_whoever_is_signed_in_reads_it_too_when_the_database_is_away(site_app, site, path):
    """The page of an error looks who is signed in, and that stands in the database that is away."""
    an_account(site_app)
    sign_in(site)
    with site_app.app_context(), db.engines["travel_discovery"].begin() as connection:
        connection.execute(text("DROP TABLE user_sessions"))

    page = site.get(path)

    assert page.status_code in (404, 503)
    assert "Nothing was lost" in page.text or "Check the address" in page.text


def test_a_fault_of_ours_is_shown_in_the_colours_that_were_chosen(provoked):
    provoked.set_cookie("webapp_theme", "dark")

    assert 'data-theme="dark"' in provoked.get("/provoked/500").text
