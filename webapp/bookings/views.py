"""A booking as its pages show it: items with their offers, and where the checkout stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from webapp.bookings.models import Booking, BookingItem
from webapp.providers import directory
from webapp.search import offers

INDIA = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True)
class ItemView:
    """An item with the offer as it was sold."""

    item: BookingItem
    offer: Any
    title: str
    provider_name: str
    begins_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it lands, or the room is given back."""
        return self.offer.destination.at if self.offer.kind == "flights" else self.offer.check_out


def item_views(booking: Booking) -> list[ItemView]:
    """The current items of a booking, day by day; on the same day one flies first and then has a room."""
    views = [view_of(item) for item in booking.current_items]
    return sorted(
        views, key=lambda view: (view.begins_at.date(), view.offer.kind == "hotels", view.begins_at)
    )


def view_of(item: BookingItem) -> ItemView:
    """What was sold can be read when its provider is not configured any more, too: it is booked all the same."""
    provider, wire = directory.find(item.provider), directory.wire_of(item.kind)
    name = provider.name if provider else item.provider.replace("_", " ").capitalize()
    sold = wire.offer_from_store(item.offer)
    shown = offers.shown(sold, item.provider, name)
    return ItemView(item, shown, wire.title(sold), name, wire.begins_at(sold))


def in_india(instant: datetime | None) -> datetime | None:
    """Holds and payments are told in the time of the site's market."""
    return instant.astimezone(INDIA) if instant else None


# The steps of a checkout in the traveller's words, with the states in which each is being done.
_STEPS = (
    ("Holding your seats and rooms", ("HOLDING",)),
    ("Your bank’s yes to the payment", ("AWAITING_PAYMENT",)),
    ("Confirming with every provider", ("CONFIRMING",)),
    ("Taking the payment", ("CAPTURING",)),
    ("Booked", ("CONFIRMED",)),
)
_UNDOING = (("Giving the money back", ("COMPENSATING",)), ("Releasing seats and rooms", ()))


def steps_of(booking: Booking) -> list[tuple[str, str]]:
    """(words, `done`, `current` or `todo`) for each real step."""
    steps = _UNDOING if booking.state == "COMPENSATING" else _STEPS
    current = next((place for place, (_, states) in enumerate(steps) if booking.state in states), len(steps))
    return [
        (words, "done" if place < current else "current" if place == current else "todo")
        for place, (words, _) in enumerate(steps)
    ]
