"""What the site reads of a provider's answers: offers with their price for the party that asked."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from beckn import money, orders, terms, times
from beckn.air.values import AIRPORT, Choice, Fare, Halt, Offer, Party, parse_item
from beckn.messages import Area, CatalogMessage, Fulfillment, Item, OrderMessage, Seller, Stop, tagged
from beckn.offers import bounded, left_of, name_of

CURRENCY = "INR"
LONGEST_FLIGHT = timedelta(hours=36)
_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)


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
    try:
        offer = _read_offer(choice.item_id, order.provider, trip, items, choice.party, answer.terms)
    except (KeyError, OverflowError) as error:
        raise ValueError(f"out of shape: {error}") from error
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
    parts = parse_item(base)
    if seller.id != parts.flight_number[:2]:
        raise ValueError("another airline's flight")
    by_kind = {item.id.rpartition(".")[2]: item for item in items}
    fares = tuple(_read_fare(kind, count, by_kind[kind]) for kind, count in party.counts().items())
    origin, destination = _read_ends(trip)
    if (
        origin.at.date() != parts.departs_on
        or not timedelta(0) < destination.at - origin.at <= LONGEST_FLIGHT
    ):
        raise ValueError("its times do not fit")
    adult = by_kind["ADULT"]
    return Offer(
        item=base,
        airline_code=parts.flight_number[:2],
        airline_name=name_of(seller.descriptor) or parts.flight_number[:2],
        flight_number=parts.flight_number,
        aircraft=bounded(trip.vehicle.model) if trip.vehicle else "",
        cabin=parts.cabin,
        origin=origin,
        destination=destination,
        fares=fares,
        currency=CURRENCY,
        terms=terms.read(adult.cancellation_terms) if windows is None else windows,
        seats_left=left_of(adult),
        party=party,
    )


def _read_fare(kind: str, count: int, item: Item) -> Fare:
    if item.price is None:
        raise ValueError("no price")
    if item.price.currency != CURRENCY:
        raise ValueError("another currency")
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


def _read_ends(trip: Fulfillment) -> tuple[Halt, Halt]:
    if not trip.stops or len(trip.stops) < 2:
        raise ValueError("a trip without two ends")
    return _read_halt(trip.stops[0]), _read_halt(trip.stops[1])


def _read_halt(stop: Stop) -> Halt:
    if not (stop.location and stop.location.descriptor and stop.time and stop.time.timestamp):
        raise ValueError("a stop without place or time")
    code = stop.location.descriptor.code or ""
    if not AIRPORT.fullmatch(code):
        raise ValueError("a stop without airport")
    return Halt(
        code=code,
        name=name_of(stop.location.descriptor) or code,
        city=name_of(stop.location.city) or code,
        country=_read_country(stop.location.country),
        at=times.parse(stop.time.timestamp),
    )


def _read_country(country: Area | None) -> str:
    code = (country.code if country else None) or ""
    if code and not _COUNTRY.fullmatch(code):
        raise ValueError("not a country")
    return code
