"""Connections to PostgreSQL as a person asks for them: by URL, refused in a sentence."""

from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, make_url

from chassis.database import as_sqlalchemy_url

PATIENCE = 10  # seconds
OLDEST = 15  # since then the schema `public` belongs to the owner of its database
# What a URL says of one person and not of the server.
PERSONAL = {
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "passfile",
    "service",
}
HERE = {"localhost", "127.0.0.1", "::1"}


class Refused(Exception):
    """Something cannot be done; the text is a sentence that says what to do."""


def connect(url: str, says: str) -> psycopg.Connection:
    """A connection in which every statement is a transaction of its own. `says` is where the URL was found.

    Raises Refused when the URL cannot be read, nobody answers, or the server refuses.
    """
    try:
        given = conninfo_to_dict(plain(url))
    except psycopg.ProgrammingError as error:
        raise Refused(
            f"{says} is not a PostgreSQL URL like postgresql://user:password@127.0.0.1/name."
        ) from error
    wanted: dict[str, Any] = {"connect_timeout": PATIENCE, "dbname": "postgres"} | given
    try:
        return psycopg.connect(make_conninfo("", **wanted), autocommit=True)
    except psycopg.OperationalError as error:
        raise Refused(_why_not(wanted, str(error), says)) from error


def _why_not(wanted: dict, message: str, says: str) -> str:
    user = wanted.get("user", "you")
    if "password authentication failed" in message:
        return f"The password in {says} is not the one of {user}."
    if "no password supplied" in message:
        return f"{says} has no password, and the server asks {user} for one."
    reason = message.rpartition("FATAL:")[2].strip().splitlines()[0]
    return f"Cannot connect with {says}: {reason}."


def plain(url: str) -> str:
    """`url` as libpq reads it, without the driver that SQLAlchemy likes to have in it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def is_postgresql(url: str) -> bool:
    return plain(url).startswith(("postgres://", "postgresql://"))


def url_like(connection: psycopg.Connection, given: str, user: str, password: str, database: str) -> str:
    """The URL of `database` for `user` on the server of `connection`, with what `given` says of encryption and the like."""
    info = connection.info
    query = {
        name: str(value) for name, value in conninfo_to_dict(plain(given)).items() if name not in PERSONAL
    }
    if info.host.startswith("/"):
        query["host"] = info.host
    url = URL.create(
        "postgresql",
        user,
        password,
        None if "host" in query else info.host,
        info.port,
        database,
        query,
    )
    return url.render_as_string(hide_password=False)


def place(url: str) -> tuple[str, int, str, str]:
    """(host, port, database, user) of `url`, comparable; the names of this machine are one."""
    parts = make_url(as_sqlalchemy_url(url))
    host = str(parts.host or parts.query.get("host", ""))
    return (
        "127.0.0.1" if host in HERE else host,
        parts.port or 5432,
        parts.database or "",
        parts.username or "",
    )


def scalar(connection: psycopg.Connection, query: LiteralString, *values: object) -> Any:
    """The first column of the first row; None without a row."""
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def password(url: str) -> str:
    return str(make_url(as_sqlalchemy_url(url)).password or "")
