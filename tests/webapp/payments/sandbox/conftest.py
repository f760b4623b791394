"""A sandbox gateway on a database of its own, a shop that asks it, and a shop's door that hears its webhooks."""

import itertools
import re
import shutil
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask, request
from flask_migrate import upgrade
from werkzeug.serving import make_server

from chassis import clock
from chassis.database import db
from webapp.payments.sandbox import SandboxGateway
from webapp.payments.sandbox_gateway import create_app

API_KEY = "key-of-the-tests"
WEBHOOK_SECRET = "secret-of-the-tests"
RETURN_URL = "http://127.0.0.1:7990/checkout/7/progress"


def let_go_of(app):
    with app.app_context():
        db.session.remove()
        db.engines["sandbox_gateway"].dispose()
    if "http" in app.extensions:
        app.extensions["http"].close()


@contextmanager
def on_a_socket(app):
    """`app` served on a free port by a thread for each request; yields its base URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # so that closing waits for the threads, and no socket outlives its test
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("gateway") / "sandbox_gateway.db"
    app = create_app(settings(path))
    with app.app_context():
        upgrade()
    let_go_of(app)
    return path


def settings(path, **others):
    return {
        "TESTING": True,
        "SECRET_KEY": "a secret that only the tests know",
        "DATABASE_URL": f"sqlite:///{path}",
        "SANDBOX_API_KEY": API_KEY,
        "SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "LOG_LEVEL": "WARNING",
        **others,
    }


@pytest.fixture
def database_file(migrated_file, tmp_path):
    return shutil.copy(migrated_file, tmp_path / "sandbox_gateway.db")


@pytest.fixture
def gateway_app(database_file):
    app = create_app(settings(database_file))
    yield app
    let_go_of(app)


class Api:
    """The API as a shop's server uses it, in process."""

    def __init__(self, app):
        self.http = app.test_client()
        self.keys = (f"key-{number}" for number in itertools.count(1))

    def get(self, path, api_key=API_KEY):
        return self.http.get(path, headers={"Authorization": f"Bearer {api_key}"})

    def post(self, path, body=None, key=None, api_key=API_KEY):
        headers = {"Authorization": f"Bearer {api_key}", "Idempotency-Key": key or next(self.keys)}
        return self.http.post(path, json={} if body is None else body, headers=headers)

    def create(self, key=None, **changes):
        return self.post("/v1/payments", new_payment(**changes), key)

    def a_payment(self, **changes):
        """An OPEN payment of ₹12,345.67 for BLR to BOM."""
        answer = self.create(**changes)
        assert answer.status_code == 200, answer.json
        return answer.json["id"]

    def an_authorised_payment(self, **changes):
        payment_id = self.a_payment(**changes)
        assert Traveller(self.http.application).press("authorisation", payment_id).status_code == 303
        return payment_id

    def a_captured_payment(self, amount_minor=1_234_567, **changes):
        payment_id = self.an_authorised_payment(**changes)
        assert self.capture(payment_id, amount_minor).status_code == 200
        return payment_id

    def capture(self, payment_id, amount_minor, key=None):
        return self.post(f"/v1/payments/{payment_id}/capture", {"amount_minor": amount_minor}, key)

    def void(self, payment_id, key=None):
        return self.post(f"/v1/payments/{payment_id}/void", {}, key)

    def refund(self, payment_id, amount_minor, key=None):
        return self.post(f"/v1/payments/{payment_id}/refunds", {"amount_minor": amount_minor}, key)

    def state(self, payment_id):
        return self.get(f"/v1/payments/{payment_id}").json["state"]


_references = (f"YAANA-{number}" for number in itertools.count(1))


def new_payment(**changes):
    return {
        "reference": next(_references),
        "amount_minor": 1_234_567,
        "currency": "INR",
        "description": "Bengaluru to Mumbai, 11 Dec 2026",
        "return_url": RETURN_URL,
        "expires_at": (clock.now() + timedelta(minutes=10)).isoformat(),
    } | changes


class Traveller:
    """Somebody with a browser of their own."""

    def __init__(self, app):
        self.http = app.test_client()

    def open(self, payment_id):
        return self.http.get(f"/pay/{payment_id}")

    def press(self, button, payment_id):
        """Open the page and press the button whose form leads to /pay/<id>/<button>."""
        return self.post(button, payment_id, self.token(self.open(payment_id)))

    def post(self, button, payment_id, token):
        return self.http.post(f"/pay/{payment_id}/{button}", data={"csrf_token": token})

    def token(self, page):
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return found[1] if found else ""


@pytest.fixture
def api(gateway_app):
    return Api(gateway_app)


@pytest.fixture
def traveller(gateway_app):
    return Traveller(gateway_app)


@pytest.fixture
def shop_door():
    """A shop's webhook door on a socket: `url`, `heard` [(headers, raw body)], and the `status` it answers."""
    app = Flask("shop")
    app.heard, app.status, app.wait = [], 204, threading.Event()
    app.wait.set()

    @app.post("/webhook")
    def hear():
        app.heard.append((dict(request.headers), request.get_data()))
        app.wait.wait(10)
        return "", app.status

    with on_a_socket(app) as base_url:
        app.url = f"{base_url}/webhook"
        yield app
        app.wait.set()


@pytest.fixture
def gateway_url(gateway_app):
    with on_a_socket(gateway_app) as base_url:
        yield base_url


@pytest.fixture
def shop():
    """An app context of somebody who asks a gateway over HTTP."""
    app = Flask("shop")
    with app.app_context():
        yield app
    if "http" in app.extensions:
        app.extensions["http"].close()


@pytest.fixture
def gateway(shop, gateway_url):
    return SandboxGateway(gateway_url, API_KEY, WEBHOOK_SECRET, None)
