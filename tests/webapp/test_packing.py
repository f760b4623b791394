"""A page comes packed to who can unpack it, each piece by itself, and says nothing by its length."""

import gzip
import zlib

import pytest
from flask import Response
from flask.testing import FlaskClient

from webapp import packing

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def site(site_app):
    return FlaskClient(site_app, site_app.response_class)


def test_a_page_is_packed_for_who_can_unpack_it(site):
    plain, packed = site.get("/terms"), site.get("/terms", headers=PACKED)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode().rstrip().endswith("</html>")
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert all("Accept-Encoding" in each.vary for each in (plain, packed))


def test_an_error_is_packed_too_and_what_is_no_page_or_short_is_not(site):
    assert site.get("/nothing", headers=PACKED).headers["Content-Encoding"] == "gzip"
    for path, kind in (("/static/fonts/bricolage-bold.woff2", "font/woff2"), ("/account", "text/html")):
        answer = site.get(path, headers=PACKED)
        assert (answer.mimetype, answer.content_encoding) == (kind, None), path
    for path in ("/places?q=mum", "/healthz"):
        assert "Content-Encoding" not in site.get(path, headers=PACKED).headers


def test_what_comes_packed_is_not_packed_again(site_app):
    packed = gzip.compress(bytes(range(256)) * 8, 0)
    with site_app.test_request_context(headers=PACKED):
        answer = Response(packed, mimetype="text/html", headers={"Content-Encoding": "gzip"})

        assert packing._pack(answer).get_data() == packed


def test_the_length_of_a_page_is_not_that_of_what_is_packed():
    lengths = {len(b"".join(packing._packed([b"the same" * 200]))) for _ in range(20)}

    assert len(lengths) > 1


def test_who_leaves_in_the_middle_ends_what_makes_the_page():
    ended = []

    def pieces():
        try:
            yield "one"
            yield b"two"
            yield "never asked for"
        finally:
            ended.append(True)

    packed = packing._packed(packing._to_the_end(pieces()))
    begun = next(packed) + next(packed)
    packed.close()

    assert zlib.decompressobj(wbits=16 + zlib.MAX_WBITS).decompress(begun) == b"onetwo"
    assert ended
