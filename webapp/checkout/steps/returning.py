"""Money that is to go back, and gateways that refuse to let it go.

A gateway keeps a refusal with its key and gives it again. So a step that was refused is done, a person is told, and the
next try is a new step with a new key, ever later. What is not known is asked again by the same step with the same key.
"""

import re
from datetime import timedelta

from chassis import clock
from chassis.database import db
from webapp.admin import attention
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.checkout.saga import Unknown, Work
from webapp.payments.gateway import GatewayPayment, GatewayRefused
from webapp.payments.selected import gateway
from webapp.payments.standing import UNTAKEN, is_gone

REFUSED = re.compile("the gateway refused to give ")
PATIENCE = (30, 60, 120, 300, 600, 1800)  # seconds until the next try


def let_go(
    work: Work, there: GatewayPayment | None, word: str = ""
) -> GatewayPayment | GatewayRefused | None:
    """Void what was not taken, refund what was; the payment as it then is, None when it never was.

    `there` is what the gateway has; `word` sets the keys of one reason to let go apart from another's. Raises Unknown
    for an answer that says that not all of it has gone.
    """
    if there is None:
        return None
    reference, asked = work.payment.reference, gateway(work.payment.gateway)
    owed = there.captured_minor - there.refunded_minor
    try:
        if there.state in UNTAKEN:
            there = asked.void(there.gateway_reference, key_of(work, f"{reference}{word}-void"))
        elif owed:
            there = asked.refund(there.gateway_reference, owed, key_of(work, f"{reference}{word}-undo"))
    except GatewayRefused as refusal:
        return refusal
    if not is_gone(there):
        raise Unknown("not all of it has gone back")
    return there


def key_of(work: Work, key: str) -> str:
    """`key` for the first step of its kind, another one for each that came after."""
    earlier = _earlier(work)
    return f"{key}-{earlier + 1}" if earlier else key


def was_refused(work: Work, refusal: GatewayRefused) -> None:
    """From `record`: tell a person and plan the next try."""
    again_in = PATIENCE[min(_earlier(work), len(PATIENCE) - 1)]
    saga.plan(
        work.claim.kind,
        work.booking,
        work.item,
        work.payment,
        run_at=clock.now() + timedelta(seconds=again_in),
        key=str(work.claim.step_id),
    )
    told = f"the gateway refused to give {work.payment.reference} back: {refusal}"[:500]
    attention.tell(work.booking, REFUSED, told)


def was_done(work: Work) -> None:
    """From `record`: it went through at last, and nobody needs to look any more."""
    attention.replace(work.booking, REFUSED, None)


def _earlier(work: Work) -> int:
    """How many steps of this kind were planned for the payment and item before; the same at each try of this one."""
    claim = work.claim
    return (
        db.session.scalar(
            db.select(db.func.count())
            .select_from(SagaStep)
            .where(
                SagaStep.kind == claim.kind,
                SagaStep.payment_id == claim.payment_id,
                SagaStep.item_id.is_(None) if claim.item_id is None else SagaStep.item_id == claim.item_id,
                SagaStep.id < claim.step_id,
            )
        )
        or 0
    )
