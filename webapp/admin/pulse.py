"""Whether the providers and the payment gateway answer right now: all are asked at once, and nobody is waited for long."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Literal

import msgspec
from flask import Flask, current_app

from beckn.texts import made_fit
from chassis.calls import Answer, CallFailed, call
from chassis.settings import setting
from webapp.search.results import threads

DEADLINE = 1.5  # seconds for each
GRACE = 0.3  # and then for none: looking a name up, too, can hang
CAP = 100_000
LONGEST = 300  # characters of what somebody says of himself


@dataclass(frozen=True)
class Partner:
    """Somebody whom the site cannot do without; `url` is where he says whether he can serve, judged by `judge`."""

    key: str
    name: str
    url: str
    judge: Callable[[Answer], "Pulse"]


@dataclass(frozen=True)
class Pulse:
    """`state`: "well", "odd" (somebody answers, and not that he can serve) or "silent"; `words` without a name before them."""

    state: Literal["well", "odd", "silent"]
    words: str


class _Readiness(msgspec.Struct):
    """What /readyz says; see chassis/health.py."""

    status: str
    problems: list[str] = []


def partners() -> list[Partner]:
    """The providers that are configured, and the gateway that GATEWAY chooses."""
    providers = current_app.extensions["providers"].values()
    return [Partner(each.key, each.name, f"{each.url}/readyz", readiness) for each in providers] + [
        _gateway()
    ]


def _gateway() -> Partner:
    """Stripe says nowhere whether it is well; that its API answers at all, even with a refusal, has to do."""
    name = current_app.config["GATEWAY"]
    if name == "stripe":
        from webapp.payments.stripe import API  # only here: see payments/selected.py

        return Partner(name, "Stripe", setting(current_app, "STRIPE_API_BASE") or API, _any_answer)
    return Partner(name, "Payment gateway", f"{current_app.config['GATEWAY_URL']}/readyz", readiness)


class Asking:
    """Questions on their way to all partners; what else a page needs can be done meanwhile."""

    def __init__(self, asked: Sequence[Partner]):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._end = time.monotonic() + DEADLINE + GRACE
        self._futures = {each.key: threads(app, each.key).submit(_ask, app, each) for each in asked}

    def answers(self) -> dict[str, Pulse]:
        """{partner's key: how it is}"""
        wait(self._futures.values(), max(self._end - time.monotonic(), 0))
        return {key: _result(future) for key, future in self._futures.items()}


def _result(future: Future) -> Pulse:
    if not future.done():
        future.cancel()
        return Pulse("silent", "did not answer in time")
    return future.result()


def _ask(app: Flask, partner: Partner) -> Pulse:
    with app.app_context():
        try:
            return partner.judge(call("GET", partner.url, deadline=DEADLINE, cap=CAP))
        except CallFailed as failure:
            return Pulse("silent", str(failure))


def readiness(answer: Answer) -> Pulse:
    """One of our kind says that it is ready, or what keeps it; anything else is nobody's /readyz."""
    try:
        said = msgspec.json.decode(answer.body, type=_Readiness)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Pulse(
            "odd", f"answers in {_took(answer)}, but says nothing that can be read (HTTP {answer.status})"
        )
    if answer.status == 200 and said.status == "ready":
        return Pulse("well", f"answers in {_took(answer)}")
    why = made_fit("; ".join(said.problems), LONGEST) or f"HTTP {answer.status}"
    return Pulse("odd", f"answers in {_took(answer)}, but is not ready: {why}")


def _any_answer(answer: Answer) -> Pulse:
    if answer.status < 500:
        return Pulse("well", f"answers in {_took(answer)}")
    return Pulse("odd", f"answers in {_took(answer)}, but is not ready: HTTP {answer.status}")


def _took(answer: Answer) -> str:
    return f"{max(1, round(answer.seconds * 1000)):,} ms"
