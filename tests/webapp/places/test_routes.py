"""The suggestions of the place fields, over HTTP."""

import pytest
from flask import Flask

from webapp.places.routes import bp


@pytest.fixture
def browser():
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app.test_client()


def test_letters_are_answered_with_places_in_words(browser):
    answer = browser.get("/places?q=mum")

    assert answer.json[:2] == [
        {
            "label": "Mumbai (BOM, NMI)",
            "value": "mumbai",
            "name": "Mumbai",
            "codes": "BOM NMI",
            "about": "All airports, India",
        },
        {
            "label": "Mumbai (BOM)",
            "value": "bom",
            "name": "Mumbai",
            "codes": "BOM",
            "about": "Chhatrapati Shivaji Maharaj International Airport, India",
        },
    ]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers


def test_for_a_hotel_only_cities_with_rooms_are_suggested(browser):
    assert [place["label"] for place in browser.get("/places?q=bom&rooms=1").json] == ["Mumbai"]
    assert browser.get("/places?q=london&rooms=1").json == []


def test_a_slip_of_the_finger_is_answered_with_what_was_meant(browser):
    assert [place["label"] for place in browser.get("/places?q=banglor").json] == ["Bengaluru (BLR)"]


def test_there_are_never_more_than_eight(browser):
    assert len(browser.get("/places?q=a").json) == 8


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=" + "m" * 81, "?q=%00", "?q=zzzzzz"])
def test_nothing_usable_is_answered_with_an_empty_list(browser, query):
    answer = browser.get("/places" + query)

    assert answer.status_code == 200
    assert answer.json == []
