"""A transport for `requests` whose read timeout is a deadline for the whole answer, however slowly it dribbles in.

`requests` gives each wait on the socket the whole timeout anew, in the status line, the headers and the body alike. Here
each wait gets what is left.
"""

import io
import threading
import time
from http.client import HTTPResponse

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# .end: when the answer to this thread's request must be complete, in monotonic seconds
_current = threading.local()


class _Until(io.RawIOBase):
    """What a socket receives until `end`; then TimeoutError."""

    def __init__(self, sock, end: float):
        self._sock = sock
        self._received = sock.makefile("rb", buffering=0)
        self._end = end

    def readable(self):
        return True

    def readinto(self, buffer):
        usual = self._sock.gettimeout()
        self._sock.settimeout(max(self._end - time.monotonic(), 0.001))
        try:
            return self._received.readinto(buffer)
        finally:
            self._sock.settimeout(usual)

    def close(self):
        self._received.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Until(sock, _current.end))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class DeadlineAdapter(HTTPAdapter):
    """Send with `timeout=(connect, deadline)`, both in seconds and both counted from the call."""

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def send(self, request, stream=False, timeout=None, **kwargs):
        _current.end = time.monotonic() + timeout[1]
        return super().send(request, stream=stream, timeout=timeout, **kwargs)
