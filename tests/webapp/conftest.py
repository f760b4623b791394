"""A morning on which a few flights are on sale, and Asha at the site."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.factories import MORNING, a_departure
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.buyer import Books, Buyer
from tests.webapp.providers.tampering import Tampering

ABROAD = ("BA-201", "EK-501")


@pytest.fixture
def on_sale(services, clock) -> Callable[..., str]:
    """`on_sale("BA-201", seats=2)`: its item on 11 December, at the service that sells it."""
    clock.set(MORNING)

    def put_on_sale(number: str = "6E-5678", on: date = date(2026, 12, 11), **departure) -> str:
        seller = services["international_flights" if number in ABROAD else "flights"]
        with seller.app_context():
            return a_departure(number, on, **departure)

    return put_on_sale


@pytest.fixture
def asha(site, gateway_app, wires, clock) -> Buyer:
    """A browser of her own; the gateway's webhooks do not arrive, so that only she wakes her booking."""
    clock.set(MORNING)
    wires["site"].down("/payments/webhooks")
    return Buyer(site, gateway_app.test_client())


@pytest.fixture
def asha_has_booked(asha, on_sale, begins_with):
    """Asha has a flight of her own, 6E-5678 on 11 December; the page of the booking."""

    def books() -> dict:
        asha.booked(on_sale())
        return asha.remembers()

    asha.recalls(begins_with("Asha has booked", books))
    return asha.site.get(f"/bookings/{asha.reference}")


@pytest.fixture
def stranger(site_app, gateway_app) -> Buyer:
    """Another browser."""
    return Buyer(site_app.test_client(), gateway_app.test_client())


@pytest.fixture
def tampering(wires) -> Tampering:
    return Tampering(wires)


@pytest.fixture
def books(site_app) -> Books:
    return Books(site_app)


@pytest.fixture
def admin(site_app):
    """A browser in which an admin is signed in."""
    browser = site_app.test_client()
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)
    sign_in(browser, "ops@example.org")
    return browser
