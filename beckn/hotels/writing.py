"""What the site writes, and the pieces of a stay that both sides write alike."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from beckn import orders, terms, times
from beckn.hotels.values import GENDERS, USUAL_HOURS, Choice, HotelOrder, Hours, Search, Stay
from beckn.messages import (
    Count,
    Descriptor,
    Fulfillment,
    Intent,
    Item,
    Location,
    Order,
    OrderMessage,
    Quantity,
    Quote,
    Range,
    SearchMessage,
    Seller,
    Stop,
    Tag,
    Time,
    WantedKind,
    tag,
)
from beckn.people import write_billing, write_customer

PLACE = "L1"
FULL_PAYMENT, FINAL_PAYMENT = "FULL-PAYMENT", "FINAL-PAYMENT"


def write_search(search: Search, site: str) -> SearchMessage:
    """Only the local dates count; the city stands in the context (`search.city_code`)."""
    midnight = time(tzinfo=ZoneInfo(USUAL_HOURS.zone))
    return SearchMessage(
        intent=Intent(
            category=WantedKind(
                Descriptor(code="HOTEL"),
                _available(
                    datetime.combine(search.check_in, midnight), datetime.combine(search.check_out, midnight)
                ),
            ),
            fulfillment=Fulfillment(tags=[guests_tag(search), tag("ROOMS", {"COUNT": str(search.rooms)})]),
            tags=[terms.site_terms(site), terms.FINDER_FEES],
        )
    )


def write_select(choice: Choice) -> OrderMessage:
    return OrderMessage(
        order=Order(
            provider=_chosen_hotel(choice), items=[_chosen_room(choice)], fulfillments=[_chosen_stay(choice)]
        )
    )


def write_order(
    order: HotelOrder, site: str, created_at: datetime | None = None, quote: Quote | None = None
) -> OrderMessage:
    """The message of init; of confirm, when `order` has its id, says that it is paid and brings the accepted `quote`."""
    choice = order.choice
    created = times.write_instant(created_at) if created_at else None
    stay = _chosen_stay(choice)
    stay.customer = write_customer(order.guest, choice.check_in, GENDERS)
    return OrderMessage(
        order=Order(
            id=order.order_id,
            provider=_chosen_hotel(choice),
            items=[_chosen_room(choice)],
            fulfillments=[stay],
            quote=quote,
            billing=write_billing(order.billed_to),
            payments=[orders.write_payment(choice.hotel_id, order.paid, [payment_kind(order.paid.is_paid)])],
            tags=[
                terms.platform_reference(order.platform_reference),
                terms.site_terms(site),
                terms.FINDER_FEES,
            ],
            created_at=created,
            updated_at=created,
        )
    )


def _chosen_hotel(choice: Choice) -> Seller:
    return Seller(id=choice.hotel_id, time=place(choice, choice.hours))


def _chosen_room(choice: Choice) -> Item:
    return Item(id=choice.item_id, location_ids=[PLACE], quantity=Quantity(selected=Count(choice.rooms)))


def _chosen_stay(choice: Choice) -> Fulfillment:
    return Fulfillment(
        id=choice.fulfillment_id, type="STAY", stops=stops(choice, choice.hours), tags=[guests_tag(choice)]
    )


def guests_tag(stay: Stay) -> Tag:
    return tag("GUESTS", {"ADULTS": str(stay.adults), "CHILDREN": str(stay.children)})
