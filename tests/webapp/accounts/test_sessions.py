"""Where one is signed in is known to the server: it can be ended from anywhere, and never prepared by others."""

import pytest
from sqlalchemy import func, select

from chassis.database import db, engine, let_go, writing
from tests.pages import the_form
from tests.webapp.accounts.people import ASHA, PASSWORD, an_account, is_signed_in, sign_in
from webapp.accounts import sessions
from webapp.accounts.models import User, UserSession

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def account(site_app):
    return an_account(site_app)


@pytest.fixture
def another_browser(site_app):
    return site_app.test_client()


def test_the_database_does_not_have_what_the_cookie_has(database, account, site_app, site):
    sign_in(site)

    with site.session_transaction() as cookie, site_app.app_context():
        kept = db.session.scalars(select(UserSession)).one()
        assert cookie["token"] not in (kept.token_digest, str(kept.id))
        assert kept.token_digest not in str(dict(cookie))


def test_a_session_that_somebody_prepared_is_not_the_one_that_is_signed_in(account, site):
    site.get("/login")
    with site.session_transaction() as cookie:
        cookie["token"] = "known to the attacker"
        cookie["planted"] = "anything"
        before = dict(cookie)

    sign_in(site)

    with site.session_transaction() as cookie:
        assert cookie["token"] != before["token"]
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != before["csrf_token"]


def test_two_sign_ins_have_two_tokens(account, site, another_browser):
    sign_in(site)
    sign_in(another_browser)

    with site.session_transaction() as one, another_browser.session_transaction() as other:
        assert one["token"] != other["token"]


def test_the_bookings_a_guest_was_given_stay_with_who_signs_in(account, site):
    with site.session_transaction() as cookie:
        cookie["granted"] = ["K7QM-2XV-P9D"]

    sign_in(site)

    with site.session_transaction() as cookie:
        assert cookie["granted"] == ["K7QM-2XV-P9D"]


def test_signing_out_ends_the_session_on_the_server_too(database, account, site_app, site):
    sign_in(site)
    with site.session_transaction() as cookie:
        kept = dict(cookie)

    answer = site.submit(site.get("/account"), action="/logout")

    assert (answer.status_code, answer.location) == (303, "/")
    with site.session_transaction() as cookie:
        assert "granted" not in cookie
        cookie.update(kept)  # a copy of the cookie, taken before
    assert not is_signed_in(site)


def test_signing_out_needs_a_button(account, site):
    sign_in(site)

    assert site.get("/logout").status_code == 405
    assert site.post("/logout").status_code == 400
    assert is_signed_in(site)


def test_one_signs_out_elsewhere_one_browser_or_all_and_nobody_elses(
    database, account, site_app, site, another_browser
):
    an_account(site_app, "james@example.org", "James")
    third, james = site_app.test_client(), site_app.test_client()
    sign_in(james, "james@example.org")
    for browser in (another_browser, third, site):
        sign_in(browser)
    with site_app.app_context():
        of_james, of_another = db.session.scalars(select(UserSession.id).order_by(UserSession.id).limit(2))
    page = site.get("/account/security")

    answer = site.submit(page, action=f"/account/sessions/{of_another}/ending")
    assert (answer.status_code, answer.location) == (303, "/account/security")
    assert [is_signed_in(each) for each in (site, another_browser, third, james)] == [True, False, True, True]

    site.post(
        f"/account/sessions/{of_james}/ending",
        data={"csrf_token": the_form(page, "/theme").values["csrf_token"]},
    )
    assert site.submit(page, action="/account/sessions/ending").status_code == 303
    assert [is_signed_in(each) for each in (site, another_browser, third, james)] == [
        True,
        False,
        False,
        True,
    ]
    assert "You are signed in nowhere else." in site.get("/account/security").text


def test_a_session_ends_after_thirty_days(database, account, site, clock):
    sign_in(site)
    clock.forward(days=29, hours=23)
    assert is_signed_in(site)

    clock.forward(hours=1, seconds=1)

    assert not is_signed_in(site)


def test_ended_sessions_are_cleared_when_somebody_signs_in(
    database, account, site_app, site, another_browser, clock
):
    sign_in(site)
    clock.forward(days=31)
    sign_in(another_browser)

    with site_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_that_a_session_was_used_is_written_once_an_hour(database, account, site_app, site, clock):
    def last_seen():
        with site_app.app_context():
            return db.session.scalars(select(UserSession)).one().last_seen_at

    sign_in(site)
    at_first = last_seen()
    clock.forward(minutes=59)
    site.get("/account")
    assert last_seen() == at_first

    clock.forward(minutes=2)
    site.get("/account")

    assert last_seen() > at_first


def test_an_account_that_is_gone_is_signed_in_nowhere(database, account, site_app, site):
    sign_in(site)
    with site_app.app_context(), writing() as session:
        session.delete(session.get(User, account))

    assert not is_signed_in(site)
    assert site.get("/login").status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "\0", "é", 7, None, ["a"], {"a": 1}, "x" * 3000])
def test_a_token_of_nobody_is_nobody(account, site, token):
    with site.session_transaction() as cookie:
        cookie["token"] = token

    assert site.get("/login").status_code == 200
    assert site.get("/account").status_code == 303


def test_who_is_signed_in_can_be_read_after_a_sign_out_elsewhere(database, account, site_app, site):
    """A search lets go of its transaction while it asks the providers; the session may end in that time."""
    sign_in(site)
    with site.session_transaction() as cookie:
        token = cookie["token"]

    with site_app.test_request_context():
        here = sessions.load(token)
        let_go()
        with engine().begin() as elsewhere:
            elsewhere.execute(UserSession.__table__.delete())

        assert (here.name, here.email, here.user_id, here.is_admin) == ("Asha Rao", ASHA, account, False)


def test_one_sees_where_one_is_signed_in_in_words(account, site, another_browser):
    sign_in(another_browser)
    site.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(site)

    page = site.get("/account/security").get_data(as_text=True)

    assert "Firefox on Linux" in page
    assert "A browser" in page
    assert page.count("This browser</span>") == 1


@pytest.mark.parametrize("agent", ["", "x" * 10_000, "\u202e🌺", "<script>"])
def test_no_browser_can_call_itself_what_it_likes(account, site_app, site, agent):
    site.environ_base["HTTP_USER_AGENT"] = agent.encode().decode("latin-1")
    sign_in(site)

    with site_app.app_context():
        assert db.session.scalars(select(UserSession)).one().browser == "A browser"


def test_an_account_page_is_not_kept_by_the_browser(account, site):
    sign_in(site)

    assert site.get("/account").headers["Cache-Control"] == "no-store"
    assert site.get("/login").headers["Cache-Control"] == "no-store"


def test_the_cookie_cannot_be_read_by_scripts(account, site):
    answer = sign_in(site)

    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("webapp_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert PASSWORD not in cookie
