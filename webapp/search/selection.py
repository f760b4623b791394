"""A choice: the address of its offer, and its price, asked of its provider now."""

import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, url_for

from webapp.providers.client import DEADLINES, ProviderRefused, ProviderUnavailable, ask
from webapp.providers.directory import Provider
from webapp.search.results import GRACE, threads


def offer_url(provider: Provider, item: str, choice: Any, back: Mapping[str, str] | None = None) -> str:
    """The address of an offer: it names what is wanted and for whom, never a price; `back`: the search that found it."""
    query = urlencode({**(back or {}), **provider.wire.query_of(choice)})
    return f"{url_for('search.offer', provider=provider.key, item=item)}?{query}"


# What of a search the address of its offers repeats, beside what the offer itself says.
_BACK = ("from", "to", "depart", "return", "leg", "cabin", "city")
_SEARCHES = {
    "flights": (("from", "to", "depart"), ("return", "leg", "adults", "children", "infants", "cabin")),
    "hotels": (("city", "checkin", "checkout"), ("rooms", "adults", "children")),
}


def back_of(said: Mapping[str, str]) -> dict[str, str]:
    """What `said` has of the search that found an offer."""
    return {name: said[name][:80] for name in _BACK if said.get(name)}


def search_url(kind: str, said: Mapping[str, str]) -> str:
    """The results that an offer was found in, as far as they are `said`; else the form of its kind."""
    needed, others = _SEARCHES[kind]
    query = {name: said[name][:80] for name in needed + others if said.get(name)}
    if any(name not in query for name in needed):
        return url_for("search.home", kind=kind if kind != "flights" else None)
    return f"{url_for(f'search.{kind}')}?{urlencode(query)}"


def selected(provider: Provider, choice: Any, known: Any = None, until: float | None = None) -> Any:
    """The offer as its provider sells it now; nothing is held.

    `known`: as it was sold, when it is known; `until` as of `client.ask`.
    Raises ProviderRefused, in a traveller's words, and ProviderUnavailable.
    """
    try:
        message = provider.wire.select_message(choice)
        answer = ask(provider, "select", message, str(uuid.uuid4()), until=until)
    except ProviderRefused as refusal:
        raise refusal.in_words(provider.wire.names_of(choice, known)) from refusal
    try:
        return provider.wire.read_selected(answer, choice)
    except (ValueError, KeyError, OverflowError) as fault:
        current_app.logger.warning(
            "an answer was out of shape", extra={"facts": {"provider": provider.key, "why": str(fault)}}
        )
        raise ProviderUnavailable(provider, "gave an answer that cannot be used") from fault


def selected_of_all(wanted: Sequence[tuple[Provider, Any, Any]]) -> list[Any]:
    """Of each (provider, choice, the offer as it was sold) the offer as it is sold now.

    Or the ProviderRefused or ProviderUnavailable that came instead. All are asked at the same time: one slow provider
    delays nothing beyond its deadline.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if len(wanted) == 1:
        return [_answer_in_context(app, *wanted[0], None)]
    until = time.monotonic() + DEADLINES["select"] + GRACE
    futures = [threads(app, each[0].key).submit(_answer_in_context, app, *each, until) for each in wanted]
    wait(futures, DEADLINES["select"] + GRACE)
    return [_in_time(future, provider) for future, (provider, *_) in zip(futures, wanted, strict=True)]


def _answer_in_context(app: Flask, provider: Provider, choice: Any, known: Any, until: float | None) -> Any:
    with app.app_context():
        try:
            return selected(provider, choice, known, until)
        except (ProviderRefused, ProviderUnavailable) as instead:
            return instead


def _in_time(future: Future, provider: Provider) -> Any:
    if not future.done():
        future.cancel()
        return ProviderUnavailable(provider, "did not answer in time")
    return future.result()
