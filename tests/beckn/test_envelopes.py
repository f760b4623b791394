"""A body that says nothing is no NACK, however it is made."""

import pytest

from beckn import envelopes

DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"\xff", DEEP, b'{"error":' + DEEP, b'{"message":' + DEEP],
)
def test_what_cannot_be_read_is_no_nack(body):
    assert envelopes.read_nack(body) is None


def test_the_error_of_a_nack():
    error = envelopes.read_nack(envelopes.write_nack("30000", "$.message", "is missing"))

    assert error is not None
    assert (error.code, error.paths, error.message) == ("30000", "$.message", "is missing")
