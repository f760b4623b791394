"""How a booking stands, as every answer about it says: its status, the time that is left, and its cancellation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from beckn import orders, terms
from beckn.messages import Cancellation
from beckn.orders import CANCELLED, CONFIRMED, EXPIRED, HELD, RELEASED
from bpp_services.core.cancelling import preview_end


def status_of(booking: Any, now: datetime) -> str:
    """The status as the world sees it: a hold past its end is EXPIRED, swept or not."""
    if booking.booking_status == HELD and booking.held_until <= now:
        return EXPIRED
    return booking.booking_status


@dataclass(frozen=True)
class Standing:
    """A booking as it stands `now`; with `preview_percent` as it would stand after a cancel for `preview_reason`."""

    booking: Any
    now: datetime
    preview_percent: Decimal | None = None
    preview_reason: str = ""

    @property
    def state(self) -> str:
        return status_of(self.booking, self.now)

    @property
    def order_status(self) -> str | None:
        """As the order says it; nothing while it is only held, or no longer."""
        if self.preview_percent is not None:
            return orders.SOFT_CANCEL
        if self.state == CONFIRMED:
            return orders.ACTIVE
        return orders.CANCELLED if self.state in (CANCELLED, RELEASED) else None

    @property
    def is_for_nothing(self) -> bool:
        """Let go before it was confirmed: nothing was to be paid, so nothing is kept."""
        return self.state == RELEASED or (self.percent_kept is not None and self.booking.confirmed_at is None)

    @property
    def percent_kept(self) -> Decimal | None:
        """What the cancel, done or previewed, keeps; None without one."""
        if self.preview_percent is not None:
            return self.preview_percent
        kept = self.booking.kept_percent
        return None if kept is None else Decimal(kept)

    @property
    def seconds_left(self) -> int:
        """How long the quote holds: the preview's, the hold's, or not at all."""
        if self.preview_percent is not None:
            end = preview_end(self.booking, self.preview_reason, self.now)
            return int((end - self.now).total_seconds())
        if self.state == HELD:
            return int((self.booking.held_until - self.now).total_seconds())
        return 0

    @property
    def changed_at(self) -> datetime:
        """The time of the last change; a hold that is over changed when it ended, swept or not."""
        booking = self.booking
        return booking.held_until if self.state == EXPIRED and booking.held_until else booking.updated_at

    def cancellation(self, sentence: Callable[[Decimal, bool], str]) -> Cancellation | None:
        """Why it is or would be cancelled; `sentence(percent, was_not_paid)` says what is kept."""
        reason = self.booking.cancel_reason or self.preview_reason
        if not reason:
            return None
        percent = self.percent_kept
        if percent is None or self.booking.confirmed_at is None:
            said = "The hold is released; nothing was confirmed"
        else:
            said = sentence(percent, reason == terms.PAYMENT_NOT_COMPLETED)
        return orders.cancellation(reason, said, self.booking.cancelled_at)
