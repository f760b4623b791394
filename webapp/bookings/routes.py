"""My trips, one booking, and its cancellation."""

import secrets

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from chassis.database import db, writing
from webapp.admin.models import record
from webapp.bookings import access
from webapp.bookings.models import Booking
from webapp.bookings.states import FINAL, Overtaken
from webapp.bookings.views import in_india, item_views
from webapp.checkout import saga
from webapp.checkout.saga import Unknown
from webapp.checkout.steps import cancelling
from webapp.payments.models import Payment
from webapp.providers.client import ProviderRefused, ProviderUnavailable

bp = Blueprint("bookings", __name__, url_prefix="/bookings")
bp.after_request(access.keep_no_copy)


@bp.get("")
def index():
    """A user's trips, or a guest's of this browser; newest first, and no drafts of which nobody is named yet."""
    query = (
        select(Booking)
        .where(access.belongs_to_visitor(), Booking.contact_email.is_not(None))
        .options(selectinload(Booking.items))
        .order_by(Booking.created_at.desc())
        .limit(100)
    )
    trips = [(booking, item_views(booking)) for booking in db.session.scalars(query)]
    return render_template("bookings/index.html", trips=trips)


@bp.get("/<reference>")
def show(reference: str):
    booking = access.find(reference)
    if booking.state not in FINAL:
        saga.drive(booking.id)
        booking = access.find(reference)
    if booking.state == "DRAFT":
        return redirect(url_for("checkout.review", reference=reference), 303)
    payments = db.session.scalars(
        select(Payment).where(Payment.booking_id == booking.id).order_by(Payment.id)
    ).all()
    return render_template(
        "bookings/show.html",
        booking=booking,
        items=item_views(booking),
        payments=payments,
        paid_minor=sum(payment.captured_minor for payment in payments),
        refunded_minor=sum(payment.refunded_minor for payment in payments),
        confirmed_at=in_india(booking.confirmed_at),
        can_be_cancelled=booking.state in ("CONFIRMED", "PARTIALLY_CANCELLED"),
        nonce=secrets.token_urlsafe(24),
    )


@bp.get("/<reference>/cancellation")
def cancellation(reference: str):
    """What the provider would give back now, before anything is done."""
    booking = access.find(reference)
    if booking.state not in ("CONFIRMED", "PARTIALLY_CANCELLED"):
        return redirect(url_for("bookings.show", reference=reference), 303)
    try:
        previews = [cancelling.preview(item) for item in booking.current_items if item.state == "CONFIRMED"]
    except ProviderRefused as refusal:
        return _not_possible(reference, refusal.reason, 409)
    except (ProviderUnavailable, Unknown):
        return _not_possible(reference, None, 503)
    booking = access.find(reference)
    return render_template(
        "bookings/cancellation.html",
        booking=booking,
        items=item_views(booking),
        paid_minor=sum(each.item.total_minor for each in previews),
        kept_minor=sum(each.kept_minor for each in previews),
        refund_minor=sum(each.refund_minor for each in previews),
    )


def _not_possible(reference: str, reason: str | None, status: int):
    page = render_template("bookings/not_cancellable.html", booking=access.find(reference), reason=reason)
    return page, status


@bp.post("/<reference>/cancellation")
def cancel(reference: str):
    """Cancel everything that is confirmed. A second click finds the first at work."""
    booking = access.find(reference)
    booking_id = booking.id
    try:
        with writing() as session:
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            if booking.state not in ("CONFIRMED", "PARTIALLY_CANCELLED"):
                raise Overtaken("nothing is left to cancel")
            cancelling.begin(booking, [item for item in booking.current_items if item.state == "CONFIRMED"])
            record(access.actor(), "cancelled", booking_id)
    except Overtaken:
        return redirect(url_for("bookings.show", reference=reference), 303)
    saga.drive(booking_id)
    booking = access.find(reference)
    if booking.problem == "NOT_CANCELLED":
        return _not_possible(reference, booking.problem_detail, 409)
    flash(
        "Your booking is cancelled." if booking.state == "CANCELLED" else "Your booking is being cancelled.",
        "ok",
    )
    return redirect(url_for("bookings.show", reference=reference), 303)
