"""Of the cancellation windows the first that has not ended counts, and its last second is inside it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from beckn import terms
from beckn.messages import Fee, Term, Time
from beckn.terms import Window

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
INDIA = ZoneInfo("Asia/Kolkata")
FREE = Window(Decimal(0), within=HOUR)
FIFTH = Window(Decimal(20), until=(NOON + 5 * HOUR).astimezone(INDIA))
ALL = Window(Decimal(100), until=(NOON + 9 * HOUR).astimezone(INDIA))
WINDOWS = (FREE, FIFTH, ALL)


@pytest.mark.parametrize(
    ("now", "window"),
    [
        (NOON, FREE),
        (NOON + HOUR + timedelta(microseconds=999_999), FREE),
        (NOON + HOUR + SECOND, FIFTH),
        (NOON + 5 * HOUR, FIFTH),
        (NOON + 5 * HOUR + SECOND, ALL),
        (NOON + 9 * HOUR, ALL),
        (NOON + 9 * HOUR + SECOND, None),
    ],
)
def test_the_first_window_that_has_not_ended_counts(now, window):
    assert terms.in_force(WINDOWS, now, booked_at=NOON) == window


def test_a_window_after_booking_has_not_begun_before_it():
    assert terms.in_force(WINDOWS, NOON, booked_at=None) == FIFTH


def test_windows_are_read_as_they_were_written_and_stored():
    assert terms.read(terms.write(WINDOWS)) == WINDOWS
    assert terms.from_store(terms.to_store(WINDOWS)) == WINDOWS


@pytest.mark.parametrize("percentage", ["-1", "100.01", "NaN", "Infinity", "1e400", "a fifth", ""])
def test_a_share_outside_the_whole_is_refused(percentage):
    with pytest.raises(ValueError):
        terms.read([Term(Time(duration="PT1H"), Fee(percentage))])


def test_a_window_without_an_end_is_refused():
    with pytest.raises(ValueError, match="no end"):
        terms.read([Term(Time(label="UNTIL"), Fee("0"))])
