"""A page that is sent as it is made: what is known at once, then the rest as it is found, without any JavaScript."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask import Flask, Response, current_app, request, stream_template
from markupsafe import escape

# What a template writes where that which stands above is to be sent, before it waits for what comes below.
SENT = "\0"

_BROKEN = """
<div class="wrap" data-broke-off><div class="notice" data-tone="bad"><div><p>Something went wrong on our side while this page was put together.
Nothing was lost.</p><a class="link" href="{}">Try again</a></div></div></div>
"""


def streamed(template: str, **values: Any) -> Response:
    """The page, with `sent` to write in its template. Its beginning, up to the first `sent`, is made now.

    So whatever writes to the session stands above it: the cookies go with the head of the answer. What fails below it
    is logged and said on the page, whose status has been sent.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    parts = _parts(stream_template(template, sent=SENT, **values))
    beginning = next(parts)
    response = Response(_to_the_end(app, beginning, parts, request.full_path), mimetype="text/html")
    response.headers["X-Accel-Buffering"] = "no"  # a proxy shall not collect it
    return response


def _parts(pieces: Iterator[str]) -> Iterator[str]:
    """What stands between two `sent`, each in one."""
    part: list[str] = []
    for piece in pieces:
        if piece == SENT:
            yield "".join(part)
            part = []
        else:
            part.append(piece)
    yield "".join(part)


def _to_the_end(app: Flask, beginning: str, parts: Iterator[str], address: str) -> Iterator[str]:
    yield beginning
    try:
        with closing(parts):  # type: ignore[type-var]
            yield from parts
    except Exception:
        app.logger.exception("a page broke off")
        yield _BROKEN.format(escape(address))
