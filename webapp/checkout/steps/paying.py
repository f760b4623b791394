"""Steps 2, 3 and 5: open a payment, learn what became of it, and take the money once everything is confirmed."""

from datetime import timedelta
from functools import partial

from sqlalchemy import bindparam, text

from chassis import clock
from chassis.database import db, one_of
from chassis.objects import Objects
from webapp.admin.models import record
from webapp.bookings import problems
from webapp.bookings.models import Booking
from webapp.bookings.states import LIVE_PAYMENT, known, move
from webapp.checkout import letters, saga
from webapp.checkout.saga import Handler, Work, handles
from webapp.checkout.steps import invoicing, undoing
from webapp.payments import ledger, reading, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused, GatewayUnavailable
from webapp.payments.models import Payment
from webapp.payments.selected import gateway

LEAST_TIME_TO_PAY = timedelta(seconds=120)
HOLD_TOO_SHORT = timedelta(seconds=30)
LOOK_AGAIN = timedelta(
    seconds=60
)  # at a payment page that was opened: a webhook may be lost, and nobody come back


def may_still_pay(booking: Booking) -> bool:
    """Under two minutes left nobody is sent to a payment page: a new hold is offered instead."""
    return (
        booking.state == "AWAITING_PAYMENT"
        and booking.pay_by is not None
        and booking.pay_by - clock.now() >= LEAST_TIME_TO_PAY
    )


def is_looked_at(booking: Booking) -> bool:
    """Whether the return page, the webhook or a worker is asking right now what became of the payment."""
    return saga.is_driven(booking.id, "CHECK_PAYMENT")


def live_payment(booking: Booking) -> Payment | None:
    """The one payment that may still move money."""
    return _LIVE.one_or_none(its_booking=booking.id)


_LIVE = Objects(
    Payment,
    db.select(Payment).where(
        Payment.booking_id == bindparam("its_booking"),
        text(one_of("state", LIVE_PAYMENT)),  # as the partial index says it
    ),
)


def begin(booking: Booking, return_url: str) -> Payment:
    """The live payment of a booking, made when there is none; inside `writing()`. A double click finds the first.

    What is sent to the gateway stands in the row, so that whoever repeats it sends the same.
    """
    payment = live_payment(booking)
    if payment is None:
        now = clock.now()
        tries = len(reading.of_booking(booking))
        payment = Payment(
            booking_id=booking.id,
            gateway=gateway().name,
            reference=f"{booking.public_reference}-{tries + 1}",
            amount_minor=booking.amount_minor,
            currency=booking.currency,
            return_url=return_url,
            expires_at=known(booking.pay_by).replace(microsecond=0),
            created_at=now,
            updated_at=now,
        )
        db.session.add(payment)
        db.session.flush()
        problems.clear(booking)
        saga.plan("OPEN_PAYMENT", booking, payment=payment)
    else:
        saga.hurry("OPEN_PAYMENT", booking)  # who presses Pay again does not wait for our next try
    return payment


@handles("OPEN_PAYMENT")
class Opening(Handler):
    def send(self, work: Work) -> GatewayPayment | GatewayRefused | None:
        payment, booking = work.payment, work.booking
        if payment.state != "OPEN":
            return None
        reference, again = payment.reference, work.claim.attempt > 1
        asked, since = gateway(payment.gateway), payment.created_at
        create = partial(
            asked.create,
            reference=reference,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            description=f"Yaana booking {booking.public_reference}",
            return_url=payment.return_url,
            expires_at=payment.expires_at,
            key=f"{reference}-open",
        )
        try:
            return (asked.find_by_reference(reference, since) if again else None) or create()
        except GatewayRefused as refusal:
            return refusal

    def record(self, work: Work, outcome: GatewayPayment | GatewayRefused | None) -> None:
        if outcome is None or work.payment.state != "OPEN":
            return
        if isinstance(outcome, GatewayRefused):
            move(work.payment, "FAILED")
            problems.write(work.booking, "PAYMENT_REFUSED", outcome.sentence)
            return
        work.payment.gateway_reference = outcome.gateway_reference
        work.payment.url = outcome.url
        saga.bring_forward("CHECK_PAYMENT", work.booking, clock.now() + LOOK_AGAIN)

    def give_up(self, work: Work) -> bool:
        return work.booking.state != "AWAITING_PAYMENT" or work.payment.state != "OPEN"


