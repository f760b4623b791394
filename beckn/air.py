"""Flights on the wire (TRV12): searches, choices, orders and offers, written by one side and read by the other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from beckn import money, orders, terms, times
from beckn.errors import NotUnderstood
from beckn.messages import (
    CatalogMessage,
    Count,
    Descriptor,
    Fulfillment,
    Intent,
    Item,
    Location,
    Order,
    OrderMessage,
    Payment,
    Quantity,
    Quote,
    SearchMessage,
    Seller,
    Stop,
    Time,
    Vehicle,
    Wanted,
    WantedFrom,
    WantedKind,
    tagged,
)
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller, age, read_billing, read_customer, write_billing, write_customer

KINDS = {"ADULT": "Adult", "CHILD": "Child", "INFANT": "Infant"}
CABINS = {"ECONOMY": "Economy", "PREMIUM_ECONOMY": "Premium economy", "BUSINESS": "Business"}
GENDERS = {"FEMALE": "FEMALE", "MALE": "MALE", "OTHER": "OTHER"}
MOST_PEOPLE = 9
INFANT_UNDER, CHILD_UNDER = 2, 12

_AIRPORT = re.compile(r"[A-Z]{3}", re.ASCII)
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


# ---- ids


def parse_item(text: str) -> tuple[str, date, str, str | None, int | None]:
    """(flight number, date, cabin, kind, number) of an item id. Raises ValueError."""
    match = _FARE.fullmatch(text)
    if not match or match[3] not in CABINS or (match[4] and match[4] not in KINDS):
        raise ValueError(f"no such item: {text[:60]!r}")
    departs_on = datetime.strptime(match[2], "%Y%m%d").date()  # noqa: DTZ007 (a date has no zone)
    return match[1], departs_on, match[3], match[4], int(match[5]) if match[5] else None


def choice_of(item: str, party: Party) -> Choice:
    """The choice that an offer's item (`6E-5678.20261211.ECONOMY`) names. Raises ValueError."""
    flight_number, departs_on, cabin, kind, _ = parse_item(item)
    if kind:
        raise ValueError(f"no such offer: {item[:60]!r}")
    return Choice(flight_number, departs_on, cabin, party)


# ---- the site writes


def write_search(search: Search, midnight: datetime, site: str) -> SearchMessage:
    """`midnight` begins the day at the origin, with its offset."""
    return SearchMessage(
        intent=Intent(
            category=WantedKind(Descriptor(code=search.cabin)) if search.cabin else None,
            fulfillment=Fulfillment(
                stops=[
                    Stop(
                        type="START",
                        location=Location(descriptor=Descriptor(code=search.origin)),
                        time=Time(label="DATE_OF_JOURNEY", timestamp=times.write_local(midnight)),
                    ),
                    Stop(type="END", location=Location(descriptor=Descriptor(code=search.destination))),
                ],
                vehicle=Vehicle(category="AIRLINE"),
            ),
            provider=WantedFrom(
                items=[
                    Wanted(
                        Descriptor(name=KINDS[kind], code=f"{kind}_TICKET"), Quantity(selected=Count(count))
                    )
                    for kind, count in search.party.counts().items()
                ]
            ),
            payment=Payment(tags=[terms.FINDER_FEES, terms.site_settlement(site)]),
        )
    )


def write_select(choice: Choice) -> OrderMessage:
    return OrderMessage(
        order=Order(
            provider=Seller(id=choice.airline_code),
            items=[
                Item(id=f"{choice.item_id}.{kind}", quantity=Quantity(selected=Count(count)))
                for kind, count in choice.party.counts().items()
            ],
            fulfillments=[_chosen_trip(choice)],
        )
    )


