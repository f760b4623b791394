"""A payment as its gateway has it at this moment."""

from webapp.payments.gateway import GatewayPayment, GatewayRefused, GatewayUnavailable
from webapp.payments.models import Payment
from webapp.payments.selected import gateway

UNHEARD = ("payment_unknown", "resource_missing")  # in the words of each gateway


def of(payment: Payment) -> GatewayPayment | None:
    """By the gateway's number, or by our reference while we do not know it; None when it was never created.

    Raises GatewayUnavailable, also for an answer about another payment, and GatewayRefused.
    """
    name, number, reference, since = (
        payment.gateway, payment.gateway_reference, payment.reference, payment.created_at,
    )  # fmt: skip
    found = _numbered(name, number) if number else None
    found = found or gateway(name).find_by_reference(reference, since)
    if found is not None and found.reference != reference:
        raise GatewayUnavailable(f"asked for {reference}, the gateway told of {found.reference}")
    return found


def _numbered(name: str, number: str) -> GatewayPayment | None:
    """None when the gateway knows no such number."""
    try:
        return gateway(name).find(number)
    except GatewayRefused as refusal:
        if refusal.code in UNHEARD:
            return None
        raise
