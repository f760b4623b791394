"""`make verify-databases`: a table of what each database promises, and a sentence for everything that is not so."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from chassis.app import instance_folder, load_settings
from run.databases import contents, on_postgresql, on_sqlite, server
from run.databases.finding import Finding
from run.databases.known import DATABASES, Database

COLUMNS = {
    "identity": "Identity",
    "migration": "Migration",
    "demo": "Demo data",
    "schema": "Keys, indexes",
    "use": "Reads, writes",
    "ddl": "No DDL",
    "elsewhere": "Stays inside",
}
ON_SQLITE = (
    "SQLite files have no roles: whoever may write a file may change its tables, and whoever may read one file of this "
    "folder may as a rule read them all. Only PostgreSQL keeps the services apart (make databases)."
)


@dataclass(frozen=True)
class Report:
    """What was found of one database, by column."""

    database: Database
    findings: Mapping[str, Finding]

    @property
    def problems(self) -> list[str]:
        return [
            f"{self.database.name}: {problem}"
            for finding in self.findings.values()
            for problem in finding.problems
        ]


def main() -> int:
    """Look at the databases that the services would use; the exit code is 1 when anything is not so."""
    load_settings()
    settings = dict(os.environ)
    reports = verify(settings)
    print(table(reports))
    problems = [problem for report in reports for problem in report.problems]
    if any(not server.is_postgresql(url_of(each, settings)) for each in DATABASES):
        print(f"\n{ON_SQLITE}")
    print("", *(problems or ["All of this is so."]), sep="\n")
    return 1 if problems else 0


def verify(settings: Mapping[str, str], databases: Iterable[Database] = DATABASES) -> list[Report]:
    """A report for each of `databases`, which are where `settings` say."""
    return [Report(each, _examine(each, settings)) for each in databases]


def url_of(database: Database, settings: Mapping[str, str]) -> str:
    """Where the service would find its database."""
    return settings.get(database.url_setting) or f"sqlite:///{instance_folder()}/{database.name}.db"


def table(reports: Sequence[Report]) -> str:
    """What was found, a line for each database."""
    heads = ["Database", "Service", *COLUMNS.values()]
    lines = [
        [each.database.name, each.database.service, *(each.findings[column].cell for column in COLUMNS)]
        for each in reports
    ]
    widths = [max(len(line[place]) for line in [heads, *lines]) for place in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, ["-" * width for width in widths], *lines]
    )


def _examine(database: Database, settings: Mapping[str, str]) -> dict[str, Finding]:
    url = url_of(database, settings)
    try:
        if not server.is_postgresql(url):
            return _examine_sqlite(database, url, settings)
        with on_postgresql.doors(database, url, settings) as doors:
            return _findings(doors.user.engine, database, settings) | {
                "schema": on_postgresql.schema(doors),
                "use": on_postgresql.use(doors),
                "ddl": on_postgresql.ddl(doors),
                "elsewhere": on_postgresql.elsewhere(doors, _elsewhere(database, settings)),
            }
    except server.Refused as refused:
        return _all_unknown(str(refused))
    except SQLAlchemyError as error:
        return _all_unknown(f"the database cannot be examined: {str(error).splitlines()[0]}")


def _examine_sqlite(database: Database, url: str, settings: Mapping[str, str]) -> dict[str, Finding]:
    file = on_sqlite.file(url)
    with on_sqlite.engine(file) as engine:
        nothing_to_say = {name: Finding("a file cannot say") for name in ("ddl", "elsewhere")}
        return (
            _findings(engine, database, settings)
            | nothing_to_say
            | {
                "schema": on_sqlite.schema(engine, database),
                "use": on_sqlite.use(file, database),
            }
        )


def _findings(engine: Engine, database: Database, settings: Mapping[str, str]) -> dict[str, Finding]:
    with engine.connect() as connection:
        return {
            "identity": contents.identity(connection, database),
            "migration": contents.migration(connection, database),
            "demo": contents.demo(connection, database, settings),
        }


def _elsewhere(database: Database, settings: Mapping[str, str]) -> list[str]:
    """The URLs of the other services' databases, as far as they are on PostgreSQL."""
    urls = [url_of(each, settings) for each in DATABASES if each != database]
    return [url for url in urls if server.is_postgresql(url)]


def _all_unknown(problem: str) -> dict[str, Finding]:
    unknown = dict.fromkeys(COLUMNS, Finding("unknown"))
    return unknown | {"identity": Finding("unknown", [problem])}
