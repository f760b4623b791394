"""PostgreSQL servers of these tests' own, because roles and the rights of everybody belong to a whole server."""

import os
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import make_url

from run.databases import env_file
from run.databases.__main__ import make_databases
from tests import postgresql
from tests.machine import missing


@dataclass
class Server:
    """A server and the URL of its superuser."""

    url: str

    def url_of(self, database="postgres", user=None, password=None):
        """For libpq, as the superuser or as `user`, then with `password` or without any."""
        parts = make_url(self.url)
        who = [user or parts.username, password if user else parts.password]
        login = ":".join(quote(each, safe="") for each in who if each)
        return f"postgresql://{login}@{parts.host}:{parts.port}/{database}"

    def say(self, statement, database="postgres"):
        """As the superuser; what comes back, when something does."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def ordinary_admin(self, name="deployer"):
        """The URL of a role that may make databases and roles, and nothing else."""
        self.say(f"CREATE ROLE {name} LOGIN PASSWORD 'no secret' CREATEDB CREATEROLE")
        self.say(f"GRANT CONNECT ON DATABASE postgres TO {name}")
        return self.url_of(user=name, password="no secret")


@contextmanager
def start(**options):
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql.own_server(**options))
        except postgresql.Unavailable as reason:
            missing(str(reason))
        yield Server(url)


@pytest.fixture(scope="session")
def server():
    """The server that most of these tests share."""
    with start() as started:
        yield started


@pytest.fixture(scope="session")
def newest_server():
    """A server of the newest PostgreSQL there is: since 16 who makes a role may no longer do everything with it."""
    with start(of_the_package=True) as started:
        yield started


@pytest.fixture
def fresh_server():
    """A server on which nothing was done."""
    with start() as started:
        yield started


@dataclass
class Made:
    """What `make databases` left: the server, the file, what it said, and the settings that services would have."""

    server: Server
    file: Path
    said: str
    environment: dict

    @property
    def settings(self):
        return self.environment | env_file.read(self.file)


def make(server, folder, **settings):
    """`make databases` with `settings` in the environment."""
    environment = dict(os.environ) | {
        "YAANA_INSTANCE": str(folder / "instance"),
        "ADMIN_URL": server.url_of(),
    }
    environment |= settings
    said = StringIO()
    with redirect_stdout(said):
        assert make_databases(folder / ".env", environment) == 0
    return Made(server, folder / ".env", said.getvalue(), environment)


@pytest.fixture(scope="session")
def made(server, tmp_path_factory):
    """`make databases` as the superuser, once; a role `monitor` was there before."""
    folder = tmp_path_factory.mktemp("made")
    (folder / ".env").write_text("# mine\nSECRET_KEY=kept as it is\nHOTELS_BPP_OWNER_URL=")
    server.say("CREATE ROLE monitor LOGIN")
    return make(server, folder)
