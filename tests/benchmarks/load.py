"""A fixed number of requests over a few kept connections, at a cost that is small beside what is measured.

The bytes of every request are made beforehand. Each connection sends its next request when the answer to the last one
is whole, so the load is closed: as many requests are under way as there are connections.
"""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 8
PATIENCE = 30.0  # seconds in which some answer must come
_HEAD_END = b"\r\n\r\n"
_CLOSES = re.compile(rb"\r\nconnection: close\r", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class WrongAnswer(Exception):
    """An answer that does not count: a benchmark of errors is none."""


@dataclass
class Loaded:
    """`seconds` for all, `latencies` of each in seconds, and the bodies when they were kept."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which `share` (0 to 1) of the answers came."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def request(method: str, address: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request to `address` (http://host:port)."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def load(
    address: str, requests: Iterable[bytes], is_good: Callable[[bytes], bool], keep: bool = False
) -> Loaded:
    """Send all `requests`. Raises WrongAnswer for another status than 200, a body that is not good, and silence."""
    loaded = Loaded()
    waiting = iter(requests)
    with _selector() as selector:
        began = time.perf_counter()
        open_connections = sum(_begin(selector, address, waiting) for _ in range(CONNECTIONS))
        while open_connections:
            ready = selector.select(PATIENCE)
            if not ready:
                raise WrongAnswer(f"no answer for {PATIENCE:.0f} s")
            for key, _ in ready:
                connection: _Connection = key.data
                if not connection.receive():
                    continue
                body = connection.answer()
                if not is_good(body):
                    raise WrongAnswer(body[:500].decode(errors="replace"))
                loaded.latencies.append(time.perf_counter() - connection.sent_at)
                if keep:
                    loaded.bodies.append(body)
                if connection.is_closed or not connection.send_next(waiting):
                    selector.unregister(connection.socket)
                    connection.socket.close()
                    open_connections -= 1
                if connection.is_closed:
                    open_connections += _begin(selector, address, waiting)
        loaded.seconds = time.perf_counter() - began
    return loaded


@contextmanager
def _selector() -> Iterator[selectors.BaseSelector]:
    """Its sockets are closed with it, when an answer was wrong too."""
    with selectors.DefaultSelector() as selector:
        try:
            yield selector
        finally:
            for key in selector.get_map().values():
                key.data.socket.close()


def _begin(selector: selectors.BaseSelector, address: str, waiting: Iterator[bytes]) -> bool:
    connection = _Connection(address)
    if not connection.send_next(waiting):
        connection.socket.close()
        return False
    selector.register(connection.socket, selectors.EVENT_READ, connection)
    return True


class _Connection:
    def __init__(self, address: str):
        parts = urlsplit(address)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.is_closed = False
        self._received = bytearray()
        self._body_from = self._end = 0

    def send_next(self, waiting: Iterator[bytes]) -> bool:
        """Send the next request; False when there is none."""
        message = next(waiting, None)
        if message is None:
            return False
        self._received.clear()
        self._body_from = self._end = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(message)
        return True

    def receive(self) -> bool:
        """Take what has come; whether the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise WrongAnswer("the connection was closed")
        self._received += piece
        if not self._end and (head := self._received.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(self._received, 0, head)
            if length is None:
                raise WrongAnswer("an answer without Content-Length")
            self.is_closed = _CLOSES.search(self._received, 0, head + 2) is not None
            self._body_from = head + len(_HEAD_END)
            self._end = self._body_from + int(length[1])
        return bool(self._end) and len(self._received) >= self._end

    def answer(self) -> bytes:
        if self._received[9:12] != b"200":
            raise WrongAnswer(self._received[:1000].decode(errors="replace"))
        return bytes(self._received[self._body_from : self._end])
