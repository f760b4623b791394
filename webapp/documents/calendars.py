"""A trip as a calendar file (RFC 5545): each item an event in the zones of its airports or its hotel.

The file says the same until something changes: an event keeps its UID, its stamp is when the item last moved, and a
cancelled one comes again with a higher sequence, so that it leaves the calendar it was put into.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from webapp.bookings.models import Booking
from webapp.bookings.views import ItemView
from webapp.letters.itinerary import counted
from webapp.places import directory as places

SHOWN = ("CONFIRMED", "CANCELLING", "CANCELLED")


def calendar_of(booking: Booking, views: Sequence[ItemView], address: str) -> bytes:
    """The events of what was ever booked; `address` is the booking's own page."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yaana//Trips//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Yaana {booking.public_reference}")
    for view in views:
        if view.item.state in SHOWN:
            calendar.add_component(_event(booking, view, address))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(booking: Booking, view: ItemView, address: str) -> Event:
    item, is_gone = view.item, view.item.state == "CANCELLED"
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, item.transaction_id)}@yaana")
    event.add("dtstamp", item.updated_at.astimezone(UTC))
    event.add("sequence", 1 if is_gone else 0)
    event.add("status", "CANCELLED" if is_gone else "CONFIRMED")
    event.add("url", address)
    references = f"{view.provider_name}: {item.bpp_booking_id}\nYaana: {booking.public_reference}\n{address}"
    (_flight if view.offer.kind == "flights" else _stay)(event, view.offer, references)
    return event


def _flight(event: Event, offer, references: str) -> None:
    origin, destination = offer.origin, offer.destination
    event.add("summary", f"{offer.flight_number} {origin.city} to {destination.city}")
    event.add("dtstart", _local(origin.at, origin.code))
    event.add("dtend", _local(destination.at, destination.code))
    event.add("location", f"{origin.name} ({origin.code})")
    event.add("description", f"{offer.airline_name} {offer.flight_number}, {offer.cabin_name}\n{references}")


def _stay(event: Event, offer, references: str) -> None:
    where = offer.address if offer.city in offer.address else f"{offer.address}, {offer.city}"
    event.add("summary", f"{offer.hotel_name}, {counted(offer.nights, 'night')}")
    event.add("dtstart", _local(offer.check_in, offer.city))
    event.add("dtend", _local(offer.check_out, offer.city))
    event.add("location", f"{offer.hotel_name}, {where}")
    event.add("description", f"{offer.room_name}, {counted(offer.rooms, 'room')}\n{references}")
    event.add("transp", "TRANSPARENT")  # who sleeps there is not busy all day


def _local(at: datetime, place: str) -> datetime:
    """The moment in the zone of an airport or a city; in UTC where the zone is not known to be the one it was sold in."""
    found = places.find(place)
    local = at.astimezone(ZoneInfo(found.airports[0].zone)) if found else None
    return local if local and local.utcoffset() == at.utcoffset() else at.astimezone(UTC)
