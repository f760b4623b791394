"""`python -m run`: set up and run everything; `python -m run serve`: the same services under granian, nothing set up."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from dotenv import load_dotenv

from run import ports, procfile
from run.processes import Ended, Processes, Stopped
from run.procfile import ROOT, Process

READY_WITHIN = 40  # seconds

# The site waits for other services, so it needs many; who waits for a database only gets slower by threads that want the
# interpreter at the same time (1,900 searches a second with four, 700 with sixteen, on a busy machine).
SITES_THREADS, SERVICES_THREADS = 16, 4
http = build_opener(ProxyHandler({}))


def main(arguments: list[str]) -> int:
    """The exit code; never 0, since services run until they are stopped. Production has no sandbox gateway."""
    settings = read_settings()
    production = settings.get("APP_ENV") == "production"
    everything = [each for each in procfile.read() if not production or each.port_variable != "GATEWAY_PORT"]
    found = ports.problems(procfile.services(everything), settings)
    if production and "serve" not in arguments:
        found.append("`make run` seeds demo accounts and is for development: use `make serve` in production.")
    if found:
        print(*found, sep="\n")
        return 1
    settings = procfile.addresses(everything, settings) | {
        name: value for name, value in settings.items() if value
    }
    try:
        run(everything, settings, granian="serve" in arguments)
    except Stopped as stopped:
        print("Stopped.")
        return stopped.code
    except Ended as ended:
        print(f"{ended}: everything was stopped.")
        return ended.code if 0 < ended.code < 256 else 1
    except NotReady as reason:
        print(f"{reason}. Everything was stopped.")
        return 1


class NotReady(Exception):
    """A service runs but cannot serve; the text says why."""


def read_settings() -> dict[str, str]:
    """The environment, then `.env`, then `.flaskenv`, as every service reads them; our Python's commands first."""
    for name in (".env", ".flaskenv"):
        load_dotenv(ROOT / name, override=False)
    commands = Path(sys.executable).parent  # not resolved: in a virtual environment Python is a link
    return dict(os.environ) | {
        "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }


def run(everything: list[Process], settings: dict[str, str], granian: bool) -> NoReturn:
    """Start everything, say when it is ready, and stay until told to stop. Raises Stopped, Ended, NotReady."""
    services = procfile.services(everything)
    with Processes(width=max(len(each.name) for each in everything)) as processes:
        if not granian:
            set_up(services, settings, processes)
        for each in everything:
            command, environment = under_granian(each, settings) if granian else (each.command, settings)
            processes.start(each.name, command, environment, ROOT)
        wait_until_ready(services, settings, processes)
        announce(services, settings, with_accounts=not granian)
        while True:
            processes.watch()


def set_up(services: list[Process], settings: Mapping[str, str], processes: Processes) -> None:
    """Migrate and seed every database."""
    print("Setting up the databases …", flush=True)
    apps = [each.app for each in services]
    processes.start("set-up", [sys.executable, "-m", "run.set_up", *apps], settings, ROOT)
    processes.finish()


def under_granian(process: Process, settings: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """How granian serves what the Procfile serves with `flask run`; a worker stays as it is."""
    if not process.port_variable:
        return process.command, dict(settings)
    numbers = instance(settings) / "metrics" / process.name
    shutil.rmtree(numbers, ignore_errors=True)  # of processes that are gone
    numbers.mkdir(parents=True)
    target = f"{process.app}:app" if process.app == "wsgi" else f"{process.app}:create_app --factory"
    threads = SITES_THREADS if process.app == "wsgi" else SERVICES_THREADS
    options = f"--interface wsgi --http 1 --workers 2 --blocking-threads {threads} --no-ws"
    return f"granian {options} --host 127.0.0.1 --port {process.port(settings)} {target}", dict(settings) | {
        "PROMETHEUS_MULTIPROC_DIR": str(numbers)
    }


def wait_until_ready(services: list[Process], settings: Mapping[str, str], processes: Processes) -> None:
    """Until every /readyz says ready. Raises NotReady with what the last one said."""
    end = time.monotonic() + READY_WITHIN
    for each in services:
        while problem := why_not_ready(f"{each.address(settings)}/readyz"):
            processes.watch()
            if time.monotonic() > end:
                raise NotReady(f"{each.name} is not ready: {problem}")


def why_not_ready(url: str) -> str | None:
    try:
        http.open(url, timeout=2).close()
    except HTTPError as error:
        with error:
            return "; ".join(json.load(error)["problems"]) if error.code == 503 else str(error)
    except (URLError, OSError) as error:
        return str(error)
    return None


def announce(services: list[Process], settings: Mapping[str, str], with_accounts: bool) -> None:
    """Where the site is, and who may sign in."""
    site = next(each for each in services if each.port_variable == "WEBAPP_PORT")
    print(f"\nYaana is ready at {site.address(settings)} (Ctrl-C stops everything)")
    accounts = instance(settings) / "demo-accounts.txt"
    if with_accounts and accounts.exists():
        print(f"\nDemo accounts, kept in {accounts}:\n{accounts.read_text().rstrip()}\n")
    sys.stdout.flush()


def instance(settings: Mapping[str, str]) -> Path:
    return Path(settings.get("YAANA_INSTANCE", ROOT / "instance"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
