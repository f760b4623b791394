"""Quotes: lines that always add up to the price, the refund of a cancelled order in the same form, and reading them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from beckn import money, times
from beckn.messages import Count, LineItem, Price, Quantity, Quote, Time, tag, tagged
from beckn.messages import Line as WireLine

_SPACE = uuid.UUID("6f0f5a52-2f35-5d0c-9a57-0d6b5c1f6b0e")
HOLD_SECONDS = 15 * 60
PREVIEW_SECONDS = 10 * 60
MOST_SECONDS = 24 * 60 * 60  # what a seller may say; nobody holds a seat for years

REFUND = "REFUND"
CHARGES = "CANCELLATION_CHARGES"
TAX = "TAX"
TAX_CODES = ("IGST", "CGST", "SGST")


@dataclass(frozen=True)
class Line:
    """`count` times `each_minor`; a tax line has its code, a room's night the local time it begins."""

    title: str
    item_id: str
    count: int
    each_minor: int
    tax_code: str | None = None
    night: str | None = None

    @property
    def minor(self) -> int:
        return self.count * self.each_minor

    def refunded(self) -> "Line":
        return replace(self, title=REFUND, each_minor=-self.each_minor)


def total(lines: Sequence[Line]) -> int:
    """Minor units."""
    return sum(line.minor for line in lines)


def cancelled(sold: Sequence[Line], kept: Sequence[Line]) -> list[Line]:
    """A cancelled order's lines: what was sold, each reversed, and what is kept; their sum is what stays paid."""
    return [*sold, *(line.refunded() for line in sold), *kept]


def write(lines: Sequence[Line], currency: str, seconds: int) -> Quote:
    """The quote of `lines`, honoured for `seconds`; its id is derived from the content."""
    content = msgspec.json.encode([(line, currency) for line in lines])
    return Quote(
        id=str(uuid.uuid5(_SPACE, content.decode())),
        price=Price(currency, money.write(total(lines))),
        breakup=[_write_line(line, currency) for line in lines],
        ttl=times.write_duration(seconds),
    )


def _write_line(line: Line, currency: str) -> WireLine:
    amount = money.write(line.minor)
    return WireLine(
        title=line.title,
        item=LineItem(
            id=line.item_id,
            quantity=Quantity(selected=Count(line.count)),
            price=Price(currency, money.write(line.each_minor)),
            time=Time(label="NIGHT", timestamp=line.night) if line.night else None,
            tags=[tag(TAX, {line.tax_code: amount})] if line.tax_code else None,
        ),
        price=Price(currency, amount),
    )


def read(quote: Quote) -> tuple[list[Line], str]:
    """(lines, currency) of a quote. Raises ValueError when a line or the sum does not add up."""
    lines = [_read_line(line) for line in quote.breakup or []]
    if total(lines) != money.parse(quote.price.value):
        raise ValueError("the quote is not the sum of its lines")
    if any(line.price.currency != quote.price.currency for line in quote.breakup or []):
        raise ValueError("the quote has several currencies")
    return lines, quote.price.currency


def _read_line(wire: WireLine) -> Line:
    if not (wire.item.price and wire.item.quantity and wire.item.quantity.selected):
        raise ValueError("a line has no price or count")
    taxes = [code for code in tagged(wire.item.tags, TAX) if code in TAX_CODES]
    line = Line(
        title=wire.title,
        item_id=wire.item.id,
        count=wire.item.quantity.selected.count,
        each_minor=money.parse(wire.item.price.value, negative=wire.title == REFUND),
        tax_code=taxes[0] if taxes else None,
        night=wire.item.time.timestamp if wire.item.time else None,
    )
    if not 0 < line.count < 1000 or line.minor != money.parse(wire.price.value, negative=True):
        raise ValueError("a line does not add up")
    return line


def ttl_seconds(quote: Quote) -> int:
    """For how long the quote is honoured; 0 when it does not say. Raises ValueError for what is no time to decide in."""
    seconds = int(times.parse_duration(quote.ttl).total_seconds()) if quote.ttl else 0
    if seconds > MOST_SECONDS:
        raise ValueError("a quote is honoured for a day at most")
    return seconds
