"""Whose database this is: one row in it, written by its first `db upgrade`, that no other service takes for its own."""

from flask import Flask
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, String, Table, UniqueConstraint, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.database import bind_key, db, engine


class WrongDatabase(RuntimeError):
    """The URL leads to a database that belongs to another service."""


def identity_table(schema: str) -> Table:
    """`service_identity`: the one row that says whose database this is, written by the first `db upgrade`."""
    if "service_identity" in db.metadatas.get(schema, MetaData()).tables:
        return db.metadatas[schema].tables["service_identity"]
    return db.Table(
        "service_identity",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("service", String(64), nullable=False),
        Column("market", String(32), nullable=False),
        CheckConstraint("id = 1", name="one_row"),
        UniqueConstraint("market", name="market"),
        bind_key=schema,
    )


def read_identity(connection, schema: str) -> tuple[str, str] | None:
    """(service, market) of the database behind `connection`; None when there is no such table or row yet."""
    table = identity_table(schema)
    try:
        row = connection.execute(select(table.c.service, table.c.market)).first()
    except (OperationalError, ProgrammingError):
        return None
    return (row.service, row.market) if row else None


def refuse_anothers_database(app: Flask) -> None:
    """A wrong URL must not stay silent.

    Raises WrongDatabase when the identity row is there and differs. With no table or no connection the service starts,
    and `/readyz` says what is missing.
    """
    with app.app_context():
        try:
            with engine().connect() as connection:
                found = read_identity(connection, bind_key())
        except OperationalError:
            return
        finally:
            engine().dispose()  # a server that forks its workers must not share this connection
    expected = (app.config["SERVICE"], app.config["MARKET"])
    if found and found != expected:
        raise WrongDatabase(f"{app.config['DATABASE']}: the database belongs to {found}, this is {expected}")
