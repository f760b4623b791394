"""Registering, signing in and out, and a user's own details."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_login import current_user, login_required

from webapp.accounts import attempts, entry, onward, registration, sessions, tokens, typed, verification
from webapp.accounts.attempts import REGISTERING, TooManyAttempts
from webapp.accounts.emails import Email
from webapp.accounts.forms import AccountForm, RegisterForm, SignInForm
from webapp.accounts.models import User
from webapp.accounts.pages import keep_no_copy, page, refusal
from webapp.accounts.standing import AccountClosed
from webapp.extensions import limiter

bp = Blueprint("accounts", __name__)
bp.after_request(keep_no_copy)
bp.after_app_request(sessions.note_visit)


@bp.app_errorhandler(AccountClosed)
def closed_meanwhile(_error: AccountClosed):
    """By another page: nothing of what this one asked for was kept."""
    session.clear()
    flash("Your account is closed. Nothing more was kept.", "info")
    return redirect(url_for("search.home"), 303)


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def register():
    if current_user.is_authenticated:
        return redirect(destination(current_user.is_admin), 303)
    form = RegisterForm()
    if not form.validate_on_submit():
        return page("register", form, next=asked_for())
    try:
        user = registration.register(form.address, form.password.data, form.name.data, form.number)
    except registration.EmailTaken as taken:
        return refusal("register", form, _told(taken, form.address), "email", next=asked_for())
    sessions.sign_in(user)
    flash(f"Welcome, {user.name}. Your account is open.", "ok")
    _send_link(user, form.address)
    return redirect(destination(), 303)


def _told(taken: registration.EmailTaken, email: Email) -> Exception:
    """That the e-mail has an account, or that this was asked too often: whoever goes through a list learns little."""
    try:
        attempts.begin(REGISTERING, email.key, request.remote_addr)
    except TooManyAttempts as refused:
        return refused
    return taken


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def login():
    if current_user.is_authenticated:
        return redirect(destination(current_user.is_admin), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return page("login", form, next=asked_for())
    try:
        user = entry.identify(form.address, form.password.data, request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("login", form, refused, next=asked_for())
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
    return _details(typed.again(AccountForm, obj=current_user.user))


@bp.post("/account")
@login_required
@limiter.limit("60 per minute")
def change():
    form = AccountForm()
    if not form.validate_on_submit():
        return _details(form)
    wants_another = form.address.key != current_user.user.email_key
    try:
        if wants_another:
            entry.confirm(current_user.user, form.password.data or "", request.remote_addr)
    except (entry.NotRecognised, TooManyAttempts) as refused:
        return refusal("show", form, refused, "password", waiting=None)
    registration.change(current_user.user_id, form.name.data, form.number)
    flash("Your details are saved.", "ok")
    if wants_another:
        _send_link(current_user.user, form.address)
    return redirect(url_for("accounts.show"), 303)


def _details(form: AccountForm):
    return page("show", form, waiting=tokens.waiting_email(current_user.user))


@bp.post("/account/email/letter")
@login_required
def send_link():
    """The letter with the link once more, to the address that waits for it."""
    user = current_user.user
    waiting = tokens.waiting_email(user)
    if waiting or user.email_verified_at is None:
        _send_link(user, Email(waiting, waiting.casefold()) if waiting else Email(user.email, user.email_key))
    return redirect(url_for("accounts.show"), 303)


def _send_link(user: User, email: Email) -> None:
    try:
        verification.ask(user, email, request.remote_addr)
    except TooManyAttempts as refused:
        flash(str(refused), "warn")
    else:
        flash(f"We have sent a letter to {email.address}: confirm the address with the link in it.", "info")


@bp.post("/account/email/withdrawal")
@login_required
def withdraw_email():
    """The old address stays."""
    tokens.forget(current_user.user_id, tokens.VERIFY_EMAIL)
    flash("Your e-mail address stays as it is.", "ok")
    return redirect(url_for("accounts.show"), 303)


def asked_for() -> str | None:
    return onward.path_of_ours(request.args.get("next"))


def destination(is_admin: bool = False) -> str:
    """Where the visitor was going, when that is a page of ours; else an admin to the day's numbers, others to their trips."""
    return asked_for() or url_for("admin.index" if is_admin else "bookings.index")
