"""The travellers of a checkout: a form for each, filled with what is known, and what is kept of them."""

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import MultiDict

from beckn.air import KINDS
from chassis.database import writing
from webapp.accounts import saved, typed
from webapp.accounts.models import User
from webapp.admin.models import record
from webapp.bookings import party
from webapp.bookings.models import Booking, Traveller
from webapp.bookings.views import ItemView
from webapp.checkout.forms import (
    ContactForm,
    Flown,
    GuestForm,
    PassengerForm,
    PassportForm,
    PersonForm,
    SavedChoice,
    fill,
    filled,
)
from webapp.filters import day


class TravellersPage:
    """The forms of the page: one contact, and one for each traveller. Each form has its `legend`: Adult 1, Child 1 …

    `absent` says of whom each item takes fewer than the trip has travellers; `missing` whether something is asked for
    that nobody was asked before, because an item was added since. `saved` are the travellers that the account keeps.
    """

    def __init__(self, booking: Booking, views: Sequence[ItemView], account: User | None = None):
        posted = request.form if request.method == "POST" else typed.take()
        self.contact = ContactForm(formdata=posted, **_contact_of(booking, account))
        self.saved = saved.of_user(account.id) if account else []
        self.kinds = party.needed(booking)
        places = _places(self.kinds)
        flights = {place: _flights_of(place, views) for place in places}
        self.forms = [
            _form(number, place, flights[place], _known(booking, place), posted)
            for number, place in enumerate(places)
        ]
        for number, (form, place) in enumerate(zip(self.forms, places, strict=True)):
            form.legend = _legend(place)
            form.saved = SavedChoice(self.saved, form.legend, prefix=f"traveller-{number}-")
        self.absent = [sentence for view in views if (sentence := _who_is_absent(view, places))]
        self.not_saved = 0  # travellers for whom the account has no place
        self.missing = bool(booking.travellers) and not party.are_named(booking)

    @property
    def all_forms(self) -> list:
        """In the order of the page, for its error summary."""
        return [each for form in self.forms for each in (form.saved, form)] + [self.contact]

    def validate(self) -> bool:
        """Every form is looked at, so that everything wrong is said at once."""
        return all([form.validate() for form in self.forms] + [self.contact.validate_on_submit()])

    @property
    def wants_filling(self) -> bool:
        """Whether the button that fills a form from a saved traveller was pressed."""
        return bool(self.saved) and "fill" in request.form

    def fill(self) -> bool:
        """Fill the form that was asked for with the saved traveller chosen there; whether one was."""
        number = request.form.get("fill", -1, int)
        form = self.forms[number] if 0 <= number < len(self.forms) else None
        chosen = form and form.saved.chosen(request.form)
        if not form or not chosen:
            return False
        fill(form, filled(chosen))
        return True

    def save(self, booking: Booking, user_id: int | None, actor: str) -> None:
        """Keep who travels; with them, where that was ticked, the account's saved travellers."""
        kinds = self.kinds
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
            if user_id is not None and self.contact.keep.data:
                people = [form.details() for form in self.forms]
                self.not_saved = saved.keep(user_id, [each for each in people if each.get("born_on")])


# A traveller by kind and number: the second adult is ("ADULT", 2).
Place = tuple[str, int]


def _places(kinds: list[str]) -> list[Place]:
    return [(kind, kinds[: place + 1].count(kind)) for place, kind in enumerate(kinds)]


def _legend(place: Place) -> str:
    kind, number = place
    return "Lead guest" if kind == party.GUEST else f"{KINDS[kind]} {number}"


def _takes(view: ItemView, place: Place) -> bool:
    """Whether that traveller is on the item: it takes the first of each kind."""
    kind, number = place
    return party.places_of(view.item).count(kind) >= number


def _flights_of(place: Place, views: Sequence[ItemView]) -> list[Flown]:
    flights = [view for view in views if view.offer.kind == "flights"]
    return [
        Flown(
            view.offer.origin.at.date(),
            view.offer.destination.at.date(),
            view.offer.asks_passport,
            _name_of(view) if len(flights) > 1 else "",
        )
        for view in flights
        if _takes(view, place)
    ]


def _name_of(view: ItemView) -> str:
    return f"the flight {view.title} ({view.offer.flight_number}, {day(view.offer.origin.at)})"


def _who_is_absent(view: ItemView, places: list[Place]) -> str | None:
    """Of a flight that does not take everybody; a room is in one name and sleeps whom it is for."""
    if view.offer.kind != "flights":
        return None
    absent = [_legend(place) for place in places if not _takes(view, place)]
    if not absent:
        return None
    verb = "is" if len(absent) == 1 else "are"
    return f"{_in_words(absent)} {verb} not on {_name_of(view)}."


def _in_words(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _known(booking: Booking, place: Place) -> Traveller | None:
    """Who was named there; who answers for a room may be who flies now, and the other way round."""
    kind, number = place
    named = [each for each in booking.travellers if each.kind == kind]
    if len(named) >= number:
        return named[number - 1]
    instead = {"ADULT": party.GUEST, party.GUEST: "ADULT"}.get(kind) if number == 1 else None
    return next((each for each in booking.travellers if each.kind == instead), None)


def _contact_of(booking: Booking, account: User | None) -> dict:
    if booking.contact_email:
        return {"name": booking.contact_name, "email": booking.contact_email, "phone": booking.contact_phone}
    if account is not None:
        return {"name": account.name, "email": account.email, "phone": account.phone}
    return {}


def _form(
    number: int,
    place: Place,
    flights: list[Flown],
    known: Traveller | None,
    posted: MultiDict | None,
) -> PersonForm:
    prefix = f"traveller-{number}-"
    known_as = filled(known) if known else {}
    if place[0] == party.GUEST:
        return GuestForm(posted, prefix=prefix, data=known_as)
    form_class = PassportForm if any(flown.is_abroad for flown in flights) else PassengerForm
    form = form_class(posted, prefix=prefix, data=known_as)
    form.expect(place[0], flights)
    return form
