"""A provider whose answers are changed on their way, as a hostile or broken one would write them."""

import json
from collections.abc import Callable, Iterable
from typing import Any


class Tampered:
    """The WSGI app of a provider, whose answer to `action` is what `change` makes of it: a message, or bytes."""

    def __init__(self, app: Callable, action: str, change: Callable[[Any], Any]):
        self.app, self.action, self.change = app, action, change

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(f"/beckn/{self.action}"):
            return self.app(environ, start_response)
        said: list = []
        answer = b"".join(self.app(environ, lambda status, headers, *_: said.extend((status, headers))))
        changed = self.change(json.loads(answer))
        body = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        headers = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
        start_response(said[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]


class Tampering:
    """`tampering(service, action)` breaks a wire so; what `change` does can be changed again and again."""

    def __init__(self, wires):
        self.wires = wires
        self.change = lambda message: message

    def __call__(self, service: str, action: str) -> None:
        wire = self.wires[service]
        wire.app = Tampered(wire.app, action, lambda message: self.change(message))


def refusal(code: str, reason: str | None = None) -> Callable[[dict], dict]:
    """What makes an answer a refusal with a code of beckn.errors."""
    error = {"code": code, "paths": "$.message.order"} | ({"message": reason} if reason else {})
    return lambda said: {"context": said["context"], "error": error}


def stands(state: str) -> Callable[[dict], dict]:
    """What makes the order of an answer stand so."""

    def change(said: dict) -> dict:
        for each in said["message"]["order"]["fulfillments"]:
            if "state" in each:
                each["state"]["descriptor"]["code"] = state
        return said

    return change


def places(message: Any, path: tuple = ()) -> list[tuple]:
    """The path of every value in a message, containers too; of long lists only the first two."""
    found = [path] if path else []
    if isinstance(message, dict):
        for key, value in message.items():
            found += places(value, (*path, key))
    elif isinstance(message, list):
        for index, value in enumerate(message[:2]):
            found += places(value, (*path, index))
    return found


def put(message: Any, path: tuple, value: Any) -> Any:
    """`message` with `value` at `path`; the place is left out for MISSING, and thirty times over for MANY."""
    *way, last = path
    parent = message
    for step in way:
        parent = parent[step]
    if value is MISSING:
        del parent[last]
    elif value is MANY:
        parent[last] = [parent[last]] * 30
    else:
        parent[last] = value
    return message


class _Marker:
    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING, MANY = _Marker("MISSING"), _Marker("MANY")
HTML = "<script>alert(1)</script>"
HOSTILE = (
    MISSING, MANY, None, True, 0, -1, 10**30, 1.5, "", " ", "x", HTML, '"><img src=x onerror=alert(1)>', "\x00", "\ud800",
    "NaN", "Infinity", "-1.00", "-441000.00", "1e5", "1E+2", "4410.001", "٤٤١٠.00", "0", "0.00", "999999999999.99", "9" * 400,
    "2026-02-30", "2026-12-11", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-12-11T14:30:00",
    "2026-12-11T14:30:00+05:30", "PT0S", "P9999D", "PT-1S", "-PT15M", "6E-5678.20261211.ECONOMY", "../../etc/passwd",
    "Asia", "INR", "USD", [], {}, [[]], [{}], {"value": HTML}, "y" * 100_000,
)  # fmt: skip
