"""Asking the providers that can serve a search, in parallel and with a deadline; each one's state is said in words."""

import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from chassis.database import let_go
from webapp.providers import directory
from webapp.providers.client import DEADLINES, ProviderRefused, ProviderUnavailable, ask
from webapp.providers.directory import Provider

GRACE = 0.3
THREADS = 32


@dataclass(frozen=True)
class ProviderState:
    """How a provider did: `answered`, `unavailable` or `not_asked`; `seconds` it took."""

    provider: str
    name: str
    state: str
    offers: int
    seconds: float
    message: str


@dataclass(frozen=True)
class Found:
    """What one question to one provider brought."""

    offers: Sequence[Any]
    seconds: float
    failure: str | None = None


class Asking:
    """Questions on their way to the providers, all at the same time; at their deadline nobody is waited for any more."""

    def __init__(self, kind: str, searches: Sequence[Any], alone: bool = False):
        """`searches`: a city with several airports is several; each goes to the providers that can serve it.

        `alone`: nothing else is asked for the page, so that a single question needs no thread.
        """
        let_go()
        self.questions = [(provider, each) for each in searches for provider in directory.of_kind(kind, each)]
        self._end = time.monotonic() + DEADLINES["search"] + GRACE
        self._is_single = alone and len(self.questions) == 1
        self._futures = [] if self._is_single else [_sent(*each, self._end) for each in self.questions]

    def answers(self, within: float | None = None) -> "Answers":
        """(provider, offer) pairs of all questions, and each provider's state; `within` so many seconds from now."""
        if self._is_single:
            return told(self.questions, [_ask_one(*self.questions[0], self._end)])
        left = max(self._end - time.monotonic(), 0)
        wait(self._futures, left if within is None else min(left, within))
        return told(self.questions, [_result(future) for future in self._futures])


Answers = tuple[list[tuple[Provider, Any]], list[ProviderState]]


def search(kind: str, searches: Sequence[Any]) -> Answers:
    """(provider, offer) pairs of all `searches` and each provider's state, when all have answered or time is up."""
    return Asking(kind, searches, alone=True).answers()


def told(questions: Sequence[tuple[Provider, Any]], answers: Sequence[Found]) -> Answers:
    """What the answers to these questions come to."""
    pairs = [
        (provider, offer)
        for (provider, _), found in zip(questions, answers, strict=True)
        for offer in found.offers
    ]
    by_provider: dict[str, list[Found]] = {}
    for (provider, _), found in zip(questions, answers, strict=True):
        by_provider.setdefault(provider.key, []).append(found)
    known = current_app.extensions["providers"]
    return pairs, [_state(known[key], by_provider[key]) for key in known if key in by_provider]


def _state(provider: Provider, found: Sequence[Found]) -> ProviderState:
    offers = sum(len(each.offers) for each in found)
    seconds = max(each.seconds for each in found)
    failures = [each.failure for each in found if each.failure]
    if failures:
        words = f"{failures[0]}: these are the results without it"
        return ProviderState(provider.key, provider.name, "unavailable", offers, seconds, words)
    words = f"{offers} {'offer' if offers == 1 else 'offers'}, {how_long(seconds)}"
    return ProviderState(provider.key, provider.name, "answered", offers, seconds, words)


def how_long(seconds: float) -> str:
    """0.3 s; nothing takes 0.0 s"""
    return "under 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def _result(future: Future) -> Found:
    if not future.done():
        future.cancel()
        return Found((), DEADLINES["search"], "did not answer in time")
    return future.result()


def _sent(provider: Provider, search: Any, until: float) -> Future:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return threads(app, provider.key).submit(_ask_in_context, app, provider, search, until)


def _ask_in_context(app: Flask, provider: Provider, search: Any, until: float) -> Found:
    with app.app_context():
        return _ask_one(provider, search, until)


def _ask_one(provider: Provider, search: Any, until: float) -> Found:
    began = time.monotonic()
    wire = provider.wire
    message = wire.search_message(search, current_app.config["SITE_URL"])
    try:
        answer = ask(provider, "search", message, str(uuid.uuid4()), wire.city_of(search), until)
        offers, faults = wire.read_offers(answer, search)
    except ProviderUnavailable as error:
        return Found((), time.monotonic() - began, error.sentence)
    except ProviderRefused as error:
        current_app.logger.warning(
            "a search was refused", extra={"facts": {"provider": provider.key, "why": error.reason}}
        )
        return Found((), time.monotonic() - began, "could not answer this search")
    for fault in faults:
        current_app.logger.warning(
            "an offer was left out", extra={"facts": {"provider": provider.key, "why": fault}}
        )
    return Found(offers, time.monotonic() - began)


def threads(app: Flask, provider: str) -> ThreadPoolExecutor:
    """In which several providers are asked at the same time; one that hangs keeps nobody from asking another."""
    pools: dict[str, ThreadPoolExecutor] = app.extensions.setdefault("search_threads", {})
    return pools.get(provider) or pools.setdefault(provider, ThreadPoolExecutor(THREADS, f"ask-{provider}"))
