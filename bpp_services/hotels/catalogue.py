"""What is on sale and what was sold, as TRV13 messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from beckn import hotels, money, orders, quotes, terms, times
from beckn.hotels import GENDERS, Stay
from beckn.messages import (
    Area,
    Catalog,
    CatalogMessage,
    Category,
    Count,
    Descriptor,
    Document,
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
    Tag,
    Time,
    tag,
)
from beckn.orders import Paid
from beckn.people import BilledTo, write_billing, write_customer
from bpp_services.core.standing import Standing
from bpp_services.hotels import guests, pricing
from bpp_services.hotels import terms as hotel_terms
from bpp_services.hotels.models import Booking, Hotel, RoomType
from bpp_services.hotels.pricing import SoldNight

TITLE = "Hotels"
COURT = "Mumbai"


@dataclass(frozen=True)
class OnSale:
    """A room type for a stay, with the rooms left for everyone and its price per room, night by night."""

    room_type: RoomType
    stay: Stay
    rooms_left: int
    nights: Sequence[SoldNight]
    currency: str


def windows(hotel: Hotel, stay: Stay) -> tuple[terms.Window, ...]:
    return hotel_terms.windows(hotel.hours.arrival(stay.check_in))


# ---- search


def write_catalog(on_sale: Iterable[OnSale], now: datetime, base_url: str, code: str) -> CatalogMessage:
    """`on_sale` comes in order of hotels."""
    descriptor = Descriptor(
        name=TITLE,
        code=code,
        short_desc=TITLE,
        long_desc=f"{TITLE}: rooms by the night",
        images=[_image(base_url, "YA")],
    )
    by_hotel = groupby(on_sale, key=lambda each: each.room_type.hotel_id)
    sellers = [_hotel_with_offers(list(offers), now, base_url) for _, offers in by_hotel]
    return CatalogMessage(Catalog(descriptor=descriptor, providers=sellers))


def _hotel_with_offers(offers: Sequence[OnSale], now: datetime, base_url: str) -> Seller:
    hotel = offers[0].room_type.hotel
    enabled = Time(label="ENABLE", timestamp=times.write_instant(now))
    return Seller(
        id=hotel.id,
        descriptor=Descriptor(
            name=hotel.name,
            code="HOTEL",
            short_desc=f"{hotel.stars} stars",
            long_desc=f"{hotel.name}, {hotel.address}, {hotel.city}",
            images=[_image(base_url, _initials(hotel.name))],
        ),
        time=enabled,
        locations=[_location(hotel)],
        categories=[Category(each.room_type.code, Descriptor(name=each.room_type.name)) for each in offers],
        payments=[Payment(id=_payment_id(hotel), type="PRE-ORDER", collected_by="BAP")],
        tags=[_hours_tag(hotel)],
        items=[_catalog_item(each, enabled, base_url) for each in offers],
    )


def _hours_tag(hotel: Hotel) -> Tag:
    said = {
        "CHECK_IN": f"{hotel.check_in_time:%H:%M}",
        "CHECK_OUT": f"{hotel.check_out_time:%H:%M}",
        "TIME_ZONE": hotel.zone,
    }
    return tag("HOTEL", said, display=True)


def _catalog_item(offer: OnSale, enabled: Time, base_url: str) -> Item:
    room_type = offer.room_type
    item = _item(room_type, offer.nights, offer.currency)
    if item.price:
        item.price.maximum_value = item.price.value
    item.descriptor = Descriptor(
        name=room_type.name, code=room_type.code, images=[_image(base_url, _initials(room_type.hotel.name))]
    )
    item.time = enabled
    item.quantity = Quantity(available=Count(offer.rooms_left), maximum=Count(offer.rooms_left))
    item.category_ids = [room_type.code]
    item.cancellation_terms = terms.write(windows(room_type.hotel, offer.stay))
    return item


# ---- select, and everything about an order


def write_selected(offer: OnSale) -> OrderMessage:
    room_type, stay = offer.room_type, offer.stay
    check_in = room_type.hotel.hours.arrival(stay.check_in)
    lines = pricing.lines(room_type.item_id, offer.nights, stay.rooms, check_in)
    return OrderMessage(
        order=Order(
            provider=_hotel(room_type.hotel, stay),
            items=[_ordered_item(room_type, offer.nights, stay.rooms, offer.currency)],
            fulfillments=[_stay(room_type.hotel, stay)],
            quote=quotes.write(lines, offer.currency, quotes.HOLD_SECONDS),
            payments=[
                Payment(
                    id=_payment_id(room_type.hotel),
                    type="PRE-ORDER",
                    collected_by="BAP",
                    tags=[hotels.payment_kind(is_paid=False)],
                )
            ],
            cancellation_terms=terms.write(windows(room_type.hotel, stay)),
        )
    )


def write_order(standing: Standing, base_url: str) -> OrderMessage:
    """The whole order as every answer about a booking has it."""
    booking: Booking = standing.booking
    room_type = booking.room_type
    stay = _stay(room_type.hotel, booking.stay)
    stay.state = orders.state(standing.state)
    stay.customer = write_customer(guests.traveller_of(booking.guest), booking.check_in, GENDERS)
    nights = pricing.from_store(booking.sold)
    return OrderMessage(
        order=Order(
            id=booking.bpp_booking_id,
            status=standing.order_status,
            provider=_hotel(room_type.hotel, booking.stay),
            items=[_ordered_item(room_type, nights, booking.rooms, booking.currency)],
            fulfillments=[stay],
            quote=quotes.write(_lines(standing), booking.currency, standing.seconds_left),
            billing=write_billing(BilledTo(**booking.billed_to)),
            payments=[_payment(booking)],
            cancellation_terms=terms.write(terms.from_store(booking.terms)),
            documents=[_document(booking, base_url)] if standing.order_status == orders.ACTIVE else None,
            created_at=times.write_instant(booking.confirmed_at) if booking.confirmed_at else None,
            updated_at=times.write_instant(standing.changed_at),
            tags=_order_tags(booking),
            cancellation=standing.cancellation(hotel_terms.sentence),
        )
    )


def _lines(standing: Standing) -> list[quotes.Line]:
    """As it was sold; of what is or would be cancelled, each line reversed and what is kept."""
    booking: Booking = standing.booking
    item_id, rooms, nights = booking.room_type.item_id, booking.rooms, pricing.from_store(booking.sold)
    if standing.is_for_nothing:
        return pricing.kept_lines(item_id, nights, rooms, Decimal(0))
    lines = pricing.lines(item_id, nights, rooms, booking.room_type.hotel.hours.arrival(booking.check_in))
    if standing.percent_kept is None:
        return lines
    return quotes.cancelled(lines, pricing.kept_lines(item_id, nights, rooms, standing.percent_kept))


# ---- pieces


def _hotel(hotel: Hotel, stay: Stay) -> Seller:
    return Seller(
        id=hotel.id,
        descriptor=Descriptor(name=hotel.name),
        locations=[_location(hotel)],
        time=hotels.period(stay, hotel.hours),
    )


def _location(hotel: Hotel) -> Location:
    return Location(
        id=hotels.PLACE,
        gps=f"{hotel.latitude:.6f},{hotel.longitude:.6f}",
        address=hotel.address,
        city=Area(name=hotel.city, code=f"std:{hotel.std_code}"),
        state=Area(name=hotel.state),
        country=Area(name="India", code="IND"),
        area_code=hotel.area_code,
        rating=str(hotel.stars),
    )


def _image(base_url: str, letters: str) -> Image:
    return Image(url=f"{base_url}/logo/{letters}.svg")


def _initials(name: str) -> str:
    """Two letters for the badge: of the first two words, or of the only one."""
    words = [word for word in name.upper().split() if word[:1].isascii() and word[:1].isalnum()]
    return (words[0][0] + words[1][0]) if len(words) > 1 else name.upper()[:2]


def _ordered_item(room_type: RoomType, nights: Sequence[SoldNight], rooms: int, currency: str) -> Item:
    item = _item(room_type, nights, currency)
    item.quantity = Quantity(selected=Count(rooms))
    return item


def _item(room_type: RoomType, nights: Sequence[SoldNight], currency: str) -> Item:
    """A room type; its price is one room's for the whole stay with taxes."""
    return Item(
        id=room_type.item_id,
        descriptor=Descriptor(name=room_type.name, code=room_type.code),
        price=Price(currency, money.write(pricing.room_minor(nights))),
        location_ids=[hotels.PLACE],
        payment_ids=[_payment_id(room_type.hotel)],
        tags=_item_tags(room_type, nights),
    )


