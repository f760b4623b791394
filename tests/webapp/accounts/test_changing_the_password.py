"""A new password needs the old one, is judged as when registering, and leaves this browser alone signed in."""

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.webapp.accounts.people import ASHA, PASSWORD, an_account, is_signed_in, sign_in
from webapp.accounts.models import User, UserSession
from webapp.admin.models import AuditLog

NEW = "an evening in pondicherry"


@pytest.fixture
def account(site_app, site) -> int:
    """Asha, signed in."""
    user_id = an_account(site_app)
    sign_in(site)
    return user_id


def change(browser, current=PASSWORD, password=NEW):
    page = browser.get("/account/password")
    return browser.submit(page, "/account/password", current=current, password=password)


def kept(site_app) -> str:
    with site_app.app_context():
        return db.session.scalars(select(User.password_hash)).one()


def test_the_new_password_opens_the_account_and_the_old_one_does_not(database, account, site_app, site):
    answer = change(site)

    assert (answer.status_code, answer.location) == (303, "/account/security")
    assert "Your password is changed, and you are signed out everywhere else." in site.get("/account").text
    other = site_app.test_client()
    assert sign_in(other).status_code == 422
    assert sign_in(other, password=NEW).status_code == 303
    assert NEW not in kept(site_app)


def test_every_other_session_ends_and_this_one_is_a_new_one(database, account, site_app, site):
    other = site_app.test_client()
    sign_in(other)
    an_account(site_app, "james@example.org", "James")
    james = site_app.test_client()
    sign_in(james, "james@example.org")
    with site.session_transaction() as cookie:
        before = dict(cookie)

    change(site)

    assert is_signed_in(site)
    assert not is_signed_in(other)
    assert is_signed_in(james)
    with site.session_transaction() as cookie:
        assert cookie["token"] != before["token"]
    with site_app.app_context():
        mine = db.session.scalars(select(UserSession).where(UserSession.user_id == account)).all()
        assert len(mine) == 1
    copied = site_app.test_client()
    with copied.session_transaction() as cookie:
        cookie.update(before)
    assert not is_signed_in(copied)


def test_what_this_browser_booked_stays_in_its_sight(account, site):
    with site.session_transaction() as cookie:
        cookie["granted"], cookie["found"] = ["K7QM-2XV-P9D"], ["K7QM-2XV-P9E"]

    change(site)

    with site.session_transaction() as cookie:
        assert (cookie["granted"], cookie["found"]) == (["K7QM-2XV-P9D"], ["K7QM-2XV-P9E"])


def test_it_is_written_down_and_no_password_with_it(database, account, site_app, site):
    change(site)

    with site_app.app_context():
        last = db.session.scalars(select(AuditLog).order_by(AuditLog.id.desc())).first()
        assert (last.actor, last.action, last.facts) == (f"user {account}", "changed the password", {})


WRONG = [
    ("", NEW, "Enter the password you sign in with now"),
    ("something else entirely", NEW, "That is not the password you sign in with now"),
    ("x" * 5000, NEW, "That is not the password you sign in with now"),
    (PASSWORD, "", "Choose a new password"),
    (PASSWORD, "short", "Use 10 characters or more"),
    (PASSWORD, "x" * 129, "Use at most 128 characters"),
    (PASSWORD, ASHA, "Choose a password that is not your e-mail address"),
    (PASSWORD, "qwertyuiop", "one of the first that anybody would try"),
    (PASSWORD, PASSWORD, "Choose a password that is not the one you have now"),
]


@pytest.mark.parametrize(("current", "password", "sentence"), WRONG)
def test_what_is_wrong_is_said_and_nothing_changes(account, site_app, site, current, password, sentence):
    before = kept(site_app)

    answer = change(site, current, password)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept(site_app) == before
    for typed in (current, password):
        assert len(typed) < 6 or f'value="{typed}"' not in answer.text
    assert is_signed_in(site)


def test_a_stolen_session_does_not_guess_the_password(database, account, site_app, site, clock):
    began = clock.now()
    for number in range(5):
        assert change(site, f"a guess of the thief {number}").status_code == 422

    refused = change(site)

    assert refused.status_code == 429
    assert clock.left(began, minutes=15) <= int(refused.headers["Retry-After"]) <= 900
    assert "There were too many wrong tries" in refused.text
    clock.forward(minutes=15, seconds=1)
    assert change(site).status_code == 303


def test_the_account_page_leads_there_and_the_masthead_to_it(account, site):
    page = site.get("/account").text

    assert 'href="/account/password"' in site.get("/account/security").text
    assert 'href="/account"' in site.get("/").text
    assert "Your password, to change your e\u2011mail</label>" in page
    for stored in (f'value="{ASHA}"', 'value="Asha Rao"'):
        assert stored in page
