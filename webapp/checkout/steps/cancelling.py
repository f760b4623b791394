"""Step X: a traveller cancels. The provider first, then exactly the refund that its answer says."""

from collections.abc import Mapping
from dataclasses import dataclass

from beckn import orders as wire
from beckn import terms
from beckn.orders import CANCELLED, Answered
from chassis.database import db
from webapp.admin import attention
from webapp.bookings import problems
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import known, move
from webapp.checkout import letters, orders, saga
from webapp.checkout.models import SagaStep
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps import invoicing, returning
from webapp.checkout.steps.paying import live_payment
from webapp.filters import rupees_exact
from webapp.payments import ledger, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.selected import gateway
from webapp.providers.client import ProviderRefused

LATE_AFTER = 3  # tries, some seconds: what a second try puts right is one letter


@dataclass(frozen=True)
class Preview:
    """What cancelling an item gives now; minor units."""

    item_id: int
    kept_minor: int
    refund_minor: int


def preview(item: BookingItem, until: float | None = None) -> Preview:
    """The provider's own words, honoured for ten minutes; `until` as of `client.ask`. Raises ProviderRefused, ProviderUnavailable, Unknown."""
    total = item.total_minor
    message = wire.cancel_message(
        item.bpp_booking_id, item.transaction_id, terms.TRAVELLER_CANCELS, preview=True
    )
    answer = orders.ask_about(item, "cancel", message, until)
    kept = _kept(answer, item)
    return Preview(item.id, kept, total - kept)


def begin(booking: Booking, items: list[BookingItem], agreed: Mapping[int, int] | None = None) -> None:
    """From CONFIRMED to CANCELLING; inside `writing()`. Raises Overtaken for a second click.

    `agreed`: by item what she was told that the provider keeps, in minor units; no more than that is kept of hers.
    """
    move(booking, "CANCELLING", problem=None, problem_detail=None)
    for item in items:
        move(item, "CANCELLING", agreed_kept_minor=(agreed or {}).get(item.id))
        saga.plan("CANCEL", booking, item, key=_round(booking))


def _round(booking: Booking) -> str:
    """This cancellation of the booking, of several; its version is the same until the cancellation is over."""
    return str(booking.version)


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
            problems.write(booking, "NOT_CANCELLED", outcome.reason, item)
        else:
            _keep_what_was_agreed(booking, item, _kept(outcome, item))
            _refund_next(booking)
        _finish(booking)

    def give_up(self, work: Work) -> bool:
        return work.booking.state != "CANCELLING"


def _keep_what_was_agreed(booking: Booking, item: BookingItem, kept_there: int) -> None:
    """She pays what she was told, or less. What the provider keeps beyond that (asked again too late) is ours to bear."""
    agreed = item.agreed_kept_minor
    kept = kept_there if agreed is None else min(kept_there, agreed)
    move(item, "CANCELLED", refund_minor=item.total_minor - kept, kept_minor=kept)
    if kept:
        ledger.fee_kept(booking, item, kept)
    if kept_there > kept:
        ledger.loss(booking, item, kept_there - kept)
        there, agreed_on = rupees_exact(kept_there), rupees_exact(kept)
        attention.add(
            booking, f"{item.provider} keeps {there} of {item.bpp_booking_id}, and {agreed_on} was agreed"
        )


def _kept(answer: Answered, item: BookingItem) -> int:
    """What stays paid. Raises Unknown when the answer is about another amount, or other money, than was sold."""
    sold = (answer.sold_minor, answer.currency) == (item.total_minor, item.currency)
    if not sold or not 0 <= answer.total_minor <= item.total_minor:
        raise Unknown("the refund does not fit what was sold")
    return answer.total_minor


@handles("REFUND")
class Refunding(Handler):
    def send(self, work: Work) -> GatewayPayment | GatewayRefused | None:
        payment, item = work.payment, work.item
        amount, number = item.refund_minor, known(payment.gateway_reference)
        # No other refund of this payment is under way: what it has given back is what we entered, or this one too.
        key, asked = returning.key_of(work, _refund_key(work)), gateway(payment.gateway)
        expected = payment.refunded_minor + amount
        there = truth.of(payment)
        if there is not None and there.refunded_minor >= expected:
            return there  # it went through before; an idempotency key does not live for ever
        try:
            return asked.refund(number, amount, key)
        except GatewayRefused as refusal:
            return refusal

    def record(self, work: Work, outcome: GatewayPayment | GatewayRefused | None) -> None:
        booking, item, payment = work.booking, work.item, work.payment
        if isinstance(outcome, GatewayRefused):
            returning.was_refused(work, outcome)
            return
        returning.was_done(work)
        if outcome is not None:
            ledger.refund(payment, item.refund_minor, item, _refund_key(work))
        _refund_next(booking)
        _finish(booking)

    def give_up(self, work: Work) -> bool:
        """Never; but when it lasts she is told that it is cancelled, and need not wait for the gateway."""
        if work.claim.attempt >= LATE_AFTER:
            letters.refund_is_late(work.booking)
        return False


def _refund_next(booking: Booking) -> None:
    """Plan the refund of the next cancelled item; of one payment they go one after the other, never two at a time.

    A lost answer leaves nothing but the sum that went back to look at: with two on their way it could be either.
    """
    payment = live_payment(booking)
    waiting = [item for item in booking.current_items if item.state == "CANCELLED" and item.refund_minor]
    given_back = ledger.refunded_items(booking)
    unpaid = [item for item in waiting if item.id not in given_back]
    if payment is not None and unpaid and not _is_refunding(booking):
        saga.plan("REFUND", booking, unpaid[0], payment=payment)


def _is_refunding(booking: Booking) -> bool:
    under_way = db.select(SagaStep.id).where(
        SagaStep.booking_id == booking.id, SagaStep.kind == "REFUND", SagaStep.state == "READY"
    )
    return db.session.scalar(under_way.limit(1)) is not None


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
    this_time = _cancelled_this_time(booking)
    move(booking, "CANCELLED" if len(cancelled) == len(items) else "PARTIALLY_CANCELLED")
    if this_time:
        letters.refund_is_done(booking)
        invoicing.plan(booking)


def _cancelled_this_time(booking: Booking) -> bool:
    """Whether this cancellation took anything away: the provider may have refused all of it."""
    asked = db.select(SagaStep.item_id).where(
        SagaStep.booking_id == booking.id,
        SagaStep.kind == "CANCEL",
        SagaStep.dedupe_key.endswith(f":{_round(booking)}"),
    )
    items = set(db.session.scalars(asked))
    return any(item.id in items and item.state == "CANCELLED" for item in booking.current_items)
