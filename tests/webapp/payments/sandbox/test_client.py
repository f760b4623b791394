"""The site's side of the sandbox: its codes and its answers; what every gateway keeps is asked in contract/."""

import json
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
