"""The five services in one process: each is built when it is first needed, and they meet over in-process wires."""

import os
import re
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import flask_migrate
from flask import Flask
from jinja2 import BytecodeCache

from chassis.database import db
from tests import alike
from tests.pages import PageCheckingClient
from tests.wsgi_adapter import WsgiAdapter

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "site": "webapp",
    "flights": "bpp_services.flights",
    "international_flights": "bpp_services.international_flights",
    "hotels": "bpp_services.hotels",
    "gateway": "webapp.payments.sandbox_gateway",
}
ADDRESSES = {
    "site": "http://127.0.0.1:5000",
    "flights": "http://127.0.0.1:5001",
    "international_flights": "http://127.0.0.1:5002",
    "hotels": "http://127.0.0.1:5003",
    "gateway": "http://127.0.0.1:5004",
}


class CompiledOnce(BytecodeCache):
    """Templates compiled in one test are not compiled again in the next, which has apps of its own."""

    def __init__(self):
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket):
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket):
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledOnce()


def environment(addresses: dict[str, str]) -> dict[str, str]:
    """The settings that say where everybody is, as `make run` would give them."""
    port = {service: address.rpartition(":")[2] for service, address in addresses.items()}
    return {
        "APP_ENV": "development",
        "WEBAPP_PORT": port["site"],
        "FLIGHTS_PORT": port["flights"],
        "INTERNATIONAL_FLIGHTS_PORT": port["international_flights"],
        "HOTELS_PORT": port["hotels"],
        "GATEWAY_PORT": port["gateway"],
        "FLIGHTS_BPP_URL": addresses["flights"],
        "INTERNATIONAL_FLIGHTS_BPP_URL": addresses["international_flights"],
        "HOTELS_BPP_URL": addresses["hotels"],
        "GATEWAY_URL": addresses["gateway"],
    }


def forget_this_machines_settings() -> None:
    """Tests read no setting of the developer's: neither from the environment nor from `.env`."""
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    os.environ["FLASK_RUN_FROM_CLI"] = "true"  # the apps of the tests can migrate
    known = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    for name in list(os.environ):
        if name in known or name.endswith(tuple(f"_{each}" for each in known)):
            del os.environ[name]
    os.environ.update(environment(ADDRESSES))


def build(service: str, database_url: str, adapters: dict | None = None) -> Flask:
    """The app of `service` on the database at `database_url`, with `adapters` {address: transport} for its calls."""
    Flask.url_rule_class = alike.RuleOfAllApps
    app = import_module(MODULES[service]).create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "a secret of the tests, longer than the shortest allowed",
            "DATABASE_URL": database_url,
            "HTTP_ADAPTERS": adapters or {},
            "PATIENCE_AFTER_PAYING": 0.0,  # nobody in a test goes on meanwhile, unless the test lets them
            "HOME_PATIENCE": None,  # nobody is asked for the prices of the home page, unless a test wants them
        }
    )
    app.jinja_env.bytecode_cache = COMPILED
    alike.share(app)
    if service == "site":
        app.test_client_class = PageCheckingClient
    return app


def migrate(service: str, database_url: str) -> None:
    """Bring the database at `database_url` to the head of the schema of `service`."""
    app = build(service, database_url)
    with app.app_context():
        flask_migrate.upgrade()
    close(app)


def close(app: Flask) -> None:
    """Close every connection of `app`."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


class Apps:
    """`apps["flights"]` is the app of a service; `wires["flights"]` the wire over which all others reach it."""

    def __init__(
        self, make_database: Callable[[str], str], addresses: dict[str, str], over_sockets: Sequence[str] = ()
    ):
        """`over_sockets`: services that have no wire here; whoever wants them to answer serves them at their address."""
        self._make_database = make_database
        self._built: dict[str, Flask] = {}
        self._building = threading.RLock()  # the site asks its providers in threads
        self.wires = {service: WsgiAdapter(self._wsgi(service)) for service in MODULES}
        self._adapters = {
            addresses[service]: wire for service, wire in self.wires.items() if service not in over_sockets
        }
        self._adapters["http://localhost"] = self.wires["site"]  # what a test client calls the site

    def __getitem__(self, service: str) -> Flask:
        with self._building:
            if service not in self._built:
                self._built[service] = build(service, self._make_database(service), self._adapters)
            return self._built[service]

    def built(self) -> list[str]:
        """The services that somebody needed so far."""
        return list(self._built)

    def close(self) -> None:
        for app in self._built.values():
            close(app)

    def _wsgi(self, service: str) -> Callable:
        return lambda environ, start_response: self[service](environ, start_response)
