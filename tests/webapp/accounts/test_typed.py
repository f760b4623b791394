"""A session that ended in the middle of a form: sign in, and it is there as it was typed."""

import pytest
from sqlalchemy import delete

from chassis.database import writing
from tests.journeys.traveller import ADULT, PASSPORT
from tests.pages import Page
from tests.webapp.accounts.people import JAMES, PASSWORD, an_account, sign_in
from webapp.accounts.models import UserSession

CANARY = "CANARY4711X"


@pytest.fixture
def asha_signed_in(site_app, site):
    an_account(site_app)
    sign_in(site)
    return site


def end_sessions(app) -> None:
    with app.app_context(), writing() as session:
        session.execute(delete(UserSession))


def values(page, action: str) -> dict[str, str]:
    [form] = [form for form in Page(page.text).forms if (form.action or page.request.path) == action]
    return {name: found[0] for name, found in form.values.items()}


def test_what_was_typed_comes_back_after_signing_in_and_once(site_app, asha_signed_in):
    path = "/account/travellers/new"
    page = asha_signed_in.get(path)
    end_sessions(site_app)
    answer = asha_signed_in.submit(page, path, **(ADULT | PASSPORT | {"passport_number": CANARY}))

    assert (answer.status_code, answer.location) == (303, f"/login?next={path}")
    with asha_signed_in.session_transaction() as cookie:
        assert CANARY not in str(dict(cookie))
    signed_in = sign_in(asha_signed_in, to=answer.location)
    assert signed_in.location == path
    kept = values(asha_signed_in.get(path), path)
    assert {name: kept[name] for name in ADULT} == ADULT
    assert kept["passport_number"] == CANARY
    assert values(asha_signed_in.get(path), path)["family_name"] == ""


def test_whoever_else_signs_in_gets_nothing_of_it(site_app, asha_signed_in):
    path = "/account/travellers/new"
    page = asha_signed_in.get(path)
    with asha_signed_in.session_transaction() as cookie:
        cookie["granted"] = ["K7QM-2XV-P9D"]
    end_sessions(site_app)
    answer = asha_signed_in.submit(page, path, **(ADULT | PASSPORT | {"passport_number": CANARY}))
    an_account(site_app, JAMES, "James")

    sign_in(asha_signed_in, JAMES, to=answer.location)

    assert CANARY not in asha_signed_in.get(path).text
    with asha_signed_in.session_transaction() as cookie:
        assert not {"granted", "typed"} & set(cookie)


def test_no_password_is_kept_and_another_page_gets_nothing(site_app, asha_signed_in):
    page = asha_signed_in.get("/account")
    end_sessions(site_app)

    asha_signed_in.submit(page, "/account", name="Asha R.", email="new@example.org", password=PASSWORD)
    sign_in(asha_signed_in)

    assert (
        values(asha_signed_in.get("/account/travellers/new"), "/account/travellers/new")["given_name"] == ""
    )
    back = asha_signed_in.get("/account")
    assert (values(back, "/account")["name"], values(back, "/account")["password"]) == ("Asha R.", "")


def test_travellers_of_a_checkout_come_back_too(asha, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)
    page = asha.to_travellers(on_sale())
    asha.name_them(page, ADULT)
    page = asha.at("travellers")
    end_sessions(site_app)
    answer = asha.name_them(page, ADULT | {"family_name": "Iyer"})
    back = asha.site.get(sign_in(asha.site, to=answer.location).location)

    assert back.request.path.endswith("/travellers")
    assert 'value="Iyer"' in back.text


@pytest.mark.parametrize(("sent", "kept"), [("x" * 10_000, False), ("x" * 100, True)])
def test_what_is_too_long_for_a_cookie_is_let_go(site_app, asha_signed_in, sent, kept):
    page = asha_signed_in.get("/account")
    end_sessions(site_app)

    answer = asha_signed_in.submit(page, "/account", name=sent)

    assert answer.location == "/login?next=/account"
    with asha_signed_in.session_transaction() as cookie:
        assert ("typed" in cookie) == kept


def test_a_form_without_a_page_of_its_own_leads_back_to_where_it_was(site_app, asha_signed_in):
    page = asha_signed_in.get("/account/security")
    token = Page(page.text).forms[-1].values["csrf_token"][0]
    end_sessions(site_app)

    for referrer, back in (
        ("http://localhost/account/security", "/login?next=/account/security"),
        ("https://evil.example/account", "/login"),
        ("", "/login"),
    ):
        answer = asha_signed_in.post(
            "/account/sessions/ending", data={"csrf_token": token}, headers={"Referer": referrer}
        )
        assert answer.location == back
