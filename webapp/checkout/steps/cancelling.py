"""Step X: a traveller cancels. The provider first, then exactly the refund that its answer says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beckn import orders as wire
from beckn import terms
from beckn.orders import CANCELLED, Answered
from chassis import clock
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import known, move
from webapp.checkout import letters, orders, saga
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps.paying import live_payment
from webapp.payments import ledger
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.selected import gateway
from webapp.providers.client import ProviderRefused

# A cancel that is pressed in the last moment has to be there while its preview is still honoured.
ON_ITS_WAY = timedelta(seconds=15)


@dataclass(frozen=True)
class Preview:
    """What cancelling an item gives, when it is cancelled before `until`; minor units."""

    item: BookingItem
    kept_minor: int
    refund_minor: int
    until: datetime


def preview(item: BookingItem) -> Preview:
    """The provider's own words, honoured for ten minutes. Raises ProviderRefused, ProviderUnavailable, Unknown."""
    total = item.total_minor
    message = wire.cancel_message(
        item.bpp_booking_id, item.transaction_id, terms.TRAVELLER_CANCELS, preview=True
    )
    sent_at = clock.now()
    answer = orders.ask_about(item, "cancel", message)
    kept = _kept(answer, item)
    return Preview(item, kept, total - kept, sent_at + timedelta(seconds=answer.ttl_seconds) - ON_ITS_WAY)


def begin(booking: Booking, items: list[BookingItem]) -> None:
    """From CONFIRMED to CANCELLING; inside `writing()`. Raises Overtaken for a second click."""
    move(booking, "CANCELLING", problem=None, problem_detail=None)
    for item in items:
        move(item, "CANCELLING")
        saga.plan("CANCEL", booking, item, key=str(booking.version))


@handles("CANCEL")
class Cancelling(Handler):
    def send(self, work: Work) -> Answered | ProviderRefused | None:
        item = work.item
        if item.state != "CANCELLING":
            return None
        message = wire.cancel_message(item.bpp_booking_id, item.transaction_id, terms.TRAVELLER_CANCELS)
        try:
            answer = orders.ask_about(item, "cancel", message)
        except ProviderRefused as refusal:
            return orders.of_the_order(refusal)
        if answer.state != CANCELLED:
            raise Unknown(f"cancel was answered with {answer.state}")
        _kept(answer, item)
        return answer

    def record(self, work: Work, outcome: Answered | ProviderRefused | None) -> None:
        booking, item = work.booking, work.item
        if outcome is None or item.state != "CANCELLING":
            return
        if isinstance(outcome, ProviderRefused):
            move(item, "CONFIRMED")
            booking.problem, booking.problem_detail = "NOT_CANCELLED", outcome.reason[:300]
            _finish(booking)
            return
        kept = _kept(outcome, item)
        refund = item.total_minor - kept
        move(item, "CANCELLED", refund_minor=refund, kept_minor=kept)
        if kept:
            ledger.fee_kept(booking, item, kept)
        if refund:
            saga.plan("REFUND", booking, item, payment=live_payment(booking))
        _finish(booking)

    def give_up(self, work: Work) -> bool:
        return work.booking.state != "CANCELLING"


def _kept(answer: Answered, item: BookingItem) -> int:
    """What stays paid. Raises Unknown when the answer is about another amount, or other money, than was sold."""
    sold = (answer.sold_minor, answer.currency) == (item.total_minor, item.currency)
    if not sold or not 0 <= answer.total_minor <= item.total_minor:
        raise Unknown("the refund does not fit what was sold")
    return answer.total_minor


@handles("REFUND")
class Refunding(Handler):
    def send(self, work: Work) -> GatewayPayment | None:
        payment, item = work.payment, work.item
        amount, number = item.refund_minor, known(payment.gateway_reference)
        key = _refund_key(work)
        expected = payment.refunded_minor + amount
        truth = gateway().find(number)
        if truth.refunded_minor >= expected:
            return truth  # it went through before; an idempotency key does not live for ever
        try:
            return gateway().refund(number, amount, key)
        except GatewayRefused as refusal:
            raise Unknown(str(refusal)) from refusal

    def record(self, work: Work, truth: GatewayPayment | None) -> None:
        booking, item, payment = work.booking, work.item, work.payment
        if truth is not None:
            ledger.refund(payment, item.refund_minor, item, _refund_key(work))
        _finish(booking)


def _refund_key(work: Work) -> str:
    return f"{work.payment.reference}-refund-{work.item.id}"


def _finish(booking: Booking) -> None:
    """The final state, once every item that was to be cancelled is, and its refund is on its way."""
    items = booking.current_items
    if booking.state != "CANCELLING" or any(item.state == "CANCELLING" for item in items):
        return
    if ledger.owed_minor(booking):
        return
    cancelled = [item for item in items if item.state == "CANCELLED"]
    if not cancelled:
        move(booking, "CONFIRMED")
        return
    move(booking, "CANCELLED" if len(cancelled) == len(items) else "PARTIALLY_CANCELLED")
    letters.write(booking, "cancelled")
