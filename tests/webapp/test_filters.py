"""How money, days, times and durations are written."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from webapp import filters


@pytest.mark.parametrize(
    ("minor", "words", "exact"),
    [
        (0, "₹0", "₹0.00"),
        (1, "₹0.01", "₹0.01"),
        (50, "₹0.50", "₹0.50"),
        (441_000, "₹4,410", "₹4,410.00"),
        (123_456_750, "₹12,34,567.50", "₹12,34,567.50"),
        (10_000_000_000_00, "₹10,00,00,00,000", "₹10,00,00,00,000.00"),
    ],
)
def test_rupees_are_grouped_as_in_india_with_paise_only_when_there_are_some(minor, words, exact):
    assert (filters.rupees(minor), filters.rupees_exact(minor)) == (words, exact)


def test_where_many_prices_stand_they_are_whole_and_never_less_than_will_be_asked():
    whole = [filters.whole_rupees(minor) for minor in (441_000, 441_001, 441_099, 123_456_750)]

    assert whole == ["₹4,410", "₹4,411", "₹4,411", "₹12,34,568"]


def test_what_goes_back_has_a_minus_sign():
    assert filters.rupees_exact(-88_250) == "−₹882.50"
    assert filters.rupees(-88_250) == "−₹882.50"
    assert filters.rupees(-88_200).replace("-", "−") == "−₹882"


def test_days_and_times_are_local_to_their_place():
    departs = datetime(2026, 12, 11, 4, 30, tzinfo=ZoneInfo("Asia/Kolkata"))

    assert filters.day(date(2026, 12, 1)) == "Tue 1 Dec 2026"
    assert filters.clock_time(departs) == "04:30"
    assert filters.moment(departs) == "Fri 11 Dec 2026, 04:30 IST"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (ZoneInfo("Asia/Kolkata"), "IST"),
        (timezone(timedelta(hours=5, minutes=30)), "IST"),
        (ZoneInfo("Europe/London"), "GMT"),
        (UTC, "UTC"),
        (timezone(timedelta(0)), "UTC"),
        (ZoneInfo("Asia/Dubai"), "UTC+04:00"),
        (timezone(timedelta(hours=-9, minutes=-30)), "UTC-09:30"),
        (timezone(timedelta(hours=4)), "UTC+04:00"),
    ],
)
def test_a_zone_is_named_or_its_offset_is_said(zone, name):
    assert filters.zone_name(datetime(2026, 12, 11, 12, tzinfo=zone)) == name


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 m"), (5, "5 m"), (60, "1 h"), (135, "2 h 15 m"), (1440, "24 h"), (600, "10 h")],
)
def test_durations_are_hours_and_minutes(minutes, words):
    assert filters.duration(minutes) == words
