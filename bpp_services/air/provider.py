"""What a flight service answers to each action."""

from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from beckn import air, envelopes, terms
from beckn.air import CABINS, AirOrder, Choice
from beckn.context import FLIGHTS, Context
from beckn.envelopes import Written
from beckn.errors import (
    ERROR_30001_PROVIDER,
    ERROR_30004_ITEM,
    ERROR_30008_FULFILMENT,
    NotUnderstood,
    Refused,
)
from beckn.messages import Order as WireOrder
from beckn.messages import OrderMessage, SearchMessage, UpdateMessage
from bpp_services.air import catalogue, commands, inventory, passengers, pricing, travellers
from bpp_services.air.catalogue import OnSale
from bpp_services.air.inventory import Seats
from bpp_services.air.journeys import Journey
from bpp_services.air.models import Booking, Departure, Flight, Order, Passenger
from bpp_services.air.passengers import Market
from bpp_services.core.after_sales import AfterSales, base_url, catalog_code
from bpp_services.core.book import OrderBook
from bpp_services.core.orders import digest, new_reference, refuse_another_price
from bpp_services.core.standing import Standing
from chassis import clock
from chassis.database import writing
from chassis.prepared import Row

DOCUMENTS_KEPT = timedelta(days=90)
MOST_CHEAPEST = 100  # destinations (or days) of one answer

# The three digits that begin an airline's ticket numbers (IATA accounting codes).
TICKET_PREFIX = {
    "AI": "098", "6E": "312", "UK": "228", "SG": "775", "QP": "799", "IX": "635",
    "EK": "176", "BA": "125", "SQ": "618", "QR": "157", "LH": "220", "TG": "217", "EY": "607", "UL": "603",
    "RA": "285", "MH": "232", "JL": "131", "NH": "205", "AF": "057", "CX": "160", "KL": "074", "LX": "724",
    "TK": "235", "WY": "910", "AC": "014", "QF": "081", "BG": "997",
}  # fmt: skip


# What an answer about a booking tells, loaded with it in one statement.
_FLIGHT = joinedload(Booking.departure, innerjoin=True).joinedload(Departure.flight, innerjoin=True)
TOLD = (
    _FLIGHT.joinedload(Flight.start, innerjoin=True),
    _FLIGHT.joinedload(Flight.end, innerjoin=True),
    joinedload(Booking.passengers),
)


