"""What differs, in the rows of a booking and the answers about them; asks nobody and changes nothing. Pure.

| here | there | is |
|---|---|---|
| item NEW or RELEASED | an order that is held or confirmed | nobody's order: it is cancelled |
| item CANCELLED | still held or confirmed | the same |
| item RELEASED or CANCELLED, its price written off as our loss | confirmed | as we know it: it could not be cancelled any more |
| item CONFIRMED | anything else, or another amount | shown: nobody guesses what becomes of a traveller |
| payment VOIDED or FAILED, or one that pays for nothing | open, authorised or taken | late money: it goes back |
| payment OPEN or AUTHORISED | taken, and exactly what the booking costs | a capture that we had not written: it is written |
| any other difference of amounts or states | | shown |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from beckn.orders import CANCELLED, CONFIRMED, HELD, OVER, Answered
from webapp.filters import rupees_exact
from webapp.payments.gateway import GatewayPayment
from webapp.payments.standing import UNTAKEN, is_nobodys

NOTHING = "nothing"
HOLDS_SOMETHING = (HELD, CONFIRMED)


@dataclass(frozen=True)
class Finding:
    """A difference. `subject` is "item 12", "payment 3" or "booking 7"; `repair` the kind of step that puts it right."""

    kind: str
    subject: str
    ours: str
    theirs: str
    repair: str | None = None
    item_id: int | None = None
    payment_id: int | None = None


def of_item(item: Any, answer: Answered | None, borne_minor: int) -> Finding | None:
    """`answer` is None when the provider never heard of the order; `borne_minor` is what the traveller and we pay for it."""
    there = (answer.state or NOTHING) if answer else NOTHING
    if answer and there == CONFIRMED and _is_written_off(item, answer, borne_minor):
        return None
    if item.state in ("NEW", "RELEASED", "CANCELLED") and there in HOLDS_SOMETHING:
        return _of(item, "ORDER_UNCLAIMED", item.state, there, "UNCLAIM")
    if item.state == "CONFIRMED" and there != CONFIRMED:
        return _of(item, "ITEM_STATE", item.state, there)
    if item.state == "CANCELLED" and there not in OVER:
        return _of(item, "ITEM_STATE", item.state, there)
    if item.state in ("HELD", "CANCELLING"):
        return _of(item, "ITEM_STATE", f"{item.state}, and the booking is at rest", there)
    return _of_its_amount(item, answer, there, borne_minor)


def _is_written_off(item: Any, answer: Answered, borne_minor: int) -> bool:
    """Nobody paid for it and it could not be cancelled any more: the whole of it stands in the ledger as our loss."""
    is_over = item.state in ("RELEASED", "CANCELLED") and not item.kept_minor
    return is_over and borne_minor == answer.total_minor > 0


def _of_its_amount(item: Any, answer: Answered | None, there: str, borne_minor: int) -> Finding | None:
    said = answer.total_minor if answer and there in (CONFIRMED, CANCELLED) else 0
    expected = item.total_minor if item.state == "CONFIRMED" else borne_minor
    if said == expected:
        return None
    return _of(
        item, "ITEM_AMOUNT", f"{item.state}, {rupees_exact(expected)}", f"{there}, {rupees_exact(said)}"
    )


def _of(item: Any, kind: str, ours: str, theirs: str, repair: str | None = None) -> Finding:
    return Finding(kind, f"item {item.id}", ours, theirs, repair, item_id=item.id)


def of_payment(payment: Any, truth: GatewayPayment | None, due_minor: int) -> Finding | None:
    """`truth` is None when the gateway never heard of it; `due_minor` is what the other payments leave to be paid by it."""

    def found(kind: str, repair: str | None = None) -> Finding:
        return Finding(
            kind, f"payment {payment.id}", _amounts(payment), _amounts(truth), repair, payment_id=payment.id
        )

    if truth is None and payment.state == "OPEN" and is_nobodys(payment.state, due_minor):
        return found("MONEY_LATE", "RETURN")
    if truth is None:
        is_unheard = payment.captured_minor or payment.state == "AUTHORISED" or payment.gateway_reference
        return found("PAYMENT_STATE") if is_unheard else None
    if (truth.amount_minor, truth.currency) != (payment.amount_minor, payment.currency):
        return found("PAYMENT_AMOUNT")
    if is_nobodys(payment.state, due_minor):
        is_over = truth.state in ("VOIDED", "FAILED", "REFUNDED") and _moved(truth) == _moved(payment)
        return None if is_over and payment.state not in UNTAKEN else found("MONEY_LATE", "RETURN")
    if payment.state in UNTAKEN and truth.captured_minor == due_minor and not truth.refunded_minor:
        return found("CAPTURE_UNWRITTEN", "LEARN")
    return None if _moved(truth) == _moved(payment) and payment.captured_minor else found("PAYMENT_STATE")


def _moved(payment: Any) -> tuple[int, int]:
    return payment.captured_minor, payment.refunded_minor


def _amounts(payment: Any | None) -> str:
    if payment is None:
        return NOTHING
    taken, back = rupees_exact(payment.captured_minor), rupees_exact(payment.refunded_minor)
    return f"{payment.state}, {taken} taken, {back} back, of {rupees_exact(payment.amount_minor)}"


def of_money(booking: Any, moved_minor: int, due_minor: int) -> Finding | None:
    """captured − refunded = confirmed items + fees kept, when the booking is at rest."""
    if moved_minor == due_minor:
        return None
    return Finding(
        "MONEY_WRONG",
        f"booking {booking.id}",
        f"{rupees_exact(moved_minor)} taken and not given back",
        f"{rupees_exact(due_minor)} sold and kept",
    )


def of_steps(booking: Any, waiting: Mapping[str, Any]) -> Finding | None:
    """What is not at rest has a next step."""
    if waiting:
        return None
    return Finding("NO_NEXT_STEP", f"booking {booking.id}", booking.state, "nothing is to be done")
