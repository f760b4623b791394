"""What the Procfile says: which processes there are, which of them are services, and where these listen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Process:
    """A line of the Procfile. A service has a `port_variable`; a worker has none."""

    name: str
    command: str
    app: str
    port_variable: str | None

    def port(self, settings: Mapping[str, str]) -> int:
        """Where it listens. Raises ValueError when the setting is no port."""
        port = int(settings[self.port_variable or ""])
        if not 0 < port < 65_536:
            raise ValueError(port)
        return port

    def address(self, settings: Mapping[str, str]) -> str:
        return f"http://127.0.0.1:{self.port(settings)}"


def read(file: Path = ROOT / "Procfile") -> list[Process]:
    """The processes in the order of the file."""
    return [_process(name, command) for name, command in parse_procfile(file.read_text()).processes.items()]


def _process(name: str, command: str) -> Process:
    app = re.search(r"--app (\S+)", command)
    port = re.search(r"\$(\w+_PORT)", command)
    return Process(name, command, app[1] if app else "", port[1] if port else None)


def services(processes: list[Process]) -> list[Process]:
    return [each for each in processes if each.port_variable]


def addresses(processes: list[Process], settings: Mapping[str, str]) -> dict[str, str]:
    """{FLIGHTS_BPP_URL: …, GATEWAY_URL: …}: where the site finds the others, from their ports."""
    names = {each: str(each.port_variable).removesuffix("_PORT") for each in services(processes)}
    return {
        "GATEWAY_URL" if name == "GATEWAY" else f"{name}_BPP_URL": each.address(settings)
        for each, name in names.items()
        if name != "WEBAPP"
    }
