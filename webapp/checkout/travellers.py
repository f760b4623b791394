"""The travellers of a checkout: a form for each, filled with what is known, and what is kept of them."""

from typing import Any

from flask import request

from beckn.air import KINDS
from chassis.database import writing
from webapp.admin.models import record
from webapp.bookings.models import Booking, Traveller
from webapp.checkout import orders
from webapp.checkout.forms import (
    BirthDate,
    ContactForm,
    ExpiryDate,
    GuestForm,
    PassengerForm,
    PassportForm,
    PersonForm,
)


class TravellersPage:
    """The forms of the page: one contact, and one for each traveller. Each form has its `legend`: Adult 1, Child 1 …"""

    def __init__(self, booking: Booking, offer: Any, account: Any = None):
        self.contact = ContactForm(**_contact_of(booking, account))
        kinds = _kinds(booking)
        known = {each.position: each for each in booking.travellers}
        self.forms = [_form(kind, place, offer, known.get(place)) for place, kind in enumerate(kinds)]
        for form, legend in zip(self.forms, _legends(kinds), strict=True):
            form.legend = legend

    @property
    def all_forms(self) -> list:
        """In the order of the page, for its error summary."""
        return [*self.forms, self.contact]

    def validate(self) -> bool:
        """Every form is looked at, so that everything wrong is said at once."""
        return all([form.validate() for form in self.forms] + [self.contact.validate_on_submit()])

    def save(self, booking: Booking, user_id: int | None, actor: str) -> None:
        kinds = _kinds(booking)
        contact = (self.contact.name.data, self.contact.email.data, self.contact.phone.data)
        with writing() as session:
            session.refresh(booking, with_for_update=True)
            if booking.state != "DRAFT":
                return  # another tab asked to hold it just now
            booking.contact_name, booking.contact_email, booking.contact_phone = contact
            booking.user_id = booking.user_id or user_id
            booking.travellers.clear()
            session.flush()
            booking.travellers = [
                Traveller(position=place, kind=kind, **form.details())
                for place, (kind, form) in enumerate(zip(kinds, self.forms, strict=True))
            ]
            record(actor, "named the travellers", booking.id, travellers=len(kinds))


def _kinds(booking: Booking) -> list[str]:
    item = booking.current_items[0]
    wire = orders.provider_of(item).wire
    return wire.places_of(wire.choice_from_store(item.choice))


def _legends(kinds: list[str]) -> list[str]:
    words = KINDS | {"GUEST": "Lead guest"}
    numbered = [(kind, kinds[: place + 1].count(kind)) for place, kind in enumerate(kinds)]
    return [words[kind] if kind == "GUEST" else f"{words[kind]} {number}" for kind, number in numbered]


def _contact_of(booking: Booking, account: Any) -> dict:
    if booking.contact_email:
        return {"name": booking.contact_name, "email": booking.contact_email, "phone": booking.contact_phone}
    if account is not None:
        return {"name": account.name, "email": account.email, "phone": account.phone}
    return {}


def _form(kind: str, place: int, offer: Any, known: Traveller | None) -> PersonForm:
    posted = request.form if request.method == "POST" else None
    prefix, filled = f"traveller-{place}-", _filled(known)
    if kind == "GUEST":
        return GuestForm(posted, prefix=prefix, data=filled)
    form_class = PassportForm if offer.asks_passport else PassengerForm
    form = form_class(posted, prefix=prefix, data=filled)
    form.expect(kind, offer.origin.at.date(), offer.destination.at.date())
    return form


def _filled(known: Traveller | None) -> dict:
    if known is None:
        return {}
    passport = known.passport
    return {
        "given_name": known.given_name,
        "family_name": known.family_name,
        "gender": known.gender,
        "born_on": BirthDate.parts_of(known.born_on),
        "passport_number": passport.number if passport else None,
        "nationality": passport.nationality if passport else None,
        "expires_on": ExpiryDate.parts_of(passport.expires_on if passport else None),
    }
