"""The sandbox is a service of its own, for development, on a database of its own."""

import subprocess
import sys

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect

from chassis.database import db
from chassis.identity import identity_table
from chassis.security import UnsafeSettings
from webapp.payments.sandbox_gateway import create_app

from .conftest import let_go_of, settings


def test_production_refuses_to_serve_the_sandbox(tmp_path, monkeypatch):
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    production = {"PRODUCTION": True, "TESTING": False, "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz"}

    with pytest.raises(UnsafeSettings, match="takes no money"):
        create_app(settings(tmp_path / "sandbox_gateway.db", **production))


def test_secrets_are_made_once_in_development(tmp_path, monkeypatch):
    monkeypatch.setenv("YAANA_INSTANCE", str(tmp_path))
    monkeypatch.delenv("SANDBOX_API_KEY", raising=False)
    monkeypatch.delenv("SANDBOX_WEBHOOK_SECRET", raising=False)

    first, second = create_app({"TESTING": True}), create_app({"TESTING": True})

    for name in ("SANDBOX_API_KEY", "SANDBOX_WEBHOOK_SECRET"):
        file = tmp_path / "secrets" / name.lower()
        assert first.config[name] == second.config[name] == file.read_text()
        assert file.stat().st_mode & 0o077 == 0
    for app in (first, second):
        let_go_of(app)


def test_the_gateway_brings_nothing_else_of_the_site_with_it():
    """A process of its own must not need the site's code, nor the site's code the gateway's."""
    said = subprocess.run(
        [sys.executable, "-c", "import sys, webapp.payments.sandbox_gateway; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    ours = {name for name in said if name.split(".")[0] in ("webapp", "bpp_services", "beckn")}
    outside = {name for name in ours if not name.startswith("webapp.payments.sandbox_gateway")}
    assert outside == {"webapp", "webapp.payments"}


def test_the_service_is_ready_on_its_own_database(api):
    answer = api.http.get("/readyz")

    assert (answer.status_code, answer.json["database"], answer.json["status"]) == (
        200,
        "sandbox_gateway",
        "ready",
    )


def test_the_migration_goes_up_down_and_up(tmp_path):
    app = create_app(settings(tmp_path / "sandbox_gateway.db"))

    def tables():
        return set(inspect(db.engines["sandbox_gateway"]).get_table_names())

    with app.app_context():
        upgrade()
        up = tables()
        downgrade(revision="base")
        down = tables()
        upgrade()
        up_again = tables()
    let_go_of(app)

    assert (
        up
        == up_again
        == {"alembic_version", "service_identity", "payments", "events", "idempotency_keys", "faults"}
    )
    assert down == {"alembic_version"}


def shape(engine):
    """Columns, constraints and indexes of every table, by name."""
    seen = inspect(engine)
    return {
        table: (
            {(each["name"], str(each["type"]), each["nullable"]) for each in seen.get_columns(table)},
            {(each["name"], each["sqltext"]) for each in seen.get_check_constraints(table)},
            {(each["name"], *each["column_names"]) for each in seen.get_unique_constraints(table)},
            {(each["name"], each["referred_table"]) for each in seen.get_foreign_keys(table)},
            {(each["name"], *each["column_names"]) for each in seen.get_indexes(table)},
            seen.get_pk_constraint(table)["name"],
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_the_migration_makes_what_the_models_say(gateway_app, tmp_path):
    identity_table("sandbox_gateway")
    by_models = create_engine(f"sqlite:///{tmp_path}/models.db")
    db.metadatas["sandbox_gateway"].create_all(by_models)

    with gateway_app.app_context():
        by_migration = shape(db.engines["sandbox_gateway"])

    assert by_migration == shape(by_models)
    by_models.dispose()
