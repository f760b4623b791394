"""Statements that are compiled once and asked of the driver itself: for what a service does all day.

What SQLAlchemy does around a statement each time takes three times as long as a search's statement itself (90 µs and 30).
It still writes the SQL, knows the types and keeps the connections; use it directly for everything else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Engine, Select, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.database import WriteOutsideWriting, db, engine

Row = tuple[Any, ...]


class Prepared:
    """`rows` finds rows as the driver gives them, equal as long as the database's are; `read` makes values of one."""

    def __init__(self, statement: Select, like: "Prepared | None" = None):
        """`like`: another with the same columns, which reads the rows of this one too."""
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}  # by the engine's name
        # Known when the driver has told its types for the first time.
        self._readers: dict[str, list[Reader]] = like._readers if like else {}

    def rows(self, **values: Any) -> tuple[Row, ...]:
        """What is found for the statement's bound `values`. Raises SQLAlchemy's errors.

        Asked in the session's transaction where one has begun: who holds two connections may wait for ever for a third.
        """
        session = db.session() if db.session.registry.has() else None
        if session is not None and session.in_transaction():
            return self.rows_on(transaction(session), values)
        found = engine()
        with _in_no_transaction(found) as pooled:
            return self._ask(pooled, found, values)

    def rows_on(self, connection: Connection, values: dict[str, Any]) -> tuple[Row, ...]:
        """The same, in the transaction of a `connection`."""
        return self._ask(connection.connection, connection.engine, values)

    def _ask(self, pooled: Any, found: Engine, values: dict[str, Any]) -> tuple[Row, ...]:
        compiled, dialect = self._for(found), cast(Any, found.dialect)
        try:
            cursor = pooled.driver_connection.execute(compiled.sql, compiled.parameters(values))
            rows = tuple(cursor.fetchall())
        except dialect.dbapi.Error as error:
            raise _as_sqlalchemys(error, Connection(found, pooled), compiled.sql) from error
        if dialect.name not in self._readers:
            self._readers[dialect.name] = _readers(self.statement, found, cursor.description)
        return rows

    def read(self, row: Row) -> Row:
        """The values of a row that was found, in the types of the statement's columns."""
        values = list(row)
        for place, read in self._readers[engine().dialect.name]:
            values[place] = read(values[place])
        return tuple(values)

    def _for(self, found: Engine) -> "_Compiled":
        name = found.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self.statement, found)
        return self._compiled[name]


class Command:
    """An INSERT, UPDATE or DELETE; its values are the statement's bound ones, and columns that it is to set besides."""

    def __init__(self, statement: UpdateBase):
        self._statement = statement
        self._compiled: dict[
            tuple[str, ...], _Compiled
        ] = {}  # by the engine's name and the names of the values

    def change(self, **values: Any) -> int:
        """Inside `writing()`: how many rows were changed. Raises SQLAlchemy's errors."""
        return self._execute(values).rowcount

    def rows(self, **values: Any) -> list[Row]:
        """Inside `writing()`: what RETURNING gives, as the driver has it. Raises SQLAlchemy's errors."""
        return self._execute(values).fetchall()

    def _execute(self, values: dict[str, Any]) -> Any:
        connection = db.session().info.get("writing")
        if not connection:
            raise WriteOutsideWriting("Write inside `with writing():`")
        compiled = self._for(connection.engine, values)
        driver = connection.connection.driver_connection
        try:
            return driver.execute(compiled.sql, compiled.parameters(values))
        except connection.dialect.dbapi.Error as error:
            raise _as_sqlalchemys(error, connection, compiled.sql) from error

    def _for(self, found: Engine, values: dict[str, Any]) -> "_Compiled":
        key = (found.dialect.name, *values)
        if key not in self._compiled:
            self._compiled[key] = _compile(self._statement, found, list(values))
        return self._compiled[key]


def _as_sqlalchemys(error: Any, connection: Connection, sql: str) -> BaseException:
    """The driver's error as SQLAlchemy would raise it, without the values: they do not belong into a log."""
    dialect: Any = connection.dialect
    if dialect.is_disconnect(error, connection.connection.driver_connection, None):
        connection.exec_driver_sql("SELECT 1")  # finds the same, and throws the pool's other connections away
    return DBAPIError.instance(sql, None, error, dialect.dbapi.Error, dialect=dialect)


def insert_once(table: Any, **values: Any) -> Any:
    """Inside `writing()`: insert a row, unless one that is the same by a unique constraint is there.

    Its primary key (the first column of it); None when it was there already.
    """
    inserted = _inserting_once(table, engine().dialect.name).rows(**values)
    return inserted[0][0] if inserted else None


@cache
def _inserting_once(table: Any, engine_name: str) -> Command:
    inserting = (sqlite if engine_name == "sqlite" else postgresql).insert(table)
    return Command(inserting.on_conflict_do_nothing().returning(*table.primary_key))


Process = Callable[[Any], Any] | None
Reader = tuple[int, Callable[[Any], Any]]  # of the value in that place


@dataclass(frozen=True)
class _Compiled:
    """`order` names the parameters of a driver that counts them; None for one that knows them by name."""

    sql: str
    constants: dict[str, Any]
    binders: dict[str, Process]
    order: list[str] | None

    def parameters(self, values: dict[str, Any]) -> Any:
        bound = self.constants | values
        for name, process in self.binders.items():
            if process:
                bound[name] = process(bound[name])
        return bound if self.order is None else [bound[name] for name in self.order]


def _compile(statement: Any, found: Engine, given: list[str] | None = None) -> _Compiled:
    """`given` names the values of a command. Raises TypeError when one is missing."""
    dialect = found.dialect
    compiled: Any = statement.compile(dialect=dialect, column_keys=given)
    missing = [
        name
        for bind, name in compiled.bind_names.items()
        if given is not None and bind.required and name not in given
    ]
    if missing:
        raise TypeError(f"values are missing: {', '.join(missing)}")
    return _Compiled(
        str(compiled),
        compiled.params | _defaults(compiled),
        {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        },
        compiled.positiontup,
    )


def _defaults(compiled: Any) -> dict[str, Any]:
    """What the columns of an INSERT are by default. Raises TypeError for a default that is made anew for each row."""
    defaults = {column.key: column.default for column in getattr(compiled, "insert_prefetch", ())}
    if not all(default.is_scalar for default in defaults.values()):
        raise TypeError("give a value for each column whose default is made")
    return {name: default.arg for name, default in defaults.items()}


def _readers(statement: Select, found: Engine, description: Any) -> list[Reader]:
    """Of the values that the driver does not give as they are."""
    dialect = found.dialect
    processes = [
        column.type.dialect_impl(dialect).result_processor(dialect, told[1])
        for column, told in zip(statement.selected_columns, description, strict=True)
    ]
    return [(place, process) for place, process in enumerate(processes) if process]


def transaction(session: Session) -> Connection:
    """The connection of the session's transaction, which begins when none has begun."""
    return session.info.get("writing") or session.connection(bind_arguments={"bind": engine()})


@contextmanager
def _in_no_transaction(found: Engine) -> Iterator[Any]:
    """A connection of the pool, in no transaction; one that failed is not used again."""
    pooled = found.raw_connection()
    connection: Any = pooled.driver_connection
    commits_itself = found.dialect.name == "sqlite"  # chassis.database begins its transactions there
    try:
        if not commits_itself:
            connection.autocommit = True
        yield pooled
        if not commits_itself:
            connection.autocommit = False
    except BaseException:
        if pooled.is_valid:
            pooled.invalidate()
        raise
    finally:
        pooled.close()
