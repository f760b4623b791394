"""What a provider reads of a site's messages."""

from datetime import date

from beckn import days, orders, times
from beckn.air.values import (
    AIRPORT,
    CABINS,
    GENDERS,
    KINDS,
    MOST_PEOPLE,
    AirOrder,
    Choice,
    FareSearch,
    ItemParts,
    Party,
    Search,
    parse_item,
    ticket_ids,
)
from beckn.errors import NotUnderstood
from beckn.messages import (
    Fulfillment,
    Intent,
    Item,
    Order,
    OrderMessage,
    Quantity,
    Range,
    SearchMessage,
    Stop,
)
from beckn.people import Traveller, read_billing, read_customer


def read_search(message: SearchMessage) -> Search | FareSearch:
    """What is asked for one day, or for several. Raises NotUnderstood with the path of the first fault."""
    intent, path = message.intent, "$.message.intent.fulfillment.stops"
    stops = (intent.fulfillment and intent.fulfillment.stops) or []
    ends = {stop.type: (index, stop) for index, stop in enumerate(stops)}
    if "START" in ends and (within := _range_of(ends["START"][1])):
        return FareSearch(
            origin=_read_airport(*ends["START"]),
            destination=_read_airport(*ends["END"]) if "END" in ends else None,
            days=days.read(within, f"{path}[{ends['START'][0]}].time.range"),
            party=_read_party(intent),
            cabin=_read_cabin(intent),
        )
    if "START" not in ends or "END" not in ends:
        raise NotUnderstood("needs a START and an END", path)
    start = ends["START"]
    return Search(
        origin=_read_airport(*start),
        destination=_read_airport(*ends["END"]),
        departs_on=_read_departure(start[1], f"{path}[{start[0]}].time.timestamp"),
        party=_read_party(intent),
        cabin=_read_cabin(intent),
    )


def _range_of(stop: Stop) -> Range | None:
    """The days of a departure for which no single time is said."""
    return stop.time.range if stop.time and not stop.time.timestamp else None


def _read_airport(index: int, stop: Stop) -> str:
    code = stop.location and stop.location.descriptor and stop.location.descriptor.code
    if not code or not AIRPORT.fullmatch(code):
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
    for index, (item, parts) in enumerate(items):
        if parts.kind is None or parts.number is not None or parts.kind in counts:
            raise NotUnderstood("is not a kind of ticket", f"{path}[{index}].id")
        counts[parts.kind] = _selected(item.quantity, f"{path}[{index}].quantity.selected.count")
    return _one_departure(items, _party(counts, path))


def read_order(message: OrderMessage) -> AirOrder:
    """The order of an init or confirm. Raises NotUnderstood with the path of the first fault."""
    order, path = message.order, "$.message.order.items"
    items = _read_items(order, path)
    counts: dict[str, int] = {}
    for index, (item, parts) in enumerate(items):
        if parts.kind is None or parts.number is None:
            raise NotUnderstood("is not a passenger's ticket", f"{path}[{index}].id")
        if item.quantity and item.quantity.selected and item.quantity.selected.count != 1:
            raise NotUnderstood(
                "is not 1: a ticket is one passenger's", f"{path}[{index}].quantity.selected.count"
            )
        counts[parts.kind] = counts.get(parts.kind, 0) + 1
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


def _read_items(order: Order, path: str) -> list[tuple[Item, ItemParts]]:
    if not order.items or len(order.items) > 3 * MOST_PEOPLE:
        raise NotUnderstood("is missing" if not order.items else "are too many", path)
    parsed = []
    for index, item in enumerate(order.items):
        try:
            parsed.append((item, parse_item(item.id)))
        except ValueError as error:
            raise NotUnderstood("is not an item's id", f"{path}[{index}].id") from error
    return parsed


def _one_departure(items: list[tuple[Item, ItemParts]], party: Party) -> Choice:
    departures = {(parts.flight_number, parts.departs_on, parts.cabin) for _, parts in items}
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
