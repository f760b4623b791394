"""Asking one provider, in Beckn over HTTP, with one of two ways to fail and no third.

ProviderError
├── ProviderUnavailable   no usable answer in time: the outcome is unknown
└── ProviderRefused       understood and refused: a code and a reason; nothing changed
"""

import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import current_app

from beckn import envelopes, texts
from beckn.context import TTL, VERSION, Code, Context, Location, city_code
from beckn.errors import NotUnderstood
from beckn.messages import Error, Part
from beckn.participants import Speaker
from beckn.times import write_instant
from chassis import clock
from chassis.calls import Answer, CallFailed, call
from webapp.providers.directory import Provider

# Seconds in all, from connecting to the last byte.
DEADLINES = {"search": 2.0, "select": 3.0, "init": 3.0, "confirm": 10.0, "cancel": 10.0}
USUAL_DEADLINE = 3.0
MOST_LINES = 20  # of the log, about one answer


class ProviderError(Exception):
    def __init__(self, provider: Provider, sentence: str):
        super().__init__(f"{provider.name} {sentence}")
        self.provider = provider
        self.sentence = sentence


class ProviderUnavailable(ProviderError):
    """No usable answer in time. `sent` is False when the request surely never arrived."""

    def __init__(self, provider: Provider, sentence: str, sent: bool = True):
        super().__init__(provider, sentence)
        self.sent = sent


class ProviderRefused(ProviderError):
    """Understood and refused; `code` is one of beckn.errors."""

    def __init__(self, provider: Provider, code: str, sentence: str):
        super().__init__(provider, f"refused: {code} {sentence}")
        self.code = code
        self.reason = sentence

    def in_words(self, names: Mapping[str, str]) -> "ProviderRefused":
        """The same for who does not know the provider's codes: each is replaced by what `names` calls it."""
        return ProviderRefused(self.provider, self.code, texts.named(self.reason, names))


def ask(
    provider: Provider,
    action: str,
    message: Part,
    transaction_id: str,
    city: str | None = None,
    until: float | None = None,
) -> Any:
    """The message of the provider's `on_<action>`; `city` is an STD code.

    `until`: when the page is sent for which it is asked, in monotonic seconds; nobody reads an answer that comes later,
    so the call ends then. Raises ProviderUnavailable, ProviderRefused.
    """
    deadline = _seconds(action, until)
    if deadline <= 0:
        raise ProviderUnavailable(provider, "did not answer in time", sent=False)
    speaker: Speaker = current_app.extensions["speaker"]
    now = clock.now()
    context = _context(provider, action, transaction_id, city, speaker, now)
    body = envelopes.write(context, message)
    headers = {
        "Content-Type": "application/json",
        "Authorization": speaker.sign(body, now),
        "Prefer": f"wait={max(int(deadline), 1)}",
    }
    try:
        answer = call("POST", f"{provider.url}/beckn/{action}", body, headers, deadline=deadline)
    except CallFailed as failure:
        raise ProviderUnavailable(provider, str(failure), failure.sent) from failure
    return _read(provider, context, answer)


def _seconds(action: str, until: float | None) -> float:
    usual = DEADLINES.get(action, USUAL_DEADLINE)
    return usual if until is None else min(usual, until - time.monotonic())


def _context(
    provider: Provider, action: str, transaction_id: str, city: str | None, speaker: Speaker, now: datetime
) -> Context:
    return Context(
        domain=provider.wire.DOMAIN,
        location=Location(country=Code("IND"), city=Code(city_code(city)) if city else None),
        action=action,
        version=VERSION,
        bap_id=speaker.subscriber_id,
        bap_uri=speaker.uri,
        bpp_id=provider.subscriber_id,
        bpp_uri=f"{provider.url}/beckn",
        transaction_id=uuid.UUID(transaction_id),
        message_id=uuid.uuid4(),
        timestamp=write_instant(now),
        ttl=TTL,
    )


def _read(provider: Provider, asked: Context, answer: Answer) -> Any:
    if answer.status in (400, 409):
        error = envelopes.read_nack(answer.body)
        if error is not None:
            raise ProviderRefused(provider, error.code, _text(error))
    if answer.status != 200:
        raise ProviderUnavailable(provider, f"answered with HTTP {answer.status}")
    try:
        context, message, error = envelopes.read_answer(answer.body, asked.action)
    except NotUnderstood as fault:
        context, message = _what_can_be_read(provider, asked.action, answer.body, fault)
        error = None
    if not _answers(context, asked):
        current_app.logger.warning(
            "an answer is to another question", extra={"facts": {"provider": provider.key}}
        )
        raise ProviderUnavailable(provider, "answered another question")
    if error is not None:
        raise ProviderRefused(provider, error.code, _text(error))
    return message


def _what_can_be_read(
    provider: Provider, action: str, body: bytes, fault: NotUnderstood
) -> tuple[Context, Any]:
    """A catalogue without the offers that are out of shape. Raises ProviderUnavailable for any other answer."""
    if action == "search":
        with suppress(NotUnderstood):
            context, message, left_out = envelopes.read_spoilt_catalog(body)
            for why in left_out[:MOST_LINES]:
                current_app.logger.warning(
                    "an offer was left out", extra={"facts": {"provider": provider.key, "why": why}}
                )
            return context, message
    current_app.logger.warning(
        "an answer cannot be read", extra={"facts": {"provider": provider.key, "why": fault.path}}
    )
    raise ProviderUnavailable(provider, "gave an answer that cannot be read") from fault


def _answers(context: Context, asked: Context) -> bool:
    return (
        context.action == f"on_{asked.action}"
        and context.transaction_id == asked.transaction_id
        and context.message_id == asked.message_id
        and context.bpp_id == asked.bpp_id
    )


def _text(error: Error) -> str:
    """A refusal in the provider's words, as a page may show them."""
    return texts.made_fit(error.message or "", 300)
