"""Step 4: `confirm` at a provider makes the booking real; refused means that everything is let go."""

from dataclasses import replace
from datetime import datetime, timedelta

from beckn.orders import CONFIRMED, Answered, Paid
from chassis import clock
from webapp.bookings.states import LIVE_PAYMENT, known, move
from webapp.checkout import orders, saga
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps import undoing
from webapp.checkout.steps.paying import live_payment
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable

# How long after the hold an unanswered confirm is asked for; then everything is let go.
TIME_TO_CONFIRM = timedelta(minutes=10)


@handles("CONFIRM")
class Confirming(Handler):
    def send(self, work: Work) -> Answered | ProviderRefused | None:
        item, payment = work.item, work.payment or live_payment(work.booking)
        if item.state != "HELD" or payment is None or payment.state not in LIVE_PAYMENT:
            return None
        paid = Paid(item.total_minor, item.currency, is_paid=True, reference=payment.reference)
        expected = (item.total_minor, item.currency)
        message = orders.order_message(work.booking, item, paid, clock.now())
        try:
            answer = _confirm_or_look(work, message)
        except ProviderRefused as refusal:
            return orders.of_the_order(refusal)
        if answer.state != CONFIRMED or (answer.total_minor, answer.currency) != expected:
            raise Unknown(f"confirm was answered with {answer.state}")
        return answer

    def record(self, work: Work, outcome: Answered | ProviderRefused | None) -> None:
        booking, item = work.booking, work.item
        if outcome is None or booking.state != "CONFIRMING":
            return
        if isinstance(outcome, ProviderRefused):
            undoing.begin(booking, "FAILED", f"{outcome.provider.name}: {outcome.reason}")
            return
        wire = directory.wire_of(item.kind)
        offer = wire.offer_from_store(item.offer)
        terms = wire.to_store(_with_terms(offer, outcome))["terms"]
        now = clock.now()
        move(
            item, "CONFIRMED", offer=item.offer | {"terms": terms}, tickets=outcome.tickets, confirmed_at=now
        )
        if all(each.state == "CONFIRMED" for each in booking.current_items):
            move(booking, "CAPTURING")
            saga.plan("CAPTURE", booking, payment=work.payment or live_payment(booking))

    def give_up(self, work: Work) -> bool:
        booking = work.booking
        if booking.state != "CONFIRMING":
            return True
        if clock.now() < self.ends_at(work):
            return False
        undoing.begin(booking, "FAILED", f"{orders.provider_of(work.item).name} did not confirm in time")
        return True

    def ends_at(self, work: Work) -> datetime:
        return known(work.item.held_until) + TIME_TO_CONFIRM


def _confirm_or_look(work: Work, message) -> Answered:
    try:
        return orders.ask_about(work.item, "confirm", message)
    except ProviderUnavailable as lost:
        if not lost.sent:
            raise
        answer = orders.status(work.item)
        if answer.state != CONFIRMED:
            raise
        return answer


def _with_terms(offer, answer: Answered):
    return replace(offer, terms=answer.terms)
