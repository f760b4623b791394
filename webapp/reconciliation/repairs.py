"""Putting right what is clear, as steps of the saga: asked again before anything is done, repeatable, written at the end.

UNCLAIM cancels an order that no item claims, LEARN writes a capture that was not written; RETURN, which sends late money
back, is a step of the checkout (webapp/checkout/steps/late.py).
"""

from beckn import orders as wire
from beckn import terms
from beckn.orders import Answered
from webapp.admin import attention
from webapp.admin.models import record
from webapp.bookings.states import FINAL
from webapp.checkout import orders
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps import undoing
from webapp.filters import rupees_exact
from webapp.payments import ledger
from webapp.payments.gateway import GatewayPayment
from webapp.payments.standing import UNTAKEN
from webapp.providers.client import ProviderRefused
from webapp.reconciliation import looking

UNCLAIMED = ("NEW", "RELEASED", "CANCELLED")


@handles("UNCLAIM")
class Unclaiming(Handler):
    """`cancel` at the provider: free of charge for what was never paid, by its terms for what the traveller cancelled."""

    def send(self, work: Work) -> Answered | ProviderRefused | None:
        item = work.item
        if item.state not in UNCLAIMED:
            return None
        why = terms.TRAVELLER_CANCELS if item.state == "CANCELLED" else terms.PAYMENT_NOT_COMPLETED
        try:
            answer = orders.ask_about(
                item, "cancel", wire.cancel_message(item.bpp_booking_id, item.transaction_id, why)
            )
        except ProviderRefused as refusal:
            return undoing.after_refusal(item, refusal)
        if answer.state not in wire.OVER:
            raise Unknown(f"cancel was answered with {answer.state}")
        return answer

    def record(self, work: Work, answer: Answered | ProviderRefused | None) -> None:
        item = work.item
        if not isinstance(answer, Answered) or item.state not in UNCLAIMED:
            return
        kept = answer.total_minor if answer.state in (wire.CANCELLED, wire.CONFIRMED) else 0
        item.bpp_booking_id = item.bpp_booking_id or answer.order_id
        did = "could not cancel" if answer.state == wire.CONFIRMED else "cancelled"
        record("site", f"{did} an unclaimed order", work.booking.id, item=item.id, order=answer.order_id)
        if kept > item.kept_minor:
            ledger.loss(work.booking, item, kept - item.kept_minor)
            attention.ask_for(
                work.booking.id,
                f"{item.provider} keeps {rupees_exact(kept - item.kept_minor)} of {item.bpp_booking_id}, which nobody paid",
            )


@handles("LEARN")
class Learning(Handler):
    """The gateway took what the booking costs, and we had not written it."""

    def send(self, work: Work) -> GatewayPayment | None:
        return looking.truth_of(work.payment) if work.payment.state in UNTAKEN else None

    def record(self, work: Work, truth: GatewayPayment | None) -> None:
        booking, payment = work.booking, work.payment
        if truth is None or payment.state not in UNTAKEN or booking.state not in FINAL:
            return
        if truth.refunded_minor or truth.captured_minor != ledger.due_minor(booking, payment):
            return
        ledger.learn_capture(payment, truth)
        record("site", "wrote a capture down", booking.id, payment=payment.reference)
