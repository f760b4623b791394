"""What a room costs and what a cancelled stay keeps, to the paisa."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beckn import quotes
from bpp_services.hotels import pricing
from bpp_services.hotels.pricing import SoldNight

TODAY = date(2026, 12, 1)
NIGHTS = [date(2026, 12, 11), date(2026, 12, 12), date(2026, 12, 13)]
CHECK_IN = datetime(2026, 12, 11, 14, 0, tzinfo=ZoneInfo("Asia/Kolkata"))


def sold(*rates: int) -> tuple[SoldNight, ...]:
    return tuple(pricing.night_at(night, rate, TODAY) for night, rate in zip(NIGHTS, rates, strict=False))


@pytest.mark.parametrize(
    ("rate_minor", "per_cent"),
    [
        (1, 0),
        (1_000_00, 0),
        (1_000_01, 5),
        (7_500_00, 5),
        (7_500_01, 18),
        (42_000_00, 18),
    ],
)
def test_gst_goes_by_the_rate_of_a_room_and_night_before_tax(rate_minor, per_cent):
    assert pricing.gst_rate(rate_minor, TODAY) == per_cent


def test_a_day_before_the_table_begins_counts_as_its_first():
    assert pricing.gst_rate(6_500_00, date(2024, 1, 1)) == 5


@pytest.mark.parametrize(
    ("rate_minor", "half"),
    [
        (3_500_00, 87_50),  # 2.5 %
        (1_000_20, 25_01),  # 25.005, half up
        (1_000_19, 25_00),  # 25.00475
        (15_000_00, 1_350_00),  # 9 %
        (9_999_99, 900_00),  # 899.9991
    ],
)
def test_cgst_and_sgst_are_each_half_up_at_half_the_rate(rate_minor, half):
    [night] = sold(rate_minor)

    assert night.half_minor == half
    assert pricing.room_minor([night]) == rate_minor + 2 * half


def test_each_night_is_taxed_by_itself():
    nights = sold(900_00, 7_500_00, 7_600_00)

    assert [night.gst for night in nights] == [0, 5, 18]
    assert pricing.half_tax_minor(nights) == 0 + 187_50 + 684_00


def test_the_lines_are_those_of_the_example():
    lines = pricing.lines("taj-mahal-palace-mumbai.DELUXE", sold(*[15_000_00] * 3), 2, CHECK_IN)

    assert [(line.title, line.tax_code, line.count, line.each_minor) for line in lines] == [
        ("ROOM_CHARGE", None, 2, 15_000_00),
        ("ROOM_CHARGE", None, 2, 15_000_00),
        ("ROOM_CHARGE", None, 2, 15_000_00),
        ("TAX", "CGST", 2, 4_050_00),
        ("TAX", "SGST", 2, 4_050_00),
    ]
    assert lines[1].night == "2026-12-12T14:00:00+05:30"
    assert quotes.total(lines) == 106_200_00


def test_half_of_the_stay_is_kept_in_one_line_per_room_with_its_tax():
    kept = pricing.kept_lines("room", sold(*[15_000_00] * 3), 2, Decimal(50))

    assert [(line.title, line.tax_code, line.count, line.each_minor) for line in kept] == [
        ("CANCELLATION_CHARGES", None, 2, 22_500_00),
        ("TAX", "CGST", 2, 2_025_00),
        ("TAX", "SGST", 2, 2_025_00),
    ]
    assert quotes.total(kept) == 53_100_00


def test_what_is_free_keeps_one_line_of_nothing():
    kept = pricing.kept_lines("room", sold(15_000_00), 2, Decimal(0))

    assert [(line.title, line.minor) for line in kept] == [("CANCELLATION_CHARGES", 0)]


def test_a_room_that_is_not_taxed_has_no_tax_lines():
    lines = pricing.lines("room", sold(900_00, 900_00), 1, CHECK_IN)

    assert [line.title for line in lines] == ["ROOM_CHARGE", "ROOM_CHARGE"]


def test_a_night_keeps_the_rate_of_tax_it_was_sold_at():
    kept = sold(7_600_00)[0].kept(Decimal(50))

    assert (kept.rate_minor, kept.gst) == (3_800_00, 18)


@given(
    rates=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=3),
    rooms=st.integers(1, 8),
    share=st.integers(0, 100),
)
def test_what_is_kept_lies_between_nothing_and_everything(rates, rooms, share):
    nights = sold(*rates)

    kept = quotes.total(pricing.kept_lines("room", nights, rooms, Decimal(share)))

    assert 0 <= kept <= rooms * pricing.room_minor(nights)
    assert share < 100 or kept == rooms * pricing.room_minor(nights)


@given(rates=st.lists(st.integers(1, 10_000_000), min_size=1, max_size=3), rooms=st.integers(1, 8))
def test_the_lines_are_what_all_rooms_cost(rates, rooms):
    nights = sold(*rates)

    assert quotes.total(pricing.lines("room", nights, rooms, CHECK_IN)) == rooms * pricing.room_minor(nights)
    assert pricing.from_store(pricing.to_store(nights)) == nights
