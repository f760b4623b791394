"""Whatever goes wrong is a page in words with its status, and tells nothing of our inside."""

import pytest
from sqlalchemy.exc import OperationalError

from webapp.bookings import access

HOSTILE_HEADERS = [
    {"Host": "evil.example"},
    {"X-Request-Id": "x" * 5000},
    {"X-Request-Id": "é"},
    {"Accept-Language": "\xff" * 99},
    {"Cookie": "webapp_session=;;;="},
    {"Content-Type": "x/" + "y" * 999},
    {"Range": "bytes=9-1"},
    {"If-Modified-Since": "x"},
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
