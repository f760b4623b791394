"""What is charged is what is invoiced, with the rate that the dated table names for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from beckn.air import Fare
from webapp.invoices import content, gst
from webapp.invoices.content import MIXED

INDIA = timezone(timedelta(hours=5, minutes=30))
SOLD = date(2026, 12, 1)
AT = datetime(2026, 12, 11, 14, 30, tzinfo=INDIA)


@dataclass
class Offered:
    kind: str
    cabin: str = "ECONOMY"
    cabin_name: str = "Economy"
    flight_number: str = "6E-5678"
    origin: object = None
    fares: tuple = ()
    hotel_name: str = "Taj Mahal Palace"
    room_name: str = "Deluxe room"
    rooms: int = 1
    nightly: tuple = ()
    base_minor: int = 0
    tax_minor: int = 0


def flight(*fares, cabin="ECONOMY", **item):
    offer = Offered("flights", cabin=cabin, origin=SimpleNamespace(at=AT), fares=fares)
    return SimpleNamespace(
        offer=offer, title="Bengaluru to Mumbai", begins_at=AT, item=SimpleNamespace(**item)
    )


def stay(*rates, rooms=1, tax_minor, **item):
    nightly = tuple((date(2026, 12, 11) + timedelta(days=place), rate) for place, rate in enumerate(rates))
    offer = Offered(
        "hotels", rooms=rooms, nightly=nightly, base_minor=rooms * sum(rates), tax_minor=tax_minor
    )
    return SimpleNamespace(
        offer=offer, title="Taj Mahal Palace, Mumbai", begins_at=AT, item=SimpleNamespace(**item)
    )


@pytest.mark.parametrize(("cabin", "rate"), [("ECONOMY", 5), ("PREMIUM_ECONOMY", 18), ("BUSINESS", 18)])
def test_the_rate_of_a_fare_is_that_of_its_cabin(cabin, rate):
    assert gst.of_fare(cabin, date(2025, 9, 22)) == rate
    assert gst.of_fare(cabin, date(2020, 1, 1)) == rate  # a day before the table begins


@pytest.mark.parametrize(("rupees", "rate"), [(1000, 0), (1000.01, 5), (7500, 5), (7500.01, 18)])
def test_the_rate_of_a_night_is_that_of_its_price(rupees, rate):
    assert gst.of_night(int(rupees * 100), SOLD) == rate


def test_each_kind_of_passenger_is_a_line_and_airport_charges_another():
    lines = content.lines_of(
        flight(Fare("ADULT", 2, 420_000, 21_000, 30_000), Fare("INFANT", 1, 42_000, 2_100, 0)), SOLD
    )

    assert [(line.taxable_minor, line.rate, line.tax, line.tax_minor) for line in lines] == [
        (840_000, 5, "IGST", 42_000),
        (60_000, MIXED, "IGST", 0),
        (42_000, 5, "IGST", 2_100),
    ]
    assert lines[0].what == "6E-5678 Bengaluru to Mumbai, Fri 11 Dec 2026, Economy: adult × 2"
    assert {line.code for line in lines} == {"996425"}


def test_a_tax_that_is_not_the_tables_is_invoiced_as_it_was_charged():
    [fare] = content.lines_of(flight(Fare("ADULT", 1, 420_000, 20_000, 0)), SOLD)
    [nights] = content.lines_of(stay(1_500_000, 300_000, tax_minor=1), SOLD)

    assert (fare.rate, fare.tax_minor) == (MIXED, 20_000)
    assert (nights.rate, nights.taxable_minor, nights.tax_minor) == (MIXED, 1_800_000, 1)


def test_nights_of_one_price_are_a_line_with_central_and_state_tax():
    lines = content.lines_of(
        stay(1_500_000, 1_500_000, 650_000, rooms=2, tax_minor=2 * (540_000 + 32_500)), SOLD
    )

    assert [(line.taxable_minor, line.rate, line.tax_minor) for line in lines] == [
        (6_000_000, 18, 1_080_000),
        (1_300_000, 5, 65_000),
    ]
    assert lines[0].what == "Taj Mahal Palace, Deluxe room, 2 nights from Fri 11 Dec 2026, 2 rooms at ₹15,000"
    assert {line.tax for line in lines} == {"CGST + SGST"}


def test_what_is_credited_comes_with_its_tax_and_what_is_kept_keeps_its_own():
    """20% of ₹4,200 is kept with 5% on it: ₹882; of ₹4,710 with ₹300 of charges the rest comes back."""
    view = flight(Fare("ADULT", 1, 420_000, 21_000, 30_000), kept_minor=88_200, refund_minor=382_800)

    line = content.credited(view, content.lines_of(view, SOLD))

    assert (line.taxable_minor, line.tax_minor, line.rate) == (366_000, 16_800, 5)
    assert line.total_minor == 382_800


def test_a_free_cancellation_credits_everything():
    view = stay(1_500_000, tax_minor=270_000, kept_minor=0, refund_minor=1_770_000)

    line = content.credited(view, content.lines_of(view, SOLD))

    assert (line.taxable_minor, line.tax_minor) == (1_500_000, 270_000)
