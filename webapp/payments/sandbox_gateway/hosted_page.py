"""The page where a traveller pays, declines or turns back; it leads to the payment's own return URL and nowhere else."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_currency, get_currency_precision
from flask import Blueprint, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from chassis import faults
from chassis.database import writing
from webapp.payments.sandbox_gateway import webhooks
from webapp.payments.sandbox_gateway.errors import NotPayable, PaymentUnknown
from webapp.payments.sandbox_gateway.fault import Fault
from webapp.payments.sandbox_gateway.messages import origin
from webapp.payments.sandbox_gateway.payment import CAPTURED, Payment

bp = Blueprint("hosted_page", __name__, url_prefix="/pay")

_settled = faults.Points("gateway.hosted_page", "writing", "written", "answering")

ZONE = ZoneInfo("Asia/Kolkata")
PAYEE = "Yaana"

# What a person can let go wrong from the page itself: fault, how often, and the words of its button.
ON_THE_PAGE = {
    "capture_refused": (1, "Pay, but let the capture fail"),
    "captures_at_once": (1, "Pay, and take the money at once"),
    "refund_refused": (3, "Pay, and refuse the first three refunds"),
    "webhook_lost": (1, "Pay, and lose the webhook"),
    "webhook_twice": (1, "Pay, and send the webhook twice"),
    "webhook_late": (1, "Pay, and send the webhook late, behind the next"),
}


@bp.get("/<payment_id>")
def show(payment_id):
    return _page(Payment.find(payment_id))


@bp.post("/<payment_id>/authorisation")
def pay(payment_id):
    """A button of ON_THE_PAGE pays too, and lets go wrong what it says."""
    fault = request.form.get("fault", "")

    def move(payment):
        if fault in ON_THE_PAGE:
            Fault.plan(payment.id, fault, ON_THE_PAGE[fault][0])
        payment.authorise()

    return _settle(payment_id, move, ("AUTHORISED", *CAPTURED))


@bp.post("/<payment_id>/decline")
def decline(payment_id):
    return _settle(payment_id, Payment.fail, ("FAILED",))


@bp.post("/<payment_id>/return")
def turn_back(payment_id):
    """Nothing changes: the payment stays open until it expires."""
    return redirect(Payment.find(payment_id).return_url, 303)


def _settle(payment_id, move, wished):
    """Make the move and go back to the shop; a second click finds what it wished for and goes back too."""
    try:
        with writing():
            payment = Payment.find(payment_id)
            move(payment)
            _settled.reached("writing")
        _settled.reached("written")
    except NotPayable:
        payment = Payment.find(payment_id)
        if payment.state not in wished:
            return _page(payment, 409)
    return_url = payment.return_url
    webhooks.announce(payment_id)
    _settled.reached("answering")
    return redirect(return_url, 303)


def _page(payment, status=200):
    """The page of a payment, with the one policy under which its forms can lead back to the shop.

    Browsers apply form-action to the redirects after a post as well (Chromium), so the return URL's origin is in it.
    """
    page = make_response(
        render_template("sandbox_gateway/pay.html", payment=payment, payee=PAYEE, faults=ON_THE_PAGE), status
    )
    return _guarded(page, origin(payment.return_url))


def _guarded(page, *destinations):
    forms = " ".join(("'self'", *destinations))
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _problem(title, sentence, status):
    page = render_template("sandbox_gateway/problem.html", title=title, sentence=sentence)
    return _guarded(make_response(page, status))


@bp.errorhandler(PaymentUnknown)
def no_such_payment(_error):
    sentence = "There is no payment at this address. Go back to the shop and try again."
    return _problem("No such payment", sentence, 404)


@bp.errorhandler(CSRFError)
def stale_form(_error):
    sentence = (
        "This page was open for too long, or cookies are off. Nothing was paid: go back and open it anew."
    )
    return _problem("Please try again", sentence, 400)


@bp.errorhandler(HTTPException)
def other_problem(error):
    return _problem(error.name, error.description, error.code)


@bp.app_template_filter("money")
def money(minor: int, currency: str) -> str:
    """Minor units as people in India read them: 1234567 INR is ₹12,345.67."""
    exponent = get_currency_precision(currency)
    return format_currency(Decimal(minor).scaleb(-exponent), currency, locale="en_IN")


@bp.app_template_filter("moment")
def moment(instant: datetime) -> str:
    """14:42 IST, 11 Dec 2026."""
    local = instant.astimezone(ZONE)
    return f"{local:%H:%M %Z}, {local.day} {local:%b %Y}"
