"""A SELECT that is compiled once and asked of the driver itself: for the one question that a service lives on.

What SQLAlchemy does around a statement each time takes three times as long as a search's statement itself (90 µs and 30).
It still writes the SQL, knows the types and keeps the connections; use it directly for everything else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select

from chassis.database import engine

Row = tuple[Any, ...]


class Prepared:
    """`rows` finds rows as the driver gives them, equal as long as the database's are; `read` makes values of one."""

    def __init__(self, statement: Select, like: "Prepared | None" = None):
        """`like`: another with the same columns, which reads the rows of this one too."""
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}  # by the engine's name
        # Known when the driver has told its types for the first time.
        self._readers: dict[str, list[Process]] = like._readers if like else {}

    def rows(self, **values: Any) -> tuple[Row, ...]:
        """What is found for the statement's bound `values`. Raises the driver's own errors."""
        compiled = self._for(found := engine())
        with _driver(found) as connection:
            cursor = connection.execute(compiled.sql, compiled.parameters(values))
            if found.dialect.name not in self._readers:
                self._readers[found.dialect.name] = _readers(self._statement, found, cursor.description)
            return tuple(cursor.fetchall())

    def read(self, row: Row) -> Row:
        """The values of a row that was found, in the types of the statement's columns."""
        readers = self._readers[engine().dialect.name]
        return tuple(read(value) if read else value for read, value in zip(readers, row, strict=True))

    def _for(self, found: Engine) -> "_Compiled":
        name = found.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compile(self._statement, found)
        return self._compiled[name]


Process = Callable[[Any], Any] | None


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


def _compile(statement: Select, found: Engine) -> _Compiled:
    dialect = found.dialect
    compiled: Any = statement.compile(dialect=dialect)
    return _Compiled(
        str(compiled),
        compiled.params,
        {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        },
        compiled.positiontup,
    )


def _readers(statement: Select, found: Engine, description: Any) -> list[Process]:
    dialect = found.dialect
    return [
        column.type.dialect_impl(dialect).result_processor(dialect, told[1])
        for column, told in zip(statement.selected_columns, description, strict=True)
    ]


@contextmanager
def _driver(found: Engine) -> Iterator[Any]:
    """The driver's connection, in no transaction; one that failed is not used again."""
    pooled = found.raw_connection()
    connection: Any = pooled.driver_connection
    commits_itself = found.dialect.name == "sqlite"  # chassis.database begins its transactions there
    try:
        if not commits_itself:
            connection.autocommit = True
        yield connection
        if not commits_itself:
            connection.autocommit = False
    except BaseException:
        pooled.invalidate()
        raise
    finally:
        pooled.close()
