"""What is on sale and what was sold, as TRV12 messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from beckn import air, money, orders, quotes, terms, times
from beckn.messages import (
    Area,
    Catalog,
    CatalogMessage,
    Category,
    Count,
    Descriptor,
    Fulfillment,
    Image,
    Item,
    Location,
    Order,
    OrderMessage,
    Payment,
    Price,
    Quantity,
    Seller,
    Stop,
    Tag,
    Time,
    Vehicle,
    tag,
)
from beckn.orders import Paid
from beckn.people import BilledTo, write_billing, write_customer
from bpp_services.air import pricing
from bpp_services.air import terms as air_terms
from bpp_services.air.journeys import Journey, Place
from bpp_services.air.models import Booking, Passenger
from bpp_services.air.passengers import Market
from bpp_services.air.travellers import traveller_of
from bpp_services.core.standing import Standing

COURT = "Bengaluru"


@dataclass(frozen=True)
class OnSale:
    """A journey that can be sold to the party that asked, with the seats left for everyone."""

    journey: Journey
    seats_left: int
    fares: Sequence[air.Fare]


def windows(journey: Journey, market: Market) -> tuple[terms.Window, ...]:
    return air_terms.windows(journey.departs_at, market.kept_percent)


# ---- search


def write_catalog(on_sale: Iterable[OnSale], market: Market, base_url: str, code: str) -> CatalogMessage:
    by_airline: dict[tuple[str, str], list[OnSale]] = {}
    for each in on_sale:
        airline = each.journey.airline_code, each.journey.airline_name
        by_airline.setdefault(airline, []).append(each)
    descriptor = Descriptor(name=market.title, code=code, images=[_image(base_url, "YA")])
    sellers = [
        _seller_with_offers(airline, offers, market, base_url) for airline, offers in by_airline.items()
    ]
    return CatalogMessage(Catalog(descriptor=descriptor, providers=sellers))


def _seller_with_offers(
    airline: tuple[str, str], offers: list[OnSale], market: Market, base_url: str
) -> Seller:
    code, name = airline
    trips = {each.journey.trip_id: each.journey for each in offers}
    return Seller(
        id=code,
        descriptor=_airline(code, name, base_url),
        categories=[_category(cabin) for cabin in dict.fromkeys(each.journey.cabin for each in offers)],
        items=[item for each in offers for item in _catalog_items(each, market)],
        fulfillments=[_trip(journey) for journey in trips.values()],
        payments=[_payment_before(code, base_url)],
    )


def _catalog_items(offer: OnSale, market: Market) -> list[Item]:
    written = terms.write(windows(offer.journey, market))
    items = []
    for fare in offer.fares:
        item = _item(offer.journey, fare)
        item.quantity = Quantity(
            selected=Count(fare.count),
            available=None if fare.kind == "INFANT" else Count(offer.seats_left),
            maximum=Count(air.MOST_PEOPLE),
        )
        item.cancellation_terms = written
        items.append(item)
    return items


# ---- select, and everything about an order


def write_selected(offer: OnSale, market: Market, base_url: str) -> OrderMessage:
    journey = offer.journey
    lines = pricing.lines(journey.item_id, offer.fares)
    return OrderMessage(
        order=Order(
            provider=_seller(journey, base_url),
            items=_ordered_items(journey, offer.fares),
            fulfillments=[
                _trip(journey),
                *(Fulfillment(id=ticket, type="TICKET") for ticket in _tickets(journey, offer.fares)),
            ],
            quote=quotes.write(lines, journey.currency, quotes.HOLD_SECONDS),
            cancellation_terms=terms.write(windows(journey, market)),
        )
    )


def write_order(standing: Standing, base_url: str) -> OrderMessage:
    """The whole order as every answer about a booking carries it."""
    booking: Booking = standing.booking
    journey = booking.departure.journey
    trip = _trip(journey)
    trip.state = orders.state(standing.state)
    return OrderMessage(
        order=Order(
            id=booking.bpp_booking_id,
            status=standing.order_status,
            provider=_seller(journey, base_url),
            items=_ordered_items(journey, pricing.from_store(booking.sold)),
            fulfillments=[trip, *(_ticket(journey, passenger) for passenger in booking.passengers)],
            quote=quotes.write(_lines(standing, journey.item_id), booking.currency, standing.seconds_left),
            billing=write_billing(BilledTo(**booking.billed_to)),
            payments=[_payment(journey.airline_code, base_url, booking)],
            cancellation_terms=terms.write(terms.from_store(booking.terms)),
            created_at=times.write_instant(booking.confirmed_at) if booking.confirmed_at else None,
            updated_at=times.write_instant(standing.changed_at),
            tags=[terms.platform_reference(booking.platform_booking_id)],
            cancellation=standing.cancellation(air_terms.sentence),
        )
    )


def _lines(standing: Standing, item: str) -> list[quotes.Line]:
    """As it was sold; of what is or would be cancelled, each line reversed and what is kept."""
    sold = pricing.from_store(standing.booking.sold)
    if standing.is_for_nothing:
        return pricing.kept_lines(item, sold, Decimal(0))
    lines = pricing.lines(item, sold)
    if standing.percent_kept is None:
        return lines
    return quotes.cancelled(lines, pricing.kept_lines(item, sold, standing.percent_kept))


# ---- pieces
#
# What depends on few values that come again and again is made once for each of them; such pieces are never changed.


def _seller(journey: Journey, base_url: str) -> Seller:
    return Seller(
        id=journey.airline_code, descriptor=_airline(journey.airline_code, journey.airline_name, base_url)
    )


@lru_cache(1024)
def _airline(code: str, name: str, base_url: str) -> Descriptor:
    return Descriptor(name=name, code=code, images=[_image(base_url, code)])


def _image(base_url: str, letters: str) -> Image:
    return Image(url=f"{base_url}/logo/{letters}.svg", size_type="xs")


@lru_cache
def _category(cabin: str) -> Category:
    return Category(cabin, Descriptor(name=air.CABINS[cabin], code=cabin))


def _item(journey: Journey, fare: air.Fare) -> Item:
    parts = {
        "BASE_FARE": money.write(fare.base_minor),
        "IGST": money.write(fare.tax_minor),
        "AIRPORT_CHARGES": money.write(fare.charges_minor),
    }
    return Item(
        id=f"{journey.item_id}.{fare.kind}",
        descriptor=_kind(fare.kind),
        price=Price(journey.currency, money.write(fare.each_minor)),
        quantity=Quantity(selected=Count(fare.count)),
        category_ids=[journey.cabin],
        fulfillment_ids=[journey.trip_id],
        time=_journey_time(journey.duration_minutes),
        tags=[tag("FARE_BREAKUP", parts, display=True)],
    )


@lru_cache
def _kind(kind: str) -> Descriptor:
    return Descriptor(name=air.KINDS[kind], code=f"{kind}_TICKET")


@lru_cache(2048)
def _journey_time(minutes: int) -> Time:
    return Time(label="JOURNEY_TIME", duration=times.write_duration(minutes * 60))


def _ordered_items(journey: Journey, fares: Sequence[air.Fare]) -> list[Item]:
    """Per kind the item itself, then one for each passenger."""
    items = []
    for fare in fares:
        items.append(_item(journey, fare))
        for number in range(1, fare.count + 1):
            one = _item(journey, fare)
            one.parent_item_id = one.id
            one.id = f"{one.id}-{number}"
            one.quantity = Quantity(selected=Count(1))
            one.fulfillment_ids = [*(one.fulfillment_ids or []), one.id]
            items.append(one)
    return items


def _tickets(journey: Journey, fares: Sequence[air.Fare]) -> list[str]:
    return [
        f"{journey.item_id}.{fare.kind}-{number}" for fare in fares for number in range(1, fare.count + 1)
    ]


def _trip(journey: Journey) -> Fulfillment:
    return Fulfillment(
        id=journey.trip_id,
        type="TRIP",
        stops=[
            Stop("S1", "START", _location(journey.start), _moment(journey.departs_at)),
            Stop("S2", "END", _location(journey.end), _moment(journey.arrives_at)),
        ],
        vehicle=Vehicle(category="AIRLINE", code=journey.flight_number, model=journey.aircraft),
        tags=[_operated_by(journey.airline_name)],
    )


@lru_cache(8192)
def _location(place: Place) -> Location:
    return Location(
        descriptor=Descriptor(name=place.name, code=place.iata),
        gps=f"{place.latitude:.6f},{place.longitude:.6f}",
        city=Area(name=place.city, code=f"std:{place.std_code}" if place.std_code else None),
        country=Area(code=place.country),
    )


def _moment(at: datetime) -> Time:
    return Time(label="DATE_TIME", timestamp=times.write_local(at))


@lru_cache(1024)
def _operated_by(airline: str) -> Tag:
    return tag("INFO", {"OPERATED_BY": airline}, display=True)


@lru_cache(1024)
def _payment_before(seller: str, base_url: str) -> Payment:
    """Before there is an order."""
    return Payment(
        id=f"{seller}.PRE-ORDER",
        type="PRE-ORDER",
        collected_by="BAP",
        tags=[terms.FINDER_FEES, terms.provider_settlement(base_url, COURT)],
    )


def _payment(seller: str, base_url: str, booking: Booking) -> Payment:
    paid = Paid(
        booking.total_minor, booking.currency, booking.confirmed_at is not None, booking.payment_reference
    )
    settlement = terms.provider_settlement(base_url, COURT, money.write(booking.total_minor))
    return orders.write_payment(seller, paid, [terms.FINDER_FEES, settlement])


def _ticket(journey: Journey, passenger: Passenger) -> Fulfillment:
    number = passenger.ticket_number
    return Fulfillment(
        id=f"{journey.item_id}.{passenger.place}",
        type="TICKET",
        customer=write_customer(traveller_of(passenger), journey.departs_on, air.GENDERS),
        tags=[tag("TICKET", {"NUMBER": number}, display=True)] if number else None,
    )
