"""Cancellation terms: windows in time, each with the share that is kept; and the constants that TRV12 and TRV13 demand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from beckn import times
from beckn.messages import Descriptor, Fee, Tag, Term, Time, tag

AFTER_BOOKING = "AFTER_BOOKING"
UNTIL = "UNTIL"

# What a provider may say: a bounded number of windows, of a share as it is written, within some days of the booking.
MOST_WINDOWS = 10
LONGEST_WITHIN = timedelta(days=30)
_SHARE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Window:
    """`percent` is kept when cancelled `until` a local time with its zone, or `within` a time of the booking."""

    percent: Decimal
    until: datetime | None = None
    within: timedelta | None = None

    def end(self, booked_at: datetime | None) -> datetime | None:
        """When the window ends; None while a window after booking has not begun."""
        if self.until is not None:
            return self.until
        return booked_at + self.within if booked_at and self.within else None


def in_force(windows: Iterable[Window], now: datetime, booked_at: datetime | None) -> Window | None:
    """The first window that has not ended counts, and its last second is inside it; None when all have ended."""
    second = now.replace(microsecond=0)
    for window in windows:
        end = window.end(booked_at)
        if end is not None and second <= end:
            return window
    return None


def write(windows: Iterable[Window]) -> list[Term]:
    """The windows as `cancellation_terms`; one after booking carries its duration, and its end once that is known."""
    return [
        Term(
            cancel_by=Time(
                label=AFTER_BOOKING if window.within else UNTIL,
                duration=f"PT{int(window.within.total_seconds()) // 60}M" if window.within else None,
                timestamp=times.write_local(window.until) if window.until else None,
            ),
            cancellation_fee=Fee(percentage=f"{window.percent:.2f}"),
        )
        for window in windows
    ]


def to_store(windows: Iterable[Window]) -> list[dict]:
    """The windows as plain values for a database; `from_store` reads them."""
    return [
        {
            "percent": str(window.percent),
            "until": window.until.isoformat() if window.until else None,
            "within": int(window.within.total_seconds()) if window.within else None,
        }
        for window in windows
    ]


def from_store(rows: Iterable[dict]) -> tuple[Window, ...]:
    return tuple(
        Window(
            percent=Decimal(row["percent"]),
            until=times.parse(row["until"]) if row["until"] else None,
            within=timedelta(seconds=row["within"]) if row["within"] else None,
        )
        for row in rows
    )


def read(terms: Iterable[Term] | None) -> tuple[Window, ...]:
    """The windows of a message. Raises ValueError for a share outside 0–100 %, a window without an end, or too many."""
    said = list(terms or [])
    if len(said) > MOST_WINDOWS:
        raise ValueError("too many windows")
    return tuple(_read_one(term) for term in said)


def _read_one(term: Term) -> Window:
    by = term.cancel_by
    window = Window(
        _read_share(term.cancellation_fee.percentage),
        until=times.parse(by.timestamp) if by.timestamp else None,
        within=times.parse_duration(by.duration) if by.duration else None,
    )
    if window.until is None and window.within is None:
        raise ValueError("a window has no end")
    if window.within is not None and window.within > LONGEST_WITHIN:
        raise ValueError("a window after booking is too long")
    return window


def _read_share(text: str) -> Decimal:
    if not _SHARE.fullmatch(text):
        raise ValueError("a fee is not a number")
    if Decimal(text) > 100:
        raise ValueError("a fee is outside 0–100 %")
    return Decimal(text)


# What the closed lists of TRV12 and TRV13 want in every message; we take no finder's fee.

FINDER_FEES = tag("BUYER_FINDER_FEES", {"BUYER_FINDER_FEES_PERCENTAGE": "0"})


def site_settlement(site: str, amount: str | None = None) -> Tag:
    """The site's SETTLEMENT_TERMS; `site` is its base address, where /terms really is."""
    pairs = {"DELAY_INTEREST": "0", "STATIC_TERMS": f"{site}/terms"}
    if amount is not None:
        pairs = {"SETTLEMENT_TYPE": "neft", **pairs, "SETTLEMENT_AMOUNT": amount}
    return tag("SETTLEMENT_TERMS", pairs, display=False)


def provider_settlement(base: str, court: str, amount: str | None = None) -> Tag:
    """A provider's SETTLEMENT_TERMS; `base` is its address, where /terms really is."""
    pairs = {
        "SETTLEMENT_WINDOW": "P7D",
        "SETTLEMENT_BASIS": "INVOICE_RECEIPT",
        "MANDATORY_ARBITRATION": "false",
        "COURT_JURISDICTION": court,
        "STATIC_TERMS": f"{base}/terms",
    }
    if amount is not None:
        pairs["SETTLEMENT_AMOUNT"] = amount
    return tag("SETTLEMENT_TERMS", pairs, display=False)


def site_terms(site: str) -> Tag:
    """TRV13's BAP_TERMS."""
    return tag(
        "BAP_TERMS",
        {
            "STATIC_TERMS": f"{site}/terms",
            "STATIC_TERMS_NEW": f"{site}/terms",
            "EFFECTIVE_DATE": "2026-01-01T00:00:00.000Z",
        },
    )


def hotel_terms(court: str) -> Tag:
    """TRV13's BPP_TERMS."""
    return tag(
        "BPP_TERMS",
        {
            "MAX_LIABILITY": "0",
            "MAX_LIABILITY_CAP": "0.00",
            "MANDATORY_ARBITRATION": "false",
            "COURT_JURISDICTION": court,
            "DELAY_INTEREST": "0.00",
            "TAX_NUMBER": "27AAAAA0000A1Z5",
        },
    )


REASONS = {"001": "The traveller cancels", "014": "Payment not completed"}
TRAVELLER_CANCELS = "001"
PAYMENT_NOT_COMPLETED = "014"


def platform_reference(reference: str) -> Tag:
    return tag("PLATFORM_REFERENCE", {"ID": reference})


def named(code: str, name: str) -> Descriptor:
    return Descriptor(name=name, code=code)
