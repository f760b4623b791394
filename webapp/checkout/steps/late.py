"""Money that moves after a payment's end: it goes back, and never revives a booking.

A gateway may authorise what we believed was over: it was declined and then was not, it expired and was paid. And a bank
may send a refund back days later. Nobody waits for either, so a webhook, the return page or reconciliation begins this.
"""

from dataclasses import dataclass

from chassis import clock
from chassis.database import writing
from webapp.admin import attention
from webapp.admin.models import record
from webapp.bookings.models import Booking
from webapp.bookings.states import AT_REST, BOOKING_MOVES, FINAL, move
from webapp.checkout import letters, saga
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.checkout.steps import returning
from webapp.filters import rupees_exact
from webapp.payments import ledger, reading, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.models import Payment
from webapp.payments.standing import OVER, UNTAKEN, is_gone, is_nobodys

ENDS = BOOKING_MOVES["COMPENSATING"]  # of a booking that was to be paid
WORDS = {"LATE_MONEY": "-late", "RETURN": "-return"}  # in the keys of what is asked of the gateway


def look(booking: Booking, payment: Payment, why: str) -> None:
    """Let the truth be asked of a payment that is over or was refunded; inside `writing()`. Once for each `why`."""
    if payment.state in OVER or payment.refunded_minor:
        saga.plan("LATE_MONEY", booking, payment=payment, key=why)


def awaken(booking_id: int) -> None:
    """A traveller comes back from the gateway to a booking that has ended: at most once a minute it is asked why."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id)
        for payment in reading.of_booking(booking):
            look(booking, payment, f"{clock.now():%y%m%d%H%M}")
    saga.drive(booking_id)


@dataclass(frozen=True)
class Found:
    """What the gateway had, what it has now, and how much we believed when we asked to have gone back."""

    before: GatewayPayment | None
    now: GatewayPayment | GatewayRefused | None
    refunded_minor: int


@handles("RETURN")  # begun by reconciliation
@handles("LATE_MONEY")  # begun by whoever was told
class SendingBack(Handler):
    """Void what was not taken, refund what was; a letter says why money came and went."""

    def send(self, work: Work) -> Found:
        payment, word = work.payment, WORDS[work.claim.kind]
        refunded, is_to_go = payment.refunded_minor, _is_nobodys(work.booking, payment)
        before = truth.of(payment)
        now = returning.let_go(work, before, word) if is_to_go else before
        return Found(before, now, refunded)

    def record(self, work: Work, outcome: Found) -> None:
        there, payment = outcome.now, work.payment
        if isinstance(there, GatewayRefused):
            returning.was_refused(work, there)
            return
        returning.was_done(work)
        if _is_nobodys(work.booking, payment):
            self._write_down(work, outcome.before, there)
        elif there is not None and there.refunded_minor < outcome.refunded_minor:
            short = rupees_exact(outcome.refunded_minor - there.refunded_minor)
            told = f"the gateway says that {short} of the refund of {payment.reference} failed"
            attention.add(work.booking, told)

    def _write_down(self, work: Work, before: GatewayPayment | None, there: GatewayPayment | None) -> None:
        booking, payment = work.booking, work.payment
        if there is not None and not is_gone(there):
            raise Unknown("it is nobody's since it was asked for")
        if there is not None and there.captured_minor:
            ledger.came_and_went(payment, there)
            record("site", "sent late money back", booking.id, payment=payment.reference)
            if booking.state in FINAL:
                letters.write(booking, "refunded", about=payment.reference)
            return
        was_live = payment.state in UNTAKEN
        if was_live:
            move(payment, "VOIDED")
        if was_live or (before is not None and before.state in UNTAKEN):
            record("site", "let a late payment go", booking.id, payment=payment.reference)


def _is_nobodys(booking: Booking, payment: Payment) -> bool:
    due = ledger.due_minor(booking, payment) if booking.state in AT_REST else None
    return is_nobodys(payment.state, due)
