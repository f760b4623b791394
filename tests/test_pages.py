"""The page checks see what they are there to see."""

import pytest
from flask import Flask, redirect, request

from tests.pages import Page, PageCheckingClient

GOOD = """<!doctype html><html lang="en-IN"><head><title>Sign in · Yaana</title><script src="/a.js"></script>
<script type="application/json">{}</script></head><body><svg><title>Logo</title></svg><h1>Sign <em>in</em></h1>
<form method="post" action="/login"><input type="hidden" name="csrf_token" value="abc">
<label for="email">E-mail</label><input id="email" name="email" value="asha@example.in">
<label>Password <input type="password" name="password"></label>
<input name="code" aria-label="Code">
<label for="seat">Seat</label><select id="seat" name="seat"><option value="A">A<option value="B" selected>B</select>
<label for="note">Note</label><textarea id="note" name="note">as typed</textarea>
<label><input type="checkbox" name="remember" checked> Remember</label><label><input type="checkbox" name="spam"> Mail</label>
<button name="go" value="1">Sign in</button></form>
<form action="/search"><input type="search" name="q" aria-label="Search"></form></body></html>"""


def test_a_good_page_has_no_problems():
    assert Page(GOOD).problems() == []


@pytest.mark.parametrize(
    ("part", "instead", "problem"),
    [
        ("<h1>", "<h1>Twice</h1><h1>", "2 <h1> instead of one"),
        ("<h1>Sign <em>in</em></h1>", "", "0 <h1> instead of one"),
        ("<title>Sign in", "<title>Welcome", "does not begin with the heading 'Sign in'"),
        (' lang="en-IN"', "", "<html> has no lang"),
        ('id="note"', 'id="email"', "id 'email' is there twice"),
        ('for="email"', 'for="mail"', "<input> has no label"),
        ('for="seat"', "", "<select> has no label"),
        ("csrf_token", "token", "the form to '/login' has no CSRF field"),
        ('value="abc"', 'value=""', "the form to '/login' has no CSRF field"),
        ("<body>", '<body style="color: red">', "inline style on <body>"),
        ("<body>", '<body onload="x()">', "inline onload on <body>"),
        ("<body>", "<body><script>x()</script>", "inline <script>"),
        ("<body>", "<body><style>p {}</style>", "inline <style>"),
    ],
)
def test_a_bad_page_is_seen(part, instead, problem):
    assert part in GOOD

    assert any(problem in each for each in Page(GOOD.replace(part, instead, 1)).problems())


@pytest.fixture
def browser():
    app = Flask("pages")
    app.test_client_class = PageCheckingClient
    app.add_url_rule("/good", "good", lambda: GOOD)
    app.add_url_rule("/bad", "bad", lambda: GOOD.replace("<h1>", "<h2>"))
    app.add_url_rule("/away", "away", lambda: redirect("/bad"))
    app.add_url_rule("/login", "login", lambda: request.form.to_dict(flat=False), methods=["POST"])
    app.add_url_rule("/search", "search", lambda: request.args.to_dict())
    return app.test_client()


def test_the_client_fails_on_a_bad_page(browser):
    with pytest.raises(AssertionError, match="instead of one"):
        browser.get("/bad")


def test_the_client_fails_on_a_bad_page_that_it_was_sent_to(browser):
    assert browser.get("/away").status_code == 302

    with pytest.raises(AssertionError):
        browser.get("/away", follow_redirects=True)


def test_a_form_is_sent_as_it_stands_with_what_was_typed(browser):
    answer = browser.submit(browser.get("/good"), password="secret", code=None)

    assert answer.json == {
        "csrf_token": ["abc"],
        "email": ["asha@example.in"],
        "password": ["secret"],
        "seat": ["B"],
        "note": ["as typed"],
        "remember": ["on"],
    }


def test_a_form_is_chosen_by_its_action(browser):
    answer = browser.submit(browser.get("/good"), action="/search", q="Goa")

    assert answer.json == {"q": "Goa"}
