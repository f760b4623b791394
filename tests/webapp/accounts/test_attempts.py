"""The counters hold when many try at once, which is how passwords are guessed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp.accounts import attempts
from webapp.accounts.attempts import SIGNING_IN, TooManyAttempts


def test_of_many_tries_at_once_no_more_than_five_come_through(database, site_app):
    def attempt(number):
        with site_app.app_context():
            try:
                attempts.begin(SIGNING_IN, "asha@example.org", f"192.0.2.{number}")
            except TooManyAttempts:
                return "refused"
            return "tried"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))

    assert answers.count("tried") <= 5
    assert answers.count("refused") >= 19


def test_one_after_the_other_exactly_five_come_through(database, site_app):
    with site_app.app_context():
        for number in range(5):
            attempts.begin(SIGNING_IN, "asha@example.org", f"192.0.2.{number}")

        with pytest.raises(TooManyAttempts):
            attempts.begin(SIGNING_IN, "asha@example.org", "192.0.2.99")


def twenty_tries_from(addresses):
    for number, address in enumerate(addresses):
        attempts.begin(SIGNING_IN, f"guess{number}@example.org", address)


def test_another_address_is_not_kept_waiting(database, site_app):
    with site_app.app_context():
        twenty_tries_from(["192.0.2.1"] * 20)

        attempts.begin(SIGNING_IN, "asha@example.org", "192.0.2.2")
        with pytest.raises(TooManyAttempts):
            attempts.begin(SIGNING_IN, "asha@example.org", "192.0.2.1")


def test_the_addresses_of_one_ipv6_customer_count_as_one(site_app):
    with site_app.app_context():
        twenty_tries_from(f"2001:db8:1:2::{number:x}" for number in range(20))

        attempts.begin(SIGNING_IN, "asha@example.org", "2001:db8:1:3::1")
        with pytest.raises(TooManyAttempts):
            attempts.begin(SIGNING_IN, "asha@example.org", "2001:db8:1:2:ffff::1")


def test_a_client_without_an_address_is_counted_too(site_app):
    with site_app.app_context():
        for number in range(20):
            attempts.begin(SIGNING_IN, f"guess{number}", None)

        with pytest.raises(TooManyAttempts):
            attempts.begin(SIGNING_IN, "one more", None)
