"""How Stripe's library reaches Stripe: over our own calls, which know a total deadline and a largest answer.

What the library makes of an answer is only as good as the answer, so what is not an object of JSON, or an error that is
not told as Stripe tells errors, ends here: StripeError is all that leaves the library.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import stripe
from msgspec import UNSET, Struct, UnsetType

from chassis.calls import Answer, CallFailed, call
from webapp.payments.gateway import GatewayError, GatewayRefused, GatewayUnavailable

CAP = 1_000_000  # bytes; a hundred sessions of a list are 300,000


class _Problem(Struct):
    type: str
    code: str | None = None
    message: str | None = None


class _Answer(Struct):
    error: _Problem | UnsetType = UNSET


class Transport(stripe.HTTPClient):
    """The library's HTTP client, without retries (the saga is the retry); `deadline` in seconds for each request."""

    name = "chassis"

    def __init__(self, deadline: float):
        super().__init__()
        self._deadline = deadline

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        body = post_data.encode() if isinstance(post_data, str) else post_data
        try:
            answer = call(method.upper(), url, body, headers, deadline=self._deadline, cap=CAP)
        except CallFailed as failure:
            raise stripe.APIConnectionError(f"Stripe {failure}") from failure
        return _usable(answer), answer.status, answer.headers

    def close(self) -> None:
        """The connections are the app's."""


def _usable(answer: Answer) -> str:
    try:
        msgspec.json.decode(answer.body, type=_Answer)
        return answer.body.decode()
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise stripe.APIConnectionError(f"Stripe's answer {answer.status} cannot be used") from error


def meaning(error: stripe.StripeError) -> GatewayError:
    """What a StripeError says of the payment: refused, or nothing at all.

    Refused is what Stripe has understood and decided (docs.stripe.com/api/errors: card_error, invalid_request_error, and
    the same key with other parameters). A wrong key, a limit, a lock, a key in use and every 5xx decide nothing.
    """
    if isinstance(error, (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError)):
        kind = "idempotency_error" if isinstance(error, stripe.IdempotencyError) else "refused"
        return GatewayRefused(error.code or kind, error.user_message or "Stripe gave no reason")
    return GatewayUnavailable(f"Stripe: {error.user_message or type(error).__name__}")


def is_kept_failure(error: stripe.StripeError) -> bool:
    """Whether this is a 500 that Stripe keeps for a day and gives again to everybody who repeats its key."""
    replayed = str((error.headers or {}).get("Idempotent-Replayed", "")).lower() == "true"
    return replayed and (error.http_status or 0) >= 500


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
msgspec.json.Decoder(_Answer)
