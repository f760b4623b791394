"""The SQL of roles, databases and grants, said once: `make databases` executes it, `make ddl` writes it down for a DBA."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from psycopg.sql import SQL, Composable, Composed, Identifier

from run.databases.known import Database

LONGEST_NAME = 63  # PostgreSQL cuts what is longer
OPEN_TO_ALL = ("postgres", "template1")  # every role may connect to these until PUBLIC's right is taken away

# What an application may do with the tables and sequences of its database.
USING: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
    ("USAGE, SELECT", "SEQUENCES"),
)


@dataclass(frozen=True)
class Names:
    """What a database and its roles are called on a server; a prefix lets several sets live on one."""

    database: str
    owner: str
    user: str

    @classmethod
    def of(cls, database: Database, prefix: str = "") -> "Names":
        return cls(prefix + database.name, prefix + database.owner, prefix + database.user)

    @property
    def roles(self) -> tuple[str, str]:
        return self.owner, self.user


def create_role(role: str, password: Composable) -> Composed:
    """A role that can log in and nothing else. `password` is a literal, or what stands for one."""
    return SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(role), password)


def borrow(names: Names) -> Composed:
    """Who makes a database for an owner must be a member of the owner (a superuser is everything)."""
    return SQL("GRANT {} TO CURRENT_USER").format(Identifier(names.owner))


def give_back(names: Names) -> Composed:
    return SQL("REVOKE {} FROM CURRENT_USER").format(Identifier(names.owner))


def create_database(names: Names) -> Composed:
    """From template0, so that nothing which somebody put into template1 comes along."""
    create = SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
    return create.format(Identifier(names.database), Identifier(names.owner))


def closing(database: str) -> Composed:
    return SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(Identifier(database))


def separating(names: Names) -> Iterator[Composed]:
    """What the owner says inside the database: who may come in, and what they may do."""
    database, owner, user = map(Identifier, (names.database, names.owner, names.user))
    yield SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database)
    yield SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, user)
    yield SQL("ALTER SCHEMA public OWNER TO {}").format(owner)
    yield SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC").format()
    yield SQL("GRANT USAGE ON SCHEMA public TO {}").format(user)
    for privileges, kind in USING:
        yield SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} ON {} TO {}").format(
            owner, SQL(privileges), SQL(kind), user
        )


def using_what_is_there(names: Names) -> Iterator[Composed]:
    """The application reads and writes all tables there are; for those to come there are default privileges."""
    for privileges, kind in USING:
        yield SQL("GRANT {} ON ALL {} IN SCHEMA public TO {}").format(
            SQL(privileges), SQL(kind), Identifier(names.user)
        )
