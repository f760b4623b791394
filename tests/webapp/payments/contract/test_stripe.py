"""What only Stripe does: its own ends, its kept failures, its lists, its events. Played, from its documentation."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from flask import request

from chassis import clock
from tests.webapp.payments import stripe_server
from tests.webapp.payments.stripe_server import StripeError, sign
from webapp.payments import stripe
from webapp.payments.gateway import ForgedWebhook, GatewayRefused, GatewayUnavailable

from .conftest import AMOUNT, answering


@pytest.fixture
def house(shop, _stripe):
    return _stripe


@pytest.fixture
def account(house):
    return house.account


def oops() -> StripeError:
    return StripeError(500, "api_error", None, "Something went wrong on Stripe's end")


def moved(account, what: str) -> int:
    return sum(each.endswith(what) for each in account.asked)


# ---- the session


def test_a_session_asks_for_a_card_that_is_taken_from_later(house, account):
    payment = house.create()

    session = account.sessions[payment.gateway_reference]
    assert session["_intent"]["capture_method"] == "manual"
    assert session["_intent"]["metadata"] == {"reference": "YAANA-1"}
    assert session["client_reference_id"] == session["metadata"]["reference"] == "YAANA-1"
    assert (session["amount_total"], session["currency"]) == (AMOUNT, "inr")
    assert session["_wanted"]["adaptive_pricing"] == {"enabled": "false"}  # the traveller pays what we said
    assert session["_wanted"]["payment_method_types"] == {"0": "card"}


def test_stripe_ends_it_later_than_we_do_and_the_payment_says_our_time(house, account):
    """Stripe's least is 30 minutes."""
    payment = house.create(minutes=9)

    stripes = datetime.fromtimestamp(account.sessions[payment.gateway_reference]["expires_at"], UTC)
    assert stripes - payment.expires_at == timedelta(minutes=31)
    assert house.gateway.find(payment.gateway_reference).expires_at == payment.expires_at


def test_a_repeat_minutes_later_is_still_the_same_session(house, gateway):
    """Nothing that is sent follows from the clock, or Stripe would say that the key was used differently."""
    end = clock.now() + timedelta(minutes=10)
    arguments = ("YAANA-1", AMOUNT, "INR", "words", "http://127.0.0.1/", end, "open")
    first = gateway.create(*arguments)

    with clock.forward(minutes=8):
        assert gateway.create(*arguments) == first


@pytest.mark.parametrize("currency", ["JPY", "KWD", "ISK", "XXX", "inr"])
def test_a_currency_whose_units_may_differ_is_refused_before_stripe_is_asked(house, account, currency):
    with pytest.raises(GatewayRefused) as refusal:
        house.create(currency=currency)

    assert refusal.value.code == "currency_unsupported"
    assert account.asked == []


def test_what_begins_after_its_end_is_refused_though_stripe_would_take_it(house, account, gateway):
    end = clock.now() - timedelta(seconds=5)

    with pytest.raises(GatewayRefused, match="expires_at_past"):
        gateway.create("YAANA-1", AMOUNT, "INR", "words", "http://127.0.0.1/", end, "open")

    assert account.asked == []


# ---- states


def test_a_declined_card_leaves_the_payment_open_for_another(house, account, gateway):
    payment = house.create()

    account.decline(payment.gateway_reference)
    assert gateway.find(payment.gateway_reference).state == "OPEN"
    account.pay(payment.gateway_reference)

    assert gateway.find(payment.gateway_reference).state == "AUTHORISED"


@pytest.mark.parametrize("begun", ["decline", "ask_the_bank"])
def test_what_was_begun_and_not_paid_can_be_ended(house, account, gateway, begun):
    payment = house.create()
    getattr(account, begun)(payment.gateway_reference)

    assert gateway.void(payment.gateway_reference, "void").state == "VOIDED"


