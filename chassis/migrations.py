"""One env module for all schemas: each folder under sql/migrations/ holds the chain of one schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import Flask, current_app
from flask_migrate import Migrate
from sqlalchemy import JSON, Connection, TypeDecorator, create_engine, func, select
from sqlalchemy.dialects import postgresql

from chassis import database
from chassis.database import as_sqlalchemy_url, db
from chassis.identity import identity_table
from chassis.revisions import folder


def set_up(app: Flask) -> None:
    """`flask db …` for this service's schema only."""
    Migrate(app, db, directory=str(folder(app.config["BIND_KEY"])), render_as_batch=True)


def run() -> None:
    """What every schema's env.py calls. Uses <DATABASE>_OWNER_URL when it is set: the application may not do DDL."""
    if context.is_offline_mode():
        _run_offline()
    else:
        _run_online()


def _options() -> dict:
    key = current_app.config["BIND_KEY"]
    return {
        "target_metadata": db.metadatas[key],
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "render_item": _render,
        "transactional_ddl": True,  # on SQLite too, where we say BEGIN ourselves: all of an upgrade or nothing
    }


def _render(kind: str, item, _autogen_context):
    """Our own types as the plain ones under them: a revision does not change when our code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _run_offline() -> None:
    """`db upgrade --sql` writes down for PostgreSQL what would be done, whose database it is included."""
    context.configure(dialect_name="postgresql", literal_binds=True, **_options())
    with context.begin_transaction():
        context.run_migrations()
        table = identity_table(current_app.config["BIND_KEY"])
        context.execute(postgresql.insert(table).values(**_signature()).on_conflict_do_nothing())


def _owner_engine():
    url = os.environ.get(f"{current_app.config['DATABASE'].upper()}_OWNER_URL")
    return create_engine(as_sqlalchemy_url(url)) if url else database.engine()


def _run_online() -> None:
    with _owner_engine().connect() as connection, _references_unheld(connection):
        context.configure(connection=connection, **_options())
        with context.begin_transaction():
            context.run_migrations()
            _check_references(connection)
        connection.commit()
        if connection.dialect.has_table(connection, "service_identity"):
            sign(connection)
            connection.commit()


class BrokenReferences(Exception):
    """After a migration rows refer to what is not there; it is undone."""


@contextmanager
def _references_unheld(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: what refers to its rows would forbid that, or be deleted with them."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would do nothing
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    """What SQLite did not hold meanwhile has to be right at the end. Raises BrokenReferences."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenReferences(f"{len(broken)} rows, the first {tuple(broken[0])}")


def sign(connection) -> None:
    """Write whose database this is, once."""
    table = identity_table(current_app.config["BIND_KEY"])
    if not connection.scalar(select(func.count()).select_from(table)):
        connection.execute(table.insert().values(**_signature()))


def _signature() -> dict:
    return {"id": 1, "service": current_app.config["SERVICE"], "market": current_app.config["MARKET"]}
