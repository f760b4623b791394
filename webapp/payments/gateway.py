"""What the site asks of a payment gateway, whoever it is; pure, so that nobody must know a gateway to speak of money.

GatewayError
├── GatewayUnavailable   no usable answer: the outcome is unknown, so ask again by our own reference or with the same key
├── GatewayRefused       understood and refused, nothing changed; `code` for us, `sentence` for a log or an admin
└── ForgedWebhook        not signed by the gateway, or not signed just now
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

PaymentState = Literal["OPEN", "AUTHORISED", "CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "VOIDED", "FAILED"]


class GatewayError(Exception):
    """A gateway did not do what was asked."""


class GatewayUnavailable(GatewayError):
    """No usable answer: the outcome is unknown."""


class GatewayRefused(GatewayError):
    """Understood and refused; nothing changed."""

    def __init__(self, code: str, sentence: str):
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class ForgedWebhook(GatewayError):
    """A webhook that the gateway did not sign, or did not sign just now."""


@dataclass(frozen=True)
class GatewayPayment:
    """A payment as the gateway tells it. Amounts in minor units of `currency`; `expires_at` is aware.

    `reference` is ours, `gateway_reference` theirs; `url` is the page where the traveller pays.
    """

    gateway_reference: str
    reference: str
    state: PaymentState
    amount_minor: int
    currency: str
    authorised_minor: int
    captured_minor: int
    refunded_minor: int
    url: str
    expires_at: datetime


class PaymentGateway(Protocol):
    """A gateway that authorises first and captures later.

    `key` makes a command repeatable: the same key with the same arguments acts once. All but `read_webhook` raise
    GatewayUnavailable and GatewayRefused; what is already so (captured, voided) is success and not a refusal.
    """

    name: str

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
        """An OPEN payment that the traveller can authorise at `url` until `expires_at`."""
        ...

    def find(self, gateway_reference: str) -> GatewayPayment:
        """The payment as it is now."""
        ...

    def find_by_reference(self, reference: str, since: datetime | None = None) -> GatewayPayment | None:
        """The payment that was created with our `reference`; None when the gateway never heard of it.

        It was not created before `since`: a gateway that must look through a list need not look further back.
        """
        ...

    def capture(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        """Take `amount_minor` of what was authorised, once; the rest is let go."""
        ...

    def void(self, gateway_reference: str, key: str) -> GatewayPayment:
        """Let an OPEN or AUTHORISED payment go without taking anything."""
        ...

    def refund(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        """Give `amount_minor` of what was captured back."""
        ...

    def read_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> str | None:
        """The gateway reference that a webhook is about; None for one that concerns no payment. Raises ForgedWebhook.

        It says that something happened and not what: ask `find`.
        """
        ...