def test_money_that_moved_at_once_is_captured_and_goes_back_as_a_refund(house, account, gateway):
    number = house.create().gateway_reference
    account.pay(number, moves_at_once=True)

    assert gateway.find(number).state == "CAPTURED"
    assert gateway.capture(number, AMOUNT, "capture").captured_minor == AMOUNT
    with pytest.raises(GatewayRefused, match="payment_not_voidable"):
        gateway.void(number, "void")
    assert gateway.refund(number, AMOUNT, "undo").state == "REFUNDED"
    assert moved(account, "/capture") == 0


def test_what_is_paid_while_we_let_it_go_is_let_go(house, account, gateway):
    """Looked at it was open; before the session could be ended the traveller had paid."""
    payment = house.create()
    number = payment.gateway_reference

    def paid_meanwhile():
        account.pay(number)
        return stripe_server.invalid('Only Checkout Sessions with a status in ["open"] can be expired.')

    account.fail("/expire", paid_meanwhile)

    assert gateway.void(number, "void").state == "VOIDED"
    assert moved(account, "/cancel") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": AMOUNT - 1},
        {"currency": "usd"},
        {"metadata": {"reference": "YAANA-2"}},
        {"metadata": {}},
        {"status": "brand_new"},
        {"amount_received": AMOUNT + 1},
        {"amount_capturable": -1},
    ],
)
def test_a_payment_intent_that_is_not_its_sessions_is_not_believed(house, account, gateway, wrong):
    number = house.authorised()
    intent = account.intents[account.sessions[number]["payment_intent"]]
    assert gateway.find(number).state == "AUTHORISED"

    intent |= wrong

    with pytest.raises(GatewayUnavailable):
        gateway.find(number)


# ---- a 500 that Stripe keeps with its key


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_payment_whose_creation_stripe_broke_over_is_made_by_the_next_try(
    house, account, gateway, carried_out
):
    account.fail("POST /v1/checkout/sessions", oops, before=not carried_out)
    with pytest.raises(GatewayUnavailable):
        house.create()

    found = gateway.find_by_reference("YAANA-1") or house.create()

    assert found.state == "OPEN"
    assert len(account.sessions) == 1


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_capture_that_stripe_broke_over_is_made_once_by_the_next_try(house, account, gateway, carried_out):
    number = house.authorised()
    account.fail("/capture", oops, before=not carried_out)

    answers = []
    for _ in range(2):
        try:
            answers.append(gateway.capture(number, AMOUNT, "capture").captured_minor)
        except GatewayUnavailable:
            answers.append(None)

    assert answers[-1] == AMOUNT
    assert gateway.find(number).captured_minor == AMOUNT


@pytest.mark.parametrize("paid", [False, True])
def test_a_void_that_stripe_broke_over_is_made_by_the_next_try(house, account, gateway, paid):
    payment = house.create()
    if paid:
        house.pay(payment)
    account.fail("/cancel" if paid else "/expire", oops)
    with pytest.raises(GatewayUnavailable):
        gateway.void(payment.gateway_reference, "void")

    assert gateway.void(payment.gateway_reference, "void").state == "VOIDED"


def test_a_refund_that_stripe_broke_over_waits_until_it_is_known_that_none_was_made(house, account, gateway):
    number = house.captured()
    account.fail("POST /v1/refunds", oops)

    for _ in range(3):
        with pytest.raises(GatewayUnavailable):
            gateway.refund(number, AMOUNT, "refund")
    with clock.forward(hours=25):
        assert gateway.refund(number, AMOUNT, "refund").state == "REFUNDED"


def test_a_refund_whose_answer_was_lost_is_known_by_its_key_also_when_stripe_forgot_the_key(
    house, account, gateway
):
    number = house.captured()
    account.fail("POST /v1/refunds", oops, before=False)
    with pytest.raises(GatewayUnavailable):
        gateway.refund(number, 200_000, "refund")

    with clock.forward(hours=25):
        assert gateway.refund(number, 200_000, "refund").refunded_minor == 200_000

    assert len(account.refunds) == 1


# ---- refunds


