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
    if reason == terms.PAYMENT_NOT_COMPLETED and (
        _is_unpaid_hour(booking, now) or _is_promised_free(booking, now)
    ):
        return Decimal(0)
    window = terms.in_force(terms.from_store(booking.terms), now, booking.confirmed_at)
    if _is_previewed(booking, now):
        promised = Decimal(booking.preview_percent)
        return min(promised, window.percent) if window else promised
    return window.percent if window else None


def promise(booking: Any, reason: str, percent: Decimal, now: datetime) -> None:
    """A preview is honoured until its ttl; a dearer window that began meanwhile does not prolong it.

    What is free only because the payment was not completed is promised to the platform alone, not to the traveller.
    """
    end = now + timedelta(seconds=PREVIEW_SECONDS)
    if reason == terms.PAYMENT_NOT_COMPLETED and _is_unpaid_hour(booking, now):
        booking.unpaid_preview_until = end
        return
    window = terms.in_force(terms.from_store(booking.terms), now, booking.confirmed_at)
    if window and window.percent <= percent:
        booking.preview_percent, booking.preview_until = str(percent), end


def begun(windows: Sequence[terms.Window], booked_at: datetime) -> list[terms.Window]:
    """The windows once the booking is made: one after booking gets its end, never later than the last window's."""
    last = windows[-1].until
    return [
        terms.Window(each.percent, min(booked_at + each.within, last).astimezone(last.tzinfo), each.within)
        if each.within and last
        else each
        for each in windows
    ]


def preview_end(booking: Any, reason: str, now: datetime) -> datetime:
    """When what a preview says now ends: an earlier promise is not prolonged, and one long past says nothing."""
    if reason == terms.PAYMENT_NOT_COMPLETED and _is_promised_free(booking, now):
        return booking.unpaid_preview_until
    return booking.preview_until if _is_previewed(booking, now) else now + timedelta(seconds=PREVIEW_SECONDS)


def _is_unpaid_hour(booking: Any, now: datetime) -> bool:
    return _is_within(booking.confirmed_at + FREE_WHEN_UNPAID, now)


def _is_promised_free(booking: Any, now: datetime) -> bool:
    return _is_within(booking.unpaid_preview_until, now)


def _is_previewed(booking: Any, now: datetime) -> bool:
    return _is_within(booking.preview_until, now)


def _is_within(end: datetime | None, now: datetime) -> bool:
    """The last second is inside, as with the windows of the terms; what never began has no end and nothing inside."""
    return end is not None and now.replace(microsecond=0) <= end
