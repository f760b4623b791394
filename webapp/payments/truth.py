"""A payment as its gateway has it at this moment."""

from webapp.payments.gateway import GatewayPayment, GatewayUnavailable
from webapp.payments.models import Payment
from webapp.payments.selected import gateway


def of(payment: Payment) -> GatewayPayment | None:
    """By the gateway's number, or by our reference while we do not know it; None when it was never created.

    Raises GatewayUnavailable, also for an answer about another payment, and GatewayRefused.
    """
    reference, asked = payment.reference, gateway(payment.gateway)
    found = (
        asked.find(payment.gateway_reference)
        if payment.gateway_reference
        else asked.find_by_reference(reference, payment.created_at)
    )
    if found is not None and found.reference != reference:
        raise GatewayUnavailable(f"asked for {reference}, the gateway told of {found.reference}")
    return found