def test_a_refund_that_the_bank_sent_back_is_not_counted_and_needs_another_key(house, account, gateway):
    number = house.captured()
    gateway.refund(number, 200_000, "refund")
    account.fail_refund(next(iter(account.refunds.values())))

    assert (gateway.find(number).state, gateway.find(number).refunded_minor) == ("CAPTURED", 0)
    with pytest.raises(GatewayRefused, match="refund_failed"):
        gateway.refund(number, 200_000, "refund")
    assert gateway.refund(number, 200_000, "refund-2").refunded_minor == 200_000


def test_a_refund_that_a_person_made_at_stripe_is_counted(house, account, gateway):
    number = house.captured()
    account.refund({"payment_intent": account.sessions[number]["payment_intent"], "amount": "100000"})

    assert gateway.find(number).refunded_minor == 100_000
    assert gateway.refund(number, 400_000, "refund").state == "REFUNDED"


CAPTURED = {
    "status": "complete",
    "url": None,
    "payment_intent": {
        "id": "pi_1",
        "status": "succeeded",
        "amount": AMOUNT,
        "amount_capturable": 0,
        "amount_received": AMOUNT,
        "currency": "inr",
        "metadata": {"reference": "YAANA-1"},
        "latest_charge": {"id": "ch_1", "amount_refunded": 0},
    },
}


def given_back(amount: int, intent: str = "pi_1") -> dict:
    return {"id": "re_1", "amount": amount, "status": "succeeded", "payment_intent": intent, "metadata": {}}


@pytest.mark.parametrize(
    ("listed", "more", "made"),
    [
        ([], False, given_back(100, intent="pi_2")),
        ([], False, given_back(100)),  # and the session still says that nothing went back
        ([given_back(100, intent="pi_2")], False, given_back(100)),
        ([], True, given_back(100)),
        ([given_back(AMOUNT + 1)], False, given_back(100)),
        ([given_back(100)], False, given_back(100, intent="pi_2")),
    ],
)
def test_a_refund_that_stripe_tells_of_in_contradictions_is_not_believed(house, broken, listed, more, made):
    session = house.answer(**CAPTURED)
    if listed:
        session["payment_intent"] = CAPTURED["payment_intent"] | {
            "latest_charge": {"id": "ch_1", "amount_refunded": listed[0]["amount"]}
        }

    def answer():
        refunds = {"data": listed, "has_more": more}
        told = made if request.method == "POST" else refunds if "refunds" in request.path else session
        return answering(200, json.dumps(told))()

    broken.answer = answer

    with pytest.raises(GatewayUnavailable):
        broken.gateway.refund("pay_1", 100, "refund")


@pytest.mark.parametrize("pay_by", ["soon", "-1", "9" * 30, ""])
def test_a_time_to_pay_that_is_not_ours_is_not_believed(house, broken, pay_by):
    metadata = {"reference": "YAANA-1", "pay_by": pay_by}
    broken.answer = answering(200, json.dumps(house.answer(metadata=metadata)))

    with pytest.raises(GatewayUnavailable):
        broken.gateway.find("pay_1")


# ---- looking up by our reference


def test_every_page_of_the_list_is_read(house, account, gateway, monkeypatch):
    first = house.create()
    for number in range(2, 120):
        house.create(f"YAANA-{number}")

    assert gateway.find_by_reference("YAANA-1") == first
    monkeypatch.setattr(stripe, "PAGES", 1)
    assert gateway.find_by_reference("YAANA-119").reference == "YAANA-119"
    for lost in ("YAANA-1", "YAANA-LOST"):
        with pytest.raises(GatewayUnavailable, match="more sessions"):
            gateway.find_by_reference(lost)


def test_no_session_is_looked_for_before_its_time(house, gateway):
    house.create()

    assert gateway.find_by_reference("YAANA-1", clock.now() + timedelta(hours=1)) is None
    with clock.forward(hours=3):
        assert gateway.find_by_reference("YAANA-1", clock.now() - timedelta(hours=3)) is not None
        assert gateway.find_by_reference("YAANA-1") is not None


