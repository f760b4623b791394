"""Stripe: its Checkout page, manual capture, refunds and webhooks, by its official library.

A payment is a Checkout Session, whose id is the gateway reference; its PaymentIntent comes into being when somebody pays.
Every command looks, acts and looks again, so that what is already so is success, whoever did it. What was never tried
with the real Stripe stands in docs/payments.md.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import stripe

from chassis import clock
from webapp.payments import signatures
from webapp.payments.gateway import ForgedWebhook, GatewayPayment, GatewayRefused, GatewayUnavailable
from webapp.payments.stripe.shapes import PAY_BY, Event, Refund, Refunds, Session, Sessions, read
from webapp.payments.stripe.transport import Transport, is_kept_failure, meaning

API = "https://api.stripe.com"
# Where our minor units and Stripe's are both hundredths; elsewhere an amount could be taken a hundredfold.
HUNDREDTHS = frozenset({"AED", "AUD", "CAD", "CHF", "EUR", "GBP", "INR", "SGD", "USD"})
# Stripe ends no session before 30 minutes; counted from our own end, so that a repeat says the same. We end it in time.
STRIPES_END = timedelta(minutes=31)
CLOCKS_DIFFER = timedelta(minutes=5)
CREATED_WITHIN = timedelta(hours=2)  # of `since`: no hold lasts longer
LIVES = timedelta(hours=24)  # no session lives longer
PAGES = 50
NEXT_KEYS = 5

_EXPANDED = ["payment_intent.latest_charge"]
_CAPTURED = ("CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED")


class StripeGateway:
    """A PaymentGateway over Stripe's API.

    `deadline` in seconds for each request; a command makes five at most. `api_base` only to test against something that
    plays Stripe.
    """

    name = "stripe"

    def __init__(
        self, secret_key: str, webhook_secret: str, api_base: str | None = None, deadline: float = 8.0
    ):
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            secret_key,
            http_client=Transport(deadline),
            base_addresses={"api": (api_base or API).rstrip("/")},
            max_network_retries=0,
        )
        self._sessions = client.v1.checkout.sessions
        self._intents = client.v1.payment_intents
        self._all_refunds = client.v1.refunds
        self._webhook_secret = webhook_secret

    def create(
        self,
        reference: str,
        amount_minor: int,
        currency: str,
        description: str,
        return_url: str,
        expires_at: datetime,
        key: str,
    ) -> GatewayPayment:
        """An OPEN payment; with this reference again within a day, the same one. We have to end it at `expires_at`."""
        if currency not in HUNDREDTHS:
            raise GatewayRefused("currency_unsupported", f"{currency} is not one that we pay with at Stripe")
        if expires_at <= clock.now():
            raise GatewayRefused("expires_at_past", "The time to pay is over")
        wanted = _new_session(reference, amount_minor, currency, description, return_url, expires_at)
        # Stripe knows keys and no references: so the reference is the key, and there is one session of it.
        session = self._send(self._sessions.create, wanted, key=f"{reference}-create", kind=Session)
        payment = session.as_payment(0)
        there = (payment.reference, payment.amount_minor, payment.currency)
        if there != (reference, amount_minor, currency):
            raise GatewayUnavailable("Stripe's answer does not fit the question")
        return payment

    def find(self, gateway_reference: str) -> GatewayPayment:
        return self._look(gateway_reference)[0]

    def find_by_reference(self, reference: str, since: datetime | None = None) -> GatewayPayment | None:
        """The payment with our reference, looked for in the list of sessions.

        Not by Stripe's search: that may be an hour behind, and does not exist for merchants in India. The list is at once
        what it is; a list too long to be read to its end is GatewayUnavailable and never "not there".
        """
        for entry in self._created_since(since):
            if entry.client_reference_id == reference:
                return self.find(entry.id)
        return None

    def capture(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        """Take `amount_minor`; captured before for that amount is success, for another is GatewayRefused."""

        def act(payment: GatewayPayment, session: Session) -> None:
            if payment.state in _CAPTURED:
                raise GatewayRefused("already_captured", "The payment was captured before")
            if payment.state != "AUTHORISED":
                raise GatewayRefused("payment_not_capturable", f"The payment is {payment.state}")
            self._send(self._intents.capture, session.intent_id, {"amount_to_capture": amount_minor}, key=key)

        return self._make_so(
            gateway_reference, lambda is_: is_.state in _CAPTURED and is_.captured_minor == amount_minor, act
        )

    def void(self, gateway_reference: str, key: str) -> GatewayPayment:
        """An open session is expired, an authorised payment canceled: Stripe knows no one word for both."""

        def act(payment: GatewayPayment, session: Session) -> None:
            if payment.state in _CAPTURED:
                raise GatewayRefused("payment_not_voidable", f"The payment is {payment.state}")
            if session.status == "open":
                self._send(self._sessions.expire, session.id, {}, key=f"{key}-expire")
            else:
                abandoned = {"cancellation_reason": "abandoned"}
                self._send(self._intents.cancel, session.intent_id, abandoned, key=f"{key}-cancel")

        return self._make_so(gateway_reference, lambda is_: is_.state == "VOIDED", act)

    def refund(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        """Give back once per `key`, also after Stripe has forgotten the key: the refund itself carries it.

        A refund that failed at the bank is GatewayRefused for its key; the next try needs another.
        """
        payment, session = self._look(gateway_reference)
        if payment.state not in _CAPTURED:
            raise GatewayRefused("payment_not_refundable", f"The payment is {payment.state}")
        intent = session.intent_id
        made = next((each for each in self._refunds(intent) if each.key == key), None)
        if made is None:
            made = self._refund(gateway_reference, intent, amount_minor, key)
        if made.payment_intent != intent:
            raise GatewayUnavailable("Stripe's answer does not fit the question")
        if made.amount != amount_minor:
            raise GatewayRefused("idempotency_error", "This key refunded another amount")
        if not made.goes_back:
            raise GatewayRefused("refund_failed", f"The refund {made.status}: {made.failure_reason}")
        after = self.find(gateway_reference)
        if after.refunded_minor < amount_minor:
            raise GatewayUnavailable("Stripe's answer does not fit the question")
        return after

    def read_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> str | None:
        """The session of a webhook signed within 300 seconds of now, before or after. Raises ForgedWebhook.

        The library knows the signature and only the past; the time is asked of our own clock, on both sides.
        """
        header = signatures.just_now(headers, "Stripe-Signature")
        try:
            stripe.WebhookSignature.verify_header(raw_body, header, self._webhook_secret)
        except (stripe.SignatureVerificationError, UnicodeError, TypeError) as error:
            raise ForgedWebhook("not signed with our secret") from error
        try:
            return msgspec.json.decode(raw_body, type=Event).session
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ForgedWebhook("signed, and not an event") from error

    # ---- asking

    def _look(self, gateway_reference: str) -> tuple[GatewayPayment, Session]:
        """The payment as it is now, and the session that says so."""
        session = self._send(self._sessions.retrieve, gateway_reference, {"expand": _EXPANDED}, kind=Session)
        if session.id != gateway_reference:
            raise GatewayUnavailable("Stripe's answer does not fit the question")
        back = self._refunds(session.intent_id) if session.refunds_begun else []
        return session.as_payment(sum(each.amount for each in back if each.goes_back)), session

    def _refunds(self, intent: str) -> list[Refund]:
        page = self._send(self._all_refunds.list, {"payment_intent": intent, "limit": 100}, kind=Refunds)
        if page.has_more or any(each.payment_intent != intent for each in page.data):
            raise GatewayUnavailable("Stripe's list of refunds cannot be used")
        return page.data

    def _created_since(self, since: datetime | None) -> Iterator[Sessions.Entry]:
        begin = since or clock.now() - LIVES
        end = begin + (CREATED_WITHIN if since else LIVES)
        created = {
            "gte": int((begin - CLOCKS_DIFFER).timestamp()),
            "lte": int((end + CLOCKS_DIFFER).timestamp()),
        }
        wanted: dict[str, Any] = {"created": created, "limit": 100}
        for _ in range(PAGES):
            page = self._send(self._sessions.list, wanted, kind=Sessions)
            yield from page.data
            if not page.has_more or not page.data:
                return
            wanted["starting_after"] = page.data[-1].id
        raise GatewayUnavailable("Stripe has more sessions than can be looked through")

    # ---- acting

    def _make_so(
        self,
        gateway_reference: str,
        is_so: Callable[[GatewayPayment], bool],
        act: Callable[[GatewayPayment, Session], None],
    ) -> GatewayPayment:
        """Look, act, look again, until it is so; what somebody else did meanwhile is looked at anew.

        A payment's states only go forward, so this ends: with what was wanted, or as soon as acting changed nothing.
        """
        seen, refusal = None, None
        while True:
            payment, session = self._look(gateway_reference)
            if is_so(payment):
                return payment
            if payment.state == seen:
                raise refusal or GatewayUnavailable("Stripe's answer does not fit the question")
            seen, refusal = payment.state, None
            try:
                act(payment, session)
            except GatewayRefused as refused:
                refusal = refused

    def _refund(self, gateway_reference: str, intent: str, amount_minor: int, key: str) -> Refund:
        wanted = {
            "payment_intent": intent,
            "amount": amount_minor,
            "metadata": {"key": key, "session": gateway_reference},
        }
        return self._send(self._all_refunds.create, wanted, key=key, kind=Refund, next_keys=0)

    def _send(
        self,
        ask: Callable[..., Any],
        *arguments: Any,
        key: str | None = None,
        kind: Any = None,
        next_keys: int = NEXT_KEYS,
    ) -> Any:
        """What Stripe answers, read as `kind`. Raises GatewayUnavailable and GatewayRefused.

        Stripe keeps a 500 with its key for a day. What the payment's own state makes safe to repeat then goes on under
        the next key; a refund does not (`next_keys`): it waits, and a person is told.
        """
        keys = [key] + [f"{key}-{number}" for number in range(2, 2 + next_keys)] if key else [None]
        for number, each in enumerate(keys, 1):
            try:
                answer = ask(*arguments, **({"options": {"idempotency_key": each}} if each else {}))
            except stripe.StripeError as error:
                if is_kept_failure(error) and number < len(keys):
                    continue
                raise meaning(error) from error
            return read(answer, kind) if kind else None
        raise AssertionError("the last key is answered or raises")


def _new_session(
    reference: str,
    amount_minor: int,
    currency: str,
    description: str,
    return_url: str,
    expires_at: datetime,
) -> dict[str, Any]:
    """Everything follows from the arguments and nothing from the clock: a repeat of a key must say the same."""
    price = {
        "currency": currency.lower(),
        "unit_amount": amount_minor,
        "product_data": {"name": description},
    }
    return {
        "mode": "payment",
        "client_reference_id": reference,
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_method_types": ["card"],
        "payment_intent_data": {
            "capture_method": "manual",
            "description": description,
            "metadata": {"reference": reference},
        },
        "adaptive_pricing": {"enabled": False},
        "metadata": {"reference": reference, PAY_BY: str(int(expires_at.timestamp()))},
        "success_url": return_url,
        "cancel_url": return_url,
        "expires_at": int((expires_at + STRIPES_END).timestamp()),
        "expand": _EXPANDED,
    }
