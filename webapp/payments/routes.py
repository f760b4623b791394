"""Where gateways tell us that something happened; they only ever wake the booking, which asks for the truth."""

import hashlib

from flask import Blueprint, current_app, request
from sqlalchemy import bindparam, select

from chassis import clock, faults
from chassis.database import writing
from chassis.objects import Objects
from chassis.prepared import insert_once
from webapp.bookings import reading
from webapp.checkout import saga
from webapp.checkout.models import Inbox
from webapp.checkout.steps import late
from webapp.extensions import csrf
from webapp.payments.gateway import ForgedWebhook
from webapp.payments.models import Payment
from webapp.payments.selected import gateway

bp = Blueprint("payments", __name__)

_webhook = faults.Points("site.webhook", "received")


@bp.post("/payments/webhooks/<name>")
@csrf.exempt
def webhook(name: str):
    if name != gateway().name:
        return "", 404
    body = request.get_data(cache=False)
    try:
        reference = gateway().read_webhook(body, dict(request.headers))
    except ForgedWebhook as forged:
        current_app.logger.warning("a webhook was not believed", extra={"facts": {"why": str(forged)}})
        return "", 400
    payment = _BY_NUMBER.one_or_none(name=name, number=reference)
    if payment is not None:
        _wake(name, body, payment)
    return "", 204


_BY_NUMBER = Objects(
    Payment,
    select(Payment).where(
        Payment.gateway == bindparam("name"), Payment.gateway_reference == bindparam("number")
    ),
)


def _wake(sender: str, body: bytes, payment: Payment) -> None:
    """A message that is new is written down together with what it wakes, so that dying here loses neither."""
    key, payment_id, booking_id = hashlib.sha256(body).hexdigest(), payment.id, payment.booking_id
    with writing() as session:
        received = insert_once(Inbox.__table__, sender=sender, message_key=key, received_at=clock.now())
        if received is None:
            return
        booking = reading.whole(booking_id, lock=True)
        saga.wake("CHECK_PAYMENT", booking)
        late.look(booking, session.get_one(Payment, payment_id), key[:16])
        claim = saga.claim_here(booking)
    _webhook.reached("received")
    if claim:
        saga.go_on(claim)
