"""In whose name a booking stands, and what of it may be changed: the name and the contact, nothing else."""

from beckn.errors import ERROR_50002_UPDATE, NotUnderstood, Refused
from beckn.hotels import GENDERS
from beckn.messages import Fulfillment, UpdateMessage, tagged
from beckn.people import Traveller, other_fact, read_email, read_name, read_phone
from bpp_services.hotels.models import Booking, Guest

NAME, PHONE, EMAIL = "person.name", "contact.phone", "contact.email"
READERS = {NAME: ("name", read_name), PHONE: ("phone", read_phone), EMAIL: ("email", read_email)}
REQUEST = "UPDATE_REQUEST"


def guest_of(traveller: Traveller) -> Guest:
    return Guest(
        name=traveller.name,
        gender=traveller.gender,
        born_on=traveller.born_on,
        phone=traveller.phone,
        email=traveller.email,
    )


def traveller_of(guest: Guest) -> Traveller:
    return Traveller(
        kind="ADULT",
        name=guest.name,
        gender=guest.gender,
        born_on=guest.born_on,
        phone=guest.phone,
        email=guest.email,
    )


def change(booking: Booking, message: UpdateMessage) -> None:
    """Write the guest's new name or contact. Raises Refused 50002 for anything else, and NotUnderstood."""
    _refuse_other_targets(message)
    if not message.order.fulfillments:
        raise NotUnderstood("is missing", "$.message.order.fulfillments")
    for index, wanted in enumerate(message.order.fulfillments):
        path = f"$.message.order.fulfillments[{index}]"
        _refuse_other_changes(wanted, booking, path)
        for name, (text, where) in _wanted(wanted, path).items():
            column, read = READERS[name]
            setattr(booking.guest, column, read(text, where))


def _refuse_other_targets(message: UpdateMessage) -> None:
    if "fulfillment" not in message.update_target:
        raise _only_the_guest("$.message.update_target")
    for part in ("items", "billing", "payments"):
        if getattr(message.order, part):
            raise _only_the_guest(f"$.message.order.{part}")


def _refuse_other_changes(wanted: Fulfillment, booking: Booking, path: str) -> None:
    for part in ("stops", "state"):
        if getattr(wanted, part):
            raise _only_the_guest(f"{path}.{part}")
    if wanted.id != booking.fulfillment_id:
        raise _only_the_guest(f"{path}.id")
    if set(tagged(wanted.tags, REQUEST)) - set(READERS):
        raise _only_the_guest(f"{path}.tags")
    if wanted.customer and (person := wanted.customer.person):
        guest = traveller_of(booking.guest)
        if fact := other_fact(person, guest, booking.check_in, GENDERS):
            raise _only_the_guest(f"{path}.customer.person.{fact}")


def _wanted(wanted: Fulfillment, path: str) -> dict[str, tuple[str, str]]:
    """(new value, its path) by name: as `customer` says it, else as TRV13's UPDATE_REQUEST does."""
    said = {name: (text, f"{path}.tags") for name, text in tagged(wanted.tags, REQUEST).items()}
    customer = wanted.customer
    if customer and customer.person and customer.person.name:
        said[NAME] = (customer.person.name, f"{path}.customer.person.name")
    if customer and customer.contact and customer.contact.phone:
        said[PHONE] = (customer.contact.phone, f"{path}.customer.contact.phone")
    if customer and customer.contact and customer.contact.email:
        said[EMAIL] = (customer.contact.email, f"{path}.customer.contact.email")
    if not said:
        raise NotUnderstood("says no name or contact", f"{path}.customer")
    return said


def _only_the_guest(path: str) -> Refused:
    return Refused(
        ERROR_50002_UPDATE,
        "Only a guest’s name or contact can be changed. For other dates, cancel and book again.",
        path,
    )
