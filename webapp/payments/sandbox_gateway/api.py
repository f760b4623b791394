"""The API that a shop's server speaks: JSON over HTTP with a bearer key.

POST /v1/payments · GET /v1/payments?reference= · GET /v1/payments/<id> · POST /v1/payments/<id>/capture, /void, /refunds
and for engineers who want to see something go wrong: GET and POST /v1/payments/<id>/faults
"""

import hmac

from flask import Blueprint, current_app, jsonify, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from chassis import faults
from chassis.database import db, writing
from webapp.payments.sandbox_gateway import webhooks
from webapp.payments.sandbox_gateway.errors import ApiError, ParametersWrong, WrongApiKey
from webapp.payments.sandbox_gateway.fault import Fault
from webapp.payments.sandbox_gateway.idempotency import once
from webapp.payments.sandbox_gateway.messages import NewFault, NewPayment, Nothing, SomeMoney, decode
from webapp.payments.sandbox_gateway.payment import Payment

bp = Blueprint("api", __name__, url_prefix="/v1")

_looked = faults.Points("gateway.find", "answering")


@bp.before_request
def demand_api_key():
    """Raises WrongApiKey."""
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {current_app.config['SANDBOX_API_KEY']}".encode()):
        raise WrongApiKey("The API key is missing or wrong")


@bp.post("/payments")
def create():
    wanted = decode(request.get_data(), NewPayment)
    return once(lambda: as_json(Payment.create(wanted)))


@bp.get("/payments")
def find_by_reference():
    """`{"payments": [...]}`: the one with this reference, or none."""
    reference = request.args.get("reference")
    if not reference:
        raise ParametersWrong("Ask with ?reference=")
    found = db.session.scalars(select(Payment).where(Payment.reference == reference))
    _looked.reached("answering")
    return jsonify(payments=[as_json(payment) for payment in found])


@bp.get("/payments/<payment_id>")
def show(payment_id):
    payment = Payment.find(payment_id)
    _looked.reached("answering")
    return jsonify(as_json(payment))


@bp.post("/payments/<payment_id>/capture")
def capture(payment_id):
    money = decode(request.get_data(), SomeMoney)
    return _move(payment_id, lambda payment: payment.capture(money.amount_minor))


@bp.post("/payments/<payment_id>/void")
def void(payment_id):
    decode(request.get_data(), Nothing)
    return _move(payment_id, lambda payment: payment.void())


@bp.post("/payments/<payment_id>/refunds")
def refund(payment_id):
    money = decode(request.get_data(), SomeMoney)
    return _move(payment_id, lambda payment: payment.refund(money.amount_minor))


@bp.get("/payments/<payment_id>/faults")
def show_faults(payment_id):
    return {"faults": Fault.waiting(Payment.find(payment_id).id)}


@bp.post("/payments/<payment_id>/faults")
def plan_fault(payment_id):
    """`{"faults": {kind: times}}`: what is still to go wrong. Without a key: saying it again changes nothing."""
    wanted = decode(request.get_data(), NewFault)
    with writing():
        Fault.plan(Payment.find(payment_id).id, wanted.kind, wanted.times)
    return {"faults": Fault.waiting(payment_id)}


def _move(payment_id, make):
    def act():
        payment = Payment.find(payment_id)
        make(payment)
        return as_json(payment)

    answer = once(act)
    webhooks.announce(payment_id)
    return answer


def as_json(payment: Payment) -> dict:
    """A payment as the API tells it; amounts in minor units, instants in UTC."""
    return {
        "id": payment.id,
        "reference": payment.reference,
        "state": payment.state,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "authorised_minor": payment.authorised_minor,
        "captured_minor": payment.captured_minor,
        "refunded_minor": payment.refunded_minor,
        "description": payment.description,
        "url": url_for("hosted_page.show", payment_id=payment.id, _external=True),
        "expires_at": payment.expires_at.isoformat(),
        "created_at": payment.created_at.isoformat(),
    }


@bp.errorhandler(ApiError)
def say_no(error):
    return error.answer, error.status


@bp.errorhandler(HTTPException)
def say_what_http_says(error):
    code = error.name.lower().replace(" ", "_")
    return {"error": {"code": code, "message": error.description}}, error.code
