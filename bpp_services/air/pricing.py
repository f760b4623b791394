"""What a seat costs: fares by kind of passenger, GST by a dated table, and what is kept when a booking is cancelled."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from beckn import quotes
from beckn.air import Fare, Party
from beckn.money import percent
from beckn.quotes import Line

INFANT_PERCENT = 10

# From a day on: GST in per cent on economy, and on every other cabin (GST Council's 56th meeting).
GST = ((date(2025, 9, 22), 5, 18),)


@dataclass(frozen=True)
class SoldFare(Fare):
    """A fare with the GST rate it was sold at, in per cent."""

    rate: int = 0


def gst_rate(cabin: str, on: date) -> int:
    """Per cent on the day of sale; a day before the table begins counts as its first."""
    _, economy, other = max((row for row in GST if row[0] <= on), default=GST[0])
    return economy if cabin == "ECONOMY" else other


def fares(fare_minor: int, charges_minor: int, cabin: str, party: Party, on: date) -> tuple[SoldFare, ...]:
    """What each kind of passenger pays: a child the adult fare, an infant 10 % and no airport charges."""
    rate = gst_rate(cabin, on)
    sold = []
    for kind, count in party.counts().items():
        base = percent(fare_minor, INFANT_PERCENT) if kind == "INFANT" else fare_minor
        charges = 0 if kind == "INFANT" else charges_minor
        sold.append(SoldFare(kind, count, base, percent(base, rate), charges, rate))
    return tuple(sold)


def to_store(sold: Iterable[SoldFare]) -> list[dict]:
    return [asdict(fare) for fare in sold]


def from_store(rows: Iterable[dict]) -> tuple[SoldFare, ...]:
    return tuple(SoldFare(**row) for row in rows)


def lines(item_id: str, sold: Sequence[Fare]) -> list[Line]:
    """The quote's lines: fares, their tax, and airport charges where there are any."""
    return [
        *(Line("BASE_FARE", f"{item_id}.{fare.kind}", fare.count, fare.base_minor) for fare in sold),
        *(Line(quotes.TAX, f"{item_id}.{fare.kind}", fare.count, fare.tax_minor, "IGST") for fare in sold),
        *(
            Line("OTHER_CHARGES", f"{item_id}.{fare.kind}", fare.count, fare.charges_minor)
            for fare in sold
            if fare.charges_minor
        ),
    ]


def kept_lines(item_id: str, sold: Sequence[SoldFare], share: Decimal) -> list[Line]:
    """`share` per cent of each base fare, and the GST on what is kept; airport charges always come back."""
    fees = [(fare, percent(fare.base_minor, share)) for fare in sold]
    return [
        *(Line(quotes.CHARGES, f"{item_id}.{fare.kind}", fare.count, fee) for fare, fee in fees),
        *(
            Line(quotes.TAX, f"{item_id}.{fare.kind}", fare.count, percent(fee, fare.rate), "IGST")
            for fare, fee in fees
            if fee
        ),
    ]
