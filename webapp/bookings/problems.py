"""What keeps a booking from going on: a code for the pages, what a provider said, and which item it is about.

It stands in the booking's two columns, so that an admin reads it as it is: PRICE_CHANGED, "item 42: It is now ₹4,500".
"""

import re
from dataclasses import dataclass

from webapp.bookings.models import Booking, BookingItem

LONGEST = 300
_ABOUT_AN_ITEM = re.compile(r"item (\d{1,18}): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """`code` as PRICE_CHANGED; `item_id` is None for what is about the whole booking."""

    code: str
    words: str
    item_id: int | None = None


def write(booking: Booking, code: str, words: str = "", item: BookingItem | None = None) -> None:
    """Instead of an earlier one; inside `writing()`."""
    whole = f"item {item.id}: {words}" if item is not None else words
    booking.problem, booking.problem_detail = code, whole[:LONGEST] or None


def clear(booking: Booking) -> None:
    """Inside `writing()`."""
    booking.problem = booking.problem_detail = None


def of(booking: Booking) -> Problem | None:
    if booking.problem is None:
        return None
    words = booking.problem_detail or ""
    about = _ABOUT_AN_ITEM.fullmatch(words)
    return Problem(booking.problem, about[2], int(about[1])) if about else Problem(booking.problem, words)


def is_about(booking: Booking, item: BookingItem) -> bool:
    problem = of(booking)
    return problem is not None and problem.item_id == item.id
