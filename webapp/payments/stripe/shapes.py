"""What of Stripe's objects concerns us, typed; an answer that does not fit is not used. (docs.stripe.com/api)"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from webapp.payments.gateway import GatewayPayment, GatewayUnavailable, PaymentState

Amount = Annotated[int, Meta(ge=0)]
Seconds = Annotated[int, Meta(ge=0, le=10**11)]
# 80: as long as our own column; Stripe's session ids have 66 characters today.
Id = Annotated[str, Meta(min_length=1, max_length=80)]
Metadata = dict[str, str]

_SECONDS = re.compile(r"[0-9]{1,11}")

PAY_BY = "pay_by"  # our own end of the time to pay, in a session's metadata: Stripe's is never less than 30 minutes away


class Charge(Struct):
    id: Id
    amount_refunded: Amount


class Intent(Struct):
    """A PaymentIntent; `amount_capturable` is what is authorised and not yet taken."""

    id: Id
    status: Literal[
        "requires_payment_method",
        "requires_confirmation",
        "requires_action",
        "processing",
        "requires_capture",
        "canceled",
        "succeeded",
    ]
    amount: Amount
    amount_capturable: Amount
    amount_received: Amount
    currency: str
    metadata: Metadata
    latest_charge: Charge | None = None


class Session(Struct):
    """A Checkout Session with its PaymentIntent expanded; there is none until somebody begins to pay."""

    id: Id
    status: Literal["open", "complete", "expired"]
    client_reference_id: Id
    amount_total: Amount
    currency: str
    expires_at: Seconds
    metadata: Metadata
    url: str | None = None
    payment_intent: Intent | None = None

    def __post_init__(self):
        intent = self.payment_intent
        if intent and (intent.amount, intent.currency) != (self.amount_total, self.currency):
            raise ValueError("a payment of another amount than its session")
        if intent and intent.metadata.get("reference") != self.client_reference_id:
            raise ValueError("a payment of another reference than its session")
        if intent and intent.amount_received > intent.amount:
            raise ValueError("more taken than authorised")
        if self.url and (urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).netloc):
            raise ValueError("a page that is not on the web")
        if not _SECONDS.fullmatch(self.metadata.get(PAY_BY, "0")):
            raise ValueError("metadata that is not ours")

    @property
    def intent_id(self) -> str:
        """Empty before anybody began to pay."""
        return self.payment_intent.id if self.payment_intent else ""

    @property
    def refunds_begun(self) -> bool:
        """Whether the list of refunds has to be read to know what went back."""
        charge = self.payment_intent and self.payment_intent.latest_charge
        return bool(charge and charge.amount_refunded)

    def as_payment(self, refunded_minor: int) -> GatewayPayment:
        """Raises GatewayUnavailable when more went back than was taken."""
        if refunded_minor > self._taken:
            raise GatewayUnavailable("Stripe's answer contradicts itself")
        pay_by = int(self.metadata.get(PAY_BY, "0")) or self.expires_at
        return GatewayPayment(
            gateway_reference=self.id,
            reference=self.client_reference_id,
            state=self._state(refunded_minor),
            amount_minor=self.amount_total,
            currency=self.currency.upper(),
            authorised_minor=self._authorised_minor(),
            captured_minor=self._taken,
            refunded_minor=refunded_minor,
            url=self.url or "",
            expires_at=datetime.fromtimestamp(pay_by, UTC),
        )

    def _state(self, refunded_minor: int) -> PaymentState:
        """As long as somebody could still pay it is OPEN: a declined card, a bank that still asks, a try under way."""
        status = self.payment_intent.status if self.payment_intent else None
        if status == "requires_capture":
            return "AUTHORISED"
        if status == "canceled" or (self.status == "expired" and status in (None, "requires_payment_method")):
            return "VOIDED"
        if status != "succeeded":
            return "OPEN"
        if refunded_minor:
            return "REFUNDED" if refunded_minor == self._taken else "PARTIALLY_REFUNDED"
        return "CAPTURED"

    @property
    def _taken(self) -> int:
        return self.payment_intent.amount_received if self.payment_intent else 0

    def _authorised_minor(self) -> int:
        intent = self.payment_intent
        if intent is None:
            return 0
        return intent.amount_capturable if intent.status == "requires_capture" else intent.amount_received


class Sessions(Struct):
    """A page of a list, newest first. Only what is needed to find one of ours among others' of the same account."""

    class Entry(Struct):
        id: Id
        client_reference_id: str | None = None

    data: list[Entry]
    has_more: bool


class Refund(Struct):
    id: Id
    amount: Amount
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
    payment_intent: Id | None
    metadata: Metadata | None = None
    failure_reason: str | None = None

    @property
    def key(self) -> str | None:
        """The key with which we asked for it; None for one that a person made in the Dashboard."""
        return (self.metadata or {}).get("key")

    @property
    def goes_back(self) -> bool:
        """A refund that waits for our balance is on its way too: Stripe carries it out or says that it failed."""
        return self.status not in ("failed", "canceled")


class Refunds(Struct):
    data: list[Refund]
    has_more: bool


class Event(Struct):
    """A webhook. Snapshots of an object are not believed, only whose they are."""

    class Data(Struct):
        class Object(Struct):
            id: Id
            metadata: Metadata | None = None

        object: Object

    id: Id
    type: str
    data: Data
    account: str | None = None

    @property
    def session(self) -> str | None:
        """The session it is about; None for what is not of this account, or not of our making."""
        if self.account is not None:
            return None
        if self.type.startswith("checkout.session."):
            return self.data.object.id
        if self.type.startswith(("refund.", "charge.refund.")):
            return (self.data.object.metadata or {}).get("session")
        return None


def read(answer: Any, kind):
    """A StripeObject's own body as `kind`. Raises GatewayUnavailable."""
    try:
        return msgspec.json.decode(answer.last_response.body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise GatewayUnavailable(f"Stripe's answer cannot be used: {error}") from error


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (Session, Sessions, Refund, Refunds, Event):
    msgspec.json.Decoder(_kind)
