"""Opening an account, and changing what it says."""

import pytest
from sqlalchemy import func, select

from chassis.database import db
from tests.webapp.accounts.people import ASHA, JAMES, PASSWORD, an_account, is_signed_in, sign_in
from webapp.accounts import emails, registration
from webapp.accounts.models import User
from webapp.admin.models import AuditLog


def register(browser, to="/register", **values):
    typed = {"email": ASHA, "name": "Asha Rao", "phone": "98765 00001", "password": PASSWORD} | values
    return browser.submit(browser.get(to), action="/register", **typed)


def users(app) -> list[User]:
    with app.app_context():
        return list(db.session.scalars(select(User).order_by(User.id)))


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def test_registering_opens_an_account_and_signs_in(database, site_app, site):
    answer = register(site, to="/register?next=/account")

    assert (answer.status_code, answer.location) == (303, "/account")
    assert is_signed_in(site)
    user = users(site_app)[0]
    assert (user.email, user.name, user.phone) == (ASHA, "Asha Rao", "+919876500001")
    assert not user.is_admin
    assert not user.is_demo
    assert user.email_verified_at is None
    assert PASSWORD not in user.password_hash


def test_a_phone_is_not_needed(database, site_app, site):
    assert register(site, phone="").status_code == 303
    assert users(site_app)[0].phone is None


def test_one_email_in_any_case_is_one_account(database, site_app, site):
    an_account(site_app)

    for typed in (ASHA, "Asha@Example.ORG", " ASHA@example.org"):
        answer = register(site, email=typed)

        assert answer.status_code == 422
        assert "has an account here already: sign in instead" in text_of(answer)
    assert len(users(site_app)) == 1


def test_nobody_goes_through_a_list_of_addresses(database, site_app, site):
    """Counted in the database, and only what was told: whoever registers with an address of her own is never in the way."""
    taken = [f"somebody{number}@example.org" for number in range(11)]
    for email in taken:
        an_account(site_app, email)

    answers = [register(site, email=email) for email in taken]

    assert [each.status_code for each in answers] == [422] * 10 + [429]
    assert "has an account here" not in text_of(answers[-1])
    assert register(site, email="her.own@example.org").status_code == 303


def test_of_two_who_register_one_email_at_once_one_gets_it(database, site_app):
    with site_app.app_context():
        registration.register(emails.read(ASHA), PASSWORD, "Asha")
        with pytest.raises(registration.EmailTaken):
            registration.register(emails.read("ASHA@example.org"), PASSWORD, "Asha")

        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_what_was_typed_is_kept_but_not_the_password(site):
    answer = register(site, password="short", name="Asha & Rao", phone="nonsense")

    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="Asha &amp; Rao"' in page
    assert 'value="nonsense"' in page
    assert f'value="{ASHA}"' in page
    assert 'value="short"' not in page
    assert 'href="#password"' in page
    assert 'href="#phone"' in page


def test_what_postgresql_cannot_keep_is_refused_on_every_engine(database, site_app, site):
    for values in ({"email": "asha\0@example.org"}, {"name": "As\0ha"}, {"phone": "98765\000001"}):
        assert register(site, **values).status_code == 422
    assert users(site_app) == []


NAMES = ("आशा राव", "🌺", "👩‍👩‍👧", "O’Brien", "<b>Asha</b>", "x" * 120, "👩" * 120)


def test_people_are_called_as_they_say(database, site_app):
    for number, name in enumerate(NAMES):
        browser = site_app.test_client()
        assert register(browser, email=f"asha{number}@example.org", name=name).status_code == 303
    assert [user.name for user in users(site_app)] == list(NAMES)


@pytest.mark.parametrize(
    "password", ["\0" * 9 + "a", "🌺🌧" * 5, "पासवर्ड लंबा है", "x" * 127 + "y", "  two spaces  "]
)
def test_any_long_password_opens_the_account_again(site_app, site, password):
    assert register(site, password=password).status_code == 303
    site.submit(site.get("/account"), action="/logout")

    assert sign_in(site, ASHA, password).status_code == 303


def test_nobody_makes_himself_an_admin(site_app, site):
    page = site.get("/register")
    values = {"email": ASHA, "name": "A", "password": PASSWORD, "is_admin": "1", "is_demo": "1"}

    site.submit(page, action="/register", **values)

    assert not users(site_app)[0].is_admin


def test_how_many_ask_whether_an_email_has_an_account_is_limited(site_app, site):
    an_account(site_app)

    answers = [register(site, password="short").status_code for _ in range(31)]

    assert answers == [422] * 30 + [429]


def test_a_form_without_its_token_is_refused(site_app, site):
    assert site.post("/register", data={"email": ASHA, "name": "A", "password": PASSWORD}).status_code == 400
    assert users(site_app) == []


@pytest.fixture
def account(site_app, site):
    user_id = an_account(site_app)
    sign_in(site)
    return user_id


def change(browser, **values):
    return browser.submit(browser.get("/account"), action="/account", **values)


def test_the_account_page_shows_what_it_has(account, site):
    page = text_of(site.get("/account"))

    assert 'value="Asha Rao"' in page
    assert f'value="{ASHA}"' in page


def test_name_and_phone_are_changed_without_the_password(database, account, site_app, site):
    answer = change(site, name="Asha R.", phone="+44 20 7946 0018")

    assert (answer.status_code, answer.location) == (303, "/account")
    user = users(site_app)[0]
    assert (user.name, user.phone, user.email) == ("Asha R.", "+442079460018", ASHA)
    assert 'value="Asha R."' in text_of(site.get("/account"))


@pytest.mark.parametrize("password", ["", "not the password", "\0", "x" * 10_000])
def test_a_browser_left_open_is_not_enough_to_take_the_account(account, site_app, site, password):
    answer = change(site, email=JAMES, password=password)

    assert answer.status_code == 422
    assert 'id="password-error"' in text_of(answer)
    assert users(site_app)[0].email == ASHA


def test_the_password_is_not_guessed_on_the_account_page_either(account, site):
    answers = [change(site, email=JAMES, password="a guess").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_who_did_what_is_written_down_without_secrets(database, account, site_app, site):
    change(site, email="asha.rao@example.org", password=PASSWORD)

    with site_app.app_context():
        lines = db.session.scalars(select(AuditLog).order_by(AuditLog.id)).all()
    assert [(line.actor, line.action) for line in lines] == [
        (f"user {account}", "registered"),
        (f"user {account}", "signed in"),
        (f"user {account}", "asked for another e-mail"),
    ]
    assert PASSWORD not in str([line.facts for line in lines])
