"""Starts and stops what `make run` starts, with this Python instead of a virtual environment of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = {
    "webapp": "WEBAPP_PORT",
    "flights": "FLIGHTS_PORT",
    "international_flights": "INTERNATIONAL_FLIGHTS_PORT",
    "hotels": "HOTELS_PORT",
    "gateway": "GATEWAY_PORT",
}
http = build_opener(ProxyHandler({}))


class MakeRun:
    """Everything in processes; `with` ends them whatever happens."""

    def __init__(self, folder: Path):
        self.instance = folder / "instance"
        self.ports = {name: free_port() for name in PORTS}
        self._log = folder / "log"
        self._runner: subprocess.Popen | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._runner and self._runner.poll() is None:
            self.stop()

    def start(self, **settings: str) -> None:
        """Start, with `settings` in the environment beside the ports."""
        derived = [each for each in os.environ if re.search(r"_(PORT|BPP_URL|DATABASE_URL|OWNER_URL)$", each)]
        kept = {name: value for name, value in os.environ.items() if name not in {*derived, "GATEWAY_URL"}}
        ports = {PORTS[name]: str(port) for name, port in self.ports.items()}
        with self._log.open("w") as log:
            self._runner = subprocess.Popen(
                [sys.executable, "-m", "run"],
                env=kept | {"YAANA_INSTANCE": str(self.instance)} | ports | settings,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self, within: float) -> float:
        """The seconds it took until it said that it is ready."""
        return self.wait_until_said("Yaana is ready at", within)

    def wait_until_said(self, words: str, within: float) -> float:
        """The seconds it took."""
        began = time.monotonic()
        while words not in self.said():
            assert self._runner is not None
            assert self._runner.poll() is None, f"it ended:\n{self.said()}"
            assert time.monotonic() - began < within, f"not within {within} s:\n{self.said()}"
            time.sleep(0.05)
        return time.monotonic() - began

    def stop(self, number: int = signal.SIGINT) -> int:
        """The exit code after this signal."""
        assert self._runner is not None
        self._runner.send_signal(number)
        return self.exit_code()

    def exit_code(self, within: float = 15) -> int:
        assert self._runner is not None
        return self._runner.wait(within)

    def said(self) -> str:
        """All that it and its services printed since the last start."""
        return self._log.read_text()

    def address(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def get(self, service: str, path: str) -> tuple[int, str]:
        """Status and text."""
        try:
            with http.open(f"{self.address(service)}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def processes(self) -> dict[int, str]:
        """{pid: command} of every process that was started for this instance and lives."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"YAANA_INSTANCE={self.instance}\0".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ").strip()
            except OSError:  # it ended meanwhile, or is another user's
                continue
        return found
