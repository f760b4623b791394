"""Registering, signing in and out, and a user's own page."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user, login_required

from webapp.accounts import entry, onward, registration, sessions
from webapp.accounts.attempts import TooManyAttempts
from webapp.accounts.forms import AccountForm, FormWithProblems, PasswordForm, RegisterForm, SignInForm
from webapp.bookings.views import in_india
from webapp.extensions import limiter

bp = Blueprint("accounts", __name__)
bp.after_app_request(sessions.note_visit)


@bp.after_request
def keep_no_copy(response: Response) -> Response:
    """Nobody reads an account with the back button after its owner has signed out."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def register():
    if current_user.is_authenticated:
        return redirect(destination(current_user.is_admin), 303)
    form = RegisterForm()
    if not form.validate_on_submit():
        return page("register", form)
    try:
        user = registration.register(form.address, form.password.data, form.name.data, form.number)
    except registration.EmailTaken as taken:
        form.refuse(taken, "email")
        return page("register", form)
    sessions.sign_in(user)
    flash(f"Welcome, {user.name}. Your account is open.", "ok")
    return redirect(destination(), 303)


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def login():
    if current_user.is_authenticated:
        return redirect(destination(current_user.is_admin), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return page("login", form)
    try:
        user = entry.identify(form.address, form.password.data, request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("login", form, refused)
    sessions.sign_in(user)
    return redirect(destination(user.is_admin), 303)


@bp.post("/logout")
def logout():
    sessions.sign_out()
    flash("You are signed out.", "ok")
    return redirect(url_for("search.home"), 303)


@bp.get("/account")
@login_required
def show():
    return page("show", AccountForm(obj=current_user))


@bp.post("/account")
@login_required
@limiter.limit("60 per minute")
def change():
    form = AccountForm()
    if not form.validate_on_submit():
        return page("show", form)
    try:
        if form.address.key != current_user.user.email_key:
            entry.confirm(current_user.user, form.password.data or "", request.remote_addr)
        registration.change(current_user.user_id, form.address, form.name.data, form.number)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("show", form, refused, "password")
    except registration.EmailTaken:
        form.refuse("Another account has that e-mail", "email")
        return page("show", form)
    flash("Your details are saved.", "ok")
    return redirect(url_for("accounts.show"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
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
    return redirect(url_for("accounts.show"), 303)


@bp.post("/account/sessions/ending")
@login_required
def end_sessions():
    sessions.sign_out_everywhere(current_user.user)
    flash("You are signed out everywhere.", "ok")
    return redirect(url_for("accounts.login"), 303)


def destination(is_admin: bool = False) -> str:
    """Where the visitor was going, when that is a page of ours; else an admin to the day's numbers, others to their trips."""
    home = url_for("admin.index" if is_admin else "bookings.index")
    return onward.path_of_ours(request.args.get("next")) or home


def page(name: str, form: FormWithProblems, status: int | None = None) -> Response:
    """The page of a form: 422 when something in it is wrong. The password is never sent back."""
    html = render_template(
        f"accounts/{name}.html",
        form=form,
        next=onward.path_of_ours(request.args.get("next")),
        places=sessions.of_user(current_user.user_id) if current_user.is_authenticated else [],
        in_india=in_india,
    )
    return make_response(html, status or (422 if form.errors else 200))


def refusal(name: str, form: FormWithProblems, refused: Exception, field: str | None = None) -> Response:
    """The page again with why: 429, and when to try again, after too many wrong tries."""
    form.refuse(refused, field)
    if not isinstance(refused, TooManyAttempts):
        return page(name, form)
    response = page(name, form, 429)
    response.headers["Retry-After"] = str(refused.seconds)
    return response
