"""What a room costs: its rate night by night, GST by a dated table, and what a cancelled booking keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

from beckn import quotes, times
from beckn.money import percent
from beckn.quotes import Line

# From a day on: GST by the rate of a room and night before tax, as (up to and including, in paise; per cent);
# None is above all (GST Council's 56th meeting).
GST: tuple[tuple[date, tuple[tuple[int | None, int], ...]], ...] = (
    (date(2025, 9, 22), ((1_000_00, 0), (7_500_00, 5), (None, 18))),
)


@dataclass(frozen=True)
class SoldNight:
    """One room for one night: the rate before tax in minor units, and the GST it is sold at in per cent."""

    night: date
    rate_minor: int
    gst: int

    @property
    def half(self) -> Decimal:
        """Per cent of CGST, and again of SGST."""
        return Decimal(self.gst) / 2

    @property
    def half_minor(self) -> int:
        """CGST, and again SGST: each rounded by itself."""
        return percent(self.rate_minor, self.half)

    def kept(self, share: Decimal) -> "SoldNight":
        """`share` per cent of the night, to which the same GST belongs."""
        return SoldNight(self.night, percent(self.rate_minor, share), self.gst)


def gst_rate(rate_minor: int, on: date) -> int:
    """Per cent on the day of sale; a day before the table begins counts as its first."""
    _, steps = max((row for row in GST if row[0] <= on), default=GST[0], key=itemgetter(0))
    return next(rate for limit, rate in steps if limit is None or rate_minor <= limit)


def night_at(night: date, rate_minor: int, on: date) -> SoldNight:
    """A night as it is sold on the day `on`."""
    return SoldNight(night, rate_minor, gst_rate(rate_minor, on))


def base_minor(nights: Iterable[SoldNight]) -> int:
    """The stay in one room before tax."""
    return sum(night.rate_minor for night in nights)


def half_tax_minor(nights: Iterable[SoldNight]) -> int:
    """The CGST of the stay in one room, and again its SGST."""
    return sum(night.half_minor for night in nights)


def room_minor(nights: Sequence[SoldNight]) -> int:
    """The whole stay in one room with taxes."""
    return base_minor(nights) + 2 * half_tax_minor(nights)


def to_store(nights: Iterable[SoldNight]) -> list[dict]:
    return [
        {"night": each.night.isoformat(), "rate_minor": each.rate_minor, "gst": each.gst} for each in nights
    ]


def from_store(rows: Iterable[dict]) -> tuple[SoldNight, ...]:
    return tuple(SoldNight(date.fromisoformat(row["night"]), row["rate_minor"], row["gst"]) for row in rows)


def lines(item_id: str, nights: Sequence[SoldNight], rooms: int, check_in: datetime) -> list[Line]:
    """The quote's lines: each night of all rooms, then the tax; a night begins at the hour of `check_in`."""
    return [
        *(
            Line(
                "ROOM_CHARGE",
                item_id,
                rooms,
                each.rate_minor,
                night=times.write_local(datetime.combine(each.night, check_in.timetz())),
            )
            for each in nights
        ),
        *_tax_lines(item_id, nights, rooms),
    ]


def kept_lines(item_id: str, nights: Sequence[SoldNight], rooms: int, share: Decimal) -> list[Line]:
    """`share` per cent of each night in one line per room, and the GST on what is kept."""
    kept = [night.kept(share) for night in nights]
    return [Line(quotes.CHARGES, item_id, rooms, base_minor(kept)), *_tax_lines(item_id, kept, rooms)]


def _tax_lines(item_id: str, nights: Sequence[SoldNight], rooms: int) -> list[Line]:
    half = half_tax_minor(nights)
    return [Line(quotes.TAX, item_id, rooms, half, code) for code in ("CGST", "SGST") if half]
