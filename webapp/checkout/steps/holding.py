"""Step 1: `init` at a provider holds the item; a hold that is refused leads back to the draft, with nothing to undo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from beckn.errors import ERROR_40002_SOLD_OUT, ERROR_40003_QUOTE
from beckn.orders import HELD, Answered, Paid
from chassis import clock
from webapp.bookings import problems
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import move
from webapp.checkout import orders, saga
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.providers.client import ProviderRefused
from webapp.trips import drafts

PAY_BEFORE_HOLD_ENDS = timedelta(seconds=180)
TRIES = 2
LET_GO_LATER = timedelta(seconds=15)  # the traveller does not wait for it

PROBLEMS = {ERROR_40002_SOLD_OUT: "SOLD_OUT", ERROR_40003_QUOTE: "PRICE_CHANGED"}


@dataclass(frozen=True)
class Hold:
    """The hold of an item; `until` counts from when *we* sent, so that our clock never outruns the provider's."""

    order_id: str
    until: datetime


def begin(booking: Booking) -> None:
    """From DRAFT to HOLDING, with a step for each item; inside `writing()`. Raises Overtaken for a second click.

    What an earlier try still holds is let go first: the last seat must not be sold out to its own traveller.
    """
    move(booking, "HOLDING", problem=None, problem_detail=None)
    saga.hurry("RELEASE", booking)
    for item in booking.current_items:
        saga.plan("HOLD", booking, item)


@handles("HOLD")
class Holding(Handler):
    def send(self, work: Work) -> Hold | ProviderRefused | None:
        if work.item.state != "NEW":
            return None
        paid = Paid(work.item.total_minor, work.item.currency)
        message = orders.order_message(work.booking, work.item, paid)
        expected = (work.item.total_minor, work.item.currency)
        sent_at = clock.now()
        try:
            answer = orders.ask_about(work.item, "init", message)
        except ProviderRefused as refusal:
            return orders.of_the_order(refusal)
        return _hold(answer, expected, sent_at)

    def record(self, work: Work, outcome: Hold | ProviderRefused | None) -> None:
        booking, item = work.booking, work.item
        if booking.state != "HOLDING" or item.state != "NEW":
            return
        if isinstance(outcome, ProviderRefused):
            # A try before this one may still be on its way, and find what this one did not.
            nothing_held = work.claim.attempt == 1
            back_to_draft(item, PROBLEMS.get(outcome.code, "REFUSED"), outcome.reason, nothing_held)
        elif outcome is not None:
            move(item, "HELD", bpp_booking_id=outcome.order_id, held_until=outcome.until)
            if all(each.state == "HELD" for each in booking.current_items):
                _await_payment(booking)

    def give_up(self, work: Work) -> bool:
        """Nobody waits for longer than two tries: back to the draft, and the id is closed behind us."""
        if work.booking.state != "HOLDING":
            return True
        if work.claim.attempt < TRIES:
            return False
        back_to_draft(work.item, "NO_ANSWER", orders.provider_of(work.item).name)
        return True


def _hold(answer: Answered, expected: tuple[int, str], sent_at: datetime) -> Hold:
    if answer.state != HELD or not answer.order_id or answer.ttl_seconds <= 0:
        raise Unknown(f"init was answered with {answer.state}")
    if (answer.total_minor, answer.currency) != expected:
        raise Unknown("init was answered with another price")
    return Hold(answer.order_id, sent_at + timedelta(seconds=answer.ttl_seconds))


def _await_payment(booking: Booking) -> None:
    pay_by = (booking.held_until or clock.now()) - PAY_BEFORE_HOLD_ENDS
    amount = sum(item.total_minor for item in booking.current_items)
    move(booking, "AWAITING_PAYMENT", pay_by=pay_by, amount_minor=amount)
    saga.plan("CHECK_PAYMENT", booking, run_at=pay_by)


def back_to_draft(about: BookingItem, code: str, words: str, nothing_held: bool = False) -> None:
    """Give every item a new transaction and let go of the old ones; the traveller is told why, and of which item.

    With `nothing_held` its provider has nothing of that item to let go.
    """
    booking = about.booking
    saga.drop("HOLD", booking)
    for item in booking.current_items:
        fresh = drafts.renew(booking, item)
        if item is about:
            problems.write(booking, code, words, fresh)
        if item is about and nothing_held:
            move(item, "RELEASED")
        else:
            saga.plan("RELEASE", booking, item, run_at=clock.now() + LET_GO_LATER)
    move(booking, "DRAFT")
