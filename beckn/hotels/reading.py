"""What a provider reads of a site's messages."""

import re
from datetime import date

from beckn import orders, times
from beckn.context import ANYWHERE, Context
from beckn.errors import NotUnderstood
from beckn.hotels.values import (
    GENDERS,
    MOST_ROOMS,
    Choice,
    HotelOrder,
    RateSearch,
    Search,
    Stay,
    choice_of,
    parse_item,
)
from beckn.messages import Fulfillment, Item, Order, OrderMessage, SearchMessage, tagged
from beckn.people import read_billing, read_customer

_CITY = re.compile(r"std:(\d{2,6})", re.ASCII)
_SMALL = re.compile(r"\d{1,2}", re.ASCII)


def read_search(context: Context, message: SearchMessage) -> Search | RateSearch:
    """A stay in a city, or the cheapest night of each. Raises NotUnderstood with the path of the first fault."""
    intent, path = message.intent, "$.message.intent"
    anywhere = context.location.city is not None and context.location.city.code == ANYWHERE
    city = None if anywhere else _read_city(context)
    tags = intent.fulfillment.tags if intent.fulfillment else None
    stay = Stay(
        check_in=_read_day(_range_of(message, "start"), f"{path}.category.time.range.start"),
        check_out=_read_day(_range_of(message, "end"), f"{path}.category.time.range.end"),
        rooms=_read_count(tagged(tags, "ROOMS").get("COUNT"), "ROOMS", f"{path}.fulfillment.tags"),
        adults=_read_count(tagged(tags, "GUESTS").get("ADULTS"), "ADULTS", f"{path}.fulfillment.tags"),
        children=_read_count(
            tagged(tags, "GUESTS").get("CHILDREN", "0"), "CHILDREN", f"{path}.fulfillment.tags"
        ),
    )
    search = Search(**vars(stay), city=city) if city else RateSearch(**vars(stay))
    _check(search, f"{path}.category.time.range", f"{path}.fulfillment.tags")
    return search


def _read_city(context: Context) -> str:
    code = context.location.city and context.location.city.code
    match = _CITY.fullmatch(code or "")
    if not match:
        raise NotUnderstood("is not the STD code of a city", "$.context.location.city.code")
    return match[1]


def _range_of(message: SearchMessage, end: str) -> str | None:
    category = message.intent.category
    within = category and category.time and category.time.range
    return getattr(within, end) if within else None


def _read_day(text: str | None, path: str) -> date:
    try:
        return times.parse(text or "").date()
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("is not a local time", path) from error


def _read_count(text: str | None, name: str, path: str) -> int:
    if not _SMALL.fullmatch(text or ""):
        raise NotUnderstood(f"{name} is not a number of people or rooms", path)
    return int(text or 0)


def _check(stay: Stay, dates_path: str, party_path: str) -> None:
    if fault := stay.dates_fault():
        raise NotUnderstood(fault, dates_path)
    if fault := stay.party_fault():
        raise NotUnderstood(fault, party_path)


def read_select(message: OrderMessage) -> Choice:
    """Raises NotUnderstood with the path of the first fault."""
    return _read_choice(message.order)


def read_order(message: OrderMessage) -> HotelOrder:
    """The order of an init or confirm. Raises NotUnderstood with the path of the first fault."""
    order = message.order
    choice = _read_choice(order)
    customer = (order.fulfillments or [Fulfillment()])[0].customer
    return HotelOrder(
        choice=choice,
        guest=read_customer(customer, "ADULT", GENDERS, "$.message.order.fulfillments[0].customer"),
        billed_to=read_billing(order),
        paid=orders.read_payment(order),
        platform_reference=orders.read_platform_reference(order),
        order_id=order.id,
    )


def read_site_terms(order: Order) -> dict[str, str]:
    """The site's BAP_TERMS, which every answer about the order repeats; bounded, since they are kept."""
    known = ("STATIC_TERMS", "STATIC_TERMS_NEW", "EFFECTIVE_DATE")
    said = tagged(order.tags, "BAP_TERMS")
    return {code: said[code] for code in known if code in said and len(said[code]) <= 200}


def _read_choice(order: Order) -> Choice:
    item = _the_item(order)
    stay, path = _the_stay(order), "$.message.order.fulfillments[0]"
    choice = choice_of(
        item.id,
        Stay(
            check_in=_read_stop(stay, "START", path),
            check_out=_read_stop(stay, "END", path),
            rooms=_read_rooms(item),
            adults=_read_count(tagged(stay.tags, "GUESTS").get("ADULTS"), "ADULTS", f"{path}.tags"),
            children=_read_count(
                tagged(stay.tags, "GUESTS").get("CHILDREN", "0"), "CHILDREN", f"{path}.tags"
            ),
        ),
    )
    _check(choice, f"{path}.stops", f"{path}.tags")
    if stay.id != choice.fulfillment_id:
        raise NotUnderstood(f"is not {choice.fulfillment_id}", f"{path}.id")
    return choice


def _the_item(order: Order) -> Item:
    path = "$.message.order.items"
    if not order.items:
        raise NotUnderstood("is missing", path)
    if len(order.items) > 1:
        raise NotUnderstood("are several: one order, rooms of one type", path)
    try:
        parse_item(order.items[0].id)
    except ValueError as error:
        raise NotUnderstood("is not an item's id", f"{path}[0].id") from error
    return order.items[0]


def _read_rooms(item: Item) -> int:
    path = "$.message.order.items[0].quantity.selected.count"
    if item.quantity is None or item.quantity.selected is None:
        raise NotUnderstood("is missing", path)
    if not 1 <= item.quantity.selected.count <= MOST_ROOMS:
        raise NotUnderstood(f"is not between 1 and {MOST_ROOMS}", path)
    return item.quantity.selected.count


def _the_stay(order: Order) -> Fulfillment:
    path = "$.message.order.fulfillments"
    if not order.fulfillments:
        raise NotUnderstood("is missing", path)
    if len(order.fulfillments) > 1:
        raise NotUnderstood("are several: one order, one stay", path)
    return order.fulfillments[0]


def _read_stop(stay: Fulfillment, kind: str, path: str) -> date:
    for index, stop in enumerate(stay.stops or []):
        if stop.type == kind:
            return _read_day(
                stop.time.timestamp if stop.time else None, f"{path}.stops[{index}].time.timestamp"
            )
    raise NotUnderstood("needs a START and an END", f"{path}.stops")
