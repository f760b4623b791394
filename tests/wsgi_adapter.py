"""Serves a WSGI app to `requests` in the same thread: the real client, real messages, no sockets; and faults on demand."""

import contextvars
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app


@dataclass
class Fault:
    """How the wire misbehaves: for requests whose method and path ("POST /beckn/init") contain `path`, `times` times
    (None: until restored). `act` is what happens meanwhile."""

    kind: str
    path: str
    times: int | None
    act: Callable[[], Any] | None = None

    def applies(self, request: requests.PreparedRequest) -> bool:
        return self.path in f"{request.method} {urlsplit(request.url).path}" and self.times != 0


class WsgiAdapter(HTTPAdapter):
    """A wire to `app`. `requests` holds every request that was sent over it, also those that got lost."""

    def __init__(self, app: Callable):
        super().__init__()
        self.app = app
        self.requests: list[requests.PreparedRequest] = []
        self._fault: Fault | None = None
        self._kept_back: list[requests.PreparedRequest] = []

    def down(self, path: str = "", times: int | None = None) -> None:
        """Connections are refused; nothing arrives."""
        self._fault = Fault("down", path, times)

    def hang(self, path: str = "", times: int | None = None) -> None:
        """Nothing answers and nothing was done; the client's patience ends at once, without sleeping."""
        self._fault = Fault("hang", path, times)

    def garbage(self, path: str = "", times: int | None = None) -> None:
        """The answer is a 200 that is no message of anybody's."""
        self._fault = Fault("garbage", path, times)

    def lose_answer(self, path: str = "", times: int | None = None) -> None:
        """The request arrives and is carried out; its answer never comes back."""
        self._fault = Fault("lose_answer", path, times)

    def twice(self, path: str = "", times: int | None = None) -> None:
        """The request arrives twice, and the second answer is heard."""
        self._fault = Fault("twice", path, times)

    def delay(self, path: str = "", times: int | None = None) -> None:
        """Nothing answers, and nothing was done yet: the request arrives when it is let through."""
        self._fault = Fault("delay", path, times)

    def let_through(self) -> list[int]:
        """What was delayed arrives now, byte for byte, and nobody hears the answers; their statuses."""
        kept_back, self._kept_back = self._kept_back, []
        return [self._ask_the_app(request)[0] for request in kept_back]

    def before(self, act: Callable[[], Any], path: str = "", times: int | None = None) -> None:
        """While the request is on its way `act()` happens, as if in another process."""
        self._fault = Fault("before", path, times, act)

    def meanwhile(self, act: Callable[[], Any], path: str = "", times: int | None = None) -> None:
        """The request is carried out; before its answer is heard, `act()` happens, as if in another process."""
        self._fault = Fault("meanwhile", path, times, act)

    def restore(self) -> None:
        """The wire works again; what is still delayed never arrives."""
        self._fault = None
        self._kept_back = []

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        self.requests.append(request)
        fault = self._next_fault(request)
        match fault and fault.kind:
            case "down":
                raise requests.ConnectionError("Connection refused", request=request)
            case "hang":
                raise requests.ReadTimeout("Read timed out", request=request)
            case "garbage":
                return self._response(
                    request, 200, [("Content-Type", "application/json")], b"<html>\xff not JSON"
                )
            case "lose_answer":
                self._ask_the_app(request)
                raise requests.ReadTimeout("Read timed out", request=request)
            case "delay":
                self._kept_back.append(request)
                raise requests.ReadTimeout("Read timed out", request=request)
            case "twice":
                self._ask_the_app(request)
            case "before":
                contextvars.Context().run(fault.act)
        answer = self._ask_the_app(request)
        if fault and fault.kind == "meanwhile":
            contextvars.Context().run(fault.act)
        return self._response(request, *answer)

    def close(self):
        """Nothing to close."""

    def _next_fault(self, request) -> Fault | None:
        fault = self._fault
        if fault is None or not fault.applies(request):
            return None
        if fault.times is not None:
            fault.times -= 1
        return fault

    def _ask_the_app(self, request) -> tuple[int, list, bytes]:
        # An empty context: the app that is asked must not find the app context (and so the session) of the one that asks.
        return contextvars.Context().run(_run, self.app, _environ(request))

    def _response(self, request, status: int, headers: Iterable, body: bytes) -> requests.Response:
        raw = HTTPResponse(BytesIO(body), headers=list(headers), status=status, preload_content=False)
        return self.build_response(request, raw)


def asked(wire: WsgiAdapter, path: str) -> int:
    """How many requests for it went over the wire, also of those that got lost."""
    return len([each for each in wire.requests if each.url.endswith(path)])


def _run(app: Callable, environ: dict) -> tuple[int, list, bytes]:
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0]), list(headers), b"".join(body)


def _environ(request: requests.PreparedRequest) -> dict:
    address = urlsplit(request.url)
    body = request.body or b""
    builder = EnvironBuilder(
        method=request.method,
        base_url=f"{address.scheme}://{address.netloc}",
        path=address.path,
        query_string=address.query,
        headers=dict(request.headers),
        input_stream=BytesIO(body.encode() if isinstance(body, str) else body),
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    return builder.get_environ()
