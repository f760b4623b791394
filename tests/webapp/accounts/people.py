"""Asha and James have accounts; whoever signs in does so on the page."""

from webapp.accounts import emails, registration

ASHA, JAMES = "asha@example.org", "james@example.org"
PASSWORD = "monsoon over marine drive"


def an_account(app, email: str = ASHA, name: str = "Asha Rao", is_admin: bool = False) -> int:
    """An account with PASSWORD, made as the register page makes it; the user's id."""
    with app.app_context():
        return registration.register(emails.read(email), PASSWORD, name, is_admin=is_admin).id


def sign_in(browser, email: str = ASHA, password: str = PASSWORD, to: str = "/login"):
    """What the site answers to the sign-in form, filled in."""
    return browser.submit(browser.get(to), action="/login", email=email, password=password)


def is_signed_in(browser) -> bool:
    return browser.get("/account").status_code == 200
