"""Accounts, for who helps their owners: looking is written down, and two acts are there, which tell nobody a secret.

Who is an admin is not chosen here: see `flask create-admin --promote`.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from chassis.database import db, writing
from webapp.accounts import recovery, sessions
from webapp.accounts.attempts import LETTERS, TooManyAttempts
from webapp.accounts.models import User
from webapp.admin import history, users
from webapp.admin.forms import UsersForm
from webapp.admin.models import record
from webapp.admin.pages import for_admins_alone, page_or_404
from webapp.extensions import limiter

bp = Blueprint("users", __name__, url_prefix="/admin/users")
for_admins_alone(bp)


@bp.get("")
def index():
    form = UsersForm(request.args)
    if not form.validate():
        return render_template("admin/users.html", form=form, page=None), 422
    wanted = users.conditions(form.q.data)
    page = page_or_404(select(User).where(*wanted), users.BY_NUMBER, history.place_of)
    return render_template(
        "admin/users.html", form=form, page=page, found=users.count(wanted), theirs=users.theirs(page.rows)
    )


@bp.get("/<int(max=9223372036854775807):number>")
def show(number: int):
    found = find(number)
    with writing():
        record(current_user.user.actor, "viewed an account", user_id=found.id)
    return render_template(
        "admin/user.html",
        user=found,
        theirs=users.theirs([found])[found.id],
        saved=users.saved_travellers(found),
        places=sessions.of_user(found.id),
        acts=history.acts(users.acts(found)),
    )


@bp.post("/<int(max=9223372036854775807):number>/sessions/ending")
def sign_out(number: int):
    """Everywhere; an admin who means herself does it on her own page, which leaves her signed in here."""
    found = standing(number)
    if found.id == current_user.user_id:
        return redirect(url_for("security.show"), 303)
    ended = sessions.end_all(found.id, current_user.user.actor)
    browsers = "1 browser" if ended == 1 else f"{ended} browsers"
    flash(f"{found.email} is signed out of {browsers}.", "ok")
    return redirect(url_for("users.show", number=found.id), 303)


@bp.post("/<int(max=9223372036854775807):number>/password/letter")
@limiter.limit("60 per minute")
def send_password_letter(number: int):
    """As if the owner had forgotten the password and asked for it; as often as anybody may ask, and not more often."""
    found = standing(number)
    try:
        recovery.help_with(found, current_user.user.actor, request.remote_addr)
    except TooManyAttempts as refused:
        minutes = -(-refused.seconds // 60)
        flash(
            f"No letter was sent: there were {LETTERS.per_subject} to {found.email} within the hour, or too many from "
            f"here. They may be among the spam. Try again in {minutes} min.",
            "warn",
        )
    else:
        flash(f"A letter with a link to choose a new password is on its way to {found.email}.", "ok")
    return redirect(url_for("users.show", number=found.id), 303)


def find(number: int) -> User:
    return db.session.get(User, number) or abort(404)


def standing(number: int) -> User:
    """Of a closed account nobody is left who could be signed out or written to."""
    found = find(number)
    return found if found.closed_at is None else abort(404)