def write_order(
    order: AirOrder, site: str, created_at: datetime | None = None, quote: Quote | None = None
) -> OrderMessage:
    """The message of init; of confirm, when `order` has its id, says that it is paid and repeats init's `quote`."""
    choice, amount = order.choice, money.write(order.paid.total_minor)
    created = times.write_instant(created_at) if created_at else None
    return OrderMessage(
        order=Order(
            id=order.order_id,
            provider=Seller(id=choice.airline_code),
            items=[
                Item(
                    id=ticket,
                    parent_item_id=ticket.rpartition("-")[0],
                    quantity=Quantity(selected=Count(1)),
                    fulfillment_ids=[choice.fulfillment_id, ticket],
                )
                for ticket in ticket_ids(choice)
            ],
            quote=quote,
            fulfillments=[
                _chosen_trip(choice),
                *(
                    Fulfillment(
                        id=ticket,
                        type="TICKET",
                        customer=write_customer(traveller, choice.departs_on, GENDERS),
                    )
                    for ticket, traveller in zip(ticket_ids(choice), order.travellers, strict=True)
                ),
            ],
            billing=write_billing(order.billed_to),
            payments=[
                orders.write_payment(
                    choice.airline_code, order.paid, [terms.FINDER_FEES, terms.site_settlement(site, amount)]
                )
            ],
            tags=[terms.platform_reference(order.platform_reference)],
            created_at=created,
            updated_at=created,
        )
    )


def _chosen_trip(choice: Choice) -> Fulfillment:
    return Fulfillment(
        id=choice.fulfillment_id,
        type="TRIP",
        stops=[Stop(id="S1"), Stop(id="S2")],
        vehicle=Vehicle(category="AIRLINE", code=choice.flight_number),
    )


def ticket_ids(choice: Choice) -> list[str]:
    """`….ECONOMY.ADULT-1` and so on: a place for each person, adults first."""
    return [
        f"{choice.item_id}.{kind}-{number}"
        for kind, count in choice.party.counts().items()
        for number in range(1, count + 1)
    ]


# ---- a provider reads


def read_search(message: SearchMessage) -> Search:
    """Raises NotUnderstood with the path of the first fault."""
    intent, path = message.intent, "$.message.intent"
    stops = (intent.fulfillment and intent.fulfillment.stops) or []
    ends = {stop.type: (index, stop) for index, stop in enumerate(stops)}
    if "START" not in ends or "END" not in ends:
        raise NotUnderstood("needs a START and an END", f"{path}.fulfillment.stops")
    start = ends["START"]
    return Search(
        origin=_read_airport(*start),
        destination=_read_airport(*ends["END"]),
        departs_on=_read_departure(start[1], f"{path}.fulfillment.stops[{start[0]}].time.timestamp"),
        party=_read_party(intent),
        cabin=_read_cabin(intent),
    )


def _read_airport(index: int, stop: Stop) -> str:
    code = stop.location and stop.location.descriptor and stop.location.descriptor.code
    if not code or not _AIRPORT.fullmatch(code):
        raise NotUnderstood(
            "is not an airport", f"$.message.intent.fulfillment.stops[{index}].location.descriptor.code"
        )
    return code


def _read_departure(stop: Stop, path: str) -> date:
    try:
        return times.parse((stop.time and stop.time.timestamp) or "").date()
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("is not a local time", path) from error


def _read_cabin(intent: Intent) -> str | None:
    code = intent.category and intent.category.descriptor and intent.category.descriptor.code
    if code and code not in CABINS:
        raise NotUnderstood("is not a cabin", "$.message.intent.category.descriptor.code")
    return code or None


def _read_party(intent: Intent) -> Party:
    path = "$.message.intent.provider.items"
    counts: dict[str, int] = {}
    for index, wanted in enumerate((intent.provider and intent.provider.items) or []):
        kind = (wanted.descriptor.code or "").removesuffix("_TICKET")
        if kind not in KINDS or kind in counts:
            raise NotUnderstood("is not a kind of ticket", f"{path}[{index}].descriptor.code")
        counts[kind] = _selected(wanted.quantity, f"{path}[{index}].quantity.selected.count")
    return _party(counts, path)


def _party(counts: dict[str, int], path: str) -> Party:
    party = Party(counts.get("ADULT", 0), counts.get("CHILD", 0), counts.get("INFANT", 0))
    if fault := party.fault():
        raise NotUnderstood(fault, path)
    return party


