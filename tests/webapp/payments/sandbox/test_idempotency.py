"""A key acts once: repeats get the first result, whatever happened on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import update

from chassis import clock
from chassis.database import db
from webapp.payments.sandbox_gateway import idempotency
from webapp.payments.sandbox_gateway.payment import Payment

from .conftest import API_KEY, new_payment


def test_a_repeat_gets_the_first_answer_again_and_does_nothing(api):
    wanted = new_payment()

    first = api.post("/v1/payments", wanted, key="create-7")
    again = api.post("/v1/payments", wanted, key="create-7")

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == first.content_type == "application/json"


def test_a_repeated_refund_gives_money_back_once(api):
    payment_id = api.a_captured_payment(1_000_000)

    answers = [api.refund(payment_id, 300_000, key="refund-7") for _ in range(3)]

    assert [answer.json["refunded_minor"] for answer in answers] == [300_000] * 3
    assert api.get(f"/v1/payments/{payment_id}").json["refunded_minor"] == 300_000


@pytest.mark.parametrize("change", ["body", "path"])
def test_the_same_key_with_other_parameters_is_an_error(api, change):
    payment_id, other = api.a_captured_payment(), api.a_captured_payment()
    api.refund(payment_id, 100, key="refund-7")

    if change == "body":
        answer = api.refund(payment_id, 200, key="refund-7")
    else:
        answer = api.refund(other, 100, key="refund-7")

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "idempotency_error")
    assert api.get(f"/v1/payments/{payment_id}").json["refunded_minor"] == 100
    assert api.state(other) == "CAPTURED"


def test_a_refusal_is_a_result_and_is_repeated_too(api, traveller):
    payment_id = api.a_payment()
    refused = api.capture(payment_id, 100, key="capture-7")
    traveller.press("authorisation", payment_id)

    again = api.capture(payment_id, 100, key="capture-7")
    anew = api.capture(payment_id, 100, key="capture-8")

    assert (again.status_code, again.data) == (409, refused.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert anew.status_code == 200


def test_parameters_that_failed_validation_leave_the_key_free(api):
    wrong = api.create(key="create-7", amount_minor=0)

    right = api.create(key="create-7")

    assert wrong.status_code == 400
    assert right.status_code == 200
    assert "Idempotent-Replayed" not in right.headers


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_a_post_needs_a_key(api, key):
    headers = {"Authorization": f"Bearer {API_KEY}"} | ({"Idempotency-Key": key} if key else {})

    answer = api.http.post("/v1/payments", json=new_payment(), headers=headers)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "parameters_invalid")


def test_keys_are_kept_for_a_day(api):
    payment_id = api.a_captured_payment()
    api.refund(payment_id, 100, key="refund-7")

    with clock.forward(hours=23, minutes=59):
        within_the_day = api.refund(payment_id, 100, key="refund-7")
    with clock.forward(hours=24, seconds=1):
        after_it = api.refund(payment_id, 100, key="refund-7")

    assert within_the_day.json["refunded_minor"] == 100
    assert after_it.json["refunded_minor"] == 200
    assert "Idempotent-Replayed" not in after_it.headers


def test_a_replay_outlives_the_payments_own_end(api):
    wanted = new_payment()
    first = api.post("/v1/payments", wanted, key="create-7")

    with clock.forward(hours=1):
        again = api.post("/v1/payments", wanted, key="create-7")

    assert again.data == first.data


def refund_over_http(gateway_url, payment_id):
    return requests.post(
        f"{gateway_url}/v1/payments/{payment_id}/refunds",
        json={"amount_minor": 100},
        headers={"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "refund-7"},
        timeout=30,
    )


@pytest.fixture
def stopping_refunds(monkeypatch):
    """Refunds that stop in the middle, until they are told to go on."""
    begun, go_on, refund = threading.Event(), threading.Event(), Payment.refund

    def slowly(payment, amount_minor):
        begun.set()
        go_on.wait(10)
        refund(payment, amount_minor)

    monkeypatch.setattr(Payment, "refund", slowly)
    yield begun, go_on
    go_on.set()


def test_a_key_in_use_is_a_conflict_and_then_a_replay(api, gateway_url, stopping_refunds):
    begun, go_on = stopping_refunds
    payment_id = api.a_captured_payment()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(refund_over_http, gateway_url, payment_id)
        begun.wait(10)
        meanwhile = refund_over_http(gateway_url, payment_id)
        go_on.set()
    afterwards = refund_over_http(gateway_url, payment_id)

    assert (meanwhile.status_code, meanwhile.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    assert (first.result().status_code, first.result().json()["refunded_minor"]) == (200, 100)
    assert afterwards.content == first.result().content
    assert afterwards.headers["Idempotent-Replayed"] == "true"


def test_repeats_that_race_refund_once(api, gateway_url):
    payment_id = api.a_captured_payment()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: refund_over_http(gateway_url, payment_id), range(10)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert api.get(f"/v1/payments/{payment_id}").json["refunded_minor"] == 100


def test_what_broke_in_the_middle_changed_nothing_and_may_be_repeated(gateway_app, api, monkeypatch):
    payment_id = api.a_captured_payment()
    gateway_app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr("webapp.payments.sandbox_gateway.idempotency._keep", lambda *_: 1 / 0)
        failed = api.refund(payment_id, 100, key="refund-7")

    again = api.refund(payment_id, 100, key="refund-7")

    assert (failed.status_code, failed.json["error"]["code"]) == (500, "internal_server_error")
    assert (again.status_code, again.json["refunded_minor"]) == (200, 100)
    assert "Idempotent-Replayed" not in again.headers


def test_the_key_of_a_process_that_died_is_free_again_soon(gateway_app, api):
    wanted = new_payment()
    with gateway_app.test_request_context("/v1/payments", method="POST", json=wanted):
        idempotency._claim("create-7", "a process that died")

    at_once = api.post("/v1/payments", wanted, key="create-7")
    with clock.forward(seconds=31):
        soon = api.post("/v1/payments", wanted, key="create-7")

    assert at_once.json["error"]["code"] == "idempotency_key_in_use"
    assert soon.status_code == 200


def test_a_request_that_lost_its_key_rolls_back(gateway_app, api):
    """It took longer than a claim lasts, and another one has taken over."""
    payment_id = api.a_captured_payment()

    def refund_while_another_takes_over():
        payment = Payment.find(payment_id)
        payment.refund(100)
        db.session.execute(update(idempotency.IdempotencyKey).values(claim="another"))
        return {}

    with gateway_app.test_request_context(method="POST", headers={"Idempotency-Key": "refund-7"}):
        with pytest.raises(idempotency.LostClaim):
            idempotency.once(refund_while_another_takes_over)

    assert api.state(payment_id) == "CAPTURED"
