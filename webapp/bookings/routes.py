"""My trips, one booking, another name for a traveller, and finding it again without an account."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from chassis import clock, faults
from chassis.database import writing
from webapp.accounts.attempts import TooManyAttempts
from webapp.admin.models import record
from webapp.bookings import access, contacts, corrections, finding, mine, party, problems, refunds, timeline
from webapp.bookings.forms import ContactForm, FindForm, NameForm
from webapp.bookings.models import Booking, Traveller
from webapp.bookings.references import tidy
from webapp.bookings.states import CANCELLABLE, FINAL, TICKETED, Overtaken
from webapp.bookings.views import in_india, item_views
from webapp.checkout import saga
from webapp.checkout.steps import correcting
from webapp.extensions import limiter
from webapp.payments import reading

bp = Blueprint("bookings", __name__, url_prefix="/bookings")
bp.after_request(access.keep_no_copy)
bp.register_error_handler(404, access.not_here)

_asked = faults.Points("site", "name_proposed", "correction_asked")


@bp.get("")
def index():
    """A user's trips, or a guest's of this browser, page by page."""
    trips = mine.page(access.belongs_to_visitor(), tidy(request.args.get("after", "")))
    return render_template("bookings/index.html", trips=trips, is_later_page="after" in request.args)


@bp.route("/find", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def find():
    """By reference and e-mail, for who has no account or no password here."""
    form = FindForm()
    if not form.validate_on_submit():
        form.reference.data = form.reference.data or request.args.get("reference", "")
        return _find_page(form, 422 if form.errors else 200)
    try:
        reference = finding.find(form.tidied, form.address, request.remote_addr, access.actor())
    except finding.NothingFound as nothing:
        form.refuse(nothing)
        return _find_page(form, 422)
    except TooManyAttempts as refused:
        form.refuse(refused)
        return *_find_page(form, 429), {"Retry-After": str(refused.seconds)}
    access.grant_found(reference, form.address.address)
    return redirect(url_for("bookings.show", reference=reference), 303)


def _find_page(form: FindForm, status: int) -> tuple[str, int]:
    return render_template("bookings/find.html", form=form), status


@bp.get("/<reference>")
def show(reference: str):
    booking = access.find(reference)
    if booking.state not in FINAL or corrections.asked(booking):
        saga.drive(booking.id)
        booking = access.find(reference)
    if booking.state == "DRAFT":
        return redirect(url_for("checkout.review", reference=reference), 303)
    payments = reading.of_booking(booking)
    views = item_views(booking)
    days = timeline.days_of(views) if booking.state != "COMPENSATING" else []
    return render_template(
        "bookings/show.html",
        booking=booking,
        items=views,
        days=days,
        next=timeline.next_of(days, clock.now()),
        has_ticket=booking.state in TICKETED and any(view.item.state == "CONFIRMED" for view in views),
        refunds=refunds.of(booking, views, payments),
        aboard={item.id: party.on(item) for item in booking.current_items},
        payments=payments,
        paid_minor=sum(payment.captured_minor for payment in payments),
        refunded_minor=sum(payment.refunded_minor for payment in payments),
        confirmed_at=in_india(booking.confirmed_at),
        can_be_cancelled=booking.state in CANCELLABLE,
        problem=problems.of(booking),
        correction=corrections.latest(booking),
        correctable=correcting.correctable(booking),
        may_change=access.may_change(booking),
        may_change_contact=contacts.is_changeable(booking) and access.may_change(booking),
        is_own=access.is_own(booking),
        nonce=secrets.token_urlsafe(24),
    )


@bp.route("/<reference>/travellers/<int:number>/name", methods=["GET", "POST"])
def name(reference: str, number: int):
    """Another name for the traveller with that number, counted from 1; nothing is asked of the provider yet."""
    booking = access.find_to_change(reference)
    traveller = _traveller(booking, number)
    if corrections.asked(booking) or not correcting.naming(booking, traveller):
        return redirect(url_for("bookings.show", reference=reference), 303)
    form = NameForm(traveller)
    if not form.validate_on_submit():
        page = render_template("bookings/name.html", booking=booking, traveller=traveller, form=form)
        return page, 422 if form.errors else 200
    _propose(booking.id, traveller.id, *form.name)
    _asked.reached("name_proposed")
    return redirect(url_for("bookings.correction", reference=reference), 303)


@bp.route("/<reference>/contact", methods=["GET", "POST"])
def contact(reference: str):
    """Another e-mail or phone; the letter about it goes to the new address."""
    booking = access.find_to_change(reference)
    if not contacts.is_changeable(booking):
        return redirect(url_for("bookings.show", reference=reference), 303)
    form = ContactForm(email=booking.contact_email, phone=booking.contact_phone)
    if not form.validate_on_submit():
        return _contact_page(booking, form, 422 if form.errors else 200)
    try:
        email = form.address.address
        if contacts.change(booking.id, email, form.number, access.actor(), request.remote_addr):
            access.keep_found(reference, email)
    except TooManyAttempts as refused:
        form.refuse(refused)
        return *_contact_page(access.find(reference), form, 429), {"Retry-After": str(refused.seconds)}
    flash("Your contact details are saved. A letter is on its way to the address.", "ok")
    return redirect(url_for("bookings.show", reference=reference), 303)


def _contact_page(booking: Booking, form: ContactForm, status: int) -> tuple[str, int]:
    return render_template("bookings/contact.html", booking=booking, form=form), status


def _traveller(booking: Booking, number: int) -> Traveller:
    if not 1 <= number <= len(booking.travellers):
        abort(404)
    return booking.travellers[number - 1]


def _propose(booking_id: int, traveller_id: int, given_name: str, family_name: str) -> None:
    try:
        with writing() as session:
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            corrections.propose(booking, session.get_one(Traveller, traveller_id), given_name, family_name)
    except Overtaken:
        return  # the next page shows how things stand


@bp.get("/<reference>/correction")
def correction(reference: str):
    """The name as it is and as it would be, before the provider is asked."""
    booking = access.find_to_change(reference)
    proposed = corrections.proposed(booking)
    if proposed is None or not correcting.naming(booking, proposed.traveller):
        return redirect(url_for("bookings.show", reference=reference), 303)
    return render_template("bookings/correction.html", booking=booking, correction=proposed)


@bp.post("/<reference>/correction")
def correct(reference: str):
    """Ask the provider for the proposed name. A second click finds the first at work."""
    booking_id = access.find_to_change(reference).id
    try:
        with writing() as session:
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            begun = correcting.begin(booking, request.form.get("correction", 0, int))
            record(
                access.actor(), "asked to correct a name", booking_id, was=begun.was, becomes=begun.becomes
            )
    except Overtaken:
        return redirect(url_for("bookings.correction", reference=reference), 303)
    _asked.reached("correction_asked")
    saga.drive(booking_id)
    said = corrections.latest(access.find(reference))
    if said is not None and said.state == "DONE":
        flash(f"The name is corrected: {said.becomes}.", "ok")
    return redirect(url_for("bookings.show", reference=reference), 303)
