"""The five services and the worker as real processes, each of which can be killed, told where to die, and started again."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool
from werkzeug.serving import make_server

from chassis import faults
from tests import apps, invariants
from tests.servers import _Quiet, free_port
from webapp.bookings.states import FINAL

DATABASES = {
    "site": "TRAVEL_DISCOVERY",
    "flights": "FLIGHTS_BPP",
    "international_flights": "INTERNATIONAL_FLIGHTS_BPP",
    "hotels": "HOTELS_BPP",
    "gateway": "SANDBOX_GATEWAY",
}
WORKER = "worker"
http = build_opener(ProxyHandler({}))

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.processes.preloaded"])


def _be(service: str, port: int, environment: Mapping[str, str]) -> None:
    """What a process does: serve, or work, as its environment says."""
    os.environ.update(environment)
    app = import_module(apps.MODULES["site" if service == WORKER else service]).create_app()
    if service == WORKER:
        app.test_cli_runner().invoke(args=["worker"])
    else:
        make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet).serve_forever()


class Running:
    """All services on databases of their own; nobody works unless `start("worker")`. `with` ends them whatever happens."""

    def __init__(self, databases: Mapping[str, str], instance: str):
        self.databases = databases
        self.ports = {service: free_port() for service in apps.MODULES}
        self.addresses = {service: f"http://127.0.0.1:{port}" for service, port in self.ports.items()}
        self.environment = apps.environment(self.addresses) | {
            "YAANA_INSTANCE": instance,
            "FLASK_RUN_FROM_CLI": "true",
            "LOG_LEVEL": "CRITICAL",
            "SITE_URL": self.addresses["site"],
            **{f"{DATABASES[service]}_DATABASE_URL": url for service, url in databases.items()},
        }
        self._running: dict[str, Any] = {}
        self._engines: dict[str, Engine] = {
            service: create_engine(url, poolclass=NullPool) for service, url in databases.items()
        }

    def __enter__(self) -> "Running":
        for service in apps.MODULES:
            self.start(service, wait=False)
        for service in apps.MODULES:
            self.wait_until_up(service)
        return self

    def __exit__(self, *_) -> None:
        for service in list(self._running):
            self.kill(service)

    def start(self, service: str, dies_at: str = "", wait: bool = True, **settings: str) -> None:
        """Start a service, or the worker; it dies when it comes to the point `dies_at`."""
        told = {faults.SETTING: dies_at}
        process = _processes.Process(
            target=_be,
            args=(service, self.ports.get(service, 0), self.environment | settings | told),
            daemon=True,
        )
        process.start()
        self._running[service] = process
        if wait and service != WORKER:
            self.wait_until_up(service)

    def wait_until_up(self, service: str, within: float = 60) -> None:
        self.until(lambda: self._answers(service), within, lambda: f"{service} does not come up")

    def _answers(self, service: str) -> bool:
        try:
            with http.open(f"{self.addresses[service]}/healthz", timeout=2):
                return True
        except OSError:
            return False

    def kill(self, service: str) -> None:
        """kill -9."""
        process = self._running.pop(service)
        process.kill()
        process.join()

    def restart(self, service: str, dies_at: str = "") -> None:
        self.kill(service)
        self.start(service, dies_at)

    def alive(self) -> list[str]:
        return [service for service, process in self._running.items() if process.is_alive()]

    def work_left(self) -> list[str]:
        """The steps of any booking that are still to be done, and how the last try ended."""
        rows = self.ask(
            "site",
            "SELECT public_reference, kind, attempts, lease_until, run_at, last_error FROM saga_steps "
            "JOIN bookings ON bookings.id = booking_id WHERE saga_steps.state = 'READY' ORDER BY saga_steps.id",
        )
        return [", ".join(str(value) for value in row) for row in rows]

    def stop_for_a_while(self, service: str) -> None:
        os.kill(self._running[service].pid, signal.SIGSTOP)

    def go_on(self, service: str) -> None:
        os.kill(self._running[service].pid, signal.SIGCONT)

    def was_killed(self, service: str, within: float = 3) -> bool:
        """Whether it died where it was told to."""
        process = self._running[service]
        process.join(within)
        return process.exitcode == -signal.SIGKILL

    def until(self, is_so: Callable[[], Any], within: float, otherwise: Callable[[], str]) -> float:
        """The seconds until `is_so()`; AssertionError after `within` seconds, with what is said then."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < within, otherwise()
            time.sleep(0.02)
        return time.monotonic() - began

    # ---- what the databases say

    @contextmanager
    def connections(self) -> Iterator[dict[str, Connection]]:
        with ExitStack() as stack:
            yield {
                service: stack.enter_context(engine.connect()) for service, engine in self._engines.items()
            }

    def ask(self, service: str, statement: str, **values: Any) -> list[Any]:
        """The rows of a question to a database."""
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(statement), values))

    def change(self, service: str, statement: str, **values: Any) -> None:
        """Change rows behind everybody's back."""
        with self._engines[service].begin() as connection:
            connection.execute(text(statement), values)

    def state_of(self, reference: str) -> str:
        found = self.ask("site", "SELECT state FROM bookings WHERE public_reference = :it", it=reference)
        return found[0][0] if found else ""

    def unfinished(self) -> list[tuple[str, str]]:
        """(reference, state) of what has not come to its end; what still waits for its traveller is none of it."""
        rows = self.ask("site", "SELECT public_reference, state FROM bookings ORDER BY id")
        return [(row[0], row[1]) for row in rows if row[1] not in (*FINAL, "DRAFT")]

    def a_minute_later(self) -> None:
        """The leases of who was killed end, and what waits for its next try is due."""
        self.change(
            "site",
            "UPDATE saga_steps SET lease_until = NULL, run_at = created_at WHERE state = 'READY' "
            "AND (lease_until IS NOT NULL OR attempts > 0)",
        )

    def wrong(self) -> list[str]:
        """What does not hold of all that stands in the databases."""
        with self.connections() as connections:
            return invariants.broken(connections, "yaana.localhost")
