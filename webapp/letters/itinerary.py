"""An item of a booking in the facts of a letter: when and where by local time, by which reference, on which terms."""

from collections.abc import Sequence
from typing import Any

from webapp.bookings import party as aboard
from webapp.bookings.models import Booking, Traveller
from webapp.bookings.views import ItemView
from webapp.filters import moment, rupees
from webapp.search.offers import Term

BOARDS = {"BREAKFAST": "Breakfast included", "ROOM_ONLY": "Room only, no meals"}

Facts = tuple[tuple[str, str], ...]


def facts(booking: Booking, view: ItemView) -> Facts:
    """Everything that is needed to travel on the item, and what it cost."""
    return (
        *(_flight(view) if view.offer.kind == "flights" else _stay(booking, view)),
        ("Price", f"{rupees(view.item.total_minor)}, taxes included"),
        ("If you cancel", terms(view.offer.terms)),
    )


def _flight(view: ItemView) -> Facts:
    offer = view.offer
    return (
        ("Airline reference", view.item.bpp_booking_id or "none yet"),
        ("Flight", f"{offer.airline_name} {offer.flight_number}, {offer.cabin_name}"),
        ("Departs", f"{moment(offer.origin.at)}, {_airport(offer.origin)}"),
        ("Arrives", f"{moment(offer.destination.at)}, {_airport(offer.destination)}"),
        ("Travellers", "; ".join(_ticketed(aboard.on(view.item), view.item.tickets or {}))),
    )


def _airport(stop: Any) -> str:
    return f"{stop.city} {stop.code} ({stop.name})"


def _stay(booking: Booking, view: ItemView) -> Facts:
    offer = view.offer
    first = next((each.name for each in aboard.on(view.item)), booking.contact_name)
    where = offer.address if offer.city in offer.address else f"{offer.address}, {offer.city}"
    return (
        ("Hotel reference", view.item.bpp_booking_id or "none yet"),
        ("Hotel", f"{offer.hotel_name}, {where}"),
        ("Room", f"{offer.room_name}, {BOARDS.get(offer.board, offer.board)}"),
        ("Check-in", f"from {moment(offer.check_in)}"),
        ("Check-out", f"until {moment(offer.check_out)}"),
        ("Stay", f"{counted(offer.nights, 'night')}, {counted(offer.rooms, 'room')}"),
        ("Guests", party(offer.adults, offer.children)),
        ("In the name of", first or ""),
    )


def _ticketed(travellers: Sequence[Traveller], tickets: dict[str, str]) -> list[str]:
    """Each name with its ticket's number, where the airline gave one."""
    return [
        f"{each.name} (ticket {number})" if number else each.name
        for each, number in aboard.ticketed(travellers, tickets)
    ]


def party(adults: int, children: int = 0) -> str:
    """2 adults and 1 child"""
    return counted(adults, "adult") + (f" and {counted(children, 'child', 'children')}" if children else "")


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 night, 2 nights"""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def terms(windows: Sequence[Term]) -> str:
    """Every window in one sentence: free until when, then what it costs, and when it cannot be cancelled any more."""
    if not windows:
        return "It cannot be cancelled"
    said = "; then ".join(f"{_fee(each)}{_until(each)}" for each in windows)
    last = "; after that it cannot be cancelled" if windows[-1].until else ""
    return said[:1].upper() + said[1:] + last


def _fee(term: Term) -> str:
    if term.fee_percent == 0:
        return "free"
    if term.fee_percent == 100:
        return f"the whole {term.of} is kept"
    return f"{float(term.fee_percent):g}% of the {term.of} is kept"


def _until(term: Term) -> str:
    if term.within_minutes is not None:
        return f" within {term.within_minutes} minutes of booking"
    return f" until {moment(term.until)}" if term.until else ""
