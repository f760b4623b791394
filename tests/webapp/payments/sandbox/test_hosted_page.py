"""What a traveller sees and does at the gateway."""

import re
from datetime import timedelta

import pytest

from chassis import clock

from .conftest import RETURN_URL, Traveller


def test_the_page_says_what_is_paid_to_whom_and_that_no_money_moves(api, traveller):
    page = traveller.open(api.a_payment(reference="YAANA-PAGE"))

    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert "<h1>Pay Yaana</h1>" in page.text
    assert "<title>Pay Yaana · Sandbox Pay</title>" in page.text
    assert '<html lang="en-IN">' in page.text
    assert "₹12,345.67" in page.text
    assert "Bengaluru to Mumbai, 11 Dec 2026" in page.text
    assert "YAANA-PAGE" in page.text
    assert "This is a sandbox." in page.text
    assert "no money moves" in page.text


def test_a_lakh_is_grouped_as_in_india(api, traveller):
    assert "₹12,34,567.50" in traveller.open(api.a_payment(amount_minor=123_456_750)).text


def test_what_the_shop_writes_is_text_and_not_markup(api, traveller):
    page = traveller.open(api.a_payment(description="<script>alert(1)</script>"))

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


def test_every_form_carries_its_own_token(api, traveller):
    page = traveller.open(api.a_payment())

    assert page.text.count("<form") == page.text.count('name="csrf_token"') == 4


def test_the_page_is_not_kept_nor_framed_and_loads_nothing_from_elsewhere(api, traveller):
    page = traveller.open(api.a_payment())
    policy = page.headers["Content-Security-Policy"]

    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|style=|<script|https?://(?!127)", page.text)


def test_the_forms_may_lead_back_to_the_shop_and_nowhere_else(api, traveller):
    """Chromium applies form-action to the redirect after a post as well."""
    page = traveller.open(api.a_payment(return_url="https://shop.example:8443/a?b=1"))

    assert "form-action 'self' https://shop.example:8443;" in page.headers["Content-Security-Policy"]


def test_paying_authorises_and_leads_back(api, traveller):
    payment_id = api.a_payment()

    answer = traveller.press("authorisation", payment_id)

    assert (answer.status_code, answer.location) == (303, RETURN_URL)
    payment = api.get(f"/v1/payments/{payment_id}").json
    assert payment["state"] == "AUTHORISED"
    assert (payment["authorised_minor"], payment["captured_minor"]) == (1_234_567, 0)


def test_declining_fails_the_payment_and_leads_back(api, traveller):
    payment_id = api.a_payment()

    answer = traveller.press("decline", payment_id)

    assert (answer.status_code, answer.location) == (303, RETURN_URL)
    assert api.state(payment_id) == "FAILED"


def test_turning_back_leaves_the_payment_open(api, traveller):
    payment_id = api.a_payment()

    answer = traveller.press("return", payment_id)

    assert (answer.status_code, answer.location) == (303, RETURN_URL)
    assert api.state(payment_id) == "OPEN"


def test_a_double_click_on_pay_leads_back_twice_and_pays_once(api, traveller):
    payment_id = api.a_payment()
    token = traveller.token(traveller.open(payment_id))

    answers = [traveller.post("authorisation", payment_id, token) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, RETURN_URL)] * 2
    assert api.get(f"/v1/payments/{payment_id}").json["authorised_minor"] == 1_234_567


def test_a_double_click_on_decline_leads_back_twice(api, traveller):
    payment_id = api.a_payment()
    token = traveller.token(traveller.open(payment_id))

    assert [traveller.post("decline", payment_id, token).status_code for _ in range(2)] == [303, 303]


def test_the_redirect_goes_where_the_shop_said_whatever_the_request_says(api, traveller):
    payment_id = api.a_payment()
    token = traveller.token(traveller.open(payment_id))

    answer = traveller.http.post(
        f"/pay/{payment_id}/authorisation?return_url=http://evil.example/",
        data={"csrf_token": token, "return_url": "http://evil.example/"},
    )

    assert answer.location == RETURN_URL


@pytest.mark.parametrize("button", ["authorisation", "decline", "return"])
@pytest.mark.parametrize("token", ["", "forged"])
def test_without_the_pages_token_no_button_works(api, traveller, button, token):
    payment_id = api.a_payment()

    answer = traveller.post(button, payment_id, token)

    assert answer.status_code == 400
    assert "<h1>Please try again</h1>" in answer.text
    assert api.state(payment_id) == "OPEN"


def test_anothers_token_does_not_pay(gateway_app, api, traveller):
    payment_id, attacker = api.a_payment(), Traveller(gateway_app)
    token = attacker.token(attacker.open(payment_id))

    assert traveller.post("authorisation", payment_id, token).status_code == 400
    assert api.state(payment_id) == "OPEN"


def test_an_expired_payment_cannot_be_paid(api, traveller):
    payment_id = api.a_payment(expires_at=(clock.now() + timedelta(minutes=5)).isoformat())
    token = traveller.token(traveller.open(payment_id))

    with clock.forward(minutes=5, seconds=1):
        answer = traveller.post("authorisation", payment_id, token)
        page = traveller.open(payment_id)

    assert answer.status_code == 409
    for shown in (answer, page):
        assert "<h1>Payment expired</h1>" in shown.text
        assert f'href="{RETURN_URL}"' in shown.text
        assert "<form" not in shown.text
    assert api.get(f"/v1/payments/{payment_id}").json["authorised_minor"] == 0


def test_a_declined_or_voided_payment_cannot_be_paid_any_more(api, traveller):
    declined, voided = api.a_payment(), api.a_payment()
    token = traveller.token(traveller.open(declined))
    traveller.post("decline", declined, token)
    api.void(voided)

    for payment_id, state in ((declined, "FAILED"), (voided, "VOIDED")):
        assert traveller.post("authorisation", payment_id, token).status_code == 409
        assert api.state(payment_id) == state


def test_a_finished_payment_shows_its_state_and_a_way_back(api, traveller):
    voided, failed, refunded = api.a_payment(), api.a_payment(), api.a_captured_payment()
    api.void(voided)
    traveller.press("decline", failed)
    api.refund(refunded, 234_567)
    titles = {
        api.an_authorised_payment(): "Payment authorised",
        api.a_captured_payment(): "Payment complete",
        refunded: "Payment partly refunded",
        voided: "Payment cancelled",
        failed: "Payment declined",
    }

    for payment_id, title in titles.items():
        page = traveller.open(payment_id)

        assert f"<h1>{title}</h1>" in page.text
        assert f'href="{RETURN_URL}"' in page.text
        assert "<form" not in page.text


def test_an_unknown_payment_is_a_page_that_says_so(traveller):
    page = traveller.open("pay_none")

    assert page.status_code == 404
    assert "<h1>No such payment</h1>" in page.text


def test_the_style_is_served_by_the_gateway_itself(api, traveller):
    page = traveller.open(api.a_payment())

    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        with traveller.http.get(path) as file:
            assert file.status_code == 200
