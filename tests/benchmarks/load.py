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
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: chunked\r", re.IGNORECASE)
_LINE_END = b"\r\n"


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
        self._take: Callable[[], bool] = self._take_head
        self._from = self._length = 0  # where the body, or its next chunk, begins; how long the body is
        self._body = bytearray()

    def send_next(self, waiting: Iterator[bytes]) -> bool:
        """Send the next request; False when there is none."""
        message = next(waiting, None)
        if message is None:
            return False
        self._received.clear()
        self._body.clear()
        self._take = self._take_head
        self.sent_at = time.perf_counter()
        self.socket.sendall(message)
        return True

    def receive(self) -> bool:
        """Take what has come; whether the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise WrongAnswer("the connection was closed")
        self._received += piece
        return self._take()

    def _take_head(self) -> bool:
        head = self._received.find(_HEAD_END)
        if head < 0:
            return False
        self.is_closed = _CLOSES.search(self._received, 0, head + 2) is not None
        self._from = head + len(_HEAD_END)
        if length := _LENGTH.search(self._received, 0, head):
            self._length = int(length[1])
            self._take = self._take_all
        elif _CHUNKED.search(self._received, 0, head + 2):
            self._take = self._take_chunks
        else:
            raise WrongAnswer("an answer that does not say how long it is")
        return self._take()

    def _take_all(self) -> bool:
        if len(self._received) < self._from + self._length:
            return False
        self._body += self._received[self._from :]
        return True

    def _take_chunks(self) -> bool:
        """A page that is sent as it comes (RFC 9112, 7.1): each piece under its length in hexadecimal, the last one empty."""
        while (line := self._received.find(_LINE_END, self._from)) >= 0:
            length = int(self._received[self._from : line], 16)
            begins = line + len(_LINE_END)
            if len(self._received) < begins + length + len(_LINE_END):
                return False
            self._body += self._received[begins : begins + length]
            self._from = begins + length + len(_LINE_END)
            if not length:
                return True
        return False

    def answer(self) -> bytes:
        if self._received[9:12] != b"200":
            raise WrongAnswer(self._received[:1000].decode(errors="replace"))
        return bytes(self._body)
