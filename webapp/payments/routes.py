"""Where gateways tell us that something happened; they only ever wake the booking, which asks for the truth."""

import hashlib

from flask import Blueprint, current_app, request
from sqlalchemy import select

from chassis import clock, faults
from chassis.database import db, insert, writing
from webapp.bookings.models import Booking
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
    payment = db.session.scalar(
        select(Payment).where(Payment.gateway == name, Payment.gateway_reference == reference)
    )
    if payment is not None and _wakes(name, body, payment.id):
        _webhook.reached("received")
        saga.drive(payment.booking_id)
    return "", 204


def _wakes(sender: str, body: bytes, payment_id: int) -> bool:
    """Whether the message is new; it is written down together with what it wakes, so that dying here loses neither."""
    key = hashlib.sha256(body).hexdigest()
    with writing() as session:
        received = session.scalar(
            insert(Inbox.__table__)
            .values(sender=sender, message_key=key, received_at=clock.now())
            .on_conflict_do_nothing()
            .returning(Inbox.__table__.c.id)
        )
        if received is not None:
            payment = session.get_one(Payment, payment_id)
            booking = session.get_one(Booking, payment.booking_id, with_for_update=True)
            saga.wake("CHECK_PAYMENT", booking)
            late.look(booking, payment, key[:16])
        return received is not None
