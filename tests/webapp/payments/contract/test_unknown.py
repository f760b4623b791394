"""What is no usable answer is GatewayUnavailable, at every gateway and for everything that can be asked: never a guess."""

import json
import time
from datetime import timedelta

import pytest
from flask import Response

from chassis import clock
from webapp.payments.gateway import GatewayUnavailable

from .conftest import AMOUNT, answering


def questions(house, gateway):
    """Everything that can be asked about YAANA-1."""
    end = clock.now() + timedelta(minutes=10)
    return {
        "create": lambda: gateway.create("YAANA-1", AMOUNT, "INR", "words", "http://127.0.0.1/", end, "open"),
        "find": lambda: gateway.find("pay_1"),
        "find_by_reference": lambda: gateway.find_by_reference("YAANA-1"),
        "capture": lambda: gateway.capture("pay_1", AMOUNT, "capture"),
        "void": lambda: gateway.void("pay_1", "void"),
        "refund": lambda: gateway.refund("pay_1", AMOUNT, "refund"),
    }


def error(code: str, kind: str = "api_error") -> bytes:
    return json.dumps({"error": {"type": kind, "code": code, "message": "no"}}).encode()


def test_a_gateway_that_is_not_there_is_unavailable(house):
    for ask in questions(house, house.asking("http://127.0.0.1:1", 0.4)).values():
        with pytest.raises(GatewayUnavailable):
            ask()


@pytest.mark.parametrize(
    "answer",
    [
        answering(200, b""),
        answering(200, b"<html>It works!</html>"),
        answering(200, b"\xff\xfe\x00"),
        answering(200, b"null"),
        answering(200, b"[]"),
        answering(200, b"{}"),
        answering(200, b"[" * 10_000),
        answering(200, b'{"a":' + b"[" * 10_000),
        answering(200, b"{}", **{"Content-Encoding": "gzip"}),
        answering(200, b'{"a": "' + b"x" * 2_000_000 + b'"}'),
        answering(200, b'{"data": "x", "has_more": "y", "payments": 7}'),
        answering(204, b""),
        answering(301, b"", Location="http://127.0.0.1:1/"),
        answering(400, b"<html>Bad Request</html>"),
        answering(400, b'{"error": "no"}'),
        answering(400, b'{"error": []}'),
        answering(400, b"{}"),
        answering(401, error("api_key_invalid", "invalid_request_error")),
        answering(403, error("forbidden", "invalid_request_error")),
        answering(404, b'{"error": {"code": 404, "message": "no such page"}}'),
        answering(409, error("idempotency_key_in_use", "idempotency_error")),
        answering(429, error("rate_limit", "invalid_request_error")),
        answering(429, error("lock_timeout", "invalid_request_error")),
        answering(500, error("internal_server_error")),
        answering(503, b""),
    ],
)
def test_an_answer_that_cannot_be_used_leaves_the_outcome_unknown(house, broken, answer):
    broken.answer = answer

    for ask in questions(house, broken.gateway).values():
        with pytest.raises(GatewayUnavailable):
            ask()


def test_the_broken_gateway_can_answer(house, broken):
    """The control: what follows is not used for what is wrong with it, and not for anything else."""
    broken.answer = answering(200, json.dumps(house.answer(new_field=1)))

    assert broken.gateway.find("pay_1").state == "OPEN"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "pay_2"},
        {"id": 7},
        {"id": "p" * 101},
        {"state": "PAID"},
        {"state": None},
        {"reference": None},
        {"amount_minor": 5000.0},
        {"amount_minor": "500000"},
        {"amount_minor": -1},
        {"captured_minor": 500_001},
        {"currency": None},
        {"url": "javascript:alert(1)"},
        {"url": "/pay/pay_1"},
        {"expires_at": "yesterday"},
        {"expires_at": None},
    ],
)
def test_one_wrong_field_spoils_the_answer(house, broken, wrong):
    broken.answer = answering(200, json.dumps(house.answer(**wrong)))

    with pytest.raises(GatewayUnavailable):
        broken.gateway.find("pay_1")


@pytest.mark.parametrize("wrong", [{"reference": "YAANA-2"}, {"amount_minor": 1}, {"currency": "USD"}])
def test_an_answer_about_another_payment_is_not_believed(house, broken, wrong):
    broken.answer = answering(200, json.dumps(house.answer(**wrong)))

    with pytest.raises(GatewayUnavailable):
        questions(house, broken.gateway)["create"]()


def test_an_ok_that_did_not_do_it_is_not_success(house, broken):
    """What is answered is OPEN: not voided, whoever says so."""
    broken.answer = answering(200, json.dumps(house.answer()))

    with pytest.raises(GatewayUnavailable):
        questions(house, broken.gateway)["void"]()


def test_a_gateway_that_hangs_is_given_up_at_the_deadline(house, broken):
    def hang():
        time.sleep(1.2)
        return Response(json.dumps(house.answer()))

    broken.answer = hang

    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        broken.gateway.find("pay_1")

    assert time.monotonic() - began < 1.0


def test_a_gateway_that_dribbles_is_given_up_at_the_deadline(house, broken):
    def dribble():
        for _ in range(12):
            time.sleep(0.1)
            yield b" "

    broken.answer = lambda: Response(dribble())

    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        broken.gateway.find("pay_1")

    assert time.monotonic() - began < 1.0
