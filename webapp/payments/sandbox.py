"""The sandbox gateway as the site sees it: what is asked, what a usable answer is, and what each refusal means."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Meta, Struct

from chassis.calls import Answer, CallFailed, call
from webapp.payments import signatures
from webapp.payments.gateway import (
    ForgedWebhook,
    GatewayPayment,
    GatewayRefused,
    GatewayUnavailable,
    PaymentState,
)

CAP = 100_000

_REFUSALS = (400, 402, 404, 409, 422)
_CAPTURED = ("CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED")

Amount = Annotated[int, Meta(ge=0)]
Reference = Annotated[str, Meta(min_length=1, max_length=100)]


class _Payment(Struct):
    id: Reference
    reference: Reference
    state: PaymentState
    amount_minor: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    authorised_minor: Amount
    captured_minor: Amount
    refunded_minor: Amount
    url: str
    expires_at: Annotated[datetime, Meta(tz=True)]

    def __post_init__(self):
        if not self.refunded_minor <= self.captured_minor <= self.authorised_minor <= self.amount_minor:
            raise ValueError("amounts that contradict each other")
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).netloc:
            raise ValueError("a page that is not on the web")

    def as_payment(self) -> GatewayPayment:
        return GatewayPayment(
            gateway_reference=self.id,
            **{name: getattr(self, name) for name in self.__struct_fields__ if name != "id"},
        )


class _Payments(Struct):
    payments: Annotated[list[_Payment], Meta(max_length=1)]


class _Problem(Struct):
    code: str
    message: str


class _Error(Struct):
    error: _Problem


class _Event(Struct):
    id: Reference
    type: str
    payment: Reference
    reference: str


class SandboxGateway:
    """A PaymentGateway over the sandbox's API.

    `base_url` as the site and the traveller's browser both reach it; `webhook_url` where it tells us (None: nowhere);
    `deadline` in seconds for each request. Every command may be repeated with its key: within 24 hours the gateway
    gives the first result again, a refusal too; later, look before asking again.
    """

    name = "sandbox"

    def __init__(
        self, base_url: str, api_key: str, webhook_secret: str, webhook_url: str | None, deadline: float = 5.0
    ):
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._webhook_secret = webhook_secret
        self._webhook_url = webhook_url
        self._deadline = deadline

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
        """An OPEN payment; when one with this reference, amount and currency is there already, that one."""
        wanted = {
            "reference": reference,
            "amount_minor": amount_minor,
            "currency": currency,
            "description": description,
            "return_url": return_url,
            "webhook_url": self._webhook_url,
            "expires_at": expires_at,
        }

        def is_it(payment):
            there = (payment.reference, payment.amount_minor, payment.currency)
            return there == (reference, amount_minor, currency)

        try:
            payment = self._payment("POST", "/v1/payments", wanted, key)
        except GatewayRefused as refusal:
            there = self.find_by_reference(reference) if refusal.code == "reference_taken" else None
            if there is None or not is_it(there):
                raise
            return there
        return _fitting(payment, is_it)

    def find(self, gateway_reference: str) -> GatewayPayment:
        return _fitting(self._payment("GET", _path(gateway_reference)), _id_is(gateway_reference))

    def find_by_reference(self, reference: str, since: datetime | None = None) -> GatewayPayment | None:
        answer = self._ask("GET", f"/v1/payments?reference={quote(reference, safe='')}")
        found = _decode(answer, _Payments).payments
        if not found:
            return None
        return _fitting(found[0].as_payment(), lambda payment: payment.reference == reference)

    def capture(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        """Take `amount_minor`; captured before for that amount is success, for another is GatewayRefused."""
        return self._move(
            gateway_reference,
            "capture",
            {"amount_minor": amount_minor},
            key,
            already="already_captured",
            done=lambda payment: payment.state in _CAPTURED and payment.captured_minor == amount_minor,
        )

    def void(self, gateway_reference: str, key: str) -> GatewayPayment:
        return self._move(
            gateway_reference,
            "void",
            {},
            key,
            already="already_voided",
            done=lambda payment: payment.state == "VOIDED",
        )

    def refund(self, gateway_reference: str, amount_minor: int, key: str) -> GatewayPayment:
        return self._move(
            gateway_reference,
            "refunds",
            {"amount_minor": amount_minor},
            key,
            already=None,
            done=lambda payment: payment.refunded_minor >= amount_minor,
        )

    def read_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> str | None:
        """The gateway reference of a webhook signed within 300 seconds of now, before or after. Raises ForgedWebhook."""
        signatures.verify(self._webhook_secret, raw_body, signatures.just_now(headers, "Sandbox-Signature"))
        try:
            return msgspec.json.decode(raw_body, type=_Event).payment
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise ForgedWebhook("signed, and not an event") from error

    def _move(
        self,
        gateway_reference: str,
        what: str,
        wanted: dict,
        key: str,
        already: str | None,
        done: Callable[[GatewayPayment], bool],
    ) -> GatewayPayment:
        try:
            payment = self._payment("POST", f"{_path(gateway_reference)}/{what}", wanted, key)
        except GatewayRefused as refusal:
            if refusal.code != already:
                raise
            present = self.find(gateway_reference)
            if not done(present):
                raise
            return present
        return _fitting(payment, _id_is(gateway_reference), done)

    def _payment(
        self, method: str, path: str, wanted: dict | None = None, key: str | None = None
    ) -> GatewayPayment:
        return _decode(self._ask(method, path, wanted, key), _Payment).as_payment()

    def _ask(self, method: str, path: str, wanted: dict | None = None, key: str | None = None) -> Answer:
        """The gateway's answer with status 200. Raises GatewayUnavailable and GatewayRefused."""
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json"}
        if key is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        body = None if wanted is None else msgspec.json.encode(wanted)
        try:
            answer = call(method, self._base_url + path, body, headers, deadline=self._deadline, cap=CAP)
        except CallFailed as failure:
            raise GatewayUnavailable(f"The gateway {failure}") from failure
        if answer.status == 200:
            return answer
        raise _problem(answer)


def _problem(answer: Answer) -> GatewayUnavailable | GatewayRefused:
    """A wrong API key, a limit or a key in use says nothing about the payment, so these are not refusals."""
    if answer.status not in _REFUSALS:
        return GatewayUnavailable(f"The gateway answered {answer.status}")
    problem = _decode(answer, _Error).error
    if problem.code == "idempotency_key_in_use":
        return GatewayUnavailable("The gateway is still working on this key")
    return GatewayRefused(problem.code, problem.message)


def _decode(answer: Answer, kind):
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise GatewayUnavailable(f"The gateway's answer cannot be used: {error}") from error


def _fitting(payment: GatewayPayment, *conditions: Callable[[GatewayPayment], bool]) -> GatewayPayment:
    if not all(condition(payment) for condition in conditions):
        raise GatewayUnavailable("The gateway's answer does not fit the question")
    return payment


def _id_is(gateway_reference: str) -> Callable[[GatewayPayment], bool]:
    return lambda payment: payment.gateway_reference == gateway_reference


def _path(gateway_reference: str) -> str:
    return f"/v1/payments/{quote(gateway_reference, safe='')}"


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (_Payment, _Payments, _Problem, _Error, _Event):
    msgspec.json.Decoder(_kind)
