"""Accounts: made, used and signed in to."""

from chassis.database import writing
from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit
from tests.journeys.traveller import ADULT, PASSPORT
from tests.webapp.accounts.people import PASSWORD, an_account, sign_in
from webapp.accounts import tokens
from webapp.accounts.models import User


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


@scene("security.password", varies=True)
def password(visit: Visit) -> None:
    _signed_in(visit, "password")
    visit.open("/account/password")


@scene("security.password", status=422)
def password_wrong(visit: Visit) -> None:
    _signed_in(visit, "password-wrong")
    visit.open("/account/password")
    visit.send("", current=PASSWORD, password="short")


@scene("security.show")
def security(visit: Visit) -> None:
    _signed_in(visit, "security")
    visit.open("/account/security")


@scene("saved.index")
def nobody_saved(visit: Visit) -> None:
    _signed_in(visit, "nobody-saved")
    visit.open("/account/travellers")


@scene("saved.index")
def travellers(visit: Visit) -> None:
    _signed_in(visit, "travellers")
    _save_somebody(visit)
    visit.open("/account/travellers")


@scene("saved.add", status=422)
def traveller_wrong(visit: Visit) -> None:
    _signed_in(visit, "traveller-wrong")
    visit.open("/account/travellers/new")
    visit.send("", given_name="Asha", passport_number="Z1234567")


@scene("saved.change")
def traveller(visit: Visit) -> None:
    _signed_in(visit, "traveller")
    _save_somebody(visit)
    visit.open("/account/travellers/1")


@scene("data.show")
def data(visit: Visit) -> None:
    _signed_in(visit, "data")
    visit.open("/account/data")


@scene("data.delete")
def deletion(visit: Visit) -> None:
    _signed_in(visit, "deletion")
    visit.open("/account/data/deletion")


@scene("data.delete", status=422, varies=True)
def deletion_wrong(visit: Visit) -> None:
    _signed_in(visit, "deletion-wrong")
    visit.open("/account/data/deletion")
    visit.send("", password="not the one")


@scene("recovery.forgotten")
def forgotten(visit: Visit) -> None:
    visit.open("/password/forgotten")


@scene("recovery.sent")
def letter_sent(visit: Visit) -> None:
    visit.open("/password/sent")


@scene("recovery.choose", status=422)
def choose_password(visit: Visit) -> None:
    token = _token(visit, "choose", tokens.RESET_PASSWORD)
    visit.open(f"/password/new?token={token}")
    visit.send("", password="short")


@scene("verification.show")
def verification(visit: Visit) -> None:
    token = _token(visit, "verification", tokens.VERIFY_EMAIL)
    sign_in(visit.buyer.site, "verification@example.org")
    visit.open(f"/email/verification?token={token}")


@scene("verification.show", status=403, varies=True)
def email_of_another(visit: Visit) -> None:
    token = _token(visit, "theirs", tokens.VERIFY_EMAIL)
    _signed_in(visit, "not-theirs")
    visit.open(f"/email/verification?token={token}")


@scene("verification.show", status=404)
def link_spent(visit: Visit) -> None:
    visit.open("/email/verification?token=used")


def _signed_in(visit: Visit, name: str) -> None:
    """In an account of the scene's own."""
    email = f"{name}@example.org"
    an_account(visit.stage.services["site"], email)
    sign_in(visit.buyer.site, email)


def _save_somebody(visit: Visit) -> None:
    site = visit.buyer.site
    site.submit(site.get("/account/travellers/new"), "/new", **ADULT, **PASSPORT)


def _token(visit: Visit, name: str, purpose: str) -> str:
    """What the link in a letter ends with."""
    email = f"{name}@example.org"
    site = visit.stage.services["site"]
    an_account(site, email)
    with site.app_context(), writing():
        return tokens.make(User.email == email, purpose)
