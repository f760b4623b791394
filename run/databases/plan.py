"""What `make databases` was asked for, what of it is there, and every reason not to begin."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection

from run.databases import env_file, server
from run.databases.known import DATABASES, Database
from run.databases.server import Refused
from run.databases.statements import LONGEST_NAME, Names

PREFIX = re.compile(r"[a-z0-9_]*")  # a URL says other names differently to libpq and to SQLAlchemy


@dataclass(frozen=True)
class Request:
    """What was asked for. `settings` are the environment's: they win over those in `file`, as for every service."""

    admin_url: str
    file: Path
    settings: Mapping[str, str]
    prefix: str = ""
    new_passwords: bool = False
    databases: tuple[Database, ...] = DATABASES

    def known(self, name: str) -> str:
        """The setting as the services would read it; empty when it is not set."""
        return self.settings.get(name) or env_file.read(self.file).get(name, "")

    def kept(self, name: str) -> str:
        """The URL that stays; empty when a new one has to be made."""
        return "" if self.new_passwords else self.known(name)


@dataclass(frozen=True)
class Account:
    """A role as its service will use it. `is_new` says that the password is, whether or not the role is there."""

    role: str
    setting: str
    url: str
    is_there: bool
    is_new: bool


@dataclass(frozen=True)
class Plan:
    """A database and its two accounts."""

    names: Names
    is_there: bool
    owner: Account
    user: Account

    @property
    def accounts(self) -> tuple[Account, Account]:
        return self.owner, self.user


def plans(admin: Connection, request: Request) -> list[Plan]:
    """What is to be made, for each database. Raises Refused with every reason why not."""
    if not PREFIX.fullmatch(request.prefix):
        raise Refused("A prefix has small letters, digits and _, as in: PREFIX=staging_")
    named = [(database, Names.of(database, request.prefix)) for database in request.databases]
    problems = [problem for each in named for problem in _in_the_way(admin, request, *each)]
    if problems:
        raise Refused("\n".join(problems))
    return [_plan(admin, request, *each) for each in named]


def _plan(admin: Connection, request: Request, database: Database, names: Names) -> Plan:
    there = _roles(admin, names.roles)

    def account(role: str, setting: str) -> Account:
        kept = request.kept(setting)
        url = kept or server.url_like(
            admin, request.admin_url, role, secrets.token_urlsafe(24), names.database
        )
        return Account(role, setting, url, is_there=role in there, is_new=not kept)

    return Plan(
        names,
        _owner(admin, names.database) is not None,
        account(names.owner, database.owner_setting),
        account(names.user, database.url_setting),
    )


def _in_the_way(admin: Connection, request: Request, database: Database, names: Names) -> Iterator[str]:
    """Why nothing may be done for `database`, as sentences."""
    if len(names.owner) > LONGEST_NAME:
        yield f"{names.owner} is too long a name, PostgreSQL keeps {LONGEST_NAME} letters: choose a shorter prefix."
    owner = _owner(admin, names.database)
    if owner not in (None, names.owner):
        yield (
            f"The database {names.database} is there and belongs to {owner}, not to {names.owner}: rename it, or choose "
            "other names with PREFIX=…"
        )
    there = _roles(admin, names.roles)
    for role, setting in ((names.owner, database.owner_setting), (names.user, database.url_setting)):
        url = request.kept(setting)
        if url and not _leads_to(url, admin, role, names.database):
            where = "the environment" if request.settings.get(setting) else request.file.name
            yield f"{setting} in {where} does not lead to {role} and {names.database} on this server: remove it first."
        if not url and role in there and not request.new_passwords:
            yield (
                f"The role {role} is there, but {setting} with its password is not: put it into {request.file.name}, or "
                "say NEW_PASSWORDS=yes to give all roles new ones (whoever uses the old ones is locked out)."
            )


def _leads_to(url: str, admin: Connection, role: str, database: str) -> bool:
    here = server.url_like(admin, "", role, "", database)
    return server.is_postgresql(url) and server.place(url) == server.place(here)


def _roles(admin: Connection, names: Iterable[str]) -> set[str]:
    """Those of `names` that are roles."""
    found = admin.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(names)])
    return {role for (role,) in found}


def _owner(admin: Connection, database: str) -> str | None:
    """Whose the database is; None when there is no such database."""
    return server.scalar(
        admin, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", database
    )
