"""Asking another service over HTTP with a total deadline, a byte cap and no redirects.

A socket timeout alone is not a deadline: a peer that dribbles a byte a second keeps every socket timeout happy. So the
transport counts the time of the whole answer. Nothing is retried: what to do about a lost answer is the caller's to know.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from flask import current_app
from requests.utils import default_headers

from chassis.database import let_go
from chassis.deadlines import DeadlineAdapter

CAP = 4_000_000


class CallFailed(Exception):
    """No usable answer: not reachable, too late, or too large. `sent` says whether the request may have arrived."""

    def __init__(self, sentence: str, sent: bool = True):
        super().__init__(sentence)
        self.sent = sent


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]
    seconds: float


def call(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping | None = None,
    *,
    deadline: float,
    cap: int = CAP,
) -> Answer:
    """The whole answer of `url` within `deadline` seconds and `cap` bytes, whatever its status.

    No transaction of ours is open meanwhile. Raises CallFailed.
    """
    let_go()
    began = time.monotonic()
    try:
        request = _prepared(method, url, body, headers)
        timeout = (min(deadline, 2.0), deadline)
        with _session().get_adapter(url).send(request, stream=True, timeout=timeout) as response:
            content = _read(response, cap)
            return Answer(response.status_code, content, response.headers, time.monotonic() - began)
    except requests.ConnectTimeout as error:
        raise CallFailed("did not let us connect in time", sent=False) from error
    except requests.Timeout as error:
        raise CallFailed(f"did not answer within {round(deadline, 1):g} s") from error
    except requests.ConnectionError as error:
        if time.monotonic() >= began + deadline:
            raise CallFailed("was still answering at the deadline") from error
        raise CallFailed("could not be reached", sent="refused" not in str(error).lower()) from error
    except requests.RequestException as error:
        raise CallFailed("gave an answer that cannot be read") from error


# As everybody who uses the library says it.
_HEADERS = default_headers()


def _prepared(method: str, url: str, body: bytes | None, headers: Mapping | None) -> requests.PreparedRequest:
    """For the transport itself: the session would look for cookies, redirects, proxies and passwords besides, of which we
    want none, and take as long for that as for sending."""
    prepared = requests.PreparedRequest()
    prepared.prepare(method=method, url=url, headers={**_HEADERS, **(headers or {})}, data=body)
    return prepared


def _read(response: requests.Response, cap: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(16_384):
        content += chunk
        if len(content) > cap:
            raise CallFailed(f"sent more than {cap:,} bytes")
    return bytes(content)


def _session() -> requests.Session:
    """One session per app, with its pools; tests mount services in process through HTTP_ADAPTERS {prefix: adapter}."""
    session = current_app.extensions.get("http")
    if session is None:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, DeadlineAdapter(pool_connections=16, pool_maxsize=32))
        for prefix, adapter in current_app.config.get("HTTP_ADAPTERS", {}).items():
            session.mount(prefix, adapter)
        current_app.extensions["http"] = session
    return session
