"""Signing in: one sentence for every miss, the same work for every miss, and few misses."""

import re

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from chassis.database import db, writing
from tests.webapp.accounts.people import ASHA, JAMES, PASSWORD, an_account, is_signed_in, sign_in
from webapp.accounts import passwords
from webapp.accounts.models import Attempt, User

WRONG = "not the password at all"


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def test_the_right_password_signs_in(database, site_app, site):
    an_account(site_app)

    answer = sign_in(site)

    assert (answer.status_code, answer.location) == (303, "/bookings")
    assert is_signed_in(site)


@pytest.mark.parametrize("typed", ["Asha@Example.ORG", "ASHA@EXAMPLE.ORG", "  asha@example.org "])
def test_the_email_in_another_case_is_the_same_account(site_app, site, typed):
    an_account(site_app)

    assert sign_in(site, typed).status_code == 303


def test_a_wrong_password_and_an_unknown_email_are_told_alike(site_app, site):
    an_account(site_app)

    wrong, unknown = sign_in(site, ASHA, WRONG), sign_in(site, JAMES, WRONG)

    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in text_of(wrong)
    assert _without_token(wrong).replace(ASHA, "") == _without_token(unknown).replace(JAMES, "")


def test_an_unknown_email_costs_as_much_work_as_a_known_one(site_app, site, monkeypatch):
    an_account(site_app)
    verified = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda self, kept, password: verified.append(kept) or verify(self, kept, password),
    )

    sign_in(site, ASHA, WRONG)
    sign_in(site, JAMES, WRONG)

    known, unknown = [re.match(r"\$argon2id\$v=19\$[^$]+", kept)[0] for kept in verified]
    assert known == unknown


def test_what_was_typed_is_kept_but_not_the_password(site_app, site):
    answer = sign_in(site, ASHA, WRONG)

    assert f'value="{ASHA}"' in text_of(answer)
    assert WRONG not in text_of(answer)


def test_any_text_is_answered_with_a_page(database, site_app, site):
    an_account(site_app)

    for text in ("a" * 10_000, "🌺" * 20, "\0", "asha\0@example.org", "' OR 1=1 --"):
        assert sign_in(site, text, PASSWORD).status_code == 422
        assert sign_in(site, ASHA, text).status_code == 422


def test_who_is_signed_in_is_not_asked_again(site_app, site):
    an_account(site_app)
    sign_in(site)

    assert site.get("/login?next=/account").location == "/account"
    assert site.get("/register").location == "/bookings"


def test_a_form_without_its_token_is_refused(site):
    answer = site.post("/login", data={"email": ASHA, "password": PASSWORD})

    assert answer.status_code == 400
    assert answer.mimetype == "text/html"


def test_an_outdated_digest_is_renewed_when_its_owner_comes(database, site_app, site):
    user_id = an_account(site_app)
    with site_app.app_context(), writing():
        old = PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD)
        db.session.get(User, user_id).password_hash = old

    sign_in(site)

    with site_app.app_context():
        assert not passwords.is_outdated(db.session.get(User, user_id).password_hash)
    site.submit(site.get("/account"), action="/logout")
    assert sign_in(site).status_code == 303


def test_after_five_wrong_tries_even_the_right_password_waits(database, site_app, site, clock):
    an_account(site_app)
    tries = [sign_in(site, ASHA, WRONG).status_code for _ in range(5)]

    refused = sign_in(site)

    assert tries == [422] * 5
    assert refused.status_code == 429
    assert "Try again in 15 minutes" in text_of(refused)
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert not is_signed_in(site)


def test_the_wait_ends_after_fifteen_minutes_however_often_one_asks_meanwhile(
    database, site_app, site, clock
):
    an_account(site_app)
    for _ in range(5):
        sign_in(site, ASHA, WRONG)
    clock.forward(minutes=10)
    for _ in range(5):
        assert sign_in(site).status_code == 429

    clock.forward(minutes=5, seconds=1)

    assert sign_in(site).status_code == 303


def test_the_last_seconds_of_the_wait_are_a_minute(site_app, site, clock):
    for _ in range(5):
        sign_in(site, ASHA, WRONG)
    clock.forward(minutes=14, seconds=30)

    assert "Try again in a minute" in text_of(sign_in(site))


def test_an_email_without_an_account_waits_like_one_with(site):
    assert [sign_in(site, JAMES, WRONG).status_code for _ in range(6)] == [422] * 5 + [429]


def test_writing_the_email_otherwise_gives_no_more_tries(site_app, site):
    an_account(site_app)
    spellings = [
        "asha@example.org",
        "Asha@example.org",
        "ASHA@EXAMPLE.ORG",
        " asha@Example.org",
        "ashA@example.org",
    ]
    for each in spellings:
        sign_in(site, each, WRONG)

    assert sign_in(site).status_code == 429


def test_others_sign_in_while_one_account_waits(site_app, site):
    an_account(site_app)
    an_account(site_app, JAMES, "James Whitfield")
    for _ in range(6):
        sign_in(site, ASHA, WRONG)

    assert sign_in(site, JAMES).status_code == 303


def test_twenty_wrong_tries_from_one_address_are_enough(site_app, site):
    an_account(site_app)
    for number in range(20):
        assert sign_in(site, f"guess{number}@example.org", WRONG).status_code == 422

    assert sign_in(site).status_code == 429


def test_the_right_password_clears_the_wrong_tries(database, site_app, site):
    an_account(site_app)
    for _ in range(4):
        sign_in(site, ASHA, WRONG)
    sign_in(site)
    site.submit(site.get("/account"), action="/logout")

    assert [sign_in(site, ASHA, WRONG).status_code for _ in range(5)] == [422] * 5


def test_nobody_reads_in_the_attempts_who_tried(site_app, site):
    sign_in(site, ASHA, WRONG)

    with site_app.app_context():
        attempt = db.session.scalars(select(Attempt)).one()
        assert re.fullmatch("[0-9a-f]{64}", attempt.subject_digest)
        assert re.fullmatch("[0-9a-f]{64}", attempt.address_digest)


def test_attempts_are_forgotten_after_a_day(database, site_app, site, clock):
    sign_in(site, ASHA, WRONG)
    clock.forward(days=1, minutes=1)
    sign_in(site, JAMES, WRONG)

    with site_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def _without_token(answer) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text_of(answer))
