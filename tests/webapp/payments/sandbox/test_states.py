"""What a payment may become, whoever asks and however many ask at once."""

from datetime import timedelta

import pytest
import requests
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.database import db, writing
from tests.at_once import in_parallel
from webapp.payments.sandbox_gateway.payment import Payment

from .conftest import API_KEY


def test_a_new_payment_is_open_and_nothing_is_taken(api):
    answer = api.create(reference="YAANA-OPEN")

    assert answer.status_code == 200
    assert answer.json["state"] == "OPEN"
    assert answer.json["reference"] == "YAANA-OPEN"
    assert answer.json["amount_minor"] == 1_234_567
    assert (
        answer.json["authorised_minor"] == answer.json["captured_minor"] == answer.json["refunded_minor"] == 0
    )
    assert answer.json["url"].endswith(f"/pay/{answer.json['id']}")


@pytest.mark.parametrize("api_key", ["", "wrong", API_KEY + "x", "ключ".encode().decode("latin-1")])
def test_without_the_api_key_nothing_is_told(api, api_key):
    payment_id = api.a_payment()

    assert api.get(f"/v1/payments/{payment_id}", api_key).json["error"]["code"] == "api_key_invalid"
    assert api.post(f"/v1/payments/{payment_id}/void", {}, api_key=api_key).status_code == 401
    assert api.state(payment_id) == "OPEN"


def test_an_unknown_payment_is_a_404(api):
    for answer in (api.get("/v1/payments/pay_none"), api.void("pay_none"), api.capture("pay_none", 1)):
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "payment_unknown")


def test_a_payment_is_found_by_its_reference(api):
    payment_id = api.a_payment(reference="YAANA-FOUND")

    assert [each["id"] for each in api.get("/v1/payments?reference=YAANA-FOUND").json["payments"]] == [
        payment_id
    ]
    assert api.get("/v1/payments?reference=YAANA-LOST").json == {"payments": []}
    assert api.get("/v1/payments").json["error"]["code"] == "parameters_invalid"


def test_a_reference_is_used_once(api):
    api.a_payment(reference="YAANA-ONCE")

    again = api.create(reference="YAANA-ONCE")

    assert (again.status_code, again.json["error"]["code"]) == (409, "reference_taken")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 12.5},
        {"amount_minor": "100"},
        {"amount_minor": True},
        {"amount_minor": 10**12 + 1},
        {"currency": "inr"},
        {"currency": "ZZZ"},
        {"reference": ""},
        {"reference": "with space"},
        {"reference": "x" * 101},
        {"description": ""},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "tomorrow"},
        {"surprise": 1},
        {"return_url": "javascript:alert(1)"},
        {"return_url": "/relative"},
        {"return_url": "//other.example/"},
        {"return_url": "ftp://shop.example/"},
        {"return_url": "http://"},
        {"return_url": "http://user@shop.example/"},
        {"return_url": "http://shop.example;script-src *"},
        {"return_url": "http://shop.example, *"},
        {"return_url": "http://shop.example/\r\nX: y"},
        {"return_url": "http://shop.example:port/"},
        {"return_url": "http://[::1/"},
        {"webhook_url": "file:///etc/passwd"},
    ],
)
def test_wrong_parameters_are_refused(api, changes):
    answer = api.create(**changes)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "parameters_invalid")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"amount_minor": 1e3}', b'"\\ud800"'])
def test_a_body_that_is_no_payment_is_refused(api, body):
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}

    answer = api.http.post("/v1/payments", data=body, headers=headers)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "parameters_invalid")


def test_a_payment_that_is_born_expired_is_refused(api):
    answer = api.create(expires_at=clock.now().isoformat())

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "expires_at_past")


def test_an_open_payment_reads_voided_from_the_second_it_expires(api):
    expires_at = (clock.now() + timedelta(minutes=5)).replace(microsecond=0)
    payment_id = api.a_payment(expires_at=expires_at.isoformat())

    with clock.at(expires_at - timedelta(seconds=2)):
        before = api.state(payment_id)
    with clock.at(expires_at):
        after = api.state(payment_id)

    assert (before, after) == ("OPEN", "VOIDED")


def test_an_authorised_payment_does_not_expire(api):
    payment_id = api.an_authorised_payment()

    with clock.forward(days=1):
        assert api.state(payment_id) == "AUTHORISED"


def test_a_capture_takes_what_was_authorised(api):
    payment_id = api.an_authorised_payment()

    answer = api.capture(payment_id, 1_000_000)

    assert answer.json["state"] == "CAPTURED"
    assert (answer.json["authorised_minor"], answer.json["captured_minor"]) == (1_234_567, 1_000_000)


