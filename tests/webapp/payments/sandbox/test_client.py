"""The site's side: what counts as success, as refusal, and as not knowing, over a real socket."""

import json
import time
from datetime import timedelta

import pytest
from flask import Flask, Response, request

from chassis import clock
from webapp.payments.gateway import GatewayRefused, GatewayUnavailable
from webapp.payments.sandbox import SandboxGateway

from .conftest import API_KEY, RETURN_URL, WEBHOOK_SECRET, on_a_socket


def create(gateway, reference="YAANA-7", key="create-7", amount_minor=500_000, expires_at=None):
    expires_at = expires_at or clock.now() + timedelta(minutes=10)
    return gateway.create(reference, amount_minor, "INR", "Delhi to Bengaluru", RETURN_URL, expires_at, key)


def paid(gateway, traveller, **changes):
    payment = create(gateway, **changes)
    traveller.press("authorisation", payment.gateway_reference)
    return payment.gateway_reference


def test_a_payment_goes_all_the_way(gateway, traveller):
    expires_at = clock.now() + timedelta(minutes=10)
    opened = create(gateway, expires_at=expires_at)
    name = opened.gateway_reference

    traveller.press("authorisation", name)
    authorised = gateway.find(name)
    captured = gateway.capture(name, 500_000, "capture-7")
    part = gateway.refund(name, 200_000, "refund-7")
    rest = gateway.refund(name, 300_000, "refund-8")

    assert (opened.state, opened.reference, opened.expires_at) == ("OPEN", "YAANA-7", expires_at)
    assert opened.url.endswith(f"/pay/{name}")
    assert (authorised.state, authorised.authorised_minor) == ("AUTHORISED", 500_000)
    assert (captured.state, captured.captured_minor) == ("CAPTURED", 500_000)
    assert (part.state, part.refunded_minor) == ("PARTIALLY_REFUNDED", 200_000)
    assert (rest.state, rest.refunded_minor) == ("REFUNDED", 500_000)


def test_creating_again_finds_the_same_payment_with_the_same_key_or_another(gateway):
    expires_at = clock.now() + timedelta(minutes=10)
    first = create(gateway, expires_at=expires_at)

    assert create(gateway, expires_at=expires_at) == first
    assert create(gateway, expires_at=expires_at, key="create-8") == first


def test_a_reference_of_another_amount_is_refused(gateway):
    create(gateway)

    with pytest.raises(GatewayRefused) as refusal:
        create(gateway, amount_minor=1, key="create-8")

    assert refusal.value.code == "reference_taken"


def test_the_same_key_for_another_amount_is_refused(gateway):
    create(gateway)

    with pytest.raises(GatewayRefused) as refusal:
        create(gateway, amount_minor=1)

    assert refusal.value.code == "idempotency_error"


def test_a_payment_is_found_by_our_own_reference_or_it_is_not_there(gateway):
    payment = create(gateway, reference="YAANA-a&b?c=d")

    assert gateway.find_by_reference("YAANA-a&b?c=d") == payment
    assert gateway.find_by_reference("YAANA-LOST") is None


def test_what_is_captured_already_is_success(gateway, traveller):
    name = paid(gateway, traveller)
    gateway.capture(name, 500_000, "capture-7")

    assert gateway.capture(name, 500_000, "capture-7").state == "CAPTURED"
    assert gateway.capture(name, 500_000, "capture-8").state == "CAPTURED"


def test_what_is_captured_already_with_another_amount_is_refused(gateway, traveller):
    name = paid(gateway, traveller)
    gateway.capture(name, 400_000, "capture-7")

    with pytest.raises(GatewayRefused) as refusal:
        gateway.capture(name, 500_000, "capture-8")

    assert refusal.value.code == "already_captured"


def test_what_is_voided_already_is_success(gateway):
    name = create(gateway).gateway_reference

    assert [gateway.void(name, key).state for key in ("void-7", "void-7", "void-8")] == ["VOIDED"] * 3


def test_a_repeated_refund_is_success_and_moves_money_once(gateway, traveller):
    name = paid(gateway, traveller)
    gateway.capture(name, 500_000, "capture-7")

    assert gateway.refund(name, 200_000, "refund-7") == gateway.refund(name, 200_000, "refund-7")
    assert gateway.find(name).refunded_minor == 200_000


def test_refusals_carry_their_code_and_change_nothing(gateway, traveller):
    opened, name = (
        create(gateway, reference="YAANA-8", key="create-8").gateway_reference,
        paid(gateway, traveller),
    )
    refused = [
        ("payment_not_capturable", lambda: gateway.capture(opened, 1, "k1")),
        ("amount_too_large", lambda: gateway.capture(name, 500_001, "k2")),
        ("payment_not_refundable", lambda: gateway.refund(name, 1, "k3")),
        ("payment_unknown", lambda: gateway.find("pay_none")),
        ("payment_unknown", lambda: gateway.void("pay none", "k4")),
        ("expires_at_past", lambda: create(gateway, reference="YAANA-9", key="k5", expires_at=clock.now())),
        ("parameters_invalid", lambda: create(gateway, reference="YAANA-9", key="k6", amount_minor=0)),
    ]

    for code, ask in refused:
        with pytest.raises(GatewayRefused) as refusal:
            ask()
        assert refusal.value.code == code

    assert gateway.find(opened).state == "OPEN"
    assert gateway.find(name).state == "AUTHORISED"


def test_a_wrong_api_key_says_nothing_about_the_payment(shop, gateway_url):
    with pytest.raises(GatewayUnavailable):
        SandboxGateway(gateway_url, "wrong", WEBHOOK_SECRET, None).find("pay_1")


