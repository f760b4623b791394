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


NO_SHARES = [
    "-1",
    "100.01",
    "NaN",
    "Infinity",
    "1e400",
    "a fifth",
    "",
    "20.001",
    "2E+1",
    "٢٠",
    " 20",
    "1_0",
    "20.\n",
]


@pytest.mark.parametrize("percentage", [*NO_SHARES, "20." + "0" * 90_000], ids=lambda share: share[:9])
def test_a_share_outside_the_whole_is_refused(percentage):
    with pytest.raises(ValueError):
        terms.read([Term(Time(duration="PT1H"), Fee(percentage))])


def test_a_share_has_two_digits_after_the_point_at_most():
    shares = [
        terms.read([Term(Time(duration="PT1H"), Fee(said))])[0].percent for said in ("0", "7.5", "100.00")
    ]

    assert shares == [0, Decimal("7.5"), 100]


def test_more_windows_than_anybody_reads_are_refused():
    term = Term(Time(duration="PT1H"), Fee("0"))

    assert len(terms.read([term] * 10)) == 10
    with pytest.raises(ValueError, match="too many"):
        terms.read([term] * 11)


def test_a_window_after_booking_has_an_end_in_sight():
    assert terms.read([Term(Time(duration="P30D"), Fee("0"))])[0].within == timedelta(days=30)
    with pytest.raises(ValueError, match="too long"):
        terms.read([Term(Time(duration="P30DT1S"), Fee("0"))])


def test_a_window_without_an_end_is_refused():
    with pytest.raises(ValueError, match="no end"):
        terms.read([Term(Time(label="UNTIL"), Fee("0"))])
