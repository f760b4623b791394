"""What the site writes."""

from datetime import datetime

from beckn import days, money, orders, terms, times
from beckn.air.values import GENDERS, KINDS, AirOrder, Choice, FareSearch, Party, Search, ticket_ids
from beckn.messages import (
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
)
from beckn.people import write_billing, write_customer


def write_search(search: Search, midnight: datetime, site: str) -> SearchMessage:
    """`midnight` begins the day at the origin, with its offset."""
    journey = Time(label="DATE_OF_JOURNEY", timestamp=times.write_local(midnight))
    return _search_message(search, [_start(search.origin, journey), _end(search.destination)], site)


def write_fare_search(search: FareSearch, first: datetime, last: datetime, site: str) -> SearchMessage:
    """`first` and `last` begin the first and the last day at the origin, with their offsets."""
    journeys = Time(label="DATE_OF_JOURNEY", range=days.write(first, last))
    ends = [_end(search.destination)] if search.destination else []
    return _search_message(search, [_start(search.origin, journeys), *ends], site)


def _start(airport: str, time: Time) -> Stop:
    return Stop(type="START", location=Location(descriptor=Descriptor(code=airport)), time=time)


def _end(airport: str) -> Stop:
    return Stop(type="END", location=Location(descriptor=Descriptor(code=airport)))


def _search_message(search: Search | FareSearch, stops: list[Stop], site: str) -> SearchMessage:
    return SearchMessage(
        intent=Intent(
            category=WantedKind(Descriptor(code=search.cabin)) if search.cabin else None,
            fulfillment=Fulfillment(stops=stops, vehicle=Vehicle(category="AIRLINE")),
            provider=WantedFrom(items=_wanted(search.party)),
            payment=Payment(tags=[terms.FINDER_FEES, terms.site_settlement(site)]),
        )
    )


def _wanted(party: Party) -> list[Wanted]:
    return [
        Wanted(Descriptor(name=KINDS[kind], code=f"{kind}_TICKET"), Quantity(selected=Count(count)))
        for kind, count in party.counts().items()
    ]


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
