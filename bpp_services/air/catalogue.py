"""What is on sale and what was sold, as TRV12 messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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
    Time,
    Vehicle,
    tag,
)
from beckn.orders import Paid
from beckn.people import BilledTo, write_billing, write_customer
from bpp_services.air import pricing
from bpp_services.air import terms as air_terms
from bpp_services.air.models import Airport, Booking, Departure, Passenger
from bpp_services.air.passengers import Market
from bpp_services.air.travellers import traveller_of
from bpp_services.core.standing import Standing

COURT = "Bengaluru"


@dataclass(frozen=True)
class OnSale:
    """A departure that can be sold to the party that asked, with the seats left for everyone."""

    departure: Departure
    seats_left: int
    fares: Sequence[air.Fare]


def windows(departure: Departure, market: Market) -> tuple[terms.Window, ...]:
    return air_terms.windows(departure.departs_at, market.kept_percent)


# ---- search


def write_catalog(on_sale: Iterable[OnSale], market: Market, base_url: str, code: str) -> CatalogMessage:
    by_airline: dict[str, list[OnSale]] = {}
    for each in on_sale:
        by_airline.setdefault(each.departure.flight.airline_code, []).append(each)
    descriptor = Descriptor(name=market.title, code=code, images=[_image(base_url, "YA")])
    sellers = [_seller_with_offers(offers, market, base_url) for offers in by_airline.values()]
    return CatalogMessage(Catalog(descriptor=descriptor, providers=sellers))


def _seller_with_offers(offers: list[OnSale], market: Market, base_url: str) -> Seller:
    seller = _seller(offers[0].departure, base_url)
    cabins = dict.fromkeys(each.departure.cabin for each in offers)
    trips = {trip.id: trip for trip in (_trip(each.departure) for each in offers)}
    seller.categories = [Category(cabin, Descriptor(name=air.CABINS[cabin], code=cabin)) for cabin in cabins]
    seller.items = [item for each in offers for item in _catalog_items(each, market)]
    seller.fulfillments = list(trips.values())
    seller.payments = [_payment(seller.id, base_url, None)]
    return seller


def _catalog_items(offer: OnSale, market: Market) -> list[Item]:
    written = terms.write(windows(offer.departure, market))
    items = []
    for fare in offer.fares:
        item = _item(offer.departure, fare)
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
    lines = pricing.lines(offer.departure.item_id, offer.fares)
    return OrderMessage(
        order=Order(
            provider=_seller(offer.departure, base_url),
            items=_ordered_items(offer.departure, offer.fares),
            fulfillments=[
                _trip(offer.departure),
                *(Fulfillment(id=ticket, type="TICKET") for ticket in _tickets(offer.departure, offer.fares)),
            ],
            quote=quotes.write(lines, offer.departure.currency, quotes.HOLD_SECONDS),
            cancellation_terms=terms.write(windows(offer.departure, market)),
        )
    )


def write_order(standing: Standing, base_url: str) -> OrderMessage:
    """The whole order as every answer about a booking carries it."""
    booking: Booking = standing.booking
    departure = booking.departure
    trip = _trip(departure)
    trip.state = orders.state(standing.state)
    return OrderMessage(
        order=Order(
            id=booking.bpp_booking_id,
            status=standing.order_status,
            provider=_seller(departure, base_url),
            items=_ordered_items(departure, pricing.from_store(booking.sold)),
            fulfillments=[trip, *(_ticket(departure, passenger) for passenger in booking.passengers)],
            quote=quotes.write(_lines(standing), booking.currency, standing.seconds_left),
            billing=write_billing(BilledTo(**booking.billed_to)),
            payments=[_payment(departure.flight.airline_code, base_url, booking)],
            cancellation_terms=terms.write(terms.from_store(booking.terms)),
            created_at=times.write_instant(booking.confirmed_at) if booking.confirmed_at else None,
            updated_at=times.write_instant(standing.changed_at),
            tags=[terms.platform_reference(booking.platform_booking_id)],
            cancellation=standing.cancellation(air_terms.sentence),
        )
    )


def _lines(standing: Standing) -> list[quotes.Line]:
    """As it was sold; of what is or would be cancelled, each line reversed and what is kept."""
    item, sold = standing.booking.departure.item_id, pricing.from_store(standing.booking.sold)
    if standing.is_for_nothing:
        return pricing.kept_lines(item, sold, Decimal(0))
    lines = pricing.lines(item, sold)
    if standing.percent_kept is None:
        return lines
    return quotes.cancelled(lines, pricing.kept_lines(item, sold, standing.percent_kept))


# ---- pieces


def _seller(departure: Departure, base_url: str) -> Seller:
    flight = departure.flight
    return Seller(
        id=flight.airline_code,
        descriptor=Descriptor(
            name=flight.airline_name, code=flight.airline_code, images=[_image(base_url, flight.airline_code)]
        ),
    )


def _image(base_url: str, letters: str) -> Image:
    return Image(url=f"{base_url}/logo/{letters}.svg", size_type="xs")


def _item(departure: Departure, fare: air.Fare) -> Item:
    parts = {
        "BASE_FARE": money.write(fare.base_minor),
        "IGST": money.write(fare.tax_minor),
        "AIRPORT_CHARGES": money.write(fare.charges_minor),
    }
    return Item(
        id=f"{departure.item_id}.{fare.kind}",
        descriptor=Descriptor(name=air.KINDS[fare.kind], code=f"{fare.kind}_TICKET"),
        price=Price(departure.currency, money.write(fare.each_minor)),
        quantity=Quantity(selected=Count(fare.count)),
        category_ids=[departure.cabin],
        fulfillment_ids=[departure.trip_id],
        time=Time(
            label="JOURNEY_TIME", duration=times.write_duration(departure.flight.duration_minutes * 60)
        ),
        tags=[tag("FARE_BREAKUP", parts, display=True)],
    )


def _ordered_items(departure: Departure, fares: Sequence[air.Fare]) -> list[Item]:
    """Per kind the item itself, then one for each passenger."""
    items = []
    for fare in fares:
        items.append(_item(departure, fare))
        for number in range(1, fare.count + 1):
            one = _item(departure, fare)
            one.parent_item_id = one.id
            one.id = f"{one.id}-{number}"
            one.quantity = Quantity(selected=Count(1))
            one.fulfillment_ids = [*(one.fulfillment_ids or []), one.id]
            items.append(one)
    return items


def _tickets(departure: Departure, fares: Sequence[air.Fare]) -> list[str]:
    return [
        f"{departure.item_id}.{fare.kind}-{number}" for fare in fares for number in range(1, fare.count + 1)
    ]


def _trip(departure: Departure) -> Fulfillment:
    flight = departure.flight
    return Fulfillment(
        id=departure.trip_id,
        type="TRIP",
        stops=[
            _stop("S1", "START", flight.start, departure.departs_at),
            _stop("S2", "END", flight.end, departure.arrives_at),
        ],
        vehicle=Vehicle(category="AIRLINE", code=flight.flight_number, model=flight.aircraft),
        tags=[tag("INFO", {"OPERATED_BY": flight.airline_name}, display=True)],
    )


def _stop(stop_id: str, kind: str, airport: Airport, at: datetime) -> Stop:
    return Stop(
        id=stop_id,
        type=kind,
        location=Location(
            descriptor=Descriptor(name=airport.name, code=airport.iata),
            gps=f"{airport.latitude:.6f},{airport.longitude:.6f}",
            city=Area(name=airport.city, code=f"std:{airport.std_code}" if airport.std_code else None),
            country=Area(code=airport.country),
        ),
        time=Time(label="DATE_TIME", timestamp=times.write_local(at)),
    )


def _payment(seller: str, base_url: str, booking: Booking | None) -> Payment:
    if booking is None:
        return Payment(
            id=f"{seller}.PRE-ORDER",
            type="PRE-ORDER",
            collected_by="BAP",
            tags=[terms.FINDER_FEES, terms.provider_settlement(base_url, COURT)],
        )
    paid = Paid(
        booking.total_minor, booking.currency, booking.confirmed_at is not None, booking.payment_reference
    )
    settlement = terms.provider_settlement(base_url, COURT, money.write(booking.total_minor))
    return orders.write_payment(seller, paid, [terms.FINDER_FEES, settlement])


def _ticket(departure: Departure, passenger: Passenger) -> Fulfillment:
    number = passenger.ticket_number
    return Fulfillment(
        id=f"{departure.item_id}.{passenger.place}",
        type="TICKET",
        customer=write_customer(traveller_of(passenger), departure.departs_on, air.GENDERS),
        tags=[tag("TICKET", {"NUMBER": number}, display=True)] if number else None,
    )
