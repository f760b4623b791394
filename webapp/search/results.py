"""Asking the providers that can serve a search, in parallel and with a deadline; each one's state is said in words."""

import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

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


def search(kind: str, searches: Sequence[Any]) -> tuple[list[tuple[Provider, Any]], list[ProviderState]]:
    """(provider, offer) pairs of all `searches` (a city with several airports is several), and each provider's state."""
    questions = [(provider, each) for each in searches for provider in directory.of_kind(kind, each)]
    answers = _ask_all(questions)
    pairs = [
        (provider, offer)
        for (provider, _), found in zip(questions, answers, strict=True)
        for offer in found.offers
    ]
    asked = dict.fromkeys(provider.key for provider, _ in questions)
    states = []
    for provider in current_app.extensions["providers"].values():
        if provider.key in asked:
            own = [
                found for (each, _), found in zip(questions, answers, strict=True) if each.key == provider.key
            ]
            states.append(_state(provider, own))
    return pairs, states


def _state(provider: Provider, found: Sequence[Found]) -> ProviderState:
    offers = sum(len(each.offers) for each in found)
    seconds = max(each.seconds for each in found)
    failures = [each.failure for each in found if each.failure]
    if failures:
        return ProviderState(provider.key, provider.name, "unavailable", offers, seconds, failures[0])
    words = f"{offers} {'offer' if offers == 1 else 'offers'}, {seconds:.1f} s"
    return ProviderState(provider.key, provider.name, "answered", offers, seconds, words)


def _ask_all(questions: Sequence[tuple[Provider, Any]]) -> list[Found]:
    if len(questions) == 1:
        return [_ask_one(*questions[0])]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    futures = [threads(app).submit(_ask_in_context, app, *question) for question in questions]
    wait(futures, DEADLINES["search"] + GRACE)
    return [_result(future) for future in futures]


def _result(future: Future) -> Found:
    if not future.done():
        future.cancel()
        return Found((), DEADLINES["search"], "did not answer in time")
    return future.result()


def _ask_in_context(app: Flask, provider: Provider, search: Any) -> Found:
    with app.app_context():
        return _ask_one(provider, search)


def _ask_one(provider: Provider, search: Any) -> Found:
    began = time.monotonic()
    wire = provider.wire
    message = wire.search_message(search, current_app.config["SITE_URL"])
    try:
        answer = ask(provider, "search", message, str(uuid.uuid4()), wire.city_of(search))
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


def threads(app: Flask) -> ThreadPoolExecutor:
    """In which several providers are asked at the same time."""
    return app.extensions.setdefault("search_threads", ThreadPoolExecutor(THREADS, "search"))
