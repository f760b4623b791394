"""The one factory behind every service: settings, one database, health, metrics, logs, errors, cookies of its own name."""

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import load_dotenv
from flask import Flask, jsonify
from flask.templating import Environment
from werkzeug.exceptions import HTTPException

from chassis import commands, database, faults, health, identity, logs, metrics, security
from chassis.database import db
from chassis.settings import from_environment

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Foundation:
    """Who a service is: `service` names it, `database` its only database, `bind_key` the schema, `market` whom it serves."""

    service: str
    database: str
    bind_key: str
    market: str


class Templates(Environment):
    """What templates know is whole before the first is loaded, so each has it in one dict: Jinja's own two, one before the
    other, were a tenth of a page (all names of both are compared at every import of every template)."""

    def make_globals(self, d):
        return {**self.globals, **(d or {})}


class Service(Flask):
    """A Flask app without asynchronous views: Flask need not look, at every call of every hook, whether it is one."""

    jinja_environment = Templates

    def ensure_sync(self, func):
        return func


def create_app(import_name: str, foundation: Foundation, config: Mapping | None = None, **flask) -> Flask:
    """A Flask app that stands on its own database and refuses another's.

    `config` overrides the environment. Raises WrongDatabase and UnsafeSettings.
    """
    load_settings()
    app = Service(import_name, instance_path=str(instance_folder()), **flask)
    app.config.update(defaults(foundation))
    app.config.update(config or {})
    url = _database_url(app, foundation)
    app.config.setdefault("SQLALCHEMY_BINDS", {foundation.bind_key: {"url": url} | database.POOL})
    app.secret_key = app.config["SECRET_KEY"] or _development_secret(app)
    security.refuse_unsafe(app)
    faults.arm_from_environment()

    identity.identity_table(foundation.bind_key)
    db.init_app(app)
    database.prepare_engines(app)
    identity.refuse_anothers_database(app)
    if is_command():
        from chassis import migrations  # Alembic takes 11 MB that nobody needs in a service

        migrations.set_up(app)
    logs.set_up(app)
    metrics.set_up(app)
    security.add_headers(app)
    app.register_blueprint(health.bp)
    app.register_error_handler(HTTPException, _as_json)
    commands.set_up(app)
    return app


def is_command() -> bool:
    """Whether the app is made for a command (`flask db upgrade`) and not to be served by granian."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def settle() -> None:
    """What is loaded by now lives as long as the process: the garbage collector need not look through it again and again.

    Called once an app that is to be served is whole. Looking took 6 % of a checkout, in pauses of 30 ms.
    """
    if not is_command():
        gc.freeze()


def load_settings() -> None:
    """`.env`, then `.flaskenv`, for every entry; what the environment already says wins."""
    for name in (".env", ".flaskenv"):
        load_dotenv(ROOT / name, override=False)


def instance_folder() -> Path:
    """Where databases, keys and mail of a development machine are; never in the repository."""
    path = Path(os.environ.get("YAANA_INSTANCE", ROOT / "instance"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def defaults(foundation: Foundation) -> dict:
    """The settings of a service as the environment gives them."""
    production = os.environ.get("APP_ENV") == "production"
    cookie = f"{foundation.service}_session"
    return {
        "SERVICE": foundation.service,
        "DATABASE": foundation.database,
        "BIND_KEY": foundation.bind_key,
        "MARKET": foundation.market,
        "PRODUCTION": production,
        "SECRET_KEY": from_environment(foundation.service, "SECRET_KEY"),
        "DATABASE_URL": os.environ.get(f"{foundation.database.upper()}_DATABASE_URL"),
        "METRICS_TOKEN": from_environment(foundation.service, "METRICS_TOKEN"),
        "LOG_LEVEL": from_environment(foundation.service, "LOG_LEVEL", "INFO"),
        "MAX_CONTENT_LENGTH": 1_000_000,
        "CONTENT_SECURITY_POLICY": "default-src 'none'; frame-ancestors 'none'",
        "SESSION_COOKIE_NAME": f"__Host-{cookie}" if production else cookie,
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _database_url(app: Flask, foundation: Foundation) -> str:
    url = app.config["DATABASE_URL"]
    return (
        database.as_sqlalchemy_url(url) if url else f"sqlite:///{app.instance_path}/{foundation.database}.db"
    )


def _development_secret(app: Flask) -> str:
    if app.config["PRODUCTION"]:
        raise security.UnsafeSettings(f"{app.config['SERVICE']} needs SECRET_KEY in production")
    return security.secret_from_file(Path(app.instance_path) / "secrets" / app.config["SERVICE"])


def _as_json(error: HTTPException):
    return jsonify(error={"code": error.code, "message": error.description}), error.code
