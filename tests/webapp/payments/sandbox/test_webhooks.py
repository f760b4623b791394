"""The shop is told, once it is true, in a way it can trust; a shop that does not listen changes nothing."""

import json
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import db
from webapp.payments.sandbox import SandboxGateway
from webapp.payments.sandbox_gateway import webhooks
from webapp.payments.sandbox_gateway.event import Event

from .conftest import WEBHOOK_SECRET, Traveller

BODY = b'{"id":"evt_1","type":"payment.authorised","payment":"pay_1","reference":"YAANA-1"}'
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
T = int(AT.timestamp())
# Computed by openssl: printf %s.%s $T "$BODY" | openssl dgst -sha256 -hmac secret-of-the-tests
SIGNED = f"t={T},v1=7849c698ff64d80db571d1565b7976c0c23584da3ffd3561d0459b4bc13d7ed4"


@pytest.fixture
def reader():
    return SandboxGateway("http://127.0.0.1:1", "unused", WEBHOOK_SECRET, None)


def test_the_signature_of_a_known_body_is_known():
    assert webhooks.sign(WEBHOOK_SECRET, BODY, T) == SIGNED


def test_a_signed_webhook_names_its_payment(reader):
    with clock.at(AT):
        assert reader.read_webhook(BODY, {"Sandbox-Signature": SIGNED}) == "pay_1"


def test_every_move_is_told_with_a_signature_the_shop_can_check(api, traveller, reader, shop_door):
    payment_id = api.an_authorised_payment(webhook_url=shop_door.url)
    api.capture(payment_id, 1_234_567)
    api.refund(payment_id, 100)
    voided, failed = (api.a_payment(webhook_url=shop_door.url) for _ in range(2))
    api.void(voided)
    traveller.press("decline", failed)

    told = [json.loads(body) for _, body in shop_door.heard]
    assert [(event["type"], event["payment"]) for event in told] == [
        ("payment.authorised", payment_id),
        ("payment.captured", payment_id),
        ("payment.refunded", payment_id),
        ("payment.voided", voided),
        ("payment.failed", failed),
    ]
    assert len({event["id"] for event in told}) == 5
    assert [reader.read_webhook(body, headers) for headers, body in shop_door.heard] == [
        event["payment"] for event in told
    ]


def test_what_changes_nothing_is_not_told(api, traveller, shop_door):
    payment_id = api.an_authorised_payment(webhook_url=shop_door.url)
    api.capture(payment_id, 1_234_567, key="capture-7")
    shop_door.heard.clear()

    api.capture(payment_id, 1_234_567, key="capture-7")
    api.capture(payment_id, 1_234_567)
    api.void(payment_id)
    traveller.press("return", api.a_payment(webhook_url=shop_door.url))

    assert shop_door.heard == []


def test_a_double_click_is_told_once(api, traveller, shop_door):
    payment_id = api.a_payment(webhook_url=shop_door.url)
    token = traveller.token(traveller.open(payment_id))

    for _ in range(2):
        traveller.post("authorisation", payment_id, token)

    assert len(shop_door.heard) == 1


@pytest.mark.parametrize("door", ["closed", "angry", "redirecting", "none"])
def test_a_shop_that_does_not_listen_does_not_hinder_the_payment(gateway_app, api, shop_door, door):
    shop_door.status = {"angry": 500, "redirecting": 302}.get(door, 204)
    url = {"closed": "http://127.0.0.1:1/webhook", "none": None}.get(door, shop_door.url)

    payment_id = api.an_authorised_payment(webhook_url=url)

    assert api.state(payment_id) == "AUTHORISED"
    with gateway_app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert event.delivered_at is None
        assert event.attempts == (0 if door == "none" else 1)


def test_deliver_sends_again_what_did_not_arrive(gateway_app, api, shop_door):
    shop_door.status = 503
    api.an_authorised_payment(webhook_url=shop_door.url)
    first = shop_door.heard[0][1]
    runner = gateway_app.test_cli_runner()

    still_down = runner.invoke(args=["deliver"])
    shop_door.status = 200
    up_again = runner.invoke(args=["deliver"])
    nothing_left = runner.invoke(args=["deliver"])

    assert still_down.output == "0 delivered, 1 still waiting\n"
    assert up_again.output == "1 delivered, 0 still waiting\n"
    assert nothing_left.output == "0 delivered, 0 still waiting\n"
    assert [body for _, body in shop_door.heard] == [first] * 3
    with gateway_app.app_context():
        assert db.session.scalars(select(Event.attempts)).one() == 3


def test_an_attempt_that_another_process_has_begun_is_not_made_twice(gateway_app, api, shop_door):
    shop_door.status = 503
    api.an_authorised_payment(webhook_url=shop_door.url)
    with gateway_app.app_context():
        [(event_id, attempts)] = Event.undelivered()

        outcomes = [webhooks.deliver(event_id, attempts) for _ in range(2)]

    assert outcomes == [False, False]
    assert len(shop_door.heard) == 2  # the announcement and one attempt more


def test_a_shop_that_hangs_keeps_nobody_waiting(gateway_app, api, shop_door):
    gateway_app.config["SANDBOX_WEBHOOKS_INLINE"] = False
    payment_id = api.a_payment(webhook_url=shop_door.url)
    shop_door.wait.clear()

    began = time.monotonic()
    Traveller(gateway_app).press("authorisation", payment_id)
    seconds = time.monotonic() - began
    shop_door.wait.set()

    assert seconds < 1.5
    assert wait_until(lambda: delivered(gateway_app))


def delivered(app):
    with app.app_context():
        return db.session.scalars(select(Event.delivered_at)).one() is not None


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()
