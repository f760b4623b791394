"""Looking at one booking: what we have, what its providers and the gateway say, and what differs between them.

What a booking is still being brought to its end for is the saga's: it asks by itself and flags what does not end.
Here it is only seen that there is a next step, and that a payment that was made is not waited for.
"""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from beckn.errors import ERROR_30010_ORDER
from beckn.orders import Answered
from chassis.database import db
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import AT_REST
from webapp.checkout import orders
from webapp.checkout.models import SagaStep
from webapp.checkout.saga import Unknown
from webapp.filters import rupees_exact
from webapp.payments import ledger, truth
from webapp.payments.gateway import GatewayPayment, GatewayRefused, GatewayUnavailable
from webapp.payments.models import LedgerEntry, Payment
from webapp.payments.selected import gateway
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.reconciliation import findings
from webapp.reconciliation.findings import Finding

GATEWAY = "The payment gateway"


@dataclass
class Silence:
    """Who did not answer in this page; nobody is waited for twice. `missed` counts what was not asked of whom."""

    said: dict[str, str] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)

    def of(self, who: str, why: str) -> None:
        self.said.setdefault(who, why)

    def keeps(self, who: str) -> bool:
        return who in self.said


@dataclass(frozen=True)
class Look:
    """`seen` are the subjects of which we know how they stand, `found` what differs; None where it moved meanwhile."""

    seen: set[str]
    found: list[Finding]


def look(booking_id: int, silence: Silence) -> Look | None:
    """How the booking stands everywhere; None when somebody moved it while we asked."""
    db.session.rollback()
    booking = db.session.get_one(Booking, booking_id)
    before, waiting = _stands(booking), _waiting(booking)
    if booking.state == "AWAITING_PAYMENT":
        result = _before_payment(booking, waiting, silence)
    elif booking.state in AT_REST:
        result = _at_rest(booking, waiting, silence)
    else:
        found = findings.of_steps(booking, waiting)
        result = Look({f"booking {booking_id}"}, [found] if found else [])
    db.session.rollback()
    return result if _stands(db.session.get_one(Booking, booking_id)) == before else None


def _stands(booking: Booking) -> tuple:
    items = tuple((item.id, item.state, item.updated_at) for item in booking.items)
    payments = tuple((payment.id, payment.state, payment.updated_at) for payment in payments_of(booking))
    return booking.version, booking.state, items, payments


def _waiting(booking: Booking) -> dict[str, set[int | None]]:
    """{kind of a step that is still to be done: the items and payments it is for}"""
    wanted = select(SagaStep).where(SagaStep.booking_id == booking.id, SagaStep.state == "READY")
    waiting: dict[str, set[int | None]] = {}
    for step in db.session.scalars(wanted):
        waiting.setdefault(step.kind, set()).update((step.item_id, step.payment_id))
    return waiting


def payments_of(booking: Booking) -> list[Payment]:
    wanted = select(Payment).where(Payment.booking_id == booking.id).order_by(Payment.id)
    return list(db.session.scalars(wanted))


# ---- before the payment


def _before_payment(booking: Booking, waiting: dict, silence: Silence) -> Look:
    stuck = findings.of_steps(booking, waiting)
    if stuck:
        return Look({stuck.subject}, [stuck])
    result = Look({f"booking {booking.id}"}, [])
    for payment in payments_of(booking):
        if payment.state != "OPEN":
            continue
        facts = (payment.id, f"{payment.state}, nothing taken")
        try:
            truth = _truth(payment, silence)
        except Unanswered:
            continue
        result.seen.add(f"payment {facts[0]}")
        if truth and truth.state in ("AUTHORISED", "CAPTURED"):
            theirs = f"{truth.state}, {rupees_exact(truth.captured_minor)} taken"
            result.found.append(
                Finding(
                    "CAPTURE_UNWRITTEN",
                    f"payment {facts[0]}",
                    facts[1],
                    theirs,
                    "CHECK_PAYMENT",
                    payment_id=facts[0],
                )
            )
    return result


# ---- at rest


def _at_rest(booking: Booking, waiting: dict, silence: Silence) -> Look:
    """Everything that is not being worked at; where the money does not add up, only once all else is right."""
    result = Look(set(), [])
    busy = {each for ids in waiting.values() for each in ids}
    for item in _to_be_asked(booking):
        if item.id not in busy:
            _compare_item(item, silence, result)
    for payment in payments_of(booking):
        if payment.id not in busy:
            _compare_payment(booking, payment, silence, result)
    if not waiting and not any(each.repair for each in result.found):
        money = findings.of_money(booking, *ledger.balance(booking))
        result.seen.add(f"booking {booking.id}")
        result.found.extend([money] if money else [])
    return result


def _to_be_asked(booking: Booking) -> list[BookingItem]:
    """Items of which a provider may know: all but those that were never sent to one."""
    held = select(SagaStep.item_id).where(SagaStep.booking_id == booking.id, SagaStep.kind == "HOLD")
    sent = set(db.session.scalars(held))
    return [item for item in booking.items if item.state != "NEW" or item.id in sent]


def _compare_item(item: BookingItem, silence: Silence, result: Look) -> None:
    losses = select(LedgerEntry.amount_minor).where(
        LedgerEntry.item_id == item.id, LedgerEntry.kind == "LOSS"
    )
    borne = item.kept_minor + sum(db.session.scalars(losses))
    try:
        answer = _answer(item, silence)
    except Unanswered:
        return
    result.seen.add(f"item {item.id}")
    if found := findings.of_item(item, answer, borne):
        result.found.append(found)


def _compare_payment(booking: Booking, payment: Payment, silence: Silence, result: Look) -> None:
    due = ledger.due_minor(booking, payment)
    try:
        truth = _truth(payment, silence)
    except Unanswered:
        return
    result.seen.add(f"payment {payment.id}")
    if found := findings.of_payment(payment, truth, due):
        result.found.append(found)


# ---- asking


class Unanswered(Exception):
    """Nobody told us; it is counted, and the next subject's turn."""


def _answer(item: BookingItem, silence: Silence) -> Answered | None:
    """The item's order as its provider has it; None when it has none. Raises Unanswered."""
    who = item.provider
    try:
        if silence.keeps(who):
            raise Unanswered
        return orders.status(item)
    except ProviderRefused as refusal:
        if refusal.code == ERROR_30010_ORDER:
            return None
        silence.missed[f"{who} refused: {refusal.code}"] += 1
        raise Unanswered from refusal
    except (ProviderUnavailable, Unknown, Unanswered) as error:
        if isinstance(error, ProviderUnavailable):
            silence.of(who, str(error))
        silence.missed[silence.said.get(who, str(error))] += 1
        raise Unanswered from error


def _truth(payment: Payment, silence: Silence) -> GatewayPayment | None:
    """The payment as the gateway has it; None when it never heard of it. Raises Unanswered."""
    try:
        if silence.keeps(GATEWAY):
            raise Unanswered
        return truth_of(payment)
    except (GatewayUnavailable, GatewayRefused, Unanswered) as error:
        if isinstance(error, GatewayUnavailable):
            silence.of(GATEWAY, str(error))
        silence.missed[silence.said.get(GATEWAY, str(error))] += 1
        raise Unanswered from error


def truth_of(payment: Payment) -> GatewayPayment | None:
    """Raises GatewayUnavailable, GatewayRefused. A payment of another gateway than the chosen one cannot be asked for."""
    if payment.gateway != gateway().name:
        raise GatewayRefused(
            "another_gateway", f"{payment.reference} is at {payment.gateway}, which is not configured"
        )
    return truth.of(payment)
