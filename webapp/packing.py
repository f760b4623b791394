"""Pages go packed: on a slow line their bytes are most of the wait.

What is sent as it is made is packed piece by piece, so that no piece waits for the next one (Flask-Compress would collect
them). BREACH guesses a secret by the length of pages that repeat both it and the guess: of a page's secrets the CSRF token
is signed with the second and good for nothing without its signature, and every answer is longer by a few random bytes, in
the file name that gzip allows for (RFC 1952, 2.3; the way of "Heal the BREACH").
"""

import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing

from flask import Flask, Response, request

LEAST = 1000  # bytes: what is smaller fits into a packet or two either way
LEVEL = 4
MOST_PADDING = 100
_HEAD = b"\x1f\x8b\x08\x08" + bytes(4) + b"\x00\xff"  # deflate, a file name follows, no time, no system


def set_up(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype != "text/html":
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.content_encoding:
        return response
    if response.is_streamed:
        response.response = _packed(_to_the_end(response.response))
    elif len(response.get_data()) >= LEAST:
        response.set_data(b"".join(_packed([response.get_data()])))
    else:
        return response
    response.content_encoding = "gzip"
    return response


def _to_the_end(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """What makes the pieces ends too when the visitor leaves in the middle."""
    with closing(pieces):  # type: ignore[type-var]
        for piece in pieces:
            yield piece.encode() if isinstance(piece, str) else piece


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A gzip file, each piece of which can be read when it is there."""
    packer = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)
    checksum = length = 0
    begun = _HEAD + _padding() + b"\x00"
    for piece in pieces:
        checksum, length = zlib.crc32(piece, checksum), length + len(piece)
        yield begun + packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
        begun = b""
    yield begun + packer.flush() + checksum.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little")


def _padding() -> bytes:
    return secrets.token_hex(MOST_PADDING // 2)[: secrets.randbelow(MOST_PADDING)].encode()
