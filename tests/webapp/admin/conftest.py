"""An admin and a traveller who are signed in, and bookings as the checkout leaves them."""

import pytest

from tests.webapp.accounts.people import an_account, sign_in


@pytest.fixture
def admin(site_app):
    """A browser in which an admin is signed in."""
    browser = site_app.test_client()
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)
    sign_in(browser, "ops@example.org")
    return browser
