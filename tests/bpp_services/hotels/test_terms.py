"""When a stay can be cancelled, on both sides of each second."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from beckn.terms import in_force
from bpp_services.hotels import terms

INDIA = ZoneInfo("Asia/Kolkata")
CHECK_IN = datetime(2026, 12, 11, 14, 0, tzinfo=INDIA)
A_MICROSECOND, A_SECOND = timedelta(microseconds=1), timedelta(seconds=1)


def kept(now: datetime) -> Decimal | None:
    """Per cent that are kept; None when it is too late."""
    window = in_force(terms.windows(CHECK_IN), now, booked_at=None)
    return window.percent if window else None


@pytest.mark.parametrize(
    ("now", "per_cent"),
    [
        (datetime(2026, 9, 1, 0, 0, tzinfo=INDIA), 0),
        (datetime(2026, 12, 9, 14, 0, tzinfo=INDIA), 0),
        (datetime(2026, 12, 9, 14, 0, tzinfo=INDIA) + A_SECOND - A_MICROSECOND, 0),
        (datetime(2026, 12, 9, 14, 0, tzinfo=INDIA) + A_SECOND, 50),
        (CHECK_IN, 50),
        (CHECK_IN + A_SECOND - A_MICROSECOND, 50),
        (CHECK_IN + A_SECOND, None),
    ],
)
def test_free_until_48_hours_before_check_in_then_half_then_not_at_all(now, per_cent):
    assert kept(now) == per_cent


def test_48_hours_are_hours_also_when_summer_time_ends_between():
    check_in = datetime(2026, 10, 26, 14, 0, tzinfo=ZoneInfo("Europe/London"))

    free, _ = terms.windows(check_in)

    assert free.until == datetime(2026, 10, 24, 15, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("share", "unpaid", "sentence"),
    [
        (0, False, "Free until 48 hours before check-in: everything comes back"),
        (50, False, "50 % of the stay and the tax on it are kept; the rest comes back"),
        (0, True, "Payment not completed within 60 minutes of the booking: free of charge"),
    ],
)
def test_what_is_kept_in_words(share, unpaid, sentence):
    assert terms.sentence(Decimal(share), unpaid) == sentence
