"""Money is a decimal string outside and integer minor units inside; nothing else passes the edge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beckn import money


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0", 0),
        ("0.00", 0),
        ("5775", 577_500),
        ("5775.5", 577_550),
        ("5775.05", 577_505),
        ("007", 700),
        ("999999999999.99", 99_999_999_999_999),
    ],
)
def test_none_to_two_digits_are_read(text, minor):
    assert money.parse(text) == minor


@pytest.mark.parametrize(
    "text",
    ["", " ", "1.005", "1.", ".5", "1e3", "1E3", "NaN", "Infinity", "+1", "-1", "1,000", "1_000", "0x1", "1 ", "1\n",
     "١", "１", "--1", "1000000000000", "9" * 5_000],
)  # fmt: skip
def test_anything_else_is_no_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        money.parse(text)


def test_a_minus_is_read_only_where_money_comes_back():
    assert money.parse("-4200.50", negative=True) == -420_050
    with pytest.raises(ValueError):
        money.parse("-4200.50")


@given(st.integers(-(10**13), 10**13))
def test_what_is_written_is_read_again(minor):
    assert money.parse(money.write(minor), negative=True) == minor


@pytest.mark.parametrize(("minor", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-420_050, "-4200.50")])
def test_two_digits_are_written(minor, text):
    assert money.write(minor) == text


@pytest.mark.parametrize(
    ("minor", "rate", "share"),
    [
        (10, 5, 1),
        (9, 5, 0),
        (50, 1, 1),
        (49, 1, 0),
        (150, 1, 2),
        (250, 1, 3),
        (100, Decimal("2.5"), 3),
        (0, 18, 0),
    ],
)
def test_half_a_minor_unit_is_rounded_up(minor, rate, share):
    assert money.percent(minor, rate) == share