@handles("CHECK_PAYMENT")
class Checking(Handler):
    """Woken by the return page and the webhook, and due by itself when the time to pay is over: asks for the truth."""

    def send(self, work: Work) -> GatewayPayment | None:
        if work.booking.state != "AWAITING_PAYMENT":
            return None
        payment = live_payment(work.booking)
        return truth.of(payment) if payment else None

    def record(self, work: Work, there: GatewayPayment | None) -> None:
        booking = work.booking
        if booking.state != "AWAITING_PAYMENT":
            return
        payment = live_payment(booking)
        if payment and there and payment.state == "OPEN" and there.reference == payment.reference:
            payment.gateway_reference = payment.gateway_reference or there.gateway_reference
            self._learn(booking, payment, there)
        if booking.state == "AWAITING_PAYMENT":
            self._wait_or_end(work)

    def _learn(self, booking: Booking, payment: Payment, there: GatewayPayment) -> None:
        if there.state in ("AUTHORISED", "CAPTURED"):
            amounts = {there.amount_minor, there.authorised_minor}
            if amounts != {payment.amount_minor} or there.currency != payment.currency:
                undoing.begin(booking, "FAILED", "the gateway authorised another amount", is_to_be_seen=True)
                return
            move(payment, "AUTHORISED", authorised_minor=there.authorised_minor)
            self._confirm(booking, payment)
        elif there.state == "FAILED":
            move(payment, "FAILED")
            problems.write(booking, "DECLINED")
        elif there.state == "VOIDED":
            move(payment, "VOIDED")

    def _confirm(self, booking: Booking, payment: Payment) -> None:
        if booking.held_until is None or booking.held_until - clock.now() < HOLD_TOO_SHORT:
            undoing.begin(booking, "EXPIRED", "the payment came after the hold had ended")
            return
        move(booking, "CONFIRMING", problem=None, problem_detail=None)
        for item in booking.current_items:
            saga.plan("CONFIRM", booking, item, payment)

    def _wait_or_end(self, work: Work) -> None:
        booking = work.booking
        if known(booking.pay_by) <= clock.now():
            undoing.begin(booking, "EXPIRED", "nobody paid in time")
        else:
            payment = live_payment(booking)
            pay_by, soon = known(booking.pay_by), clock.now() + LOOK_AGAIN
            saga.again_at(work, min(soon, pay_by) if payment and payment.url else pay_by)

    def give_up(self, work: Work) -> bool:
        return work.booking.state != "AWAITING_PAYMENT"


@handles("CAPTURE")
class Capturing(Handler):
    def send(self, work: Work) -> GatewayPayment | GatewayRefused | None:
        payment = work.payment
        if payment.state != "AUTHORISED":
            return None
        amount, number = payment.amount_minor, known(payment.gateway_reference)
        key = f"{payment.reference}-capture"
        try:
            return gateway(payment.gateway).capture(number, amount, key)
        except GatewayRefused as refusal:
            return refusal
        except GatewayUnavailable:
            there = truth.of(payment)
            if there is None or there.captured_minor in (0, amount):
                raise
            return there  # it took another amount, and would say so at every repeat

    def record(self, work: Work, outcome: GatewayPayment | GatewayRefused | None) -> None:
        booking, payment = work.booking, work.payment
        if outcome is None or booking.state != "CAPTURING":
            return
        if isinstance(outcome, GatewayRefused):
            undoing.begin(booking, "FAILED", "the payment could not be taken")
            record(
                "site", "was refused the payment", booking.id, code=outcome.code, why=outcome.sentence[:300]
            )
            return
        if outcome.captured_minor != payment.amount_minor:
            undoing.begin(booking, "FAILED", "the gateway took another amount", is_to_be_seen=True)
            return
        ledger.capture(payment)
        move(booking, "CONFIRMED", confirmed_at=clock.now())
        letters.write(booking, "booked")
        invoicing.plan(booking)

    def give_up(self, work: Work) -> bool:
        return work.booking.state != "CAPTURING"
