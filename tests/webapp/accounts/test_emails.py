"""E-mail addresses and telephone numbers, as people type them."""

import pytest

from webapp.accounts import emails, phones


@pytest.mark.parametrize("typed", ["asha@example.org", " Asha@Example.ORG ", "ASHA@EXAMPLE.ORG"])
def test_spellings_of_one_mailbox_have_one_key(typed):
    assert emails.read(typed).key == "asha@example.org"


def test_letters_go_to_the_address_as_it_was_typed():
    assert emails.read("Asha.Rao@Example.org").address == "Asha.Rao@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "asha",
        "asha@",
        "@example.org",
        "asha@example",
        "a b@example.org",
        "asha@example.org\0",
        "asha\n@example.org",
    ]
    + ["a" * 10_000 + "@example.org", "ΐ" * 64 + "@" + ("b" * 60 + ".") * 3 + "org", "asha@localhost", "🌺"],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(emails.NotAnEmail):
        emails.read(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("98765 00001", "+919876500001"),
        ("09876500001", "+919876500001"),
        ("+91-98765-00001", "+919876500001"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_number_without_a_country_is_indian(typed, number):
    assert phones.read(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "phone",
        "9" * 10_000,
        "98765 00001 ext. 5",
        "+999 12345678",
        "\0",
        "🌺",
        "98765 00001" + " " * 40,
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(phones.NotAPhone):
        phones.read(typed)
