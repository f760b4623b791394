"""Our own styles, scripts, fonts and icons: read once, packed once, and fetched once, since an address changes with its content."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, url_for
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup

ROOT = Path(__file__).resolve().parent.parent / "static"

_EVERY_PAGE = (
    "tokens", "base", "layout", "frame", "controls", "surfaces", "travel", "checkout", "pages", "utilities", "print",
)  # fmt: skip

# What the same pages have is one file to fetch: a round trip on a slow line takes longer than all their bytes. What only
# an area's pages have (static/css/<area>.css, static/js/<what>.js) stays a file of its own.
BUNDLES = {
    "css/site.css": tuple(f"css/{each}.css" for each in _EVERY_PAGE),
    "js/site.js": ("js/date_echo.js", "js/error_summary.js"),
    "js/search.js": ("js/places.js", "js/swap.js", "js/party.js"),
}

A_YEAR = 365 * 24 * 3600
AN_HOUR = 3600
_PACKED = (".css", ".js", ".svg")  # fonts are packed already
_OURS = re.compile(r'url\("\.\./([^"]+)"\)')
_SAID = re.compile(r"\s*/\*.*?\*/", re.DOTALL)  # the reasons, which no browser reads


@dataclass(frozen=True)
class Asset:
    """A file under static/, as it is sent."""

    name: str
    body: bytes

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes | None:
        """By gzip; None for what would not get smaller."""
        return gzip.compress(self.body, 9, mtime=0) if self.name.endswith(_PACKED) else None

    @property
    def address(self) -> str:
        return f"{url_for('static', filename=self.name)}?v={self.version}"


FOR_EVERYBODY = ("static", "places.suggestions")


class SessionOfPages(SecureCookieSessionInterface):
    """No cookie goes with what is the same for everybody, and what a browser keeps whatever its cookies become."""

    def save_session(self, app, session, response):
        if request.endpoint not in FOR_EVERYBODY:
            super().save_session(app, session, response)


def set_up(app: Flask) -> None:
    app.session_interface = SessionOfPages()
    app.add_url_rule("/static/<path:filename>", "static", _serve)
    app.jinja_env.globals["asset"] = asset
    if app.debug:  # who edits a sheet sees it at the next look
        app.before_request(_forget)


def asset(name: str) -> Markup:
    """The address of the file `name` under static/, safe to stand in a page. Raises FileNotFoundError."""
    return _address(name)


@lru_cache(512)
def _address(name: str) -> Markup:
    return Markup(find(name).address)  # noqa: S704 - url_for has quoted it


@lru_cache(512)
def find(name: str) -> Asset:
    """The file `name` under static/, or a bundle of several. Raises FileNotFoundError."""
    if name in BUNDLES:
        return Asset(name, "\n".join(_part(each) for each in BUNDLES[name]).encode())
    if name not in _names():
        raise FileNotFoundError(name)
    if name.endswith(".css"):
        return Asset(name, _sheet(name).encode())
    return Asset(name, (ROOT / name).read_bytes())


def _part(name: str) -> str:
    """A sheet, or a script as a block, whose names are its own."""
    return _sheet(name) if name.endswith(".css") else f"{{\n{(ROOT / name).read_text()}}}"


def exists(name: str) -> bool:
    return name in _names()


@lru_cache(1)
def _names() -> frozenset[str]:
    """Of all files: what is asked for is looked up here and never on the disk."""
    return frozenset(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())


def _sheet(name: str) -> str:
    """A sheet, with the addresses of our fonts and icons as pages have them."""
    rules = _SAID.sub("", (ROOT / name).read_text())
    return _OURS.sub(lambda found: f'url("{asset(found[1])}")', rules)


def _serve(filename: str) -> Response:
    """A file; kept for good by whoever asked for this very version of it."""
    try:
        found = find(filename)
    except FileNotFoundError:
        abort(404)
    response = Response(found.body, mimetype=mimetypes.guess_type(filename)[0] or "application/octet-stream")
    if found.packed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(found.packed)
            response.content_encoding = "gzip"
    response.cache_control.public = True
    is_this = request.args.get("v") == found.version
    response.cache_control.max_age = A_YEAR if is_this else AN_HOUR
    response.cache_control.immutable = is_this
    response.set_etag(found.version + ("-gzip" if response.content_encoding else ""))
    response.make_conditional(request)
    return response


def _forget() -> None:
    for remembered in (_address, find, _names):
        remembered.cache_clear()
