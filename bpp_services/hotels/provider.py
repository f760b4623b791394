"""What the hotels service answers to each action."""

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from beckn import hotels, terms
from beckn.context import HOTELS, Context
from beckn.errors import (
    ERROR_30001_PROVIDER,
    ERROR_30004_ITEM,
    ERROR_30008_FULFILMENT,
    NotUnderstood,
    Refused,
)
from beckn.hotels import Choice, HotelOrder, Stay
from beckn.messages import (
    CatalogMessage,
    OrderMessage,
    SearchMessage,
    UpdateMessage,
)
from beckn.messages import Order as WireOrder
from bpp_services.core.after_sales import AfterSales, base_url, catalog_code
from bpp_services.core.book import OrderBook
from bpp_services.core.orders import digest, new_reference, refuse_another_price
from bpp_services.core.standing import Standing
from bpp_services.hotels import catalogue, commands, guests, inventory, pricing
from bpp_services.hotels.catalogue import OnSale
from bpp_services.hotels.inventory import Rooms, Vacancy
from bpp_services.hotels.models import Booking, Hotel, Order, RoomType
from chassis import clock
from chassis.prepared import Prepared

MOST_CITIES = 100  # of one answer

# What an answer about a booking tells, loaded with it in one statement.
TOLD = (
    joinedload(Booking.room_type, innerjoin=True).joinedload(RoomType.hotel, innerjoin=True),
    joinedload(Booking.guest, innerjoin=True),
)


class HotelsProvider(AfterSales):
    """Sells rooms by the night."""

    domain = HOTELS
    support_phone = "+918000000002"

    def __init__(self):
        self.book = OrderBook(Order, Booking, Rooms(), TOLD)

    # ---- what is on sale

    def search(self, context: Context, message: SearchMessage) -> CatalogMessage:
        search = hotels.read_search(context, message)
        if isinstance(search, hotels.RateSearch):
            return catalogue.write_catalog(_cheapest(search), clock.now(), base_url(), catalog_code())
        on_sale = [
            _on_sale(vacancy, search)
            for vacancy in inventory.vacancies_in(search.city, search)
            if vacancy.fewest >= search.rooms and _holds(vacancy.room_type, search)
        ]
        return catalogue.write_catalog(on_sale, clock.now(), base_url(), catalog_code())

    def select(self, context: Context, message: OrderMessage) -> OrderMessage:
        choice = hotels.read_select(message)
        _check_hotel(message.order, choice)
        vacancy = _vacancy(choice)
        if vacancy.fewest < choice.rooms:
            raise inventory.sold_out(vacancy.room_type, choice, vacancy.by_night)
        return catalogue.write_selected(_on_sale(vacancy, choice))

    # ---- hold and book

    def init(self, context: Context, message: OrderMessage) -> OrderMessage:
        order = hotels.read_order(message)
        _check_hotel(message.order, order.choice)
        bap_terms = hotels.read_site_terms(message.order)
        return self.book.hold(
            context, _digest(order), lambda: _new_booking(context, order, bap_terms), self.say_held
        )

    def confirm(self, context: Context, message: OrderMessage) -> OrderMessage:
        order = hotels.read_order(message)
        return self.book.confirm(context, order.order_id, _digest(order), order.paid, self.say)

    # ---- afterwards

    def write_order(self, standing: Standing) -> OrderMessage:
        return catalogue.write_order(standing, base_url())

    def change(self, booking: Booking, message: UpdateMessage) -> None:
        guests.change(booking, message)

    # ---- upkeep

    def sweep(self) -> int:
        return self.book.reclaim()

    def seed_commands(self, market: str) -> list:
        return commands.seed_commands()


def _day_of_sale() -> date:
    return clock.today("Asia/Kolkata")


def _on_sale(vacancy: Vacancy, stay: Stay) -> OnSale:
    today = _day_of_sale()
    nights = tuple(pricing.night_at(each.night, each.rate_minor, today) for each in vacancy.nights)
    return OnSale(vacancy.room_type, stay, vacancy.fewest, nights, vacancy.nights[0].currency)


def _cheapest(search: hotels.RateSearch) -> list[OnSale]:
    """A night in each of the cheapest cities, in order of hotels."""
    found = inventory.cheapest_nights(search)[:MOST_CITIES]
    offers = [_on_sale(vacancy, search.one(vacancy.nights[0].night)) for vacancy in found]
    return sorted(offers, key=lambda each: each.room_type.hotel_id)


def _holds(room_type: RoomType, stay: Stay) -> bool:
    return stay.guests <= stay.rooms * room_type.capacity


def _vacancy(choice: Choice) -> Vacancy:
    """Raises Refused when no such room is on sale for the whole stay, or when the party does not fit."""
    vacancy = inventory.find_vacancy(choice.hotel_id, choice.room_code, choice)
    if vacancy is None:
        raise Refused(
            ERROR_30004_ITEM,
            "This room is not on sale for all of these nights",
            "$.message.order.items[0].id",
        )
    if not _holds(vacancy.room_type, choice):
        most = choice.rooms * vacancy.room_type.capacity
        raise Refused(
            ERROR_30008_FULFILMENT,
            f"{choice.guests} guests do not fit: these rooms hold {most}",
            "$.message.order.fulfillments[0].tags",
        )
    return vacancy


def _new_booking(context: Context, order: HotelOrder, bap_terms: dict[str, str]) -> Booking:
    choice = order.choice
    offer = _on_sale(_vacancy(choice), choice)
    total = choice.rooms * pricing.room_minor(offer.nights)
    refuse_another_price(order.paid, total, offer.currency)
    base = choice.rooms * pricing.base_minor(offer.nights)
    return Booking(
        bpp_booking_id=new_reference(),
        platform_booking_id=order.platform_reference,
        bap_id=context.bap_id,
        beckn_transaction_id=context.transaction,
        beckn_message_id=context.message,
        hotel_id=choice.hotel_id,
        room_type_id=offer.room_type.id,
        room_type=offer.room_type,
        check_in=choice.check_in,
        check_out=choice.check_out,
        rooms=choice.rooms,
        adults=choice.adults,
        children=choice.children,
        fare_minor=base,
        tax_minor=total - base,
        total_minor=total,
        currency=offer.currency,
        sold=pricing.to_store(offer.nights),
        terms=terms.to_store(catalogue.windows(offer.room_type.hotel, choice)),
        billed_to=vars(order.billed_to),
        bap_terms=bap_terms,
        guest=guests.guest_of(order.guest),
    )


_HOTEL = Prepared(select(Hotel.id).where(Hotel.id == bindparam("hotel")))


def _check_hotel(order: WireOrder, choice: Choice) -> None:
    if order.provider is None:
        raise NotUnderstood("is missing", "$.message.order.provider")
    if order.provider.id != choice.hotel_id:
        raise Refused(
            ERROR_30001_PROVIDER,
            "This room is of another hotel",
            "$.message.order.provider.id",
        )
    if not _HOTEL.rows(hotel=choice.hotel_id):
        raise Refused(ERROR_30001_PROVIDER, "We do not sell this hotel", "$.message.order.provider.id")


def _digest(order: HotelOrder) -> str:
    choice, paid = order.choice, order.paid
    return digest(
        choice.item_id,
        choice.fulfillment_id,
        (choice.rooms, choice.adults, choice.children),
        order.guest,
        paid.total_minor,
        paid.currency,
    )
