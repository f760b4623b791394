"""What an engineer lets go wrong goes wrong, as often as was asked, and nothing else does."""

import json

import pytest

from chassis import clock

from .conftest import Traveller


def plan(api, payment_id, kind, times=1):
    return api.http.post(
        f"/v1/payments/{payment_id}/faults",
        data=json.dumps({"kind": kind, "times": times}),
        content_type="application/x-www-form-urlencoded",  # what curl -d says
        headers={"Authorization": "Bearer key-of-the-tests"},
    )


def waiting(api, payment_id) -> dict:
    return api.get(f"/v1/payments/{payment_id}/faults").json["faults"]


def told(shop_door) -> list[str]:
    return [json.loads(body)["type"].removeprefix("payment.") for _, body in shop_door.heard]


@pytest.mark.parametrize(
    ("kind", "act", "status", "code"),
    [
        ("capture_refused", lambda api, id: api.capture(id, 1_234_567), 402, "card_declined"),
        ("void_refused", lambda api, id: api.void(id), 409, "void_failed"),
    ],
)
def test_what_is_refused_is_refused_as_often_as_was_asked(api, kind, act, status, code):
    payment_id = api.an_authorised_payment()
    assert plan(api, payment_id, kind, times=2).json == {"faults": {kind: 2}}

    answers = [act(api, payment_id) for _ in range(3)]

    assert [each.status_code for each in answers] == [status, status, 200]
    assert answers[0].json["error"]["code"] == code
    assert waiting(api, payment_id) == {}


def test_a_refund_is_refused_and_repeated_with_its_key_still_refused(api):
    """As with every refusal, the result stays with the key: another try needs another."""
    payment_id = api.a_captured_payment()
    plan(api, payment_id, "refund_refused")

    answers = [api.refund(payment_id, 100, key) for key in ("refund", "refund", "refund-2")]

    assert [each.status_code for each in answers] == [409, 409, 200]
    assert api.get(f"/v1/payments/{payment_id}").json["refunded_minor"] == 100


def test_paying_can_move_the_money_at_once(api, shop_door):
    payment_id = api.a_payment(webhook_url=shop_door.url)
    plan(api, payment_id, "captures_at_once")

    Traveller(api.http.application).press("authorisation", payment_id)

    assert api.state(payment_id) == "CAPTURED"
    assert told(shop_door) == ["authorised", "captured"]


@pytest.mark.parametrize("ended", ["expired", "voided"])
def test_what_has_ended_can_be_paid_late_when_that_is_the_fault(api, traveller, ended):
    payment_id = api.a_payment()
    if ended == "voided":
        api.void(payment_id)

    with clock.forward(minutes=11 if ended == "expired" else 0):
        assert (
            traveller.post(
                "authorisation", payment_id, traveller.token(traveller.open(api.a_payment()))
            ).status_code
            == 409
        )
        plan(api, payment_id, "pays_late")
        page = traveller.open(payment_id)
        assert traveller.press("authorisation", payment_id).status_code == 303

    assert "For a trial it can still be paid" in page.text
    assert api.state(payment_id) == "AUTHORISED"


def test_a_lost_webhook_waits_to_be_delivered_by_hand(gateway_app, api, shop_door):
    payment_id = api.a_payment(webhook_url=shop_door.url)
    plan(api, payment_id, "webhook_lost")
    Traveller(gateway_app).press("authorisation", payment_id)
    api.capture(payment_id, 1_234_567)
    assert told(shop_door) == ["captured"]

    assert gateway_app.test_cli_runner().invoke(args=["deliver"]).output == "1 delivered, 0 still waiting\n"

    assert told(shop_door) == ["captured", "authorised"]


def test_a_webhook_can_be_sent_twice(gateway_app, api, shop_door):
    payment_id = api.a_payment(webhook_url=shop_door.url)
    plan(api, payment_id, "webhook_twice")

    Traveller(gateway_app).press("authorisation", payment_id)
    api.capture(payment_id, 1_234_567)

    assert told(shop_door) == ["authorised", "authorised", "captured"]
    assert shop_door.heard[0][1] == shop_door.heard[1][1]


def test_a_late_webhook_comes_behind_the_next(gateway_app, api, shop_door):
    payment_id = api.a_payment(webhook_url=shop_door.url)
    plan(api, payment_id, "webhook_late")
    Traveller(gateway_app).press("authorisation", payment_id)
    assert told(shop_door) == []

    api.capture(payment_id, 1_234_567)

    assert told(shop_door) == ["captured", "authorised"]


def test_the_page_offers_what_a_person_may_try(api, traveller):
    payment_id = api.a_payment()
    page = traveller.open(payment_id)
    assert "Let something go wrong" in page.text

    answer = traveller.http.post(
        f"/pay/{payment_id}/authorisation",
        data={"csrf_token": traveller.token(page), "fault": "capture_refused"},
    )

    assert answer.status_code == 303
    assert api.state(payment_id) == "AUTHORISED"
    assert waiting(api, payment_id) == {"capture_refused": 1}


def test_the_page_pays_and_plans_nothing_for_a_word_that_it_does_not_know(api, traveller):
    payment_id = api.a_payment()
    token = traveller.token(traveller.open(payment_id))

    traveller.http.post(f"/pay/{payment_id}/authorisation", data={"csrf_token": token, "fault": "pays_late"})

    assert api.state(payment_id) == "AUTHORISED"
    assert waiting(api, payment_id) == {}


def test_a_fault_can_be_taken_back(api):
    payment_id = api.an_authorised_payment()
    plan(api, payment_id, "capture_refused", times=5)

    assert plan(api, payment_id, "capture_refused", times=0).json == {"faults": {}}

    assert api.capture(payment_id, 1_234_567).status_code == 200


def test_only_who_has_the_key_plans_faults_and_only_known_ones(api):
    payment_id = api.a_payment()

    assert (
        api.http.post(f"/v1/payments/{payment_id}/faults", json={"kind": "void_refused"}).status_code == 401
    )
    assert api.get(f"/v1/payments/{payment_id}/faults", api_key="wrong").status_code == 401
    assert plan(api, payment_id, "sleep").status_code == 400
    assert plan(api, payment_id, "void_refused", times=-1).status_code == 400
    assert plan(api, "pay_none", "void_refused").status_code == 404
    assert waiting(api, payment_id) == {}
    assert api.get("/v1/payments/pay_none/faults").status_code == 404


def test_faults_of_one_payment_are_not_anothers(api):
    first, second = api.an_authorised_payment(), api.an_authorised_payment()
    plan(api, first, "capture_refused")

    assert api.capture(second, 1_234_567).status_code == 200
