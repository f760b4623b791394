"""What the site writes, and the pieces of a stay that both sides write alike."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from beckn import orders, terms, times
from beckn.hotels.values import GENDERS, USUAL_HOURS, Choice, HotelOrder, Hours, RateSearch, Search, Stay
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

PLACE = "L1"  # a hotel has one location
FULL_PAYMENT, FINAL_PAYMENT = "FULL-PAYMENT", "FINAL-PAYMENT"


def write_search(search: Search | RateSearch, site: str) -> SearchMessage:
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
    """The message of init; of confirm, when `order` has its id, is paid and repeats init's `quote`."""
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
    return Seller(id=choice.hotel_id, time=period(choice, choice.hours))


def _chosen_room(choice: Choice) -> Item:
    return Item(id=choice.item_id, location_ids=[PLACE], quantity=Quantity(selected=Count(choice.rooms)))


def _chosen_stay(choice: Choice) -> Fulfillment:
    return Fulfillment(
        id=choice.fulfillment_id, type="STAY", stops=stops(choice, choice.hours), tags=[guests_tag(choice)]
    )


def guests_tag(stay: Stay) -> Tag:
    return tag("GUESTS", {"ADULTS": str(stay.adults), "CHILDREN": str(stay.children)})


def period(stay: Stay, hours: Hours) -> Time:
    """The stay as the hotel's `time`."""
    return _available(hours.arrival(stay.check_in), hours.departure(stay.check_out))


def _available(start: datetime, end: datetime) -> Time:
    return Time(label="AVAILABLE", range=Range(times.write_local(start), times.write_local(end)))


def stops(stay: Stay, hours: Hours) -> list[Stop]:
    """Check-in and check-out in local time."""
    return [
        _stop("S1", "START", "CHECK_IN", hours.arrival(stay.check_in)),
        _stop("S2", "END", "CHECK_OUT", hours.departure(stay.check_out)),
    ]


def _stop(stop_id: str, kind: str, label: str, at: datetime) -> Stop:
    return Stop(
        id=stop_id,
        type=kind,
        location=Location(id=PLACE),
        time=Time(label=label, timestamp=times.write_local(at)),
    )


def payment_kind(is_paid: bool) -> Tag:
    """TRV13's word for what a payment is."""
    return Tag(descriptor=Descriptor(code=FINAL_PAYMENT if is_paid else FULL_PAYMENT))
