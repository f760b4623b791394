"""Every gateway behind the same door: what it takes to play its traveller, its bank and its webhooks."""

import json
import shutil
from abc import ABC, abstractmethod
from datetime import timedelta

import pytest
from flask import Flask, Response, request

from chassis import clock
from chassis.database import writing
from tests.servers import serve
from tests.webapp.payments import stripe_server
from tests.webapp.payments.sandbox.conftest import (
    API_KEY,
    RETURN_URL,
    WEBHOOK_SECRET,
    Traveller,
    let_go_of,
    migrated_file,
    settings,
)
from webapp.payments.gateway import GatewayPayment, PaymentGateway
from webapp.payments.sandbox import SandboxGateway
from webapp.payments.sandbox_gateway import create_app, webhooks
from webapp.payments.sandbox_gateway.payment import Payment
from webapp.payments.stripe import StripeGateway

__all__ = ["migrated_file"]

AMOUNT = 500_000


class House(ABC):
    """A gateway that runs on a socket, and the site's own `gateway` to it."""

    signature: str  # the name of a webhook's header
    ends_itself_after: timedelta  # counted from `expires_at`
    gateway: PaymentGateway

    @abstractmethod
    def asking(self, address: str, deadline: float) -> PaymentGateway:
        """The site's side of it, asking another address."""

    @abstractmethod
    def pay(self, payment: GatewayPayment) -> None:
        """The traveller pays at the hosted page."""

    @abstractmethod
    def takes(self, number: str, amount_minor: int) -> None:
        """It takes another amount than anybody asked for."""

    @abstractmethod
    def answer(self, **wrong) -> dict:
        """What is answered about the OPEN payment YAANA-1, with these facts wrong."""

    @abstractmethod
    def event(self, payment: GatewayPayment) -> bytes:
        """The body of the webhook that says that it was paid."""

    @abstractmethod
    def sign(self, body: bytes, at: int, secret: str | None = None) -> str: ...

    def create(self, reference="YAANA-1", amount_minor=AMOUNT, key=None, minutes=10, currency="INR"):
        # Whole minutes, so that a repeat asks for the same
        end = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes + 1)
        words = "Yaana booking YAANA"
        key = key or f"{reference}-open"
        return self.gateway.create(reference, amount_minor, currency, words, RETURN_URL, end, key)

    def authorised(self, **changes) -> str:
        payment = self.create(**changes)
        self.pay(payment)
        return payment.gateway_reference

    def captured(self, **changes) -> str:
        number = self.authorised(**changes)
        self.gateway.capture(number, AMOUNT, "capture")
        return number


class Sandbox(House):
    signature = "Sandbox-Signature"
    ends_itself_after = timedelta(0)

    def __init__(self, app: Flask, address: str):
        self.app, self.gateway = app, self.asking(address, 5.0)

    def asking(self, address, deadline):
        return SandboxGateway(address, API_KEY, WEBHOOK_SECRET, None, deadline)

    def pay(self, payment):
        assert Traveller(self.app).press("authorisation", payment.gateway_reference).status_code == 303

    def takes(self, number, amount_minor):
        taken = {"amount_minor": amount_minor, "authorised_minor": amount_minor}
        with self.app.app_context(), writing() as session:
            session.execute(
                Payment.__table__.update().values(state="CAPTURED", captured_minor=amount_minor, **taken)
            )

    def answer(self, **wrong):
        good = {
            "id": "pay_1",
            "reference": "YAANA-1",
            "state": "OPEN",
            "amount_minor": AMOUNT,
            "currency": "INR",
            "authorised_minor": 0,
            "captured_minor": 0,
            "refunded_minor": 0,
            "url": "http://127.0.0.1:5004/pay/pay_1",
            "expires_at": "2026-12-11T09:12:00+00:00",
        }
        return good | wrong

    def event(self, payment):
        said = {"id": "evt_1", "type": "payment.authorised", "payment": payment.gateway_reference}
        return json.dumps(said | {"reference": payment.reference}).encode()

    def sign(self, body, at, secret=None):
        return webhooks.sign(secret or WEBHOOK_SECRET, body, at)


class Stripe(House):
    signature = "Stripe-Signature"
    ends_itself_after = timedelta(minutes=31)

    def __init__(self, app: Flask, address: str):
        self.account, self.gateway = app.stripe, self.asking(address, 8.0)
        self.account.address = address

    def asking(self, address, deadline):
        return StripeGateway(
            stripe_server.SECRET_KEY, stripe_server.WEBHOOK_SECRET, address, deadline=deadline
        )

    def pay(self, payment):
        self.account.pay(payment.gateway_reference)

    def takes(self, number, amount_minor):
        session = self.account.sessions[number]
        intent = self.account.intents[session["payment_intent"]]
        session["amount_total"] = intent["amount"] = amount_minor
        self.account._take(intent, amount_minor)

    def answer(self, **wrong):
        words = {
            "reference": "client_reference_id",
            "amount_minor": "amount_total",
            "captured_minor": "status",
            "state": "status",
        }
        good = {
            "id": "pay_1",
            "object": "checkout.session",
            "status": "open",
            "client_reference_id": "YAANA-1",
            "amount_total": AMOUNT,
            "currency": "inr",
            "expires_at": 1_796_980_320,
            "metadata": {"reference": "YAANA-1"},
            "payment_intent": None,
            "url": "http://127.0.0.1/c/pay/pay_1",
        }
        return good | {words.get(name, name): value for name, value in wrong.items()}

    def event(self, payment):
        about = stripe_server.told(self.account, self.account.sessions[payment.gateway_reference], [])
        return self.account.webhook("checkout.session.completed", about)

    def sign(self, body, at, secret=None):
        return stripe_server.sign(body, at, secret or stripe_server.WEBHOOK_SECRET)[self.signature]


@pytest.fixture(params=["sandbox", "stripe"])
def house(request, shop):
    return request.getfixturevalue(f"_{request.param}")


@pytest.fixture
def _sandbox(migrated_file, tmp_path):
    app = create_app(settings(shutil.copy(migrated_file, tmp_path / "sandbox_gateway.db")))
    with serve(app) as address:
        yield Sandbox(app, address)
    let_go_of(app)


@pytest.fixture
def _stripe():
    app = stripe_server.create_app()
    with serve(app) as address:
        yield Stripe(app, address)


@pytest.fixture
def shop():
    """An app context of somebody who asks a gateway over HTTP."""
    app = Flask("shop")
    with app.app_context():
        yield app
    if "http" in app.extensions:
        app.extensions["http"].close()


@pytest.fixture
def gateway(house):
    return house.gateway


@pytest.fixture
def broken(house):
    """A gateway in place of the real one, which answers everything with `broken.answer()`."""
    app = Flask("broken")

    @app.route("/<path:_>", methods=["GET", "POST"])
    def answer(_):
        request.get_data()
        return app.answer()

    with serve(app) as address:
        app.gateway = house.asking(address, deadline=0.4)
        yield app


def answering(status, body, **headers):
    return lambda: Response(body, status, {"Content-Type": "application/json"} | headers)
