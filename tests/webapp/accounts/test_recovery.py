"""A forgotten password: chosen anew from the mailbox, once; nobody learns who has an account."""

import pytest
from sqlalchemy import event, func, select

from chassis.database import db
from chassis.database import engine as database_of
from tests.webapp.accounts.mailbox import letters, link_in
from tests.webapp.accounts.people import ASHA, an_account, is_signed_in, sign_in
from webapp.accounts.models import AccountToken, Attempt, User, UserSession
from webapp.admin.models import AuditLog

NEW = "an evening in pondicherry"


@pytest.fixture
def account(site_app) -> int:
    return an_account(site_app)


def ask(browser, email=ASHA):
    return browser.submit(browser.get("/password/forgotten"), "/password/forgotten", email=email)


@pytest.fixture
def link(account, site_app, site, instance) -> str:
    ask(site, " ASHA@Example.org")
    return link_in(letters(site_app, instance, ASHA)[-1])


def test_a_new_password_is_chosen_with_the_link_once_and_all_else_is_signed_out(
    database, site_app, link, site, instance
):
    elsewhere, thief = site_app.test_client(), site_app.test_client()
    sign_in(elsewhere)
    for _ in range(5):
        sign_in(thief, password="a guess of the thief")
    page = site.get(link)

    answer = site.submit(page, "/password/new", password=NEW)

    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_signed_in(site)
    assert not is_signed_in(elsewhere)
    assert (
        sign_in(site_app.test_client(), password=NEW).status_code == 303
    )  # the thief's guesses do not count
    assert thief.get(link).status_code == 404
    assert (
        site.submit(page, "/password/new", password="a second choice of hers").status_code == 400
    )  # a new session
    assert [each["Subject"] for each in letters(site_app, instance, ASHA)] == [
        "Choose a new password",
        "Your password is changed",
    ]
    with site_app.app_context():
        assert db.session.scalars(select(User)).one().email_verified_at is not None  # she reads that mailbox
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 2
        asked = AuditLog.action == "asked for a new password"
        assert db.session.scalars(select(AuditLog.actor).where(asked)).all() == ["guest"]


def test_what_is_wrong_with_the_password_is_said_and_the_link_still_works(link, site):
    page = site.get(link)
    for password, sentence in (
        ("", "Choose a new password"),
        ("short", "Use 10 characters or more"),
        (ASHA, "Choose a password that is not your e-mail address"),
        ("x" * 10_000, "Use at most 128 characters"),
    ):
        answer = site.submit(page, "/password/new", password=password)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert not password or f'value="{password}"' not in answer.text

    assert site.submit(answer, "/password/new", password=NEW).status_code == 303


def test_the_link_ends_after_an_hour(link, site, clock):
    clock.forward(hours=1)

    answer = site.get(link)

    assert answer.status_code == 404
    assert "Your password is as it was." in answer.text


def statements_of(app, work) -> list[str]:
    """What is asked of the database meanwhile, word for word."""
    said: list[str] = []
    with app.app_context():
        event.listen(database_of(), "before_cursor_execute", lambda *given: said.append(given[2]))
    work()
    return [*said]


@pytest.mark.usefixtures("database")
def test_nobody_learns_who_has_an_account(account, site_app, site, instance):
    page = site.get("/password/forgotten")
    answers = []

    def of(email):
        return lambda: answers.append(site.submit(page, "/password/forgotten", email=email))

    stranger = statements_of(site_app, of("nobody@example.org"))
    hers = statements_of(site_app, of(ASHA))[: len(stranger)]

    assert [each.location for each in answers] == ["/password/sent", "/password/sent"]
    assert hers == stranger
    assert "INSERT INTO outbox" in " ".join(stranger)
    assert letters(site_app, instance, "nobody@example.org") == []
    assert len(letters(site_app, instance, ASHA)) == 1
    with site_app.app_context():
        assert len(db.session.scalars(select(AccountToken)).all()) == 1


@pytest.mark.parametrize("email", [ASHA, "nobody@example.org"])
def test_a_mailbox_is_not_flooded_and_no_count_tells_who_has_an_account(
    database, account, site, email, clock
):
    began = clock.now()
    answers = [ask(site, email) for _ in range(4)]

    assert [each.status_code for each in answers] == [303, 303, 303, 429]
    assert "Several letters were asked for already" in answers[-1].text
    assert clock.left(began, hours=1) <= int(answers[-1].headers["Retry-After"]) <= 3_600
    clock.forward(hours=1, seconds=1)
    assert ask(site, email).status_code == 303


def test_one_address_does_not_ask_for_everybody(site_app, site):
    for number in range(20):
        assert ask(site, f"somebody{number}@example.org").status_code == 303

    assert ask(site).status_code == 429
    with site_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 20


@pytest.mark.parametrize("email", ["", "asha", "asha@", "\0@example.org", "x" * 10_000, "🛫@🛫"])
def test_what_is_no_address_is_said_at_its_field(site, email):
    answer = ask(site, email)

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_a_link_for_one_thing_opens_no_other(link, site):
    token = link.partition("=")[2]

    assert site.get(f"/email/verification?token={token}").status_code == 404


def test_choosing_with_one_link_ends_the_others(link, site, site_app, instance):
    ask(site)
    links = {
        link_in(each)
        for each in letters(site_app, instance, ASHA)
        if each["Subject"] == "Choose a new password"
    }
    site.submit(site.get(link), "/password/new", password=NEW)

    assert len(links) == 2
    assert {site.get(each).status_code for each in links} == {404}
