"""All services as `make serve` serves them, on databases of their own, with what they use of the machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil

from run import procfile
from run.__main__ import http, under_granian
from tests import postgresql
from tests.apps import environment
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = {
    "site": "webapp",
    "flights": "flights",
    "international_flights": "international",
    "hotels": "hotels",
    "gateway": "gateway",
}
DATABASES = {
    "site": "travel_discovery",
    "flights": "flights_bpp",
    "international_flights": "international_flights_bpp",
    "hotels": "hotels_bpp",
}
READY_WITHIN = 30


@dataclass
class Installation:
    """`urls` {service: database URL}, empty for SQLite files in `folder`."""

    folder: Path
    urls: dict[str, str] = field(default_factory=dict)
    running: dict[str, psutil.Popen] = field(default_factory=dict)

    def __post_init__(self):
        addresses = {service: f"http://127.0.0.1:{free_port()}" for service in SERVICES}
        self.addresses = addresses
        databases = {f"{DATABASES[service].upper()}_DATABASE_URL": url for service, url in self.urls.items()}
        served = {"YAANA_INSTANCE": str(self.folder), "PYTHON_DOTENV_DISABLED": "1"}
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        self.settings = kept | environment(addresses) | {"SITE_URL": addresses["site"]} | databases | served
        self._processes = {each.name: each for each in procfile.read()}
        self._log = (self.folder / "services.log").open("ab")

    @property
    def engine(self) -> str:
        return "PostgreSQL" if self.urls else "SQLite"

    def set_up(self, service: str, *command: str) -> None:
        """Migrate and seed the demo, or with a `command` run it (`seed large …`)."""
        app = self._processes[SERVICES[service]].app
        words = ["flask", "--app", app, *command] if command else ["run.set_up", "--seeds=demo", app]
        subprocess.run(
            [sys.executable, "-m", *words], env=self.settings, cwd=ROOT, check=True, stdout=self._log
        )

    @contextmanager
    def serving(self, *services: str) -> Iterator[dict[str, float]]:
        """{service: seconds from its start to its first /readyz that says ready}."""
        seconds = {}
        try:
            for service in services:
                began = time.perf_counter()
                command, settings = under_granian(self._processes[SERVICES[service]], self.settings)
                self.running[service] = psutil.Popen(
                    [Path(sys.executable).parent / command.split()[0], *command.split()[1:]],
                    env=settings, cwd=ROOT, stdout=self._log, stderr=subprocess.STDOUT,
                )  # fmt: skip
                self._wait_until_ready(service)
                seconds[service] = time.perf_counter() - began
            yield seconds
        finally:
            for process in self.running.values():
                process.terminate()
            for process in self.running.values():
                process.wait(20)
            self.running.clear()

    def _wait_until_ready(self, service: str) -> None:
        end = time.monotonic() + READY_WITHIN
        said = ""
        while time.monotonic() < end:
            try:
                http.open(f"{self.addresses[service]}/readyz", timeout=2).close()
                return
            except HTTPError as error:
                with error:
                    said = str(json.load(error).get("problems"))
            except (URLError, OSError) as error:
                said = str(error)
            time.sleep(0.01)
        raise TimeoutError(f"{service} is not ready: {said}; see {self._log.name}")

    def cpu_seconds(self) -> float:
        """What all processes of the services, and PostgreSQL's, have used."""
        processes = [each for process in self.running.values() for each in _family(process)]
        if self.urls:
            processes += _family(_postmaster(next(iter(self.urls.values()))))
        return sum(map(_seconds, processes))

    def megabytes(self, service: str) -> float:
        """Resident memory of the largest worker."""
        workers = self.running[service].children(recursive=True)
        return max(worker.memory_info().rss for worker in workers) / 1e6


def _seconds(process: psutil.Process) -> float:
    """Its own and those of its children that have ended (PostgreSQL's come and go)."""
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return used.user + used.system + used.children_user + used.children_system


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _postmaster(url: str) -> psutil.Process:
    with postgresql.psycopg.connect(postgresql.conninfo(url)) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        return backend.parent() or backend


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Installation]:
    yield Installation(folder)


@contextmanager
def on_postgresql(folder: Path) -> Iterator[Installation]:
    """On a server whose commits are on disk before they are answered, as PostgreSQL comes."""
    with postgresql.own_server(settings=()) as url, closing(postgresql.Cluster(url)) as cluster:
        for name in DATABASES.values():
            cluster.create(name)
        yield Installation(folder, {service: cluster.url_of(name) for service, name in DATABASES.items()})