def _selected(quantity: Quantity | None, path: str) -> int:
    if quantity is None or quantity.selected is None:
        raise NotUnderstood("is missing", path)
    if not 1 <= quantity.selected.count <= MOST_PEOPLE:
        raise NotUnderstood(f"is not between 1 and {MOST_PEOPLE}", path)
    return quantity.selected.count


def read_select(message: OrderMessage) -> Choice:
    """Raises NotUnderstood with the path of the first fault."""
    path = "$.message.order.items"
    items = _read_items(message.order, path)
    counts: dict[str, int] = {}
    for index, (item, (_, _, _, kind, number)) in enumerate(items):
        if kind is None or number is not None or kind in counts:
            raise NotUnderstood("is not a kind of ticket", f"{path}[{index}].id")
        counts[kind] = _selected(item.quantity, f"{path}[{index}].quantity.selected.count")
    return _one_departure(items, _party(counts, path))


def read_order(message: OrderMessage) -> AirOrder:
    """The order of an init or confirm. Raises NotUnderstood with the path of the first fault."""
    order, path = message.order, "$.message.order.items"
    items = _read_items(order, path)
    counts: dict[str, int] = {}
    for index, (item, (_, _, _, kind, number)) in enumerate(items):
        if kind is None or number is None:
            raise NotUnderstood("is not a passenger's ticket", f"{path}[{index}].id")
        if item.quantity and item.quantity.selected and item.quantity.selected.count != 1:
            raise NotUnderstood(
                "is not 1: a ticket is one passenger's", f"{path}[{index}].quantity.selected.count"
            )
        counts[kind] = counts.get(kind, 0) + 1
    choice = _one_departure(items, _party(counts, path))
    if sorted(item.id for item, _ in items) != sorted(ticket_ids(choice)):
        raise NotUnderstood("are not numbered from 1", path)
    return AirOrder(
        choice=choice,
        travellers=_read_travellers(order, choice),
        billed_to=read_billing(order),
        paid=orders.read_payment(order),
        platform_reference=orders.read_platform_reference(order),
        order_id=order.id,
    )


def _read_items(order: Order, path: str) -> list[tuple[Item, tuple]]:
    if not order.items or len(order.items) > 3 * MOST_PEOPLE:
        raise NotUnderstood("is missing" if not order.items else "are too many", path)
    parsed = []
    for index, item in enumerate(order.items):
        try:
            parsed.append((item, parse_item(item.id)))
        except ValueError as error:
            raise NotUnderstood("is not an item's id", f"{path}[{index}].id") from error
    return parsed


def _one_departure(items: list[tuple[Item, tuple]], party: Party) -> Choice:
    departures = {parsed[:3] for _, parsed in items}
    if len(departures) != 1:
        raise NotUnderstood("are of several departures: one order, one departure", "$.message.order.items")
    return Choice(*departures.pop(), party)


def _read_travellers(order: Order, choice: Choice) -> tuple[Traveller, ...]:
    found: dict[str | None, tuple[int, Fulfillment]] = {}
    for index, each in enumerate(order.fulfillments or []):
        if each.id in found:
            raise NotUnderstood("is there twice", f"$.message.order.fulfillments[{index}].id")
        found[each.id] = index, each
    travellers = []
    for ticket in ticket_ids(choice):
        if ticket not in found:
            raise NotUnderstood(f"has no traveller for {ticket}", "$.message.order.fulfillments")
        index, fulfillment = found[ticket]
        kind = ticket.rpartition(".")[2].partition("-")[0]
        path = f"$.message.order.fulfillments[{index}].customer"
        travellers.append(read_customer(fulfillment.customer, kind, GENDERS, path))
    return tuple(travellers)


# ---- the site reads


