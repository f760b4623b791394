"""When a stay can be cancelled and what is kept (rules.md, Terms and refunds)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from beckn.terms import Window

FREE_BEFORE_CHECK_IN = timedelta(hours=48)
KEPT_LATER = Decimal(50)


def windows(check_in: datetime) -> tuple[Window, ...]:
    """Free until 48 h before check-in, half of the stay until check-in; later it cannot be cancelled.

    `check_in` is the local time with its zone, and so are the ends.
    """
    free_until = (check_in.astimezone(UTC) - FREE_BEFORE_CHECK_IN).astimezone(check_in.tzinfo)
    return (Window(Decimal(0), until=free_until), Window(KEPT_LATER, until=check_in))


def sentence(share: Decimal, reason_is_payment: bool) -> str:
    """What a cancelled booking keeps, in words."""
    if reason_is_payment and share == 0:
        return "Payment not completed within 60 minutes of the booking: free of charge"
    if share == 0:
        return "Free until 48 hours before check-in: everything comes back"
    return f"{share.normalize():f} % of the stay and the tax on it are kept; the rest comes back"
