"""What a flight service answers to each action."""

from datetime import timedelta
from decimal import Decimal

from flask import current_app
from sqlalchemy import select

from beckn import air, terms
from beckn.air import AirOrder, Choice
from beckn.context import FLIGHTS, Context
from beckn.errors import (
    ERROR_30001_PROVIDER,
    ERROR_30004_ITEM,
    ERROR_30008_FULFILMENT,
    ERROR_40003_QUOTE,
    ERROR_50002_UPDATE,
    NotUnderstood,
    Refused,
)
from beckn.messages import (
    CancelMessage,
    CatalogMessage,
    OrderMessage,
    Person,
    SearchMessage,
    StatusMessage,
    Support,
    SupportMessage,
    UpdateMessage,
)
from beckn.messages import (
    Order as WireOrder,
)
from beckn.money import write as amount
from beckn.orders import CONFIRMED, HELD
from beckn.people import read_email, read_name, read_phone, write_customer
from bpp_services.air import catalogue, commands, inventory, passengers, pricing
from bpp_services.air.catalogue import OnSale
from bpp_services.air.inventory import Seats
from bpp_services.air.models import Booking, Departure, Order, Passenger
from bpp_services.air.passengers import Market
from bpp_services.core.book import OrderBook, status_of
from bpp_services.core.orders import digest, new_reference
from chassis import clock
from chassis.database import writing

DOCUMENTS_KEPT = timedelta(days=90)
SUPPORT_PHONE = "+918000000001"

# The three digits that begin an airline's ticket numbers (IATA accounting codes).
TICKET_PREFIX = {
    "AI": "098", "6E": "312", "UK": "228", "SG": "775", "QP": "799", "IX": "635",
    "EK": "176", "BA": "125", "SQ": "618", "QR": "157", "LH": "220", "TG": "217", "EY": "607", "UL": "603",
    "RA": "285", "MH": "232", "JL": "131", "NH": "205", "AF": "057", "CX": "160", "KL": "074", "LX": "724",
    "TK": "235", "WY": "910", "AC": "014", "QF": "081", "BG": "997",
}  # fmt: skip


