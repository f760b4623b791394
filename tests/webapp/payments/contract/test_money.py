"""What every gateway keeps: a payment is made once, taken once, let go or given back, and never more than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis import clock
from webapp.payments.gateway import GatewayRefused, GatewayUnavailable

from .conftest import AMOUNT


def code_of(ask) -> str:
    with pytest.raises(GatewayRefused) as refusal:
        ask()
    assert refusal.value.sentence
    return refusal.value.code


def at_once(house, shop, ask, times=12) -> list:
    """What `times` askers in the same moment learn: a payment, or that they do not know."""

    def one(_number):
        with shop.app_context():
            try:
                return ask()
            except GatewayUnavailable:
                return None

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def test_a_payment_goes_all_the_way(house, gateway):
    opened = house.create()
    number = opened.gateway_reference

    house.pay(opened)
    authorised = gateway.find(number)
    captured = gateway.capture(number, AMOUNT, "capture")
    part = gateway.refund(number, 200_000, "refund-1")
    rest = gateway.refund(number, 300_000, "refund-2")

    assert (opened.state, opened.reference, opened.amount_minor, opened.currency) == (
        "OPEN",
        "YAANA-1",
        AMOUNT,
        "INR",
    )
    assert opened.url.startswith("http")
    assert timedelta(minutes=9) < opened.expires_at - clock.now() <= timedelta(minutes=11)
    assert (authorised.state, authorised.authorised_minor, authorised.captured_minor) == (
        "AUTHORISED",
        AMOUNT,
        0,
    )
    assert (captured.state, captured.captured_minor, captured.authorised_minor) == (
        "CAPTURED",
        AMOUNT,
        AMOUNT,
    )
    assert (part.state, part.refunded_minor) == ("PARTIALLY_REFUNDED", 200_000)
    assert (rest.state, rest.refunded_minor) == ("REFUNDED", AMOUNT)
    assert gateway.find(number) == rest


# ---- create, and look up


def test_creating_again_finds_the_first_whatever_the_key(house):
    first = house.create()

    assert house.create() == first
    assert house.create(key="another") == first


def test_one_reference_is_not_created_with_two_amounts(house):
    first = house.create()

    assert code_of(lambda: house.create(amount_minor=AMOUNT + 1, key="another"))
    assert house.gateway.find(first.gateway_reference).amount_minor == AMOUNT


def test_created_many_times_at_once_it_is_one(house, shop):
    answers = at_once(house, shop, house.create)

    assert len({each.gateway_reference for each in answers if each}) == 1
    assert house.create() in answers


def test_a_payment_is_found_by_our_reference_or_was_never_created(house, gateway):
    house.create("YAANA-0")
    payment = house.create()
    house.create("YAANA-2")

    assert gateway.find_by_reference("YAANA-1") == payment
    assert gateway.find_by_reference("YAANA-1", clock.now() - timedelta(minutes=5)) == payment
    assert gateway.find_by_reference("YAANA") is None
    assert gateway.find_by_reference("YAANA-LOST", clock.now()) is None


def test_what_was_paid_is_found_by_our_reference_too(house, gateway):
    number = house.captured()

    assert gateway.find_by_reference("YAANA-1") == gateway.find(number)


def test_nothing_is_known_of_a_number_that_was_never_given(gateway):
    for ask in (
        lambda: gateway.find("pay_none"),
        lambda: gateway.void("pay none", "void"),
        lambda: gateway.capture("pay_none", 1, "capture"),
        lambda: gateway.refund("pay_none", 1, "refund"),
    ):
        assert code_of(ask)


def test_a_payment_that_begins_too_late_is_refused(house):
    assert code_of(lambda: house.create(minutes=-2))


def test_a_sum_of_nothing_is_refused(house):
    assert code_of(lambda: house.create(amount_minor=0))


# ---- capture


def test_what_was_captured_is_captured_whatever_the_key(house, gateway):
    number = house.captured()

    for key in ("capture", "another", "capture"):
        assert gateway.capture(number, AMOUNT, key).captured_minor == AMOUNT


def test_what_was_captured_with_another_amount_is_refused(house, gateway):
    number = house.authorised()
    gateway.capture(number, 400_000, "capture")

    assert code_of(lambda: gateway.capture(number, AMOUNT, "another")) == "already_captured"
    assert gateway.find(number).captured_minor == 400_000


def test_no_more_is_captured_than_was_authorised(house, gateway):
    number = house.authorised()

    assert code_of(lambda: gateway.capture(number, AMOUNT + 1, "capture")) == "amount_too_large"
    assert gateway.find(number).state == "AUTHORISED"


def test_what_nobody_paid_is_not_captured(house, gateway):
    number = house.create().gateway_reference

    assert code_of(lambda: gateway.capture(number, AMOUNT, "capture"))
    assert gateway.find(number).state == "OPEN"


def test_captured_many_times_at_once_it_is_taken_once(house, shop, gateway):
    number = house.authorised()

    answers = at_once(house, shop, lambda: gateway.capture(number, AMOUNT, "capture"))

    assert {each.captured_minor for each in answers if each} == {AMOUNT}
    assert gateway.find(number).captured_minor == AMOUNT


# ---- void


@pytest.mark.parametrize("paid", [False, True])
def test_what_is_let_go_is_let_go_however_often(house, gateway, paid):
    payment = house.create()
    if paid:
        house.pay(payment)

    answers = [gateway.void(payment.gateway_reference, key) for key in ("void", "void", "another")]

    assert [(each.state, each.captured_minor) for each in answers] == [("VOIDED", 0)] * 3
    assert code_of(lambda: gateway.capture(payment.gateway_reference, AMOUNT, "capture"))


def test_what_was_taken_is_not_voided(house, gateway):
    number = house.captured()

    assert code_of(lambda: gateway.void(number, "void")) == "payment_not_voidable"
    assert gateway.find(number).state == "CAPTURED"


# ---- refund


def test_a_refund_with_its_key_again_gives_nothing_more_back(house, gateway):
    number = house.captured()

    answers = [gateway.refund(number, 200_000, "refund") for _ in range(3)]

    assert [each.refunded_minor for each in answers] == [200_000] * 3
    assert gateway.refund(number, 200_000, "another").refunded_minor == 400_000


def test_one_key_does_not_refund_two_amounts(house, gateway):
    number = house.captured()
    gateway.refund(number, 200_000, "refund")

    assert code_of(lambda: gateway.refund(number, 100_000, "refund")) == "idempotency_error"
    assert gateway.find(number).refunded_minor == 200_000


def test_no_more_goes_back_than_was_taken(house, gateway):
    number = house.authorised()
    gateway.capture(number, 400_000, "capture")
    gateway.refund(number, 300_000, "refund")

    assert code_of(lambda: gateway.refund(number, 100_001, "another"))
    assert gateway.find(number).refunded_minor == 300_000


def test_what_was_not_taken_is_not_refunded(house, gateway):
    number = house.authorised()

    assert code_of(lambda: gateway.refund(number, 1, "refund")) == "payment_not_refundable"
    assert gateway.find(number).state == "AUTHORISED"


def test_one_key_many_times_at_once_refunds_once(house, shop, gateway):
    number = house.captured()

    answers = at_once(house, shop, lambda: gateway.refund(number, 200_000, "refund"))

    assert {each.refunded_minor for each in answers if each} == {200_000}
    assert gateway.find(number).refunded_minor == 200_000


# ---- the end of the time to pay


def test_what_nobody_paid_in_time_ends_by_itself(house, gateway):
    payment = house.create()

    with clock.at(payment.expires_at + house.ends_itself_after + timedelta(seconds=1)):
        assert gateway.find(payment.gateway_reference).state == "VOIDED"
        assert gateway.void(payment.gateway_reference, "void").state == "VOIDED"
        assert gateway.find_by_reference("YAANA-1").state == "VOIDED"


def test_what_we_end_in_time_cannot_be_paid_any_more(house, gateway):
    payment = house.create()

    with clock.at(payment.expires_at + timedelta(seconds=1)):
        assert gateway.void(payment.gateway_reference, "void").state == "VOIDED"

    with pytest.raises(Exception):  # noqa: B017, PT011 (each gateway's page has its own way to say no)
        house.pay(payment)
    assert gateway.find(payment.gateway_reference).state == "VOIDED"


def test_more_than_was_asked_is_no_success_is_told_in_full_and_goes_back_in_full(house):
    number = house.authorised()
    house.takes(number, 2 * AMOUNT)

    with pytest.raises((GatewayRefused, GatewayUnavailable)):
        house.gateway.capture(number, AMOUNT, "capture")

    there = house.gateway.find(number)
    assert (there.amount_minor, there.captured_minor) == (2 * AMOUNT, 2 * AMOUNT)
    assert house.gateway.refund(number, 2 * AMOUNT, "back").refunded_minor == 2 * AMOUNT
