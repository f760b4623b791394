"""Who may travel on which ticket, and whether a passport is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from beckn.air import kind_by_age
from beckn.people import Traveller, age


@dataclass(frozen=True)
class Market:
    """Whom a flight service serves: the name in its database, what it asks of passengers and keeps on cancelling."""

    name: str
    title: str
    asks_passport: bool
    kept_percent: int


DOMESTIC = Market("domestic", "Domestic flights", asks_passport=False, kept_percent=20)
INTERNATIONAL = Market("international", "International flights", asks_passport=True, kept_percent=30)


def fault(traveller: Traveller, market: Market, departs_on: date, arrives_on: date) -> str | None:
    """What keeps `traveller` from travelling, as a sentence that names the person; None when nothing does."""
    if traveller.born_on is None:
        return f"{traveller.name} needs a date of birth"
    if traveller.born_on > departs_on:
        return f"{traveller.name} is not born yet on the day of departure"
    kind = kind_by_age(traveller.born_on, departs_on)
    if kind != traveller.kind:
        return (
            f"{traveller.name} is {age(traveller.born_on, departs_on)} on the day of departure: "
            f"book as {kind.lower()}, not as {traveller.kind.lower()}"
        )
    return _passport_fault(traveller, arrives_on) if market.asks_passport else None


def _passport_fault(traveller: Traveller, arrives_on: date) -> str | None:
    if traveller.passport is None:
        return f"{traveller.name} needs a passport for an international flight"
    if traveller.passport.expires_on <= arrives_on:
        return f"{traveller.name}’s passport has to be valid after the day of arrival"
    return None


def first_fault(
    travellers: Sequence[Traveller], market: Market, departs_on: date, arrives_on: date
) -> tuple[int, str] | None:
    """(index, sentence) of the first traveller who may not travel."""
    for index, traveller in enumerate(travellers):
        if sentence := fault(traveller, market, departs_on, arrives_on):
            return index, sentence
    return None
