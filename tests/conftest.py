"""Fixtures of all tests: fresh databases on both engines, the five services in one process, a clock that can be moved."""

import gc
import tempfile
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from chassis import clock as chassis_clock
from tests import apps, invariants, machine, postgresql
from tests.beginnings import Beginnings
from tests.databases import Databases
from tests.machine import missing
from webapp.accounts import passwords

apps.forget_this_machines_settings()


def pytest_collection_modifyitems(items):
    """What takes long by itself begins first, so that no worker is left with it when the others are done."""
    items.sort(key=lambda item: "simulation" not in item.nodeid and "processes" not in item.nodeid)


def pytest_collection_finish(session):
    """What is loaded stays until the end: the garbage collector need not look through it again and again."""
    gc.freeze()


def pytest_generate_tests(metafunc):
    """A test that takes `database` runs on both engines."""
    if "database" in metafunc.fixturenames:
        both = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
        metafunc.parametrize("engine", both, indirect=True)


@pytest.fixture(scope="session")
def postgresql_cluster():
    """The PostgreSQL server of this run, started on first use; missing is a failure in CI and a skip elsewhere."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql.server())
        except postgresql.Unavailable as reason:
            missing(str(reason))
        with closing(postgresql.Cluster(url)) as cluster:
            yield cluster


@pytest.fixture(scope="session")
def _databases(request):
    with tempfile.TemporaryDirectory(
        prefix="yaana-databases-", dir=machine.fast_folder(), ignore_cleanup_errors=True
    ) as folder:
        yield Databases(
            Path(folder),
            cluster=lambda: request.getfixturevalue("postgresql_cluster"),
            migrate=apps.migrate,
        )


@pytest.fixture(scope="session")
def _beginnings():
    with tempfile.TemporaryDirectory(prefix="yaana-beginnings-", dir=machine.fast_folder()) as folder:
        yield Beginnings(Path(folder))


@pytest.fixture
def begins_with(_beginnings, services, engine):
    """`begins_with("a booking", book)`: what `book()` returns, and the databases as it leaves them; see tests/beginnings.py."""
    if engine == "sqlite":
        return lambda name, happens: _beginnings.tell(name, services, happens)
    return lambda name, happens: happens()


@pytest.fixture(autouse=True)
def instance(tmp_path_factory, monkeypatch):
    """The instance folder of this test: keys, participants, mail, demo accounts."""
    folder = tmp_path_factory.mktemp("instance")
    monkeypatch.setenv("YAANA_INSTANCE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch):
    """Hashing a password is dear on purpose; here it is not, but in tests/webapp/accounts/test_passwords.py."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(memory_cost=8, time_cost=1, parallelism=1))
    passwords._of_nobody.cache_clear()


@pytest.fixture
def engine(request):
    """The engine of this test: both by turns with `database`, "postgresql" with its mark, else "sqlite"."""
    marked = "postgresql" if request.node.get_closest_marker("postgresql") else "sqlite"
    name = getattr(request, "param", marked)
    if name == "postgresql":
        request.getfixturevalue("postgresql_cluster")
    return name


@pytest.fixture
def database(engine):
    """Makes the test run on both engines; the engine's name."""
    return engine


@pytest.fixture
def make_database(_databases, engine):
    """`make_database("flights")`: the URL of a fresh migrated database on the test's engine; without a name an empty one.

    The gateway's is always SQLite.
    """
    with _databases.lent() as make:
        yield lambda service=None: make("sqlite" if service == "gateway" else engine, service)


@pytest.fixture
def addresses():
    """Where each service says it is: fixed names for wires that are not real. Tests with a real browser have others."""
    return apps.ADDRESSES


@pytest.fixture
def services(make_database, addresses, monkeypatch, request):
    """The five services by name, each built on first use: `services["flights"]`; see tests/apps.py.

    Whatever a test did with them, at its end the invariants of domain.md hold; not asked with the mark `by_hand`.
    """
    for name, value in apps.environment(addresses).items():
        monkeypatch.setenv(name, value)
    built = apps.Apps(make_database, addresses)
    yield built
    wrong = [] if request.node.get_closest_marker("by_hand") else invariants.of(built)
    built.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def wires(services):
    """The wires between the services, to break: `wires["hotels"].lose_answer("/beckn/confirm", times=1)`."""
    return services.wires


@pytest.fixture
def site_app(services):
    return services["site"]


@pytest.fixture
def flights_app(services):
    return services["flights"]


@pytest.fixture
def international_flights_app(services):
    return services["international_flights"]


@pytest.fixture
def hotels_app(services):
    return services["hotels"]


@pytest.fixture
def gateway_app(services):
    return services["gateway"]


@pytest.fixture
def site(site_app):
    """A browser without JavaScript: every page it fetches is checked, and `submit` fills in its forms."""
    return site_app.test_client()


class Clock:
    """The product's clock, moved for the rest of the test."""

    def __init__(self, stack: ExitStack):
        self._stack = stack

    def now(self) -> datetime:
        return chassis_clock.now()

    def set(self, instant: datetime) -> None:
        self._stack.enter_context(chassis_clock.at(instant))

    def forward(self, **delta: float) -> None:
        self._stack.enter_context(chassis_clock.forward(**delta))

    def left(self, since: datetime, **delta: float) -> float:
        """Seconds until `timedelta(**delta)` after `since`: it runs on while a test runs."""
        return (since + timedelta(**delta) - self.now()).total_seconds()


@pytest.fixture
def clock():
    """`clock.set(instant)`, `clock.forward(minutes=20)`, `clock.now()`; put back after the test."""
    with ExitStack() as stack:
        yield Clock(stack)