class AirProvider:
    """Sells the departures of one market."""

    domain = FLIGHTS

    def __init__(self, market: Market):
        self.market = market
        self.book = OrderBook(Order, Booking, Seats())

    # ---- what is on sale

    def search(self, context: Context, message: SearchMessage) -> CatalogMessage:
        search = air.read_search(message)
        found = inventory.departures_between(
            search.origin, search.destination, search.departs_on, search.cabin
        )
        on_sale = [
            self._on_sale(departure, left, search.party)
            for departure, left in found
            if left >= search.party.seats
        ]
        code = current_app.config["SERVICE"].upper().replace("_", "-")
        return catalogue.write_catalog(on_sale, self.market, _base_url(), code)

    def select(self, context: Context, message: OrderMessage) -> OrderMessage:
        choice = air.read_select(message)
        _check_seller(message.order, choice)
        departure, left = self._departure(choice)
        if left < choice.party.seats:
            raise inventory.sold_out(departure, left)
        return catalogue.write_selected(
            self._on_sale(departure, left, choice.party), self.market, _base_url()
        )

    def _on_sale(self, departure: Departure, left: int, party: air.Party) -> OnSale:
        return OnSale(departure, left, _fares(departure, party))

    def _departure(self, choice: Choice) -> tuple[Departure, int]:
        found = inventory.find_departure(choice.flight_number, choice.departs_on, choice.cabin)
        if found is None:
            raise Refused(ERROR_30004_ITEM, f"{choice.item_id} is not on sale", "$.message.order.items[0].id")
        return found

    # ---- hold and book

    def init(self, context: Context, message: OrderMessage) -> OrderMessage:
        order = air.read_order(message)
        _check_seller(message.order, order.choice)
        return self.book.hold(
            context, _digest(order), lambda: self._new_booking(context, order), self._say_held
        )

    def _say_held(self, booking: Booking) -> OrderMessage:
        """TRV12's on_init has no place for the time of the last change."""
        answer = self._say(booking)
        answer.order.updated_at = None
        return answer

    def _new_booking(self, context: Context, order: AirOrder) -> Booking:
        departure, _ = self._departure(order.choice)
        self._check_travellers(order, departure)
        fares = _fares(departure, order.choice.party)
        total = sum(fare.count * fare.each_minor for fare in fares)
        if (order.paid.total_minor, order.paid.currency) != (total, departure.currency):
            raise Refused(
                ERROR_40003_QUOTE,
                f"The price is now {departure.currency} {amount(total)}, not {amount(order.paid.total_minor)}; "
                "nothing is held",
                "$.message.order.payments[0].params.amount",
            )
        base = sum(fare.count * fare.base_minor for fare in fares)
        return Booking(
            bpp_booking_id=new_reference(f"{departure.flight.airline_code}-"),
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
            currency=departure.currency,
            sold=pricing.to_store(fares),
            terms=terms.to_store(catalogue.windows(departure, self.market)),
            billed_to=vars(order.billed_to),
            passengers=_passengers(order),
        )

    def _check_travellers(self, order: AirOrder, departure: Departure) -> None:
        fault = passengers.first_fault(
            order.travellers, self.market, departure.departs_on, catalogue.arrives_at(departure).date()
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
        return self._say(booking)

    # ---- afterwards

    def status(self, context: Context, message: StatusMessage) -> OrderMessage:
        return self._say(self.book.find(context, message.order_id))

    def cancel(self, context: Context, message: CancelMessage) -> OrderMessage:
        return self.book.cancel(context, message, self._say)

    def update(self, context: Context, message: UpdateMessage) -> OrderMessage:
        """A traveller's name or contact, and nothing else."""
        _refuse_other_changes(message)
        with writing():
            booking = self.book.find_to_change(context, message.order.id, "$.message.order.id")
            if status_of(booking, clock.now()) not in (HELD, CONFIRMED):
                raise Refused(
                    ERROR_50002_UPDATE, "This order is over; it cannot be changed", "$.message.order.id"
                )
            _rename(booking, message.order)
            booking.updated_at = clock.now()
            return self._say(booking)

    def support(self, context: Context, message: SupportMessage) -> SupportMessage:
        reference = message.support.ref_id
        if not reference:
            raise NotUnderstood("is missing", "$.message.support.ref_id")
        booking = self.book.find(context, reference, "$.message.support.ref_id")
        return SupportMessage(
            Support(
                ref_id=booking.bpp_booking_id,
                phone=SUPPORT_PHONE,
                email=f"help@{current_app.extensions['speaker'].subscriber_id}",
                url=f"{_base_url()}/help/{booking.bpp_booking_id}",
            )
        )

    def _say(
        self, booking: Booking, preview_percent: Decimal | None = None, reason: str = ""
    ) -> OrderMessage:
        return catalogue.write_order(booking, clock.now(), _base_url(), preview_percent, reason)

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


def _base_url() -> str:
    return current_app.config["BASE_URL"]


def _fares(departure: Departure, party: air.Party) -> tuple[pricing.SoldFare, ...]:
    day_of_sale = clock.today("Asia/Kolkata")
    return pricing.fares(
        departure.fare_minor, departure.airport_charges_minor, departure.cabin, party, day_of_sale
    )


def _digest(order: AirOrder) -> str:
    return digest(order.choice, order.travellers, order.paid.total_minor, order.paid.currency)


def _check_seller(order: WireOrder, choice: Choice) -> None:
    if order.provider is None:
        raise NotUnderstood("is missing", "$.message.order.provider")
    if order.provider.id != choice.airline_code:
        raise Refused(
            ERROR_30001_PROVIDER,
            f"{order.provider.id[:20]} does not sell this",
            "$.message.order.provider.id",
        )


def _passengers(order: AirOrder) -> list[Passenger]:
    places = [ticket.rpartition(".")[2] for ticket in air.ticket_ids(order.choice)]
    return [
        Passenger(
            place=place,
            kind=traveller.kind,
            name=traveller.name,
            gender=traveller.gender,
            born_on=traveller.born_on,
            phone=traveller.phone,
            email=traveller.email,
            document=catalogue.document_of(traveller.passport),
        )
        for place, traveller in zip(places, order.travellers, strict=True)
    ]


def _rename(booking: Booking, order: WireOrder) -> None:
    places = {f"{catalogue.item_id(booking.departure)}.{each.place}": each for each in booking.passengers}
    if not order.fulfillments:
        raise NotUnderstood("is missing", "$.message.order.fulfillments")
    for index, change in enumerate(order.fulfillments):
        path = f"$.message.order.fulfillments[{index}]"
        passenger = places.get(change.id or "")
        if passenger is None or change.customer is None or change.state or change.stops:
            at = "state" if change.state else "stops" if change.stops else "id"
            raise _only_name_or_contact(f"{path}.{at}")
        if person := change.customer.person:
            if fact := _other_fact(person, passenger, booking.departure):
                raise _only_name_or_contact(f"{path}.customer.person.{fact}")
            passenger.name = read_name(person.name or passenger.name, f"{path}.customer.person.name")
        if contact := change.customer.contact:
            passenger.phone = read_phone(contact.phone or passenger.phone, f"{path}.customer.contact.phone")
            passenger.email = read_email(contact.email or passenger.email, f"{path}.customer.contact.email")


def _refuse_other_changes(message: UpdateMessage) -> None:
    if not message.update_target.startswith("order.fulfillments"):
        raise _only_name_or_contact("$.message.update_target")
    for other in ("items", "billing", "payments"):
        if getattr(message.order, other):
            raise _only_name_or_contact(f"$.message.order.{other}")


def _other_fact(person: Person, passenger: Passenger, departure: Departure) -> str | None:
    """What `person` says otherwise than it was sold, apart from the name."""
    sold = write_customer(catalogue.traveller_of(passenger), departure.departs_on, air.GENDERS).person
    for fact in ("dob", "age", "gender", "creds", "tags"):
        said = getattr(person, fact)
        if said is not None and said != getattr(sold, fact):
            return fact
    return None


def _only_name_or_contact(path: str) -> Refused:
    return Refused(
        ERROR_50002_UPDATE,
        "Only a traveller’s name or contact can be changed. "
        "To travel with fewer people, cancel the order and book again.",
        path,
    )
