"""The suggestions of the place fields, over HTTP."""

import pytest
from flask import Flask

from webapp.places.routes import bp


@pytest.fixture
def browser():
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app.test_client()


def test_letters_are_answered_with_labels_and_keys(browser):
    answer = browser.get("/places?q=mum")

    assert answer.json[0] == {"label": "Mumbai (BOM, NMI)", "value": "mumbai"}
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_there_are_never_more_than_eight(browser):
    assert len(browser.get("/places?q=a").json) == 8


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=" + "m" * 81, "?q=%00", "?q=zzzzzz"])
def test_nothing_usable_is_answered_with_an_empty_list(browser, query):
    answer = browser.get("/places" + query)

    assert answer.status_code == 200
    assert answer.json == []