def read_catalog(message: CatalogMessage, party: Party) -> tuple[list[Offer], list[str]]:
    """(offers for `party`, faults): an offer out of shape is left out and its fault said, never the whole answer."""
    offers, faults = [], []
    for seller in message.catalog.providers:
        trips = {each.id: each for each in seller.fulfillments or []}
        for base, items in _by_departure(seller.items or []).items():
            try:
                trip = trips[base.rpartition(".")[0]]
                offers.append(_read_offer(base, seller, trip, items, party, None))
            except (ValueError, KeyError, OverflowError) as error:
                faults.append(f"{base[:60]!r}: {error}")
    return offers, faults


def _by_departure(items: Iterable[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.id.rpartition(".")[0], []).append(item)
    return groups


def read_selected(message: OrderMessage, choice: Choice) -> Offer:
    """The offer that a select asked for. Raises ValueError when the answer is out of shape or of something else."""
    order = message.order
    if order.provider is None or not order.fulfillments:
        raise ValueError("no provider or trip")
    answer = orders.read_answer(message)
    items = [item for item in order.items or [] if item.parent_item_id is None]
    trip = next((each for each in order.fulfillments if each.id == choice.fulfillment_id), None)
    if trip is None:
        raise ValueError("another trip")
    offer = _read_offer(choice.item_id, order.provider, trip, items, choice.party, answer.terms)
    if offer.total_minor != answer.total_minor:
        raise ValueError("the quote is not what its tickets cost")
    return offer


def _read_offer(
    base: str,
    seller: Seller,
    trip: Fulfillment,
    items: Sequence[Item],
    party: Party,
    windows: tuple[terms.Window, ...] | None,
) -> Offer:
    flight_number, departs_on, cabin, _, _ = parse_item(base)
    by_kind = {item.id.rpartition(".")[2]: item for item in items}
    fares = tuple(_read_fare(kind, count, by_kind[kind]) for kind, count in party.counts().items())
    origin, destination = (_read_halt(stop) for stop in (trip.stops or [None, None])[:2])
    if origin.at.date() != departs_on or not origin.at < destination.at:
        raise ValueError("its times do not fit")
    adult = by_kind["ADULT"]
    return Offer(
        item=base,
        airline_code=flight_number[:2],
        airline_name=_text(seller.descriptor and seller.descriptor.name) or flight_number[:2],
        flight_number=flight_number,
        aircraft=_text(trip.vehicle and trip.vehicle.model),
        cabin=cabin,
        origin=origin,
        destination=destination,
        fares=fares,
        currency=_currency(adult),
        terms=terms.read(adult.cancellation_terms) if windows is None else windows,
        seats_left=_left(adult),
        party=party,
    )


def _read_fare(kind: str, count: int, item: Item) -> Fare:
    if item.price is None:
        raise ValueError("no price")
    parts = tagged(item.tags, "FARE_BREAKUP")
    fare = Fare(
        kind,
        count,
        base_minor=money.parse(parts["BASE_FARE"]),
        tax_minor=money.parse(parts["IGST"]),
        charges_minor=money.parse(parts.get("AIRPORT_CHARGES", "0")),
    )
    if fare.each_minor != money.parse(item.price.value) or fare.base_minor <= 0:
        raise ValueError("a price is not the sum of its parts")
    return fare


def _read_halt(stop: Stop | None) -> Halt:
    if not (stop and stop.location and stop.location.descriptor and stop.time and stop.time.timestamp):
        raise ValueError("a stop without place or time")
    code = stop.location.descriptor.code or ""
    if not _AIRPORT.fullmatch(code):
        raise ValueError("a stop without airport")
    return Halt(
        code=code,
        name=_text(stop.location.descriptor.name) or code,
        city=_text(stop.location.city and stop.location.city.name) or code,
        country=_text(stop.location.country and stop.location.country.code),
        at=times.parse(stop.time.timestamp),
    )


def _currency(item: Item) -> str:
    if item.price is None or item.price.currency != "INR":
        raise ValueError("another currency")
    return "INR"


def _left(item: Item) -> int | None:
    available = item.quantity and item.quantity.available
    return max(0, available.count) if available else None


def _text(value: str | None) -> str:
    """A provider's text, bounded; templates escape it."""
    return (value or "")[:120]
