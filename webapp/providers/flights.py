"""What the site says to a flight provider and reads from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from beckn import air
from beckn.air import CABINS, AirOrder, Choice, FareSearch, Offer, Party, Search
from beckn.context import FLIGHTS
from beckn.messages import CatalogMessage, OrderMessage, SearchMessage
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller
from webapp.filters import day
from webapp.places import directory as places

KIND = "flights"
DOMAIN = FLIGHTS


Asked = Search | FareSearch  # what is on sale on a day, or the cheapest of several


def is_domestic(search: Asked) -> bool:
    return _country(search.origin) == _country(search.destination or search.origin) == "IND"


def is_international(search: Asked) -> bool:
    return search.destination is None or _country(search.origin) != _country(search.destination)


def _country(iata: str) -> str | None:
    place = places.find(iata)
    return place.country if place else None


def city_of(search: Asked) -> str | None:
    """The STD code of the Indian end."""
    for iata in (search.origin, search.destination or ""):
        place = places.find(iata)
        if place and place.std_code:
            return place.std_code
    return None


def city_of_offer(offer: Offer) -> str | None:
    return city_of(Search(offer.origin.code, offer.destination.code, offer.origin.at.date(), offer.party))


# ---- search and select


def search_message(search: Asked, site: str) -> SearchMessage:
    place = places.find(search.origin)
    zone = ZoneInfo(place.airports[0].zone if place else "UTC")
    if isinstance(search, FareSearch):
        first, last = (datetime.combine(day, time(), zone) for day in (search.days.first, search.days.last))
        return air.write_fare_search(search, first, last, site)
    return air.write_search(search, datetime.combine(search.departs_on, time(), zone), site)


def read_offers(message: CatalogMessage, search: Asked) -> tuple[list[Offer], list[str]]:
    """(offers that answer the search, faults of those left out)."""
    offers, faults = air.read_catalog(message, search.party)
    fitting = [offer for offer in offers if _fits(offer, search)]
    if len(fitting) < len(offers):
        faults.append(f"{len(offers) - len(fitting)} offers answer another search")
    return fitting, faults


def _fits(offer: Offer, search: Asked) -> bool:
    ends = (search.origin, search.destination or offer.destination.code)
    departs_on = offer.origin.at.date()
    in_time = departs_on in search.days if isinstance(search, FareSearch) else departs_on == search.departs_on
    in_place = (offer.origin.code, offer.destination.code) == ends
    return in_time and in_place and offer.cabin == (search.cabin or offer.cabin)


def choice_of(item: str, args: Mapping[str, str]) -> Choice:
    """The choice of an offer's address. Raises ValueError."""
    party = Party(int(args.get("adults", 1)), int(args.get("children", 0)), int(args.get("infants", 0)))
    if min(party.adults, party.children, party.infants) < 0 or party.fault():
        raise ValueError(party.fault() or "a negative number of people")
    return air.choice_of(item, party)


def query_of(choice: Choice) -> dict[str, str]:
    """The address of an offer says for whom it is."""
    party = choice.party
    return {"adults": str(party.adults), "children": str(party.children), "infants": str(party.infants)}


def select_message(choice: Choice) -> OrderMessage:
    return air.write_select(choice)


def read_selected(message: OrderMessage, choice: Choice) -> Offer:
    """Raises ValueError when the answer is out of shape."""
    return air.read_selected(message, choice)


# ---- order


def order_message(
    choice: Choice,
    travellers: Sequence[Traveller],
    billed_to: BilledTo,
    paid: Paid,
    reference: str,
    site: str,
    order_id: str | None = None,
    created_at: datetime | None = None,
) -> OrderMessage:
    """What init asks, and confirm when it has an order id and is paid."""
    order = AirOrder(choice, tuple(travellers), billed_to, paid, reference, order_id)
    return air.write_order(order, site, created_at)


# ---- what a booking keeps


def to_store(value: Choice | Offer) -> dict[str, Any]:
    return msgspec.to_builtins(value)


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (Choice, Offer):
    msgspec.json.Decoder(_kind)


def choice_from_store(stored: dict[str, Any]) -> Choice:
    return msgspec.convert(stored, Choice, strict=False)


def offer_from_store(stored: dict[str, Any]) -> Offer:
    return msgspec.convert(stored, Offer, strict=False)


def places_of(choice: Choice) -> list[str]:
    """A kind for each traveller, adults first."""
    return [kind for kind, count in choice.party.counts().items() for _ in range(count)]


def asks_passport(offer: Offer) -> bool:
    return offer.origin.country != offer.destination.country


def begins_at(offer: Offer) -> datetime:
    return offer.origin.at


def names_of(choice: Choice, offer: Offer | None = None) -> dict[str, str]:
    """By its provider's code what a traveller has chosen, in words: "6E-5678 on Fri 11 Dec 2026 in economy"."""
    flight = f"{choice.flight_number} on {day(choice.departs_on)}"
    return {choice.item_id: f"{flight} in {CABINS[choice.cabin].lower()}", choice.fulfillment_id: flight}


def title(offer: Offer) -> str:
    return f"{offer.origin.city} to {offer.destination.city}"
