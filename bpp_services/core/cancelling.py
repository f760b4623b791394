"""What a cancel keeps, and how long what its preview said is honoured."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from beckn import terms
from beckn.quotes import PREVIEW_SECONDS

FREE_WHEN_UNPAID = timedelta(minutes=60)


def percent_kept(booking: Any, reason: str, now: datetime) -> Decimal | None:
    """What is kept when a confirmed booking is cancelled `now`; None when it is too late."""
    if reason == terms.PAYMENT_NOT_COMPLETED and _is_within(booking.confirmed_at + FREE_WHEN_UNPAID, now):
        return Decimal(0)
    window = terms.in_force(terms.from_store(booking.terms), now, booking.confirmed_at)
    if reason == terms.TRAVELLER_CANCELS and _is_previewed(booking, now):
        promised = Decimal(booking.preview_percent)
        return min(promised, window.percent) if window else promised
    return window.percent if window else None


def promise(booking: Any, percent: Decimal, now: datetime) -> None:
    """A preview is honoured until its ttl; a dearer window that began meanwhile does not prolong it."""
    window = terms.in_force(terms.from_store(booking.terms), now, booking.confirmed_at)
    if window and window.percent <= percent:
        booking.preview_percent = str(percent)
        booking.preview_until = now + timedelta(seconds=PREVIEW_SECONDS)


def begun(windows: Sequence[terms.Window], booked_at: datetime) -> list[terms.Window]:
    """The windows once the booking is made: one after booking gets its end, never later than the last window's."""
    last = windows[-1].until
    return [
        terms.Window(each.percent, min(booked_at + each.within, last).astimezone(last.tzinfo), each.within)
        if each.within and last
        else each
        for each in windows
    ]


def preview_end(booking: Any, now: datetime) -> datetime:
    """When what a preview says now ends: an earlier promise is not prolonged, and one long past says nothing."""
    return booking.preview_until if _is_previewed(booking, now) else now + timedelta(seconds=PREVIEW_SECONDS)


def _is_previewed(booking: Any, now: datetime) -> bool:
    return booking.preview_until is not None and _is_within(booking.preview_until, now)


def _is_within(end: datetime, now: datetime) -> bool:
    """The last second is inside, as with the windows of the terms."""
    return now.replace(microsecond=0) <= end
