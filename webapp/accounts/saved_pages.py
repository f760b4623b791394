"""The travellers that a user keeps: the list, one more, changing and removing one."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user, login_required

from webapp.accounts import saved, typed
from webapp.accounts.models import MOST_SAVED, SavedTraveller
from webapp.accounts.pages import keep_no_copy, page
from webapp.accounts.saved_form import SavedForm
from webapp.extensions import limiter

bp = Blueprint("saved", __name__, url_prefix="/account/travellers")
bp.after_request(keep_no_copy)


@bp.get("")
@login_required
def index():
    return page("travellers", travellers=saved.of_user(current_user.user_id), most=MOST_SAVED)


@bp.route("/new", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", methods=["POST"])
def add():
    form = typed.again(SavedForm)
    if not form.validate_on_submit():
        return page("traveller", form, traveller=None)
    try:
        saved.add(current_user.user_id, form.details())
    except (saved.TooManySaved, saved.SavedAlready) as refused:
        form.refuse(refused)
        return page("traveller", form, traveller=None)
    flash("The traveller is saved.", "ok")
    return redirect(url_for("saved.index"), 303)


@bp.route("/<int:place>", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", methods=["POST"])
def change(place: int):
    traveller = _own(place)
    form = typed.again(SavedForm, traveller=traveller)
    if not form.validate_on_submit():
        return page("traveller", form, traveller=traveller)
    try:
        saved.change(current_user.user_id, place, form.details())
    except saved.SavedAlready as refused:
        form.refuse(refused)
        return page("traveller", form, traveller=_own(place))
    flash("The traveller is saved.", "ok")
    return redirect(url_for("saved.index"), 303)


@bp.post("/<int:place>/removal")
@login_required
def remove(place: int):
    name = saved.remove(current_user.user_id, place)
    if name:
        flash(f"{name} is kept no longer.", "ok")
    return redirect(url_for("saved.index"), 303)


def _own(place: int) -> SavedTraveller:
    return saved.find(current_user.user_id, place) or abort(404)
