"""The bookings as the people see them who look after them; for everybody else there is nothing here."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from chassis import clock
from chassis.database import db, writing
from webapp.admin import (
    attention,
    balance,
    finding,
    history,
    listing,
    partners,
    plainly,
    pulse,
    spreadsheet,
    today,
    watching,
)
from webapp.admin.forms import BookingsForm, DifferencesForm, LettersForm
from webapp.admin.models import AuditLog, record
from webapp.admin.pages import for_admins_alone, page_or_404
from webapp.bookings.models import Booking, Traveller
from webapp.bookings.references import is_reference
from webapp.checkout.saga import BACKOFF, MANY_TRIES
from webapp.payments.models import LedgerEntry, Payment
from webapp.reconciliation.differences import WORDS as KINDS

bp = Blueprint("admin", __name__, url_prefix="/admin")
for_admins_alone(bp)


@bp.get("", strict_slashes=False)
def index():
    return render_template("admin/today.html", today=today.look())


@bp.get("/bookings")
def bookings():
    form = BookingsForm(request.args)
    if not form.validate():
        return wrong(form)
    wanted = finding.conditions(form.asked)
    of = select(Booking).where(*wanted).options(listing.ITEMS, listing.TRAVELLERS)
    page = page_or_404(of, listing.BY_CREATION, listing.place_of)
    return render_template("admin/bookings.html", form=form, page=page, found=finding.count(wanted))


@bp.get("/bookings.csv")
def bookings_as_csv():
    """The same bookings, all of them, as a file; who took how many with them is written down.

    Not the words that were searched for: they are mostly somebody's name or e-mail, which may have to be forgotten one day.
    """
    form = BookingsForm(request.args)
    if not form.validate():
        return wrong(form)
    wanted = finding.conditions(form.asked)
    asked = form.query
    if asked.pop("q", None):
        asked["search"] = "by words"
    found = finding.in_digits(finding.count(wanted))
    with writing():
        record(current_user.user.actor, "downloaded bookings", bookings=found, **asked)
    pieces = spreadsheet.lines(wanted)
    name = f"bookings-{clock.today('Asia/Kolkata')}.csv"
    return Response(
        pieces,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/bookings/<reference>")
def booking(reference: str):
    found = find(reference)
    with writing():
        record(current_user.user.actor, "viewed", found.id)
    steps = history.steps_of(found)
    return render_template(
        "admin/booking.html",
        booking=found,
        reasons=attention.sentences_of(found),
        travellers=[(each, masked_passport(each)) for each in found.travellers],
        payments=rows_of(Payment, found),
        ledger=rows_of(LedgerEntry, found),
        balance=balance.of(found, steps),
        letters=watching.letters_of(found),
        differences=watching.differences_of(found),
        kinds=KINDS,
        history=history.of(found, steps),
    )


@bp.post("/bookings/<reference>/reasons/seen")
def see_to(reference: str):
    """One of the reasons to look is seen to. Who asked for it asks again while it lasts; nothing else ends the others."""
    found, why = find(reference), request.form.get("why", "")
    with writing():
        was_there = attention.is_over(found.id, why)
        if was_there:
            record(current_user.user.actor, "saw to it", found.id, why=why)
    if was_there:
        flash("It is taken off this booking’s reasons to look.", "ok")
    else:
        flash("That was no reason to look any more. Nothing was changed.", "warn")
    return redirect(url_for("admin.booking", reference=found.public_reference), 303)


@bp.get("/audit")
def audit():
    page = page_or_404(select(AuditLog), history.BY_TIME, history.place_of)
    return render_template("admin/audit.html", page=page, acts=history.acts(page.rows))


@bp.get("/messages")
def messages():
    """The letters to travellers: what waits, what was sent, and what nobody wanted."""
    form = LettersForm(request.args)
    if not form.validate():
        return render_template("admin/messages.html", form=form, page=None), 422
    page = page_or_404(watching.letters(form.state.data), watching.BY_LETTER, history.place_of)
    return render_template(
        "admin/messages.html", form=form, page=page, references=watching.references(page.rows)
    )


@bp.get("/reconciliation")
def reconciliation():
    """Where we, the providers and the gateway differ; open ones first, unless others are asked for."""
    form, runs = DifferencesForm(request.args), watching.runs()
    if not form.validate():
        return render_template("admin/reconciliation.html", form=form, page=None, runs=runs), 422
    wanted = watching.differences(form.state.data, form.kind.data, form.provider.data)
    page = page_or_404(wanted, watching.BY_DIFFERENCE, history.place_of)
    return render_template(
        "admin/reconciliation.html",
        form=form,
        page=page,
        runs=runs,
        kinds=KINDS,
        references=watching.references(page.rows),
    )


@bp.get("/providers")
def providers():
    """Whether each provider and the gateway answers now, and what of ours is with it."""
    return render_template(
        "admin/providers.html",
        standings=partners.look(),
        runs=watching.runs(),
        steps=plainly.STEPS,
        backoff=BACKOFF,
        days=partners.DAYS,
        deadline=pulse.DEADLINE,
    )


@bp.get("/refunds")
def refunds():
    """Money that is on its way back, and what went back, the newest first."""
    page = page_or_404(watching.refunds(), watching.BY_ENTRY, history.place_of)
    return render_template(
        "admin/refunds.html",
        under_way=watching.refunds_under_way(),
        many_tries=MANY_TRIES,
        words=plainly.STEPS,
        page=page,
        references=watching.references(page.rows),
    )


def wrong(form: BookingsForm):
    """The list without its lines, and what is wrong beside each field."""
    return render_template("admin/bookings.html", form=form, page=None, found=None), 422


def find(reference: str) -> Booking:
    if not is_reference(reference):
        abort(404)
    return db.session.scalar(select(Booking).where(Booking.public_reference == reference)) or abort(404)


def rows_of(kind: type[Payment] | type[LedgerEntry], of: Booking) -> list:
    return list(db.session.scalars(select(kind).where(kind.booking_id == of.id).order_by(kind.id)))


def masked_passport(traveller: Traveller) -> str:
    """The last two characters, enough to compare with a caller's; how long the number is stays hidden."""
    passport = traveller.passport
    return f"••••••{passport.number[-2:]} ({passport.nationality})" if passport else ""
