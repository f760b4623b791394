"""What PostgreSQL can promise, asked of its catalog and then tried: who may do what in a database, and who may enter it.

Whatever is tried is rolled back. The catalog alone could be misread, and a trial alone could fail for another reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg.errors import InsufficientPrivilege, UndefinedTable
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from chassis.database import as_sqlalchemy_url
from run.databases import catalog, rights, server
from run.databases.finding import Finding
from run.databases.known import Database, metadata
from run.databases.statements import OPEN_TO_ALL
from run.databases.trial import TRIAL_ROW, key

TRIALS = {
    "make a table": "CREATE TABLE yaana_trial (id integer)",
    "make a temporary table": "CREATE TEMPORARY TABLE yaana_trial (id integer)",
    "make a schema": "CREATE SCHEMA yaana_trial",
    "drop a table": "DROP TABLE service_identity CASCADE",
    "change a table": "ALTER TABLE service_identity ADD COLUMN trial integer",
    "empty a table": "TRUNCATE alembic_version",
}


@dataclass(frozen=True)
class Entry:
    """A way into a database, as somebody."""

    url: URL
    engine: Engine

    @property
    def role(self) -> str:
        return str(self.url.username)

    def ask(self, query: str, **values: object) -> list[str]:
        """The first column of what is found."""
        with self.engine.connect() as connection:
            return list(connection.scalars(text(query), values))

    def attempt(self, *statements: str, **values: object) -> BaseException | None:
        """Execute, roll back, and say what the server had against it."""
        with self.engine.connect() as connection:
            try:
                connection.execute(text("SET LOCAL lock_timeout = '2s'"))
                for statement in statements:
                    connection.execute(text(statement), values)
            except DBAPIError as error:
                return error.orig
            finally:
                connection.rollback()
        return None


@dataclass(frozen=True)
class Doors:
    """The two ways into a database. Without a URL for the owner the application's stands for both, as for `flask db`."""

    database: Database
    user: Entry
    owner: Entry

    @property
    def entries(self) -> list[Entry]:
        return [self.user] if self.owner.role == self.user.role else [self.user, self.owner]


@contextmanager
def doors(database: Database, url: str, settings: Mapping[str, str]) -> Iterator[Doors]:
    """Raises server.Refused when one of them stays closed."""
    owner_url = settings.get(database.owner_setting) or url
    user, owner = _entry(url, database.url_setting), _entry(owner_url, database.owner_setting)
    try:
        yield Doors(database, user, owner)
    finally:
        user.engine.dispose()
        owner.engine.dispose()


def _entry(url: str, setting: str) -> Entry:
    server.connect(url, setting).close()
    parts = make_url(as_sqlalchemy_url(url))
    return Entry(parts, create_engine(parts))


def schema(doors: Doors) -> Finding:
    """The tables against those that the models would make on this server."""
    with doors.user.engine.connect() as connection:
        found = catalog.of_postgresql(connection)
    try:
        with doors.owner.engine.connect() as connection:
            wanted = catalog.of_models_on_postgresql(connection, metadata(doors.database.schema))
    except ProgrammingError as error:
        why = f"{doors.owner.role} cannot make the models' tables to compare with ({_first_line(error.orig)})"
        return Finding("unknown", [f"{why}: set {doors.database.owner_setting}."])
    return Finding.of([f"{each}." for each in catalog.differences(found, wanted)])


def use(doors: Doors) -> Finding:
    """The application may use every table and sequence there is, and those that its owner makes next."""
    problems = [f"{doors.user.role} {each}." for each in doors.user.ask(rights.UNUSABLE)]
    error = doors.user.attempt(*TRIAL_ROW[doors.database.schema], **key())
    if error:
        problems.append(f"{doors.user.role} cannot write and read a row: {_first_line(error)}.")
    return Finding.of(problems + _not_for_tables_to_come(doors))


def _not_for_tables_to_come(doors: Doors) -> list[str]:
    with doors.owner.engine.connect() as connection:
        try:
            connection.execute(text("CREATE TABLE public.yaana_trial (id serial)"))
            lacking = connection.scalars(text(rights.UNUSABLE_TO_COME), {"role": doors.user.role}).all()
        except ProgrammingError as error:
            return [f"{doors.owner.role} cannot make a table: {_first_line(error.orig)}."]
        finally:
            connection.rollback()
    return [f"{doors.user.role} may not {each} that {doors.owner.role} makes next." for each in lacking]


def ddl(doors: Doors) -> Finding:
    """The application may neither make nor drop nor change a thing, and neither role has powers over the server."""
    tried = [(what, doors.user.attempt(statement)) for what, statement in TRIALS.items()]
    problems = [
        f"{doors.user.role} {verdict}." for what, error in tried if (verdict := _verdict(what, error))
    ]
    problems += [f"{entry.role} {power}." for entry in doors.entries for power in entry.ask(rights.POWERS)]
    problems += [f"{each}." for each in doors.user.ask(rights.OWNED_BY_OTHERS)]
    return Finding.of(problems)


def _verdict(what: str, error: BaseException | None) -> str | None:
    if error is None:
        return f"may {what}"
    if isinstance(error, InsufficientPrivilege | UndefinedTable):
        return None
    return f"may {what}, for all that is known: {_first_line(error)}"


def elsewhere(doors: Doors, others: Iterable[str]) -> Finding:
    """Neither role gets into the databases of `others` (URLs) or those that are open by default, and nobody else in here."""
    targets = [make_url(as_sqlalchemy_url(url)) for url in others]
    targets += [doors.user.url.set(database=name) for name in OPEN_TO_ALL]
    problems = [f"{role} may connect to {name}." for role, name in _open_ways(doors, targets)]
    name = doors.user.url.database
    problems += [f"everybody may {each} ({name})." for each in doors.user.ask(rights.OPEN_TO_EVERYBODY)]
    return Finding.of(problems)


def _open_ways(doors: Doors, targets: Iterable[URL]) -> Iterator[tuple[str, str]]:
    for target in targets:
        for entry in doors.entries:
            as_this_role = target.set(username=entry.url.username, password=entry.url.password)
            if _lets_in(as_this_role) or _has_the_right(entry, target):
                yield entry.role, str(target.database)


def _lets_in(url: URL) -> bool:
    try:
        server.connect(url.render_as_string(hide_password=False), "").close()
    except server.Refused:
        return False
    return True


def _has_the_right(entry: Entry, target: URL) -> bool:
    """Whether the catalog lets the role into a database of the same server: the trial may have failed for another reason."""
    if (target.host, target.port, target.query) != (entry.url.host, entry.url.port, entry.url.query):
        return False
    return bool(entry.ask(rights.MAY_CONNECT, name=target.database))


def _first_line(error: BaseException | None) -> str:
    return str(error).splitlines()[0]
