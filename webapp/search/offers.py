"""Offers as pages show them: what a provider said, who it was, and the address to open it again. Pure."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from beckn import air, hotels
from beckn.terms import Window


@dataclass(frozen=True)
class Term:
    """What cancelling costs: `fee_percent` of the base fare or the stay, `until` a local time or `within_minutes`."""

    fee_percent: Decimal
    of: str
    until: datetime | None = None
    within_minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class FlightOffer(air.Offer):
    """A departure in one cabin, for the whole party."""

    provider: str
    provider_name: str
    url: str = ""
    kind: str = "flights"

    @property
    def lines(self) -> tuple[air.Fare, ...]:
        return self.fares

    @property
    def asks_passport(self) -> bool:
        return self.origin.country != self.destination.country


@dataclass(frozen=True, kw_only=True)
class HotelOffer(hotels.Offer):
    """A room type for the whole stay and all rooms."""

    provider: str
    provider_name: str
    url: str = ""
    kind: str = "hotels"

    @property
    def asks_passport(self) -> bool:
        return False


def shown(offer: Any, provider: str, provider_name: str, url: str = "") -> Any:
    """A provider's offer as a page shows it."""
    kind, of = (FlightOffer, "base fare") if isinstance(offer, air.Offer) else (HotelOffer, "stay")
    values = {each.name: getattr(offer, each.name) for each in fields(offer)}
    values["terms"] = tuple(_term(window, of) for window in offer.terms)
    return kind(**values, provider=provider, provider_name=provider_name, url=url)


def _term(window: Window, of: str) -> Term:
    within = int(window.within.total_seconds() // 60) if window.within and not window.until else None
    return Term(window.percent, of, window.until, within)
