"""One database a service: engines, the SQLite set-up, and the only way to write to it.

Reading needs nothing. Writing needs `with writing():`, which is one transaction and one visible commit. On SQLite a
read that turns into a write fails at once in spite of the busy timeout, so a write starts with BEGIN IMMEDIATE; on
PostgreSQL the same block is an ordinary READ COMMITTED transaction, and reading happens in READ ONLY ones.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    UpdateBase,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(constraint_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class WriteOutsideWriting(RuntimeError):
    """Something was written outside `with writing():`; on SQLite it would fail by chance, so it always fails."""


class TransactionOpen(RuntimeError):
    """A request to another service was about to be sent inside `with writing():`."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

# What every model inherits. A type checker cannot see that `db.Model` is made out of Base.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

# Each thread of a service uses one connection at a time. What is in use beyond the pool is opened for a request and closed
# again: with 5, as they come, that was one at every checkout, with nothing prepared on it.
CONNECTIONS = 16
POOL = {"pool_size": CONNECTIONS, "pool_use_lifo": True}

# SQLite counts up only an INTEGER PRIMARY KEY.
BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(postgresql.JSONB(), "postgresql")


class Instant(TypeDecorator):
    """An aware UTC datetime: TIMESTAMPTZ on PostgreSQL; SQLite has no zones, so there the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, values) -> str:
    """The SQL of a CHECK that `column` is one of `values`."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def as_sqlalchemy_url(url: str) -> str:
    """`postgres://` and `postgresql://` both mean psycopg 3."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def bind_key(app: Flask | None = None) -> str:
    """The schema this service is bound to."""
    return (app or current_app).config["BIND_KEY"]


def engine() -> Engine:
    """The engine of this service's only database."""
    return current_app.extensions["engine"]


@contextmanager
def writing():
    """One write transaction, committed at the end of the block; leaving by an exception leaves nothing behind.

    What was read before the block is read anew inside it.
    """
    session = db.session()
    if session.info.get("writing"):
        raise WriteOutsideWriting("`with writing():` inside another: one visible commit per change")
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideWriting("Something was changed before `with writing():`")
    _end_reading(session)
    session.info["writing"], found = True, engine()
    with _turn(found):
        try:
            session.info["writing"] = _begin_to_write(session, found)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
            session.expire_on_commit = True


def _begin_to_write(session: Session, found: Engine) -> Connection:
    kind = _begin.set("BEGIN IMMEDIATE")
    try:
        return session.connection(bind_arguments={"bind": found})
    finally:
        _begin.reset(kind)


def keep() -> None:
    """Inside `writing()`: what was read in it can be read after its commit too, without asking for it again.

    For who goes on at once with what was just written; it is forgotten with the next request to another service and
    with the next `writing()`.
    """
    session = db.session()
    session.expire_on_commit = False
    session.info["kept"] = True


@event.listens_for(Session, "after_begin")
def _only_read(session, _transaction, connection):
    """On PostgreSQL what begins outside `writing()` is READ ONLY: the server refuses what our own guards do not see."""
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        is_reading = not session.info.get("writing")
        if bool(driver.read_only) != is_reading:
            driver.set_read_only(is_reading or None)


def _end_reading(session: Session) -> None:
    session.rollback()
    if session.info.pop("kept", False):
        session.expire_all()  # a rollback forgets what was read only where a transaction was open


@contextmanager
def _turn(found: Engine) -> Iterator[None]:
    """Writers of one SQLite file queue for its lock file: the kernel wakes the next one, whatever process it is in.

    SQLite's own waiting is sleeping and looking again, up to 100 ms at a time, and whoever comes late may look first.
    What does not queue here (a shell, a backup) is still kept apart by SQLite's own lock.
    """
    file = found.url.database
    if found.dialect.name != "sqlite" or not file or file == ":memory:":
        yield
        return
    with open(
        f"{file}-queue", "ab"
    ) as queue:  # closing it gives the turn to the next, and so does being killed
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


def let_go() -> None:
    """End the read transaction before a request to another service; inside `writing()` that is an error."""
    if not has_app_context():
        return
    session = db.session()
    if session.info.get("writing"):
        raise TransactionOpen("No transaction may be open while another service is asked")
    _end_reading(session)


def insert(table):
    """`INSERT` that knows ON CONFLICT, for the engine in use."""
    return (sqlite if engine().dialect.name == "sqlite" else postgresql).insert(table)


def changed(statement: UpdateBase) -> int:
    """Execute an INSERT, UPDATE or DELETE inside `writing()`; how many rows it changed."""
    return cast(CursorResult, db.session.execute(statement)).rowcount


@event.listens_for(Session, "before_flush")
def _flush_only_in_writing(session, _context, _instances):
    if not session.info.get("writing"):
        raise WriteOutsideWriting("Write inside `with writing():`")


@event.listens_for(Session, "do_orm_execute")
def _execute_only_in_writing(state):
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writing"):
        raise WriteOutsideWriting("Write inside `with writing():`")


def _set_up_sqlite(dbapi_connection, _record):
    dbapi_connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# How a transaction of SQLite begins; on PostgreSQL the driver knows.
_begin: ContextVar[str] = ContextVar("begin", default="BEGIN")


def _begin_sqlite(dbapi_connection):
    """In the place of the dialect's own, which says nothing: an event for it would be asked about at every statement."""
    dbapi_connection.execute(_begin.get())


def _end_on_postgresql(dbapi_connection):
    """In the place of the dialect's own: what only read ends by COMMIT.

    At a ROLLBACK psycopg forgets every statement that it has prepared, and the server plans each of them anew.
    """
    if dbapi_connection.read_only:
        dbapi_connection.commit()
        dbapi_connection.set_read_only(None)
    else:
        dbapi_connection.rollback()


def prepare_engines(app: Flask) -> None:
    """Give every engine of `app` its manners: what people typed stands in no error and no log of statements."""
    with app.app_context():
        app.extensions["engine"] = db.engines[bind_key(app)]
        for each in db.engines.values():
            each.hide_parameters = True
            if each.dialect.name == "sqlite":
                event.listen(each, "connect", _set_up_sqlite)
                each.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign]
            else:
                each.dialect.do_rollback = _end_on_postgresql  # type: ignore[method-assign]