def test_a_gateway_that_is_not_there_is_unavailable(shop):
    with pytest.raises(GatewayUnavailable):
        SandboxGateway("http://127.0.0.1:1", API_KEY, WEBHOOK_SECRET, None).find("pay_1")


GOOD = {
    "id": "pay_1",
    "reference": "YAANA-7",
    "state": "OPEN",
    "amount_minor": 500_000,
    "currency": "INR",
    "authorised_minor": 0,
    "captured_minor": 0,
    "refunded_minor": 0,
    "url": "http://127.0.0.1:5004/pay/pay_1",
    "expires_at": "2026-12-11T09:12:00+00:00",
}


def answering(status, body, **headers):
    return lambda: Response(body, status, {"Content-Type": "application/json"} | headers)


@pytest.fixture
def misbehaving(shop):
    """A gateway that answers everything with `app.answer()`."""
    app = Flask("misbehaving")

    @app.route("/<path:_>", methods=["GET", "POST"])
    def answer(_):
        request.get_data()
        return app.answer()

    with on_a_socket(app) as base_url:
        app.gateway = SandboxGateway(base_url, API_KEY, WEBHOOK_SECRET, None, deadline=0.5)
        yield app


def questions(gateway):
    """Everything that can be asked about YAANA-7."""
    return {
        "create": lambda: create(gateway),
        "find": lambda: gateway.find("pay_1"),
        "find_by_reference": lambda: gateway.find_by_reference("YAANA-7"),
        "capture": lambda: gateway.capture("pay_1", 500_000, "capture-7"),
        "void": lambda: gateway.void("pay_1", "void-7"),
        "refund": lambda: gateway.refund("pay_1", 500_000, "refund-7"),
    }


def test_the_misbehaving_gateway_can_behave(misbehaving):
    """The control: what follows is refused for what is wrong with it, and not for anything else."""
    misbehaving.answer = answering(200, json.dumps(GOOD | {"new_field": 1}))

    assert misbehaving.gateway.find("pay_1").state == "OPEN"


@pytest.mark.parametrize(
    "answer",
    [
        answering(200, b""),
        answering(200, b"<html>It works!</html>"),
        answering(200, b"\xff\xfe\x00"),
        answering(200, b"null"),
        answering(200, b"{}"),
        answering(200, b"[" * 10_000),
        answering(200, b"{}", **{"Content-Encoding": "gzip"}),
        answering(200, b'"' + b"x" * 200_000 + b'"'),
        answering(204, b""),
        answering(301, b"", Location="http://127.0.0.1:1/"),
        answering(400, b"<html>Bad Request</html>"),
        answering(404, b'{"error": {"code": 404, "message": "no such page"}}'),
        answering(409, b'{"error": {"code": "idempotency_key_in_use", "message": "wait"}}'),
        answering(429, b'{"error": {"code": "slow_down", "message": "wait"}}'),
        answering(500, b'{"error": {"code": "internal_server_error", "message": "oops"}}'),
        answering(503, b""),
    ],
)
def test_an_answer_that_cannot_be_used_leaves_the_outcome_unknown(misbehaving, answer):
    misbehaving.answer = answer

    for ask in questions(misbehaving.gateway).values():
        with pytest.raises(GatewayUnavailable):
            ask()


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "pay_2"},
        {"id": 7},
        {"state": "PAID"},
        {"amount_minor": 5000.0},
        {"amount_minor": "500000"},
        {"amount_minor": -1},
        {"refunded_minor": 1},
        {"captured_minor": 500_001},
        {"authorised_minor": 500_001},
        {"currency": "rupees"},
        {"url": "javascript:alert(1)"},
        {"url": "/pay/pay_1"},
        {"expires_at": "2026-12-11T09:12:00"},
        {"expires_at": None},
    ],
)
def test_one_wrong_field_spoils_the_answer(misbehaving, wrong):
    misbehaving.answer = answering(200, json.dumps(GOOD | wrong))

    with pytest.raises(GatewayUnavailable):
        misbehaving.gateway.find("pay_1")


@pytest.mark.parametrize("wrong", [{"reference": "YAANA-8"}, {"amount_minor": 1}, {"currency": "USD"}])
def test_a_payment_that_is_not_what_we_asked_for_is_not_taken(misbehaving, wrong):
    misbehaving.answer = answering(200, json.dumps(GOOD | wrong))

    with pytest.raises(GatewayUnavailable):
        create(misbehaving.gateway)


def test_an_ok_that_did_not_do_it_is_not_success(misbehaving):
    """GOOD is OPEN: neither captured, nor voided, nor refunded."""
    misbehaving.answer = answering(200, json.dumps(GOOD))

    for what in ("capture", "void", "refund"):
        with pytest.raises(GatewayUnavailable):
            questions(misbehaving.gateway)[what]()


def test_a_gateway_that_hangs_is_given_up_at_the_deadline(misbehaving):
    def hang():
        time.sleep(1.5)
        return Response(json.dumps(GOOD))

    misbehaving.answer = hang

    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        misbehaving.gateway.find("pay_1")

    assert time.monotonic() - began < 1.2


@pytest.mark.parametrize("length", [{}, {"Content-Length": "1000"}])
def test_a_gateway_that_dribbles_is_given_up_at_the_deadline(misbehaving, length):
    def dribble():
        for _ in range(20):
            time.sleep(0.1)
            yield b" "

    misbehaving.answer = lambda: Response(dribble(), headers=length)

    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        misbehaving.gateway.find("pay_1")

    assert time.monotonic() - began < 1.2
