"""A quote is always the sum of its lines, and a cancelled order's quote says what stays paid."""

import msgspec
import pytest

from beckn import quotes
from beckn.quotes import Line

ITEM = "AI-1234.20261211.ECONOMY.ADULT"
SOLD = [Line("BASE_FARE", ITEM, 2, 420_000), Line("TAX", ITEM, 2, 21_000, "IGST")]
KEPT = [Line("CANCELLATION_CHARGES", ITEM, 2, 84_000), Line("TAX", ITEM, 2, 4_200, "IGST")]


def test_the_price_is_the_sum_of_the_lines():
    quote = quotes.write(SOLD, "INR", 900)

    assert (quote.price.value, quote.ttl) == ("8820.00", "PT15M")
    assert [line.price.value for line in quote.breakup] == ["8400.00", "420.00"]


def test_a_quote_that_is_written_is_read_again():
    lines = quotes.cancelled(SOLD, KEPT)

    assert quotes.read(quotes.write(lines, "INR", 0)) == (lines, "INR")


def test_a_cancelled_orders_price_is_what_stays_paid():
    lines = quotes.cancelled(SOLD, KEPT)

    assert quotes.total(lines) == quotes.total(KEPT) == 176_400
    assert {line.title for line in lines if line.minor < 0} == {"REFUND"}


def test_the_id_follows_the_content():
    same, again = quotes.write(SOLD, "INR", 900), quotes.write(SOLD, "INR", 1)
    others = [
        quotes.write(SOLD[:1], "INR", 900),
        quotes.write(SOLD, "USD", 900),
        quotes.write(KEPT, "INR", 900),
    ]

    assert same.id == again.id
    assert len({quote.id for quote in (same, *others)}) == 4


def spoiled(**changes):
    """The quote of SOLD with other values in its first line or itself."""
    quote = msgspec.convert(msgspec.to_builtins(quotes.write(SOLD, "INR", 900)), quotes.Quote)
    line = quote.breakup[0]
    places = {
        "price": (quote.price, "value"),
        "line": (line.price, "value"),
        "each": (line.item.price, "value"),
        "count": (line.item.quantity.selected, "count"),
        "currency": (line.price, "currency"),
        "title": (line, "title"),
    }
    for name, value in changes.items():
        setattr(*places[name], value)
    return quote


@pytest.mark.parametrize(
    "changes",
    [
        {"price": "8819.99"},
        {"line": "8400.01"},
        {"each": "4200.01"},
        {"count": 3},
        {"count": 0, "line": "0.00", "price": "420.00"},
        {"count": -2, "line": "-8400.00", "price": "-7980.00"},
        {"currency": "USD"},
        {"each": "-4200.00", "line": "-8400.00", "price": "-7980.00"},
        {"price": "8820.000"},
        {"each": "NaN"},
    ],
)
def test_a_quote_that_does_not_add_up_is_refused(changes):
    with pytest.raises(ValueError):
        quotes.read(spoiled(**changes))


def test_a_line_without_price_or_count_is_refused():
    quote = spoiled()
    quote.breakup[0].item.quantity = None

    with pytest.raises(ValueError, match="no price or count"):
        quotes.read(quote)


@pytest.mark.parametrize(("ttl", "seconds"), [(None, 0), ("PT0S", 0), ("PT14M59S", 899)])
def test_the_ttl_is_in_seconds(ttl, seconds):
    quote = spoiled()
    quote.ttl = ttl

    assert quotes.ttl_seconds(quote) == seconds
