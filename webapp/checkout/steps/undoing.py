"""Step C: a checkout that cannot end well. The money first, then every item, then the final state."""

from beckn import orders as wire
from beckn import terms
from beckn.errors import ERROR_30010_ORDER, ERROR_50001_CANCEL
from beckn.orders import CANCELLED, CONFIRMED, OVER, Answered
from webapp.admin import attention
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import LIVE_PAYMENT, known, move
from webapp.checkout import letters, orders, saga
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps import returning
from webapp.filters import rupees_exact
from webapp.payments import ledger, reading, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.standing import UNTAKEN
from webapp.providers.client import ProviderRefused


def begin(booking: Booking, ends_as: str, why: str, is_to_be_seen: bool = False) -> None:
    """From wherever the checkout stands to COMPENSATING; inside `writing()`."""
    move(booking, "COMPENSATING", ends_as=ends_as, problem=ends_as, problem_detail=why[:300])
    if is_to_be_seen:
        attention.add(booking, why)
    for kind in ("CHECK_PAYMENT", "CONFIRM", "OPEN_PAYMENT"):
        saga.drop(kind, booking)
    payments = [payment for payment in reading.of_booking(booking) if payment.state in LIVE_PAYMENT]
    for payment in payments:
        saga.plan("UNPAY", booking, payment=payment)
    if not payments:
        _let_go(booking)


def _let_go(booking: Booking) -> None:
    for item in booking.current_items:
        if item.state == "CONFIRMED":
            move(item, "CANCELLING")
        if item.state in ("NEW", "HELD", "CANCELLING"):
            saga.plan("RELEASE", booking, item)
    _finish(booking)


def _finish(booking: Booking) -> None:
    if booking.state == "COMPENSATING" and all(
        item.state in ("RELEASED", "CANCELLED") for item in booking.current_items
    ):
        move(booking, known(booking.ends_as))
        letters.write(booking, "not_booked")


@handles("UNPAY")
class Unpaying(Handler):
    """Void what was not taken, refund what was."""

    def send(self, work: Work) -> GatewayPayment | GatewayRefused | None:
        if work.payment.state not in LIVE_PAYMENT:
            return None
        return returning.let_go(work, truth.of(work.payment))

    def record(self, work: Work, there: GatewayPayment | GatewayRefused | None) -> None:
        payment = work.payment
        if isinstance(there, GatewayRefused):
            returning.was_refused(work, there)
            return
        returning.was_done(work)
        if there is not None and there.captured_minor > payment.captured_minor:
            ledger.learn_capture(payment, there)
        refunded = min(there.refunded_minor, payment.captured_minor) if there is not None else 0
        if refunded > payment.refunded_minor:
            amount = refunded - payment.refunded_minor
            ledger.refund(payment, amount, None, f"{payment.reference}-undo")
        elif payment.state in UNTAKEN:
            move(
                payment,
                "FAILED" if there and there.state == "FAILED" and payment.state == "OPEN" else "VOIDED",
            )
        _let_go(work.booking)


@handles("RELEASE")
class Releasing(Handler):
    """`cancel` because the payment was not completed: free of charge, and closes an id never seen."""

    def send(self, work: Work) -> Answered | ProviderRefused | None:
        item = work.item
        if item.state not in ("NEW", "HELD", "CANCELLING"):
            return None
        message = wire.cancel_message(item.bpp_booking_id, item.transaction_id, terms.PAYMENT_NOT_COMPLETED)
        try:
            answer = orders.ask_about(item, "cancel", message)
        except ProviderRefused as refusal:
            return after_refusal(item, refusal)
        if answer.state not in OVER:
            raise Unknown(f"cancel was answered with {answer.state}")
        return answer

    def record(self, work: Work, outcome: Answered | ProviderRefused | None) -> None:
        booking, item = work.booking, work.item
        if outcome is not None:
            _let_item_go(booking, item, outcome)
        _finish(booking)


def after_refusal(item: BookingItem, refusal: ProviderRefused) -> Answered | ProviderRefused:
    """Nothing there (30010) is let go; what cannot be cancelled any more (50001) stays as the provider now says it is.

    Asked for again that answer would not change: the booking ends, and what it costs is ours to bear. Raises Unknown.
    """
    if refusal.code == ERROR_30010_ORDER:
        return refusal
    if refusal.code == ERROR_50001_CANCEL:
        truth = orders.status(item)
        if truth.state in (CONFIRMED, *OVER):
            return truth
    raise Unknown(str(refusal)) from refusal


def _let_item_go(booking: Booking, item: BookingItem, outcome: Answered | ProviderRefused) -> None:
    answer = outcome if isinstance(outcome, Answered) else None
    if item.state in ("NEW", "HELD"):
        # An answer to init that was lost may have left an order behind; now its id is known.
        move(item, "RELEASED", bpp_booking_id=item.bpp_booking_id or (answer and answer.order_id))
    elif item.state == "CANCELLING":
        move(item, "CANCELLED", refund_minor=item.total_minor)
    if answer and answer.state in (CANCELLED, CONFIRMED) and answer.total_minor:
        # Confirmed for longer than it can be cancelled free of charge, or at all, whether we ever heard of it or not.
        ledger.loss(booking, item, answer.total_minor)
        told = f"{item.provider} keeps {rupees_exact(answer.total_minor)} of {item.bpp_booking_id}, which nobody paid"
        attention.add(booking, told)
