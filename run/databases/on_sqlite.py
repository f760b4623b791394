"""What a SQLite file can promise: its tables are those of the models, and it can be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, make_url

from run.databases import catalog
from run.databases.finding import Finding
from run.databases.known import Database, metadata
from run.databases.server import Refused
from run.databases.trial import TRIAL_ROW, key


def file(url: str) -> Path:
    """The file of a SQLite URL. Raises Refused when there is none: looking would make an empty one."""
    path = Path(make_url(url).database or "")
    if not path.is_file():
        raise Refused(
            f"there is no file {path.name} in {path.parent.name}: `make run` makes it, or `flask db upgrade`."
        )
    return path


@contextmanager
def engine(path: Path) -> Iterator[Engine]:
    """Engine for a file that is there."""
    made = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool)
    try:
        yield made
    finally:
        made.dispose()


def schema(engine: Engine, database: Database) -> Finding:
    """The file's tables against those of the models."""
    with engine.connect() as connection:
        found = catalog.of_sqlite(connection)
    return Finding.of(catalog.differences(found, catalog.of_models_on_sqlite(metadata(database.schema))))


def use(path: Path, database: Database) -> Finding:
    """One row written, read, changed, deleted and rolled back."""
    try:
        with closing(_connect(path)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
            row = key()
            for statement in TRIAL_ROW[database.schema]:
                connection.execute(statement, row)
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        return Finding("NO", [f"the file cannot be written: {error}."])
    return Finding("yes")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