# ---- what Stripe's errors mean (docs.stripe.com/api/errors)


@pytest.mark.parametrize(
    ("status", "kind", "code", "meaning"),
    [
        (402, "card_error", "card_declined", GatewayRefused),
        (400, "invalid_request_error", "parameter_invalid_integer", GatewayRefused),
        (404, "invalid_request_error", "resource_missing", GatewayRefused),
        (400, "idempotency_error", None, GatewayRefused),
        (409, "idempotency_error", "idempotency_key_in_use", GatewayUnavailable),
        (400, "invalid_request_error", "rate_limit", GatewayUnavailable),
        (401, "invalid_request_error", None, GatewayUnavailable),
        (403, "invalid_request_error", None, GatewayUnavailable),
        (429, "invalid_request_error", "lock_timeout", GatewayUnavailable),
        (500, "api_error", None, GatewayUnavailable),
        (502, "api_error", None, GatewayUnavailable),
    ],
)
def test_what_is_refused_and_what_is_not_known(broken, status, kind, code, meaning):
    error = {"type": kind, "message": "said Stripe"} | ({"code": code} if code else {})
    broken.answer = answering(status, json.dumps({"error": error}))

    with pytest.raises(meaning, match="said Stripe") as raised:
        broken.gateway.find("cs_1")

    if meaning is GatewayRefused:
        assert raised.value.code == (code or "idempotency_error")


def test_an_id_that_our_column_cannot_keep_is_not_taken(house, broken):
    broken.answer = answering(200, json.dumps(house.answer(id="c" * 81)))

    with pytest.raises(GatewayUnavailable):
        broken.gateway.find("c" * 81)


# ---- webhooks (docs.stripe.com/webhooks)

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
T = int(AT.timestamp())
BODY = (
    b'{"id":"evt_1","object":"event","type":"checkout.session.completed",'
    b'"data":{"object":{"id":"cs_test_a1","object":"checkout.session"}}}'
)
# Computed by openssl: printf %s.%s $T "$BODY" | openssl dgst -sha256 -hmac whsec_of_the_tests
V1 = "9a12bf89f44b29f327585107ac8406fd63b183b125de6f1c21c23e61ddb9f5b7"


def read(gateway, kind: str, **about) -> str | None:
    others = {"account": about.pop("account")} if "account" in about else {}
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}} | others
    body = json.dumps(event).encode()
    with clock.at(AT):
        return gateway.read_webhook(body, sign(body, T))


def test_a_signature_that_was_computed_elsewhere_is_known(gateway):
    with clock.at(AT):
        assert gateway.read_webhook(BODY, {"Stripe-Signature": f"t={T},v1={V1},v0=x"}) == "cs_test_a1"
        with pytest.raises(ForgedWebhook):
            gateway.read_webhook(BODY, {"Stripe-Signature": f"t={T},v1={V1[::-1]}"})


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.expired"])
def test_what_is_told_of_a_session_names_it(gateway, kind):
    assert read(gateway, kind, id="cs_test_a1", object="checkout.session") == "cs_test_a1"


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_what_is_told_of_a_refund_of_ours_names_its_session(gateway, kind):
    assert read(gateway, kind, id="re_1", metadata={"session": "cs_test_a1", "key": "k"}) == "cs_test_a1"
    assert read(gateway, kind, id="re_1", metadata={}) is None
    assert read(gateway, kind, id="re_1", metadata=None) is None


def test_what_is_not_of_our_making_names_nothing(gateway):
    assert read(gateway, "customer.created", id="cus_1") is None
    assert read(gateway, "payment_intent.succeeded", id="pi_1", metadata={"reference": "YAANA-1"}) is None
    assert read(gateway, "checkout.session.completed", id="cs_test_a1", account="acct_2") is None


def test_the_library_is_loaded_only_by_who_pays_with_stripe():
    said = subprocess.run(
        [sys.executable, "-c", "import sys, webapp.payments.selected; print('stripe' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said == "False\n"