class AirProvider(AfterSales):
    """Sells the departures of one market."""

    domain = FLIGHTS
    support_phone = "+918000000001"

    def __init__(self, market: Market):
        self.market = market
        self.book = OrderBook(Order, Booking, Seats(), TOLD)

    # ---- what is on sale

    def search(self, context: Context, message: SearchMessage) -> Written:
        search = air.read_search(message)
        if isinstance(search, air.FareSearch):
            return self._cheapest(search)
        found = inventory.departures_between(
            search.origin, search.destination, search.departs_on, search.cabin
        )
        return _catalog(found, search.party, self.market, _day_of_sale(), base_url(), catalog_code())

    def _cheapest(self, search: air.FareSearch) -> Written:
        """Written as any other catalogue: what it says is for sale, at the price of the search of its day."""
        party, today = search.party, _day_of_sale()
        found = inventory.cheapest_departures(search.origin, search.destination, search.days, party.seats)
        cheapest: dict[date | str, tuple[int, Row]] = {}
        for row in found:
            journey = inventory.journey(row)
            which = journey.departs_on if search.destination else journey.end.iata
            total = sum(fare.count * fare.each_minor for fare in _fares(journey, party, today))
            if (
                journey.cabin == (search.cabin or journey.cabin)
                and total < cheapest.get(which, (total + 1,))[0]
            ):
                cheapest[which] = total, row
        rows = [row for _, row in sorted(cheapest.values(), key=itemgetter(0))[:MOST_CHEAPEST]]
        return _catalog(tuple(rows), party, self.market, today, base_url(), catalog_code())

    def select(self, context: Context, message: OrderMessage) -> OrderMessage:
        choice = air.read_select(message)
        _check_seller(message.order, choice)
        departure, left = self._departure(choice)
        if left < choice.party.seats:
            raise inventory.sold_out(departure, left)
        return catalogue.write_selected(
            _on_sale(departure.journey, left, choice.party, _day_of_sale()), self.market, base_url()
        )

    def _departure(self, choice: Choice) -> tuple[Departure, int]:
        found = inventory.find_departure(choice.flight_number, choice.departs_on, choice.cabin)
        if found is None:
            raise Refused(ERROR_30004_ITEM, _not_on_sale(choice), "$.message.order.items[0].id")
        return found

    # ---- hold and book

    def init(self, context: Context, message: OrderMessage) -> OrderMessage:
        order = air.read_order(message)
        _check_seller(message.order, order.choice)
        return self.book.hold(
            context, _digest(order), lambda: self._new_booking(context, order), self.say_held
        )

    def _new_booking(self, context: Context, order: AirOrder) -> Booking:
        departure, _ = self._departure(order.choice)
        journey = departure.journey
        self._check_travellers(order, journey)
        fares = _fares(journey, order.choice.party, _day_of_sale())
        total = sum(fare.count * fare.each_minor for fare in fares)
        refuse_another_price(order.paid, total, journey.currency)
        base = sum(fare.count * fare.base_minor for fare in fares)
        return Booking(
            bpp_booking_id=new_reference(f"{journey.airline_code}-"),
            platform_booking_id=order.platform_reference,
            bap_id=context.bap_id,
            beckn_transaction_id=context.transaction,
            beckn_message_id=context.message,
            flight_id=departure.flight_id,
            departure_id=departure.id,
            departure=departure,
            seats=order.choice.party.seats,
            fare_minor=base,
            tax_minor=total - base,
            total_minor=total,
            currency=journey.currency,
            sold=pricing.to_store(fares),
            terms=terms.to_store(catalogue.windows(journey, self.market)),
            billed_to=vars(order.billed_to),
            passengers=travellers.passengers_of(order),
        )

    def _check_travellers(self, order: AirOrder, journey: Journey) -> None:
        fault = passengers.first_fault(
            order.travellers, self.market, journey.departs_on, journey.arrives_at.date()
        )
        if fault:
            index, sentence = fault
            raise Refused(
                ERROR_30008_FULFILMENT, sentence, f"$.message.order.fulfillments[{index + 1}].customer"
            )

    def confirm(self, context: Context, message: OrderMessage) -> OrderMessage:
        order = air.read_order(message)
        return self.book.confirm(context, order.order_id, _digest(order), order.paid, self._issue)

    def _issue(self, booking: Booking) -> OrderMessage:
        """Each passenger gets a ticket number, once: the airline's digits and the passenger's own number."""
        prefix = TICKET_PREFIX.get(booking.departure.flight.airline_code, "999")
        for passenger in booking.passengers:
            passenger.ticket_number = passenger.ticket_number or f"{prefix}{passenger.id:010d}"
        return self.say(booking)

    # ---- afterwards

    def write_order(self, standing: Standing) -> OrderMessage:
        return catalogue.write_order(standing, base_url())

    def change(self, booking: Booking, message: UpdateMessage) -> None:
        travellers.change(booking, message)

    # ---- upkeep

    def sweep(self) -> int:
        taken_back = self.book.reclaim()
        with writing() as session:
            over = (
                select(Passenger)
                .join(Passenger.booking)
                .join(Booking.departure)
                .where(
                    Passenger.document.is_not(None), Departure.departs_at_utc < clock.now() - DOCUMENTS_KEPT
                )
            )
            for passenger in session.scalars(over):
                passenger.document = None
        return taken_back

    def seed_commands(self, market: str) -> list:
        return commands.seed_commands(market)


@lru_cache(256)
def _catalog(
    found: tuple[Row, ...], party: air.Party, market: Market, day_of_sale: date, base_url: str, code: str
) -> Written:
    """Written once for as long as the same is found: whatever the answer depends on is an argument."""
    on_sale = [
        _on_sale(inventory.journey(row), inventory.seats_left(row), party, day_of_sale)
        for row in found
        if inventory.seats_left(row) >= party.seats
    ]
    return envelopes.write_message(catalogue.write_catalog(on_sale, market, base_url, code))


def _on_sale(journey: Journey, left: int, party: air.Party, day_of_sale: date) -> OnSale:
    return OnSale(journey, left, _fares(journey, party, day_of_sale))


def _fares(journey: Journey, party: air.Party, day_of_sale: date) -> tuple[pricing.SoldFare, ...]:
    return pricing.fares(journey.fare_minor, journey.airport_charges_minor, journey.cabin, party, day_of_sale)


def _day_of_sale() -> date:
    return clock.today("Asia/Kolkata")


def _digest(order: AirOrder) -> str:
    return digest(order.choice, order.travellers, order.paid.total_minor, order.paid.currency)


def _not_on_sale(choice: Choice) -> str:
    """In the words of who travels; the code of the item is between us and the platform."""
    cabin = CABINS.get(choice.cabin, "this cabin").lower()
    on = f"{choice.departs_on.day} {choice.departs_on:%B}"
    return f"{choice.flight_number} on {on} is not on sale in {cabin}"


def _check_seller(order: WireOrder, choice: Choice) -> None:
    if order.provider is None:
        raise NotUnderstood("is missing", "$.message.order.provider")
    if order.provider.id != choice.airline_code:
        raise Refused(
            ERROR_30001_PROVIDER,
            f"{order.provider.id[:20]} does not sell this",
            "$.message.order.provider.id",
        )
