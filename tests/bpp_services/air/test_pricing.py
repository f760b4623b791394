"""What a seat costs and what is kept of it (rules.md, Prices and taxes, Terms and refunds)."""

from datetime import date
from decimal import Decimal

import pytest

from beckn import quotes
from beckn.air import Party
from beckn.money import parse
from bpp_services.air import pricing
from tests.factories import ASHA, KABIR, MIRA, RAVI, THE_RAOS, a_departure

TODAY = date(2026, 12, 1)
ADULT = Party(1)
ITEM = "AI-1234.20261211.ECONOMY"


def fares(fare_minor=550_000, charges_minor=0, cabin="ECONOMY", party=ADULT, on=TODAY):
    return pricing.fares(fare_minor, charges_minor, cabin, party, on)


@pytest.mark.parametrize(("cabin", "rate"), [("ECONOMY", 5), ("PREMIUM_ECONOMY", 18), ("BUSINESS", 18)])
def test_economy_is_taxed_at_5_and_every_other_cabin_at_18_per_cent(cabin, rate):
    (fare,) = fares(100_000, cabin=cabin)

    assert (fare.tax_minor, fare.rate) == (rate * 1_000, rate)


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2025, 9, 21), date(2025, 9, 22), date(2099, 1, 1)])
def test_a_day_outside_the_dated_table_has_a_rate_too(on):
    assert pricing.gst_rate("ECONOMY", on) == 5


@pytest.mark.parametrize(
    ("fare_minor", "tax_minor"),
    [(1, 0), (9, 0), (10, 1), (29, 1), (30, 2), (420_010, 21_001), (420_009, 21_000)],
)
def test_half_a_paisa_of_tax_is_rounded_up(fare_minor, tax_minor):
    assert fares(fare_minor)[0].tax_minor == tax_minor


def test_tax_is_rounded_for_each_passenger_and_not_for_the_sum():
    (fare,) = fares(10, party=Party(3))

    assert sum(line.minor for line in pricing.lines(ITEM, [fare])) == 3 * (10 + 1)  # 5 % of 30 would be 2


def test_a_child_pays_the_adult_fare_and_an_infant_a_tenth():
    adult, child, infant = fares(420_000, party=Party(2, 1, 1))

    assert (adult.each_minor, child.each_minor, infant.each_minor) == (441_000, 441_000, 44_100)


@pytest.mark.parametrize(("fare_minor", "infant_minor"), [(44, 4), (45, 5), (54, 5), (55, 6)])
def test_half_a_paisa_of_an_infants_fare_is_rounded_up(fare_minor, infant_minor):
    assert fares(fare_minor, party=Party(1, 0, 1))[1].base_minor == infant_minor


def test_an_infant_pays_no_airport_charges():
    adult, infant = fares(100_000, charges_minor=25_000, party=Party(1, 0, 1))

    assert (adult.charges_minor, infant.charges_minor) == (25_000, 0)


def test_kinds_with_nobody_have_no_fare():
    assert [fare.kind for fare in fares(party=Party(1, 0, 1))] == ["ADULT", "INFANT"]


def test_airport_charges_always_come_back():
    sold = fares(100_000, charges_minor=25_000)

    kept = quotes.total(pricing.kept_lines(ITEM, sold, Decimal(100)))

    assert kept == 105_000
    assert quotes.total(pricing.lines(ITEM, sold)) == 130_000


@pytest.mark.parametrize(
    ("percent", "kept_minor"),
    [(Decimal(0), 0), (Decimal(20), 88_200), (Decimal("33.33"), 146_985), (Decimal(100), 441_000)],
)
def test_what_is_kept_is_a_share_of_the_base_fare_and_the_tax_on_it(percent, kept_minor):
    assert quotes.total(pricing.kept_lines(ITEM, fares(420_000), percent)) == kept_minor


def test_nothing_kept_has_no_tax_line():
    lines = pricing.kept_lines(ITEM, fares(), Decimal(0))

    assert [(line.title, line.minor) for line in lines] == [("CANCELLATION_CHARGES", 0)]


def test_what_was_sold_is_kept_whole_in_the_database():
    sold = fares(420_001, 17, party=Party(2, 1, 1))

    assert pricing.from_store(pricing.to_store(sold)) == sold


# ---- through the doors


@pytest.mark.parametrize(
    ("travellers", "total"),
    [((ASHA,), "4410.00"), ((ASHA, RAVI), "8820.00"), ((ASHA, KABIR), "4851.00"), (THE_RAOS, "13671.00")],
)
def test_search_select_and_init_say_the_same_price(desk, travellers, total):
    item = a_departure("6E-5678")

    selected = desk.select(item, *travellers)
    held = desk.order(item, *travellers).init()

    assert selected.total == held.total == total


def test_every_quote_is_the_sum_of_its_lines(desk):
    item = a_departure("UK-9012", airport_charges_minor=33_333)
    order = desk.order(item, *THE_RAOS)

    answers = [desk.select(item, *THE_RAOS), order.init(), order.confirm(), order.preview(), order.cancel()]

    for answer in answers:
        lines = answer.order["quote"]["breakup"]
        assert parse(answer.total) == sum(parse(line["price"]["value"], negative=True) for line in lines)


def test_only_refunds_are_negative(desk):
    order = desk.booked(a_departure("AI-1234"), ASHA, MIRA)

    lines = order.cancel().order["quote"]["breakup"]

    assert {line["title"] for line in lines if line["price"]["value"].startswith("-")} == {"REFUND"}
    assert all(line["price"]["value"].startswith("-") for line in lines if line["title"] == "REFUND")


def test_the_price_that_was_sold_stays_when_the_fare_changes(desk, set_fare):
    order = desk.held(a_departure("AI-1234"))

    set_fare(999_900)

    assert order.confirm().total == order.status().total == "5775.00"


def test_a_changed_price_is_said_and_nothing_is_held(desk, set_fare):
    item = a_departure("AI-1234", seats=5)
    order = desk.order(item)

    set_fare(600_000)
    refused = order.init()

    assert (refused.error, refused.path) == ("40003", "$.message.order.payments[0].params.amount")
    assert desk.seats_left(item) == 5
    assert desk.bookings() == []


def test_after_a_changed_price_the_same_transaction_may_accept_it(desk, set_fare):
    item = a_departure("AI-1234")
    order = desk.order(item)
    set_fare(600_000)
    assert order.init().error == "40003"

    accepted = order.instead(paid=desk.order(item).wanted.paid)

    assert accepted.init().total == "6300.00"
