"""The bookings as the people see them who look after them; for everybody else there is nothing here."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from chassis.database import db, writing
from webapp.admin import balance, history, listing
from webapp.admin.models import record
from webapp.bookings.models import Booking, Traveller
from webapp.bookings.references import is_reference
from webapp.bookings.states import BOOKING_MOVES
from webapp.bookings.views import in_india
from webapp.payments.models import LedgerEntry, Payment
from webapp.providers import directory

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def nothing_here_for_others() -> None:
    """A 404 and not a 403: who is no admin does not learn what there is."""
    if not current_user.is_admin:
        abort(404)


@bp.after_request
def keep_no_copy(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.context_processor
def words() -> dict:
    return {"in_india": in_india, "provider_name": provider_name}


@bp.get("/", strict_slashes=False)
def index():
    return redirect(url_for("admin.bookings"), 303)


@bp.get("/bookings")
def bookings():
    state = request.args.get("state") or None
    if state not in (None, *BOOKING_MOVES):
        abort(404)
    try:
        page = listing.page(state, request.args.get("older_than"), request.args.get("newer_than"))
    except listing.NoSuchPage:
        abort(404)
    return render_template("admin/bookings.html", page=page, state=state, states=list(BOOKING_MOVES))


@bp.get("/bookings/<reference>")
def booking(reference: str):
    found = find(reference)
    with writing():
        record(current_user.user.actor, "viewed", found.id)
    steps = history.steps_of(found)
    return render_template(
        "admin/booking.html",
        booking=found,
        travellers=[(each, masked_passport(each)) for each in found.travellers],
        payments=rows_of(Payment, found),
        ledger=rows_of(LedgerEntry, found),
        balance=balance.of(found, steps),
        history=history.of(found, steps),
    )


def find(reference: str) -> Booking:
    if not is_reference(reference):
        abort(404)
    return db.session.scalar(select(Booking).where(Booking.public_reference == reference)) or abort(404)


def rows_of(kind: type[Payment] | type[LedgerEntry], of: Booking) -> list:
    return list(db.session.scalars(select(kind).where(kind.booking_id == of.id).order_by(kind.id)))


def provider_name(key: str) -> str:
    """A provider that is no longer configured is called by its key."""
    provider = directory.find(key)
    return provider.name if provider else key


def masked_passport(traveller: Traveller) -> str:
    """The last two characters, enough to compare with a caller's; how long the number is stays hidden."""
    passport = traveller.passport
    return f"••••••{passport.number[-2:]} ({passport.nationality})" if passport else ""