def _item_tags(room_type: RoomType, nights: Sequence[SoldNight]) -> list[Tag]:
    half = money.write(pricing.half_tax_minor(nights))
    parts = {"BASE": money.write(pricing.base_minor(nights)), "CGST": half, "SGST": half}
    tags = [
        tag("FARE_BREAKUP", parts, display=True),
        tag(
            "NIGHTS", {each.night.isoformat(): money.write(each.rate_minor) for each in nights}, display=True
        ),
        tag("OCCUPANCY", {"MAX_GUESTS": str(room_type.capacity)}, display=True),
        tag("BOARD", {"PLAN": room_type.board}, display=True),
    ]
    if room_type.size_m2:
        tags.append(tag("SIZE", {"SQUARE_METRES": str(room_type.size_m2)}, display=True))
    return tags


def _stay(hotel: Hotel, stay: Stay) -> Fulfillment:
    return Fulfillment(
        id=f"{hotel.id}.{stay.check_in:%Y%m%d}-{stay.check_out:%Y%m%d}",
        type="STAY",
        stops=hotels.stops(stay, hotel.hours),
        tags=[hotels.guests_tag(stay)],
    )


def _payment_id(hotel: Hotel) -> str:
    return f"{hotel.id}.PRE-ORDER"


def _payment(booking: Booking) -> Payment:
    is_paid = booking.confirmed_at is not None
    paid = Paid(booking.total_minor, booking.currency, is_paid, booking.payment_reference)
    return orders.write_payment(booking.hotel_id, paid, [hotels.payment_kind(is_paid)])


def _document(booking: Booking, base_url: str) -> Document:
    return Document(
        descriptor=Descriptor(code="BOOKING_CONFIRMATION", name="The booking at the hotel"),
        mime_type="text/html",
        url=f"{base_url}/help/{booking.bpp_booking_id}",
    )


def _order_tags(booking: Booking) -> list[Tag]:
    return [
        terms.platform_reference(booking.platform_booking_id),
        *([tag("BAP_TERMS", booking.bap_terms)] if booking.bap_terms else []),
        terms.FINDER_FEES,
        terms.hotel_terms(COURT),
    ]
