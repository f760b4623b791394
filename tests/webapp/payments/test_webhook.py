"""What the gateway tells the site wakes a booking and nothing more: doubled, forged and unknown ones change nothing."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from chassis import clock
from chassis.database import engine
from webapp.checkout import saga, waiting
from webapp.payments.sandbox_gateway import webhooks

WEBHOOK = "/payments/webhooks/sandbox"

FORGERIES = [
    lambda body, header: (body, {}),
    lambda body, header: (body, {"Sandbox-Signature": "t=1,v1=00"}),
    lambda body, header: (body, {"Sandbox-Signature": header.split(",")[0]}),
    lambda body, header: (body, {"Sandbox-Signature": header.replace("t=1", "t=2")}),
    lambda body, header: (body + b" ", {"Sandbox-Signature": header}),
    lambda body, header: (body.replace(b"authorised", b"captured"), {"Sandbox-Signature": header + "0"}),
    lambda body, header: (b"", {"Sandbox-Signature": header}),
    lambda body, header: (b"\xff\x00" * 5000, {"Sandbox-Signature": header}),
    lambda body, header: (body, {"Sandbox-Signature": "\u0664," * 500}),
]


@pytest.fixture
def paid(asha, on_sale, wires):
    """Asha has paid and not come back; the webhook for it, which the wire lost."""
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    page = asha.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    asha.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    for _ in range(200):
        if wires["site"].requests:
            return wires["site"].requests[-1]
        threading.Event().wait(0.02)
    raise AssertionError("the gateway told nobody")


def tell(buyer, body: bytes, headers: dict) -> int:
    return buyer.site.post(WEBHOOK, data=body, headers=headers).status_code


@pytest.fixture
def signed(gateway_app):
    """`signed(body)`: the headers under which the gateway would send it."""

    def sign(body: bytes) -> dict:
        secret = gateway_app.config["SANDBOX_WEBHOOK_SECRET"]
        return {webhooks.HEADER: webhooks.sign(secret, body, int(clock.now().timestamp()))}

    return sign


def test_three_times_the_same_webhook_is_one_booking_and_one_capture(database, asha, paid, books, wires):
    answers = [tell(asha, paid.body, dict(paid.headers)) for _ in range(3)]

    assert answers == [204, 204, 204]
    assert books.states() == ["CONFIRMED"]
    assert books.balance(asha.reference) == (441_000, 441_000)
    captures = [each for each in wires["gateway"].requests if each.url.endswith("/capture")]
    assert len(captures) == 1
    assert books.letters() == ["booked"]


def test_the_traveller_who_never_came_back_is_booked_by_the_webhook(asha, paid, books):
    tell(asha, paid.body, dict(paid.headers))

    assert books.states() == ["CONFIRMED"]
    assert "You are booked" in asha.site.get(f"/bookings/{asha.reference}").text


def test_who_comes_back_while_the_webhook_is_at_it_waits_for_what_comes_of_it(
    asha, paid, books, wires, site_app
):
    """She neither overtakes it nor sees the progress of what is nearly done, nor waits for a turn to write."""
    site_app.config["PATIENCE_AFTER_PAYING"] = 20
    led_to, wrote = [], []
    back = f"/checkout/{asha.reference}/return"
    returns = threading.Thread(target=lambda: led_to.append(asha.site.get(back).headers["Location"]))

    def comes_back() -> None:
        returns.start()
        returns.join(0.3)

    wires["gateway"].before(comes_back, "GET /v1/payments", times=1)
    with site_app.app_context():
        event.listen(engine(), "commit", lambda connection: wrote.append(threading.current_thread()))
    asked = len(wires["gateway"].requests)
    site_app.test_client().post(WEBHOOK, data=paid.body, headers=dict(paid.headers))
    returns.join(20)

    assert led_to == [f"/bookings/{asha.reference}"]
    assert books.states() == ["CONFIRMED"]
    questions = [each for each in wires["gateway"].requests[asked:] if each.method == "GET"]
    assert len(questions) == 1
    assert returns not in wrote


def test_who_comes_back_moments_before_the_webhook_leaves_it_to_ask(
    asha, paid, books, wires, site_app, monkeypatch
):
    site_app.config["PATIENCE_AFTER_PAYING"] = 20
    monkeypatch.setattr(waiting, "WEBHOOK_COMES_WITHIN", 20)
    monkeypatch.setattr(waiting, "PAUSES", (0.02,))
    led_to = []
    back = f"/checkout/{asha.reference}/return"
    returns = threading.Thread(target=lambda: led_to.append(asha.site.get(back).headers["Location"]))
    asked = len(wires["gateway"].requests)

    returns.start()
    returns.join(0.3)
    assert len(wires["gateway"].requests) == asked
    site_app.test_client().post(WEBHOOK, data=paid.body, headers=dict(paid.headers))
    returns.join(20)

    assert led_to == [f"/bookings/{asha.reference}"]
    questions = [each for each in wires["gateway"].requests[asked:] if each.method == "GET"]
    assert len(questions) == 1


def test_who_comes_back_to_what_the_webhook_has_booked_waits_for_nothing(
    asha, paid, books, site_app, monkeypatch
):
    site_app.config["PATIENCE_AFTER_PAYING"] = 20
    monkeypatch.setattr(waiting, "WEBHOOK_COMES_WITHIN", 20)
    tell(asha, paid.body, dict(paid.headers))
    began = clock.now()

    answer = asha.site.get(f"/checkout/{asha.reference}/return")

    assert answer.headers["Location"] == f"/bookings/{asha.reference}"
    assert clock.now() - began < timedelta(seconds=10)


def test_who_comes_back_first_and_is_overtaken_waits_for_what_comes_of_it(asha, paid, books, wires, site_app):
    """The webhook comes while she asks, and goes on from what it heard."""
    site_app.config["PATIENCE_AFTER_PAYING"] = 20
    led_to, is_confirming = [], threading.Event()
    back = f"/checkout/{asha.reference}/return"
    returns = threading.Thread(target=lambda: led_to.append(asha.site.get(back).headers["Location"]))
    webhook = threading.Thread(
        target=site_app.test_client().post,
        args=(WEBHOOK,),
        kwargs={"data": paid.body, "headers": dict(paid.headers)},
    )

    def overtakes() -> None:
        webhook.start()
        is_confirming.wait(20)

    def has_overtaken() -> None:
        is_confirming.set()
        returns.join(0.3)

    wires["gateway"].before(overtakes, "GET /v1/payments", times=1)
    wires["flights"].before(has_overtaken, "/beckn/confirm", times=1)
    returns.start()
    returns.join(20)
    webhook.join(20)

    assert led_to == [f"/bookings/{asha.reference}"]
    assert books.states() == ["CONFIRMED"]


def test_who_comes_back_asks_herself_when_the_other_does_not_come_to_an_end(
    asha, paid, books, wires, site_app, monkeypatch
):
    """As after a process that died over it: its lease would last for half a minute."""
    monkeypatch.setattr(waiting, "WEBHOOK_COMES_WITHIN", 40)  # longer than her patience
    wires["gateway"].before(
        lambda: asha.site.get(f"/checkout/{asha.reference}/return"), "GET /v1/payments", times=1
    )

    began = clock.now()
    site_app.test_client().post(WEBHOOK, data=paid.body, headers=dict(paid.headers))

    assert clock.now() - began < saga.LEASE
    assert books.states() == ["CONFIRMED"]
    captures = [each for each in wires["gateway"].requests if each.url.endswith("/capture")]
    assert len(captures) == 1


def test_a_forged_webhook_is_not_believed_and_wakes_nobody(asha, paid, books, wires):
    asked = len(wires["gateway"].requests)

    for number, forge in enumerate(FORGERIES):
        body, headers = forge(paid.body, paid.headers["Sandbox-Signature"])
        headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert tell(asha, body, headers) == 400, number

    assert books.states() == ["AWAITING_PAYMENT"]
    assert len(wires["gateway"].requests) == asked


def test_a_webhook_of_an_hour_ago_is_not_believed(asha, paid, clock):
    clock.forward(hours=1)

    assert tell(asha, paid.body, dict(paid.headers)) == 400


def test_a_webhook_about_an_unknown_payment_is_taken_and_changes_nothing(asha, paid, books, signed):
    body = json.dumps(
        {"id": "evt_1", "type": "payment.authorised", "payment": "pay_nobody", "reference": "nobody"}
    ).encode()

    assert tell(asha, body, signed(body)) == 204
    assert books.states() == ["AWAITING_PAYMENT"]


def test_what_is_signed_and_no_event_is_refused(asha, paid, books, signed):
    for body in (b"{}", b"[]", b"null", b'{"payment": 7}', b"\xff"):
        assert tell(asha, body, signed(body)) == 400, body

    assert books.states() == ["AWAITING_PAYMENT"]


def test_a_webhook_says_that_something_happened_and_not_what(asha, on_sale, books, signed, wires):
    """Signed, and about a payment that nobody made: the gateway is asked, once, and says that it is open."""
    asha.to_the_gateway(asha.to_pay(on_sale()))
    [(_, number)] = books.payments()
    body = json.dumps(
        {"id": "evt_1", "type": "payment.authorised", "payment": number, "reference": "x"}
    ).encode()

    assert tell(asha, body, signed(body)) == 204

    assert books.states() == ["AWAITING_PAYMENT"]
    assert books.payments()[0][0] == "OPEN"
    asked = len(wires["gateway"].requests)
    assert tell(asha, body, signed(body)) == 204
    assert len(wires["gateway"].requests) == asked


def test_a_webhook_whose_truth_could_not_be_asked_is_not_lost(asha, paid, books, wires, clock):
    wires["gateway"].down()
    assert tell(asha, paid.body, dict(paid.headers)) == 204
    wires["gateway"].restore()
    clock.forward(seconds=5)

    assert "You are booked" in asha.site.get(f"/bookings/{asha.reference}").text or books.states() == [
        "CONFIRMED"
    ]


def test_money_that_comes_after_everything_was_let_go_goes_back(asha, on_sale, books, wires, clock):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    clock.forward(minutes=11, seconds=58)
    page = asha.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    asha.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    clock.forward(minutes=4)

    asha.site.get(f"/bookings/{asha.reference}")

    assert books.states() == ["EXPIRED"]
    assert books.payments()[0][0] == "VOIDED"
