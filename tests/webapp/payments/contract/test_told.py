"""Webhooks of every gateway: signed over the raw body, just now, by our account's secret; they name a payment, no more."""

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import Headers

from chassis import clock
from webapp.payments.gateway import ForgedWebhook

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
T = int(AT.timestamp())


@pytest.fixture
def told(house):
    """(body, gateway reference) of a webhook about a payment."""
    payment = house.create()
    return house.event(payment), payment.gateway_reference


@pytest.fixture
def read(house):
    """`read(body, header)`: what the gateway makes of it at noon."""

    def read(body, header, kind=dict):
        with clock.at(AT):
            return house.gateway.read_webhook(
                body, kind({house.signature: header} if header is not None else {})
            )

    return read


@pytest.mark.parametrize("kind", [dict, Headers])
def test_a_signed_webhook_names_its_payment(house, read, told, kind):
    body, number = told

    assert read(body, house.sign(body, T), kind) == number


def test_the_name_of_the_header_may_be_written_as_anybody_likes(house, told):
    body, number = told

    with clock.at(AT):
        signed = {house.signature.lower(): house.sign(body, T)}
        assert house.gateway.read_webhook(body, signed) == number


@pytest.mark.parametrize(("seconds", "trusted"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_webhook_is_good_for_five_minutes_on_both_sides(house, read, told, seconds, trusted):
    body, number = told
    header = house.sign(body, T + seconds)

    if trusted:
        assert read(body, header) == number
    else:
        with pytest.raises(ForgedWebhook, match="too long ago, or in the future"):
            read(body, header)


def test_one_of_several_signatures_is_enough_while_a_secret_changes(house, read, told):
    body, number = told
    v1 = house.sign(body, T).split("v1=")[1].split(",")[0]

    assert read(body, f"t={T},v1={'0' * 64},v1={v1}") == number


FORGERIES = {
    "no header": lambda body, header: (body, None),
    "empty": lambda body, header: (body, ""),
    "nonsense": lambda body, header: (body, "nonsense"),
    "no signature": lambda body, header: (body, f"t={T}"),
    "no time": lambda body, header: (body, header.partition(",")[2]),
    "empty signature": lambda body, header: (body, f"t={T},v1="),
    "signature in another alphabet": lambda body, header: (body, f"t={T},v1=é"),
    "wrong signature": lambda body, header: (body, f"t={T},v1={'0' * 64}"),
    "a scheme of long ago": lambda body, header: (body, header.replace("v1=", "v0=")),
    "one byte more": lambda body, header: (body + b" ", header),
    "one byte less": lambda body, header: (body[:-1], header),
    "one word changed": lambda body, header: (body.replace(b"evt_", b"evt-"), header),
    "another time": lambda body, header: (body, header.replace(f"t={T}", f"t={T + 1}")),
    "two times": lambda body, header: (body, f"t={T},{header}"),
    "a negative time": lambda body, header: (body, f"t=-{T},v1=x"),
    "a time in other digits": lambda body, header: (body, "t=१२३,v1=x"),
    "a very long time": lambda body, header: (body, f"t={'9' * 400},v1=x"),
    "no body": lambda body, header: (b"", header),
    "bytes": lambda body, header: (b"\xff\x00" * 500, header),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_webhook_is_refused(house, read, told, forge):
    body, _ = told

    with pytest.raises(ForgedWebhook):
        read(*forge(body, house.sign(body, T)))


def test_another_accounts_webhook_is_refused(house, read, told):
    body, _ = told

    with pytest.raises(ForgedWebhook, match="not signed with our secret"):
        read(body, house.sign(body, T, "whsec_of_somebody_else"))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"payment": 7}', b'{"a":' + b"[" * 10_000, b"\xff\xfe"]
)
def test_what_is_signed_and_no_event_is_refused(house, read, body):
    with pytest.raises(ForgedWebhook):
        read(body, house.sign(body, T))