def test_a_capture_of_more_than_was_authorised_is_refused(api):
    payment_id = api.an_authorised_payment()

    answer = api.capture(payment_id, 1_234_568)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "amount_too_large")
    assert api.state(payment_id) == "AUTHORISED"


def test_a_second_capture_says_that_it_was_captured_already(api):
    payment_id = api.a_captured_payment(1_000_000)

    again = api.capture(payment_id, 234_567)

    assert (again.status_code, again.json["error"]["code"]) == (409, "already_captured")
    assert api.get(f"/v1/payments/{payment_id}").json["captured_minor"] == 1_000_000


@pytest.mark.parametrize("end", ["open", "voided", "failed", "expired"])
def test_only_an_authorised_payment_can_be_captured(api, traveller, end):
    payment_id = api.a_payment()
    if end == "voided":
        api.void(payment_id)
    if end == "failed":
        traveller.press("decline", payment_id)

    with clock.forward(hours=1 if end == "expired" else 0):
        answer = api.capture(payment_id, 1_234_567)

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "payment_not_capturable")


def test_open_and_authorised_payments_can_be_voided(api):
    assert api.void(api.a_payment()).json["state"] == "VOIDED"
    assert api.void(api.an_authorised_payment()).json["state"] == "VOIDED"


def test_what_is_over_cannot_be_voided(api):
    voided, captured = api.a_payment(), api.a_captured_payment()
    api.void(voided)

    assert api.void(voided).json["error"]["code"] == "already_voided"
    assert api.void(captured).json["error"]["code"] == "payment_not_voidable"
    assert api.state(captured) == "CAPTURED"


def test_refunds_add_up_to_what_was_captured_and_no_further(api):
    payment_id = api.a_captured_payment(1_000_000)

    first = api.refund(payment_id, 400_000)
    too_much = api.refund(payment_id, 600_001)
    rest = api.refund(payment_id, 600_000)
    nothing_left = api.refund(payment_id, 1)

    assert (first.json["state"], first.json["refunded_minor"]) == ("PARTIALLY_REFUNDED", 400_000)
    assert (too_much.status_code, too_much.json["error"]["code"]) == (400, "amount_too_large")
    assert (rest.json["state"], rest.json["refunded_minor"]) == ("REFUNDED", 1_000_000)
    assert (nothing_left.status_code, nothing_left.json["error"]["code"]) == (400, "amount_too_large")


def test_what_was_not_captured_cannot_be_refunded(api):
    for payment_id in (api.a_payment(), api.an_authorised_payment()):
        answer = api.refund(payment_id, 1)

        assert (answer.status_code, answer.json["error"]["code"]) == (409, "payment_not_refundable")


def ask_over_http(gateway_url, payment_id, what, amount_minor):
    def ask(number):
        answer = requests.post(
            f"{gateway_url}/v1/payments/{payment_id}/{what}",
            json={"amount_minor": amount_minor},
            headers={"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": f"{what}-{number}"},
            timeout=30,
        )
        return answer.status_code

    return ask


def test_refunds_that_race_never_exceed_what_was_captured(api, gateway_url):
    payment_id = api.a_captured_payment(1_000_000)

    statuses = in_parallel(12, ask_over_http(gateway_url, payment_id, "refunds", 300_000))

    assert statuses.count(200) == 3
    assert statuses.count(400) == 9
    assert api.get(f"/v1/payments/{payment_id}").json["refunded_minor"] == 900_000


def test_of_captures_that_race_one_takes_the_money(api, gateway_url):
    payment_id = api.an_authorised_payment()

    statuses = in_parallel(8, ask_over_http(gateway_url, payment_id, "capture", 700_000))

    assert (statuses.count(200), statuses.count(409)) == (1, 7)
    assert api.get(f"/v1/payments/{payment_id}").json["captured_minor"] == 700_000


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"refunded_minor": 1_000_001, "stored_state": "PARTIALLY_REFUNDED"}, "amounts_in_order"),
        ({"captured_minor": 1_234_568}, "amounts_in_order"),
        ({"authorised_minor": 1_234_568}, "amounts_in_order"),
        ({"refunded_minor": -1}, "amounts_in_order"),
        ({"stored_state": "PAID"}, "state_known"),
        ({"stored_state": "VOIDED"}, "captured_has_an_amount"),
        ({"stored_state": "REFUNDED"}, "refunded_is_all_of_it"),
        ({"amount_minor": 0, "authorised_minor": 0, "captured_minor": 0}, "amount_positive|captured_has"),
    ],
)
def test_without_our_guards_the_database_still_refuses(gateway_app, api, values, constraint):
    """The control: the named constraints hold when the code does not."""
    payment_id = api.a_captured_payment(1_000_000)

    with gateway_app.app_context(), pytest.raises(IntegrityError, match=constraint):
        with writing():
            db.session.execute(update(Payment).where(Payment.id == payment_id).values(**values))
