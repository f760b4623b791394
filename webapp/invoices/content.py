"""What an invoice or a credit note says, frozen when it is issued: later changes of the booking do not touch it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import msgspec

from beckn.money import percent
from webapp.bookings.views import ItemView
from webapp.filters import day, rupees
from webapp.invoices import gst

MIXED = -1  # a rate that the table does not name: what was charged stands, and no rate beside it


@dataclass(frozen=True)
class Line:
    """One thing charged, amounts in minor units; `rate` in per cent. `tax`: "IGST", or "CGST + SGST" in equal halves."""

    what: str
    code: str
    taxable_minor: int
    rate: int
    tax: str
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.taxable_minor + self.tax_minor


@dataclass(frozen=True)
class Paper:
    """All that is printed but the number: supplier and customer as lines of text, and what was charged."""

    supplier: tuple[str, ...]
    customer: tuple[str, ...]
    reference: str
    lines: tuple[Line, ...]
    remark: str = ""

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    def as_payload(self) -> dict[str, Any]:
        return msgspec.to_builtins(self)


def from_payload(payload: Any) -> Paper:
    return msgspec.convert(payload, Paper)


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (Line, Paper):
    msgspec.json.Decoder(_kind)


def lines_of(view: ItemView, sold_on: date) -> list[Line]:
    """What an item cost, line by line; their sum is what was paid for it."""
    return _fares(view, sold_on) if view.offer.kind == "flights" else _nights(view, sold_on)


def _fares(view: ItemView, sold_on: date) -> list[Line]:
    offer = view.offer
    rate = gst.of_fare(offer.cabin, sold_on)
    flight = f"{offer.flight_number} {view.title}, {day(offer.origin.at)}, {offer.cabin_name}"
    lines = []
    for fare in offer.fares:
        fits = fare.tax_minor == percent(fare.base_minor, rate)
        lines.append(
            Line(
                f"{flight}: {fare.kind.lower()} × {fare.count}",
                gst.AIR,
                fare.count * fare.base_minor,
                rate if fits else MIXED,
                "IGST",
                fare.count * fare.tax_minor,
            )
        )
        if fare.charges_minor:
            charges = fare.count * fare.charges_minor
            lines.append(
                Line(
                    f"Airport charges, {fare.kind.lower()} × {fare.count}", gst.AIR, charges, MIXED, "IGST", 0
                )
            )
    return lines


def _nights(view: ItemView, sold_on: date) -> list[Line]:
    """Nights of one rate that follow each other are a line; all are one where the taxes are not those of the table."""
    offer = view.offer
    lines = []
    for rate_minor, nights in groupby(offer.nightly, key=lambda night: night[1]):
        days = [night for night, _ in nights]
        rate = gst.of_night(rate_minor, sold_on)
        times = len(days) * offer.rooms
        lines.append(
            Line(
                f"{offer.hotel_name}, {offer.room_name}, {_counted(days, offer.rooms)} at {rupees(rate_minor)}",
                gst.ROOM,
                times * rate_minor,
                rate,
                "CGST + SGST",
                times * gst.on_room(rate_minor, rate),
            )
        )
    if (sum(line.taxable_minor for line in lines), sum(line.tax_minor for line in lines)) == (
        offer.base_minor,
        offer.tax_minor,
    ):
        return lines
    days = [night for night, _ in offer.nightly]
    what = f"{offer.hotel_name}, {offer.room_name}, {_counted(days, offer.rooms)}"
    return [Line(what, gst.ROOM, offer.base_minor, MIXED, "CGST + SGST", offer.tax_minor)]


def _counted(days: Sequence[date], rooms: int) -> str:
    nights = "1 night" if len(days) == 1 else f"{len(days)} nights"
    return f"{nights} from {day(days[0])}" + (f", {rooms} rooms" if rooms > 1 else "")


def credited(view: ItemView, lines: Iterable[Line]) -> Line:
    """What goes back of a cancelled item, with its tax: what the provider keeps, it keeps with the tax on it.

    Charges without tax come back whole (rules.md, Terms and refunds).
    """
    lines = list(lines)
    taxed = sum(line.total_minor for line in lines if line.tax_minor)
    tax = sum(line.tax_minor for line in lines)
    kept_tax = (2 * view.item.kept_minor * tax + taxed) // (2 * taxed) if taxed else 0  # half up
    back, tax_back = view.item.refund_minor, tax - min(kept_tax, tax)
    rates = {line.rate for line in lines if line.tax_minor}
    return Line(
        f"Cancelled: {view.title}, {day(view.begins_at)}",
        lines[0].code,
        back - tax_back,
        rates.pop() if len(rates) == 1 else MIXED,
        lines[0].tax,
        tax_back,
    )
