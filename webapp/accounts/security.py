"""Where a user is signed in, and the password."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user, login_required

from webapp.accounts import entry, sessions
from webapp.accounts.attempts import TooManyAttempts
from webapp.accounts.forms import PasswordForm
from webapp.accounts.pages import keep_no_copy, page, refusal
from webapp.bookings.views import in_india
from webapp.extensions import limiter

bp = Blueprint("security", __name__, url_prefix="/account")
bp.after_request(keep_no_copy)


@bp.get("/security")
@login_required
def show():
    places = sessions.of_user(current_user.user_id)
    here = [each for each in places if each.id == current_user.id]
    return page("security", places=here + [each for each in places if each not in here], in_india=in_india)


@bp.post("/sessions/<int(max=9223372036854775807):number>/ending")
@login_required
def end(number: int):
    sessions.end(current_user.user, number)
    flash("That browser is signed out.", "ok")
    return redirect(url_for("security.show"), 303)


@bp.post("/sessions/ending")
@login_required
def end_others():
    sessions.end_others(current_user.user, current_user.id)
    flash("You are signed out everywhere else.", "ok")
    return redirect(url_for("security.show"), 303)


@bp.route("/password", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", methods=["POST"])
def password():
    form = PasswordForm(current_user.email)
    if not form.validate_on_submit():
        return page("password", form)
    try:
        entry.confirm(current_user.user, form.current.data, request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("password", form, refused, "current")
    sessions.change_password(current_user.user, form.password.data)
    flash("Your password is changed, and you are signed out everywhere else.", "ok")
    return redirect(url_for("security.show"), 303)
