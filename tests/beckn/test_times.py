"""Instants, local times and durations as Beckn writes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beckn import times


def test_an_instant_is_written_in_utc_with_milliseconds():
    moment = datetime(2026, 12, 1, 10, 0, 0, 180_999, ZoneInfo("Asia/Kolkata"))

    assert times.write_instant(moment) == "2026-12-01T04:30:00.180Z"


def test_a_local_time_keeps_its_offset():
    assert times.write_local(datetime(2026, 7, 1, 7, 5, tzinfo=ZoneInfo("Europe/London"))) == (
        "2026-07-01T07:05:00+01:00"
    )


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-12-01", "2026-12-01T04:30:00", "2026-12-01T24:30:00Z", "2026-13-01T00:00:00Z",
     "2026-12-01T04:30:00Z" + " " * 40],
)  # fmt: skip
def test_a_text_without_a_zone_is_no_time(text):
    with pytest.raises(ValueError):
        times.parse(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:30", "9999-12-31T23:59:59-05:00"])
def test_a_time_outside_the_calendar_has_no_instant(text):
    with pytest.raises((ValueError, OverflowError)):
        times.parse(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_that_is_written_is_read_again(moment):
    assert times.parse(times.write_instant(moment)) == moment.replace(
        microsecond=moment.microsecond // 1000 * 1000
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "PT0S"),
        (-5, "PT0S"),
        (30, "PT30S"),
        (900, "PT15M"),
        (770, "PT12M50S"),
        (9000, "PT2H30M"),
        (86_400, "PT24H"),
    ],
)
def test_a_duration_is_written_without_empty_parts(seconds, text):
    assert times.write_duration(seconds) == text


@given(st.integers(0, 10**6))
def test_a_duration_that_is_written_is_read_again(seconds):
    assert times.parse_duration(times.write_duration(seconds)) == timedelta(seconds=seconds)


def test_days_are_read_too():
    assert times.parse_duration("P1DT1H") == timedelta(hours=25)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1Y", "P1M", "P1W", "-PT1S", "PT1.5S", "PT1S ", "pt1s", "PT" + "1" * 40 + "S"]
)
def test_anything_else_is_no_duration(text):
    with pytest.raises(ValueError):
        times.parse_duration(text)
