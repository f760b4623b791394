"""Whether the ports are free, asked before anything is started."""

import socket
from collections.abc import Mapping

from run.procfile import Process


def problems(services: list[Process], settings: Mapping[str, str]) -> list[str]:
    """Sentences that name the variable to change; empty when every service can listen."""
    found: list[str] = []
    seen: dict[int, str | None] = {}
    for service in services:
        variable = service.port_variable
        try:
            port = service.port(settings)
        except (KeyError, ValueError):
            found.append(
                f"{variable}={settings.get(variable or '', '')} is not a port: set {variable} to a number."
            )
            continue
        if port in seen:
            found.append(f"{seen[port]} and {variable} are both {port}: change {variable}.")
        elif reason := _why_not(port):
            found.append(
                f"Port {port} {reason}: set {variable} to another, for example {variable}={port + 1000}."
            )
        seen[port] = variable
    return found


def _why_not(port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "may not be used by you"
        except OSError:
            return "is taken by another program"
    return None
