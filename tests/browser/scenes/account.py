"""Accounts: made, used and signed in to."""

from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit
from tests.webapp.accounts.people import PASSWORD, an_account, sign_in


@scene("accounts.register")
def register(visit: Visit) -> None:
    visit.open("/register")


@scene("accounts.register", status=422)
def register_wrong(visit: Visit) -> None:
    visit.open("/register")
    visit.send("", email="asha at example", password="short")


@scene("accounts.login")
def login(visit: Visit) -> None:
    visit.open("/login?next=/account")


@scene("accounts.login", status=422)
def login_wrong(visit: Visit) -> None:
    visit.open("/login")
    visit.send("", email="nobody@example.org", password="not the one")


@scene("accounts.show")
def account(visit: Visit) -> None:
    _signed_in(visit, "account")
    visit.open("/account")


@scene("accounts.change", status=422)
def account_wrong(visit: Visit) -> None:
    _signed_in(visit, "account-wrong")
    visit.open("/account")
    visit.send("/account", email="asha at example")


@scene("accounts.password", varies=True)
def password(visit: Visit) -> None:
    _signed_in(visit, "password")
    visit.open("/account/password")


@scene("accounts.password", status=422)
def password_wrong(visit: Visit) -> None:
    _signed_in(visit, "password-wrong")
    visit.open("/account/password")
    visit.send("", current=PASSWORD, password="short")


def _signed_in(visit: Visit, name: str) -> None:
    """In an account of the scene's own."""
    email = f"{name}@example.org"
    an_account(visit.stage.services["site"], email)
    sign_in(visit.buyer.site, email)
