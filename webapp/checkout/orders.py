"""What the site says of a booking's item to its provider, and reads from the answers."""

from flask import current_app

from beckn import orders, people
from beckn.errors import NotUnderstood
from beckn.messages import OrderMessage
from beckn.orders import Answered, Paid
from webapp.bookings import party
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import known
from webapp.checkout.saga import Unknown
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ask
from webapp.providers.directory import Provider


def provider_of(item: BookingItem) -> Provider:
    provider = directory.find(item.provider)
    if provider is None:
        raise Unknown(f"{item.provider} is not configured")
    return provider


def order_message(booking: Booking, item: BookingItem, paid: Paid, created_at=None) -> OrderMessage:
    """The order of init, and of confirm when it is paid."""
    wire = directory.wire_of(item.kind)
    billed_to = people.BilledTo(
        known(booking.contact_name), known(booking.contact_phone), known(booking.contact_email)
    )
    return wire.order_message(
        wire.choice_from_store(item.choice),
        travellers_of(item),
        billed_to,
        paid,
        booking.public_reference,
        current_app.config["SITE_URL"],
        order_id=item.bpp_booking_id if paid.is_paid else None,
        created_at=created_at,
    )


def travellers_of(item: BookingItem) -> list[people.Traveller]:
    """Who is on an item, as its provider is told: no more than it asks for.

    Of who answers for a room that is the name; a passport is nobody's business who does not fly abroad.
    """
    booking, asks_passport = item.booking, party.asks_passport(item)
    return [
        people.Traveller(
            kind=place,
            name=each.name,
            gender=each.gender if place != party.GUEST else None,
            born_on=each.born_on if place != party.GUEST else None,
            phone=booking.contact_phone or "",
            email=booking.contact_email or "",
            passport=each.passport if asks_passport else None,
        )
        for place, each in zip(party.places_of(item), party.on(item), strict=True)
    ]


def ask_about(item: BookingItem, action: str, message, until: float | None = None) -> Answered:
    """The answer about an item's order; `until` as of `client.ask`.

    Raises ProviderRefused; ProviderUnavailable or Unknown for no usable answer.
    """
    return ask_in_full(item, action, message, until)[1]


def ask_in_full(
    item: BookingItem, action: str, message, until: float | None = None
) -> tuple[OrderMessage, Answered]:
    """The answer as it was said, and what it means. Raises as `ask_about` does; a refusal is in a traveller's words."""
    provider = provider_of(item)
    offer = provider.wire.offer_from_store(item.offer)
    reference = item.booking.public_reference
    order_id = item.bpp_booking_id
    try:
        city = provider.wire.city_of_offer(offer)
        answer = ask(provider, action, message, item.transaction_id, city, until)
    except ProviderRefused as refusal:
        choice = provider.wire.choice_from_store(item.choice)
        raise refusal.in_words(provider.wire.names_of(choice, offer)) from refusal
    try:
        answered = orders.read_answer(answer)
    except (ValueError, KeyError, OverflowError) as fault:
        raise Unknown(f"{provider.name} gave an answer that cannot be used: {fault}") from fault
    if answered.platform_reference != reference or (order_id and answered.order_id != order_id):
        raise Unknown(f"{provider.name} answered with another order")
    return answer, answered


def of_the_order(refusal: ProviderRefused) -> ProviderRefused:
    """The refusal, when it is the order that is refused.

    Raises Unknown when it was our message (not understood, or on its way for too long): that says nothing of what became
    of an earlier try whose answer was lost.
    """
    if refusal.code == NotUnderstood.code:
        raise Unknown(str(refusal)) from refusal
    return refusal


def status(item: BookingItem) -> Answered:
    """The truth about an item, asked by the provider's id or by our own."""
    return ask_about(item, "status", orders.status_message(item.bpp_booking_id, item.transaction_id))
