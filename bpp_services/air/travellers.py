"""The travellers of a booking: written when it is held, read back, and what of them may be changed afterwards."""

from beckn import air
from beckn.air import AirOrder
from beckn.errors import ERROR_50002_UPDATE, NotUnderstood, Refused
from beckn.messages import Fulfillment, UpdateMessage
from beckn.people import Passport, Traveller, other_fact, read_email, read_name, read_phone
from bpp_services.air.models import Booking, Departure, Passenger


def passengers_of(order: AirOrder) -> list[Passenger]:
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
            document=traveller.passport.as_text() if traveller.passport else None,
        )
        for place, traveller in zip(places, order.travellers, strict=True)
    ]


def traveller_of(passenger: Passenger) -> Traveller:
    return Traveller(
        kind=passenger.kind,
        name=passenger.name,
        gender=passenger.gender,
        born_on=passenger.born_on,
        phone=passenger.phone,
        email=passenger.email,
        passport=Passport.from_text(passenger.document) if passenger.document else None,
    )


def change(booking: Booking, message: UpdateMessage) -> None:
    """Write new names and contacts. Raises Refused 50002 for anything else, and NotUnderstood."""
    _refuse_other_targets(message)
    if not message.order.fulfillments:
        raise NotUnderstood("is missing", "$.message.order.fulfillments")
    item = booking.departure.journey.item_id
    places = {f"{item}.{each.place}": each for each in booking.passengers}
    for index, wanted in enumerate(message.order.fulfillments):
        path = f"$.message.order.fulfillments[{index}]"
        passenger = places.get(wanted.id or "")
        if passenger is None or wanted.customer is None or wanted.state or wanted.stops:
            at = "state" if wanted.state else "stops" if wanted.stops else "id"
            raise _only_name_or_contact(f"{path}.{at}")
        _change_one(passenger, wanted, booking.departure, f"{path}.customer")


def _change_one(passenger: Passenger, wanted: Fulfillment, departure: Departure, path: str) -> None:
    if wanted.customer and (person := wanted.customer.person):
        if fact := other_fact(person, traveller_of(passenger), departure.departs_on, air.GENDERS):
            raise _only_name_or_contact(f"{path}.person.{fact}")
        passenger.name = read_name(person.name or passenger.name, f"{path}.person.name")
    if wanted.customer and (contact := wanted.customer.contact):
        passenger.phone = read_phone(contact.phone or passenger.phone, f"{path}.contact.phone")
        passenger.email = read_email(contact.email or passenger.email, f"{path}.contact.email")


def _refuse_other_targets(message: UpdateMessage) -> None:
    if not message.update_target.startswith("order.fulfillments"):
        raise _only_name_or_contact("$.message.update_target")
    for other in ("items", "billing", "payments"):
        if getattr(message.order, other):
            raise _only_name_or_contact(f"$.message.order.{other}")


def _only_name_or_contact(path: str) -> Refused:
    return Refused(
        ERROR_50002_UPDATE,
        "Only a traveller’s name or contact can be changed. "
        "To travel with fewer people, cancel the order and book again.",
        path,
    )
