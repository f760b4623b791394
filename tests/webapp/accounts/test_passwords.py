"""Passwords: long enough, not the first that somebody would try, kept so that a leak is of little use."""

import pytest
from argon2 import PasswordHasher

from webapp.accounts import passwords
from webapp.accounts.passwords import UnfitPassword, refuse_unfit

EMAIL = "asha.rao@example.org"


@pytest.fixture(autouse=True)
def cheap_passwords():
    """Not here: what passwords cost in production is what these tests are about."""


@pytest.mark.parametrize(
    "password", ["three words", "          x", "पासवर्ड लंबा है", "🌺" * 9 + "🌧", "a" * 9 + "b", "x" * 127 + "y"]
)
def test_length_is_what_counts(password):
    refuse_unfit(password, EMAIL)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("9 letters", "10 characters or more"),
        ("x" * 128 + "y", "at most 128"),
        ("y" * 10_000, "at most 128"),
        ("Asha.Rao@Example.ORG", "not your e-mail"),
        ("ASHA.RAO@EXAMPLE.ORG", "not your e-mail"),
        ("Password123", "first that anybody would try"),
        ("qwertyuiop", "first that anybody would try"),
        ("aaaaaaaaaaaa", "first that anybody would try"),
    ],
)
def test_what_would_be_tried_first_is_refused(password, why):
    with pytest.raises(UnfitPassword, match=why):
        refuse_unfit(password, EMAIL)


def test_what_is_before_the_at_sign_is_no_password():
    with pytest.raises(UnfitPassword, match="not your e-mail"):
        refuse_unfit("asha.venkatesh", "asha.venkatesh@example.org")


def test_a_password_is_kept_as_argon2id_of_the_chosen_cost():
    assert passwords.digest("three words here").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_password_itself_matches():
    kept = passwords.digest("three words here")

    assert passwords.matches("three words here", kept)
    assert not passwords.matches("three words  here", kept)
    assert not passwords.matches("", kept)
    assert not passwords.matches("x" * 10_000, kept)
    assert not passwords.matches("three words here", "no digest")


def test_one_password_typed_on_two_keyboards_is_one():
    kept = passwords.digest("caf\u00e9 au bazaar")

    assert passwords.matches("cafe\u0301 au bazaar", kept)


def test_nobodys_password_matches_nothing_even_the_word_it_is_made_of():
    assert not passwords.matches("the password of nobody", None)


def test_a_digest_of_other_parameters_is_outdated():
    assert passwords.is_outdated(
        PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash("three words")
    )
    assert not passwords.is_outdated(passwords.digest("three words"))
