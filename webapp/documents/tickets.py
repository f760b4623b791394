"""Tickets: for each traveller on each flight, and for each stay, what has to be shown where it begins."""

from dataclasses import dataclass

from flask import current_app

from webapp.bookings import party
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import TICKETED
from webapp.bookings.views import ItemView, item_views
from webapp.documents import checks
from webapp.documents.codes import Code, code_of
from webapp.letters import itinerary


@dataclass(frozen=True)
class Named:
    """A traveller on a ticket; `number` is the airline's ticket number, empty for a stay and where there is none."""

    name: str
    number: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Ticket:
    """An item that stands, with everybody who is on it; `address` is where its code leads."""

    view: ItemView
    people: tuple[Named, ...]
    address: str

    @property
    def flies(self) -> bool:
        return self.view.offer.kind == "flights"

    @property
    def reference(self) -> str:
        """By which the airline or the hotel knows it."""
        return self.view.item.bpp_booking_id or ""

    @property
    def terms(self) -> str:
        """What cancelling it costs until when, in a sentence."""
        return itinerary.terms(self.view.offer.terms)

    @property
    def code(self) -> Code:
        return code_of(self.address)


def tickets_of(booking: Booking) -> list[Ticket]:
    """One for each item that is booked and paid, in the order of the trip; none while there is nothing to show."""
    if booking.state not in TICKETED:
        return []
    return [_ticket(booking, view) for view in item_views(booking) if view.item.state == "CONFIRMED"]


def _ticket(booking: Booking, view: ItemView) -> Ticket:
    path = current_app.url_map.bind("-").build("tickets.check", {"token": checks.token_of(view.item)})
    return Ticket(view, _people(booking, view.item), f"{current_app.config['SITE_URL']}{path}")


def _people(booking: Booking, item: BookingItem) -> tuple[Named, ...]:
    aboard = party.on(item)
    if item.kind != "flights":
        return (Named(aboard[0].name if aboard else booking.contact_name or ""),)
    return tuple(
        Named(each.name, number, each.kind) for each, number in party.ticketed(aboard, item.tickets or {})
    )
