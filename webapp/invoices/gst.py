"""GST as the invoice names it: the rates by date, in this one place of the site. Pure.

What a provider charged is what is invoiced. The table says which rate that was; where it does not fit, no rate is named.
"""

from datetime import date
from decimal import Decimal

from beckn.money import percent

# From a day on: per cent on economy, on other cabins, and on a room for a night by its rate before tax, as (up to and
# including, in paise; per cent). 56th meeting of the GST Council: flights IGST, hotels CGST and SGST in halves (rules.md).
RATES = ((date(2025, 9, 22), 5, 18, ((1_000_00, 0), (7_500_00, 5), (None, 18))),)

AIR, ROOM = (
    "996425",
    "996311",
)  # service accounting codes: scheduled air transport of passengers; rooms of hotels


def of_fare(cabin: str, sold_on: date) -> int:
    """Per cent on a fare sold on that day; a day before the table begins counts as its first."""
    _, economy, others, _ = _row(sold_on)
    return economy if cabin == "ECONOMY" else others


def of_night(rate_minor: int, sold_on: date) -> int:
    """Per cent on a room for a night at that rate before tax."""
    *_, rooms = _row(sold_on)
    return next(rate for limit, rate in rooms if limit is None or rate_minor <= limit)


def on_room(rate_minor: int, rate: int) -> int:
    """CGST and SGST of a room for a night: each half of the rate, and each rounded by itself."""
    return 2 * percent(rate_minor, Decimal(rate) / 2)


def _row(sold_on: date):
    return max((row for row in RATES if row[0] <= sold_on), default=RATES[0], key=lambda row: row[0])
