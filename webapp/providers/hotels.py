"""What the site says to a hotel provider and reads from it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from beckn import hotels
from beckn.context import HOTELS
from beckn.hotels import Choice, HotelOrder, Offer, RateSearch, Search, Stay
from beckn.messages import CatalogMessage, OrderMessage, SearchMessage
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller
from webapp.filters import day

KIND = "hotels"
DOMAIN = HOTELS


Asked = Search | RateSearch  # a stay in a city, or the cheapest night of each


def is_served(search: Asked) -> bool:
    return bool(search.city)


def city_of(search: Asked) -> str | None:
    return search.city


def city_of_offer(offer: Offer) -> str | None:
    return None


# ---- search and select


def search_message(search: Asked, site: str) -> SearchMessage:
    return hotels.write_search(search, site)


def read_offers(message: CatalogMessage, search: Asked) -> tuple[list[Offer], list[str]]:
    """(offers that answer the search, faults of those left out)."""
    return hotels.read_catalog(message, search)


def choice_of(item: str, args: Mapping[str, str]) -> Choice:
    """The choice of an offer's address. Raises ValueError."""
    stay = Stay(
        check_in=date.fromisoformat(args.get("checkin", "")),
        check_out=date.fromisoformat(args.get("checkout", "")),
        rooms=int(args.get("rooms", 1)),
        adults=int(args.get("adults", 1)),
        children=int(args.get("children", 0)),
    )
    fault = stay.dates_fault() or stay.party_fault() or (stay.children < 0 and "a negative number of people")
    if fault:
        raise ValueError(fault)
    return hotels.choice_of(item, stay)


def query_of(choice: Choice) -> dict[str, str]:
    """The address of an offer says when and for whom it is."""
    return {
        "checkin": choice.check_in.isoformat(),
        "checkout": choice.check_out.isoformat(),
        "rooms": str(choice.rooms),
        "adults": str(choice.adults),
        "children": str(choice.children),
    }


def select_message(choice: Choice) -> OrderMessage:
    return hotels.write_select(choice)


def read_selected(message: OrderMessage, choice: Choice) -> Offer:
    """Raises ValueError when the answer is out of shape."""
    return hotels.read_selected(message, choice)


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
    """What init asks, and confirm when it has an order id and is paid; the first traveller answers for all."""
    order = HotelOrder(choice, travellers[0], billed_to, paid, reference, order_id)
    return hotels.write_order(order, site, created_at)


# ---- what a booking keeps


def to_store(value: Choice | Offer) -> dict[str, Any]:
    stored = msgspec.to_builtins(value)
    stored.pop("hours", None)  # the provider fills them in
    return stored


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (Choice, Offer):
    msgspec.json.Decoder(_kind)


def choice_from_store(stored: dict[str, Any]) -> Choice:
    return msgspec.convert(stored, Choice, strict=False)


def offer_from_store(stored: dict[str, Any]) -> Offer:
    return msgspec.convert(stored, Offer, strict=False)


def places_of(choice: Choice) -> list[str]:
    """One guest's name is enough."""
    return ["GUEST"]


def asks_passport(offer: Offer) -> bool:
    return False


def begins_at(offer: Offer) -> datetime:
    return offer.check_in


def names_of(choice: Choice, offer: Offer | None = None) -> dict[str, str]:
    """By its provider's code what a traveller has chosen, in words: "Deluxe room at the Taj Mahal Palace"."""
    hotel = offer.hotel_name if offer else "this hotel"
    room = f"{offer.room_name} at {hotel}" if offer else "this room"
    nights = f"{day(choice.check_in)} to {day(choice.check_out)}"
    return {choice.item_id: room, choice.fulfillment_id: f"{hotel}, {nights}", choice.hotel_id: hotel}


def title(offer: Offer) -> str:
    return f"{offer.hotel_name}, {offer.city}"
