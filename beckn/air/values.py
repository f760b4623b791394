"""What is said about flights, apart from how it is written: searches, choices, orders and offers."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from beckn import terms
from beckn.days import Days
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller, age

KINDS = {"ADULT": "Adult", "CHILD": "Child", "INFANT": "Infant"}
CABINS = {"ECONOMY": "Economy", "PREMIUM_ECONOMY": "Premium economy", "BUSINESS": "Business"}
GENDERS = {"FEMALE": "FEMALE", "MALE": "MALE", "OTHER": "OTHER"}
MOST_PEOPLE = 9
INFANT_UNDER, CHILD_UNDER = 2, 12

AIRPORT = re.compile(r"[A-Z]{3}", re.ASCII)
_FARE = re.compile(r"([A-Z0-9]{2}-\d{1,4})\.(\d{8})\.([A-Z_]{1,20})(?:\.([A-Z]{1,10})(?:-(\d))?)?", re.ASCII)


@dataclass(frozen=True)
class Party:
    """Who travels; an infant has no seat."""

    adults: int
    children: int = 0
    infants: int = 0

    @property
    def seats(self) -> int:
        return self.adults + self.children

    @property
    def size(self) -> int:
        return self.seats + self.infants

    def counts(self) -> dict[str, int]:
        """How many of each kind; kinds with nobody are left out."""
        counts = {"ADULT": self.adults, "CHILD": self.children, "INFANT": self.infants}
        return {kind: count for kind, count in counts.items() if count}

    def fault(self) -> str | None:
        """What is wrong with the party (rules.md), as a sentence; None when it may travel."""
        if self.adults < 1:
            return "at least one adult has to travel"
        if self.size > MOST_PEOPLE:
            return f"at most {MOST_PEOPLE} people can be booked together"
        if self.infants > self.adults:
            return "each infant needs an adult's lap: no more infants than adults"
        return None


def kind_by_age(born_on: date, departs_on: date) -> str:
    """ADULT, CHILD (2–11) or INFANT (under 2) on the day of departure (rules.md)."""
    years = age(born_on, departs_on)
    if years < INFANT_UNDER:
        return "INFANT"
    return "CHILD" if years < CHILD_UNDER else "ADULT"


@dataclass(frozen=True)
class Search:
    """`departs_on` is the local date at the origin; `cabin` None means any."""

    origin: str
    destination: str
    departs_on: date
    party: Party
    cabin: str | None = None


@dataclass(frozen=True)
class FareSearch:
    """The cheapest offer of each local day at the origin; without a destination, of all days to each destination."""

    origin: str
    destination: str | None
    days: Days
    party: Party
    cabin: str | None = None


@dataclass(frozen=True)
class Choice:
    """One departure in one cabin, and the party it is wanted for."""

    flight_number: str
    departs_on: date
    cabin: str
    party: Party

    @property
    def airline_code(self) -> str:
        return self.flight_number[:2]

    @property
    def fulfillment_id(self) -> str:
        return f"{self.flight_number}.{self.departs_on:%Y%m%d}"

    @property
    def item_id(self) -> str:
        return f"{self.fulfillment_id}.{self.cabin}"


@dataclass(frozen=True)
class AirOrder:
    """What init and confirm ask for; `order_id` is there from confirm on."""

    choice: Choice
    travellers: tuple[Traveller, ...]
    billed_to: BilledTo
    paid: Paid
    platform_reference: str
    order_id: str | None = None


@dataclass(frozen=True)
class Fare:
    """What one passenger of a kind pays, in minor units."""

    kind: str
    count: int
    base_minor: int
    tax_minor: int
    charges_minor: int

    @property
    def each_minor(self) -> int:
        return self.base_minor + self.tax_minor + self.charges_minor

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Halt:
    """An airport, and the local time there with its offset."""

    code: str
    name: str
    city: str
    country: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A departure in one cabin with its price for the party that asked."""

    item: str
    airline_code: str
    airline_name: str
    flight_number: str
    aircraft: str
    cabin: str
    origin: Halt
    destination: Halt
    fares: tuple[Fare, ...]
    currency: str
    terms: tuple[terms.Window, ...]
    seats_left: int | None = None
    party: Party = field(default=Party(1))

    @property
    def total_minor(self) -> int:
        return sum(fare.count * fare.each_minor for fare in self.fares)

    @property
    def duration_minutes(self) -> int:
        return int((self.destination.at - self.origin.at).total_seconds() // 60)

    @property
    def days_later(self) -> int:
        return (self.destination.at.date() - self.origin.at.date()).days

    @property
    def cabin_name(self) -> str:
        return CABINS[self.cabin]


class ItemParts(NamedTuple):
    """What an item's id says: an offer's has no `kind`, and a `number` only a single passenger's."""

    flight_number: str
    departs_on: date
    cabin: str
    kind: str | None
    number: int | None


def parse_item(text: str) -> ItemParts:
    """The parts of an item id such as `6E-5678.20261211.ECONOMY.ADULT-1`. Raises ValueError."""
    match = _FARE.fullmatch(text)
    if not match or match[3] not in CABINS or (match[4] and match[4] not in KINDS):
        raise ValueError(f"no such item: {text[:60]!r}")
    departs_on = datetime.strptime(match[2], "%Y%m%d").date()  # noqa: DTZ007 (a date has no zone)
    return ItemParts(match[1], departs_on, match[3], match[4], int(match[5]) if match[5] else None)


def choice_of(item: str, party: Party) -> Choice:
    """The choice that an offer's item (`6E-5678.20261211.ECONOMY`) names. Raises ValueError."""
    parts = parse_item(item)
    if parts.kind:
        raise ValueError(f"no such offer: {item[:60]!r}")
    return Choice(parts.flight_number, parts.departs_on, parts.cabin, party)


def ticket_ids(choice: Choice) -> list[str]:
    """`….ECONOMY.ADULT-1` and so on: a place for each person, adults first."""
    return [
        f"{choice.item_id}.{kind}-{number}"
        for kind, count in choice.party.counts().items()
        for number in range(1, count + 1)
    ]
