"""Who the providers are, what each serves, and where it is reached."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from flask import current_app

from webapp.providers import flights, hotels


@dataclass(frozen=True)
class Provider:
    """A provider as the site knows it; `wire` is the module that speaks its kind."""

    key: str
    name: str
    kind: str
    url: str
    subscriber_id: str
    wire: ModuleType
    serves: Callable[[Any], bool]


# Each is one line: key, name, the module that speaks its kind, and which searches it can serve.
_KNOWN = (
    ("flights", "Domestic flights", flights, flights.is_domestic),
    ("international_flights", "International flights", flights, flights.is_international),
    ("hotels", "Hotels", hotels, hotels.is_served),
)


def from_environment() -> dict[str, Provider]:
    """The providers by key; FLIGHTS_BPP_URL says where `flights` is, FLIGHTS_BPP_ID who it is."""
    return {
        key: Provider(
            key=key,
            name=name,
            kind=wire.KIND,
            url=os.environ.get(f"{key.upper()}_BPP_URL", _local(key)).rstrip("/"),
            subscriber_id=os.environ.get(f"{key.upper()}_BPP_ID", f"{key.replace('_', '-')}-bpp.localhost"),
            wire=wire,
            serves=serves,
        )
        for key, name, wire, serves in _KNOWN
    }


def _local(key: str) -> str:
    return f"http://127.0.0.1:{os.environ.get(f'{key.upper()}_PORT', '')}"


def find(key: str) -> Provider | None:
    return current_app.extensions["providers"].get(key)


_WIRES = {wire.KIND: wire for _, _, wire, _ in _KNOWN}


def wire_of(kind: str) -> ModuleType:
    """The module that reads what is kept of a kind, also of a provider that the site asks no more. Raises LookupError."""
    return _WIRES[kind]


def of_kind(kind: str, search: Any) -> list[Provider]:
    """The providers of a kind that can serve this search."""
    return [
        provider
        for provider in current_app.extensions["providers"].values()
        if provider.kind == kind and provider.serves(search)
    ]
