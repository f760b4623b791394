"""Money that moves after a payment's end: it goes back, and never revives a booking.

A gateway may authorise what we believed was over: it was declined and then was not, it expired and was paid. And a bank
may send a refund back days later. Nobody waits for either, so a webhook, the return page or reconciliation begins this.
"""

from chassis import clock
from chassis.database import db, writing
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.saga import Handler, Work, handles
from webapp.checkout.steps import returning
from webapp.payments import ledger, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.models import Payment

ENDS = ("EXPIRED", "ABANDONED", "FAILED")  # of a booking
OVER = ("VOIDED", "FAILED")  # of a payment


def look(booking: Booking, payment: Payment, why: str) -> None:
    """Let the truth be asked of a payment that is over or was refunded; inside `writing()`. Once for each `why`."""
    if payment.state in OVER or payment.refunded_minor:
        saga.plan("LATE_MONEY", booking, payment=payment, key=why)


def awaken(booking_id: int) -> None:
    """A traveller comes back from the gateway to a booking that has ended: at most once a minute it is asked why."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id)
        for payment in session.scalars(db.select(Payment).where(Payment.booking_id == booking_id)):
            look(booking, payment, f"{clock.now():%y%m%d%H%M}")
    saga.drive(booking_id)


@handles("LATE_MONEY")
class SendingBack(Handler):
    def send(self, work: Work) -> tuple[GatewayPayment | GatewayRefused | None, int]:
        """What the gateway has, and how much we believed at that moment to have gone back."""
        payment = work.payment
        refunded = payment.refunded_minor
        if payment.state in OVER:
            return returning.let_go(work, "-late"), refunded
        return truth.of(payment), refunded

    def record(self, work: Work, outcome: tuple[GatewayPayment | GatewayRefused | None, int]) -> None:
        there, refunded = outcome
        payment = work.payment
        if isinstance(there, GatewayRefused):
            returning.was_refused(work, there)
            return
        returning.was_done(work)
        if there is None:
            return
        if payment.state in OVER and there.captured_minor:
            ledger.came_and_went(payment, there)
        elif there.refunded_minor < refunded:
            short = refunded - there.refunded_minor
            work.booking.needs_attention = f"the gateway says that {short} of {payment.currency} of the refund of {payment.reference} failed"
