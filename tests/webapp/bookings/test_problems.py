"""What keeps a booking from going on stands in two columns, readable as they are, and says which item it is about."""

import pytest

from webapp.bookings import problems
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.problems import Problem


def test_a_problem_says_which_item_it_is_about():
    booking, item, other = Booking(), BookingItem(id=42), BookingItem(id=43)

    problems.write(booking, "SOLD_OUT", "Only 1 seat left", item)

    assert booking.problem_detail == "item 42: Only 1 seat left"
    assert problems.of(booking) == Problem("SOLD_OUT", "Only 1 seat left", 42)
    assert problems.is_about(booking, item)
    assert not problems.is_about(booking, other)


def test_without_a_problem_there_is_none():
    booking = Booking()
    problems.write(booking, "SOLD_OUT", "x", BookingItem(id=1))

    problems.clear(booking)

    assert problems.of(booking) is None
    assert not problems.is_about(booking, BookingItem(id=1))


@pytest.mark.parametrize(
    ("words", "item_id", "read"),
    [
        ("", None, ""),
        ("nobody paid in time", None, "nobody paid in time"),
        ("item of ours: x", None, "item of ours: x"),
        ("item 7: two\nlines", 7, "two\nlines"),
        ("item 7: ", 7, ""),
        (f"item {'9' * 30}: x", None, f"item {'9' * 30}: x"),
    ],
)
def test_what_stands_there_is_read_as_it_was_meant(words, item_id, read):
    booking = Booking(problem="FAILED", problem_detail=words or None)

    assert problems.of(booking) == Problem("FAILED", read, item_id)


def test_what_a_provider_says_at_length_is_cut():
    booking = Booking()

    problems.write(booking, "REFUSED", "x" * 1000, BookingItem(id=1))

    assert len(booking.problem_detail) == problems.LONGEST
