"""When a flight can be cancelled and what is kept (rules.md, Terms and refunds)."""

from datetime import datetime, timedelta
from decimal import Decimal

from beckn.terms import Window

FREE_AFTER_BOOKING = timedelta(minutes=60)
DEAR_BEFORE_DEPARTURE = timedelta(hours=48)


def windows(departs_at: datetime, kept_percent: int) -> tuple[Window, ...]:
    """Free within an hour of booking, `kept_percent` of the base fare until 48 h before departure, all of it later.

    `departs_at` is the local departure with its zone, and so are the ends.
    """
    return (
        Window(Decimal(0), within=FREE_AFTER_BOOKING),
        Window(Decimal(kept_percent), until=departs_at - DEAR_BEFORE_DEPARTURE),
        Window(Decimal(100), until=departs_at),
    )


def sentence(share: Decimal, reason_is_payment: bool) -> str:
    """What a cancelled booking keeps, in words."""
    if reason_is_payment and share == 0:
        return "Payment not completed within 60 minutes of the booking: free of charge"
    if share == 0:
        return "Free of charge: everything comes back"
    if share == 100:
        return "100 % of the base fare and the tax on it are kept"
    return f"{share.normalize():f} % of the base fare and the tax on it are kept; the rest comes back"
