"""What the site holds of a user: taken along as a file, or erased with the account."""

import json

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask_login import current_user, login_required

from chassis import clock
from chassis.database import writing
from webapp.accounts import closing, entry, export
from webapp.accounts.attempts import TooManyAttempts
from webapp.accounts.forms import AgainForm
from webapp.accounts.pages import keep_no_copy, page, refusal
from webapp.admin.models import record
from webapp.extensions import limiter

bp = Blueprint("data", __name__, url_prefix="/account/data")
bp.after_request(keep_no_copy)


@bp.get("")
@login_required
def show():
    return page("data", AgainForm())


@bp.post("/export")
@login_required
@limiter.limit("60 per minute")
def take_along():
    """Everything as a JSON file; with the password, for passports are in it."""
    form = AgainForm()
    if not form.validate_on_submit():
        return page("data", form)
    try:
        entry.confirm(current_user.user, form.password.data, request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("data", form, refused, "password")
    with writing():
        record(current_user.user.actor, "took the data along")
    text = json.dumps(export.of(current_user.user), ensure_ascii=False, indent=2)
    name = f"yaana-{clock.today('Asia/Kolkata').isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)


@bp.route("/deletion", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", methods=["POST"])
def delete():
    """What closing the account erases, what is kept and why; with the password it is done."""
    form = AgainForm()
    if current_user.is_admin or not form.validate_on_submit():
        return _deletion(form)
    try:
        entry.confirm(current_user.user, form.password.data, request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("deletion", form, refused, "password", ahead=_what_would_be())
    closing.close(current_user.user_id)
    session.clear()
    flash("Your account is closed. A letter says what was erased.", "ok")
    return redirect(url_for("search.home"), 303)


def _deletion(form: AgainForm) -> Response:
    return page("deletion", form, ahead=_what_would_be())


def _what_would_be() -> closing.WhatBecomesOf:
    return closing.look_ahead(current_user.user)
