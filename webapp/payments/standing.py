"""What a booking still wants of a payment, by its state and by what is due, and whether it was let go. Pure."""

from webapp.payments.gateway import GatewayPayment

UNTAKEN = ("OPEN", "AUTHORISED")
OVER = ("VOIDED", "FAILED")


def is_nobodys(state: str, due_minor: int | None) -> bool:
    """Whether the booking has no use for the payment: it is over, or all that the booking costs is paid by others.

    `due_minor` is what is to be paid by this one; None while the booking is not at rest, and nobody can say.
    """
    return state in OVER or (state in UNTAKEN and due_minor == 0)


def is_gone(there: GatewayPayment) -> bool:
    """Whether the gateway has nothing of it any more: neither reserved nor taken, nor to be paid."""
    return there.state not in UNTAKEN and there.captured_minor == there.refunded_minor
