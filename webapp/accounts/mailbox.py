"""Where the links in letters lead: a page with a button, for mail servers open links too; and a forgotten password."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user

from webapp.accounts import recovery, registration, sessions, tokens, verification
from webapp.accounts.attempts import TooManyAttempts
from webapp.accounts.forms import ChoosePasswordForm, ForgottenForm
from webapp.accounts.pages import keep_no_copy, page, refusal
from webapp.extensions import limiter

proofs = Blueprint("verification", __name__, url_prefix="/email/verification")
passwords = Blueprint("recovery", __name__, url_prefix="/password")
for each in (proofs, passwords):
    each.after_request(keep_no_copy)


@proofs.get("")
def show():
    token = request.args.get("token", "")
    try:
        proof = tokens.find(token, tokens.VERIFY_EMAIL)
    except tokens.LinkSpent:
        return page("link_spent", status=404, what="email")
    return page("verification", email=proof.email, token=token)


@proofs.post("")
@limiter.limit("60 per minute")
def confirm():
    try:
        user = verification.confirm(request.form.get("token", ""))
    except tokens.LinkSpent:
        return page("link_spent", status=404, what="email")
    except registration.EmailTaken:
        return page("email_taken", status=409)
    flash(f"{user.email} is confirmed.", "ok")
    return redirect(url_for("accounts.show" if current_user.is_authenticated else "accounts.login"), 303)


@passwords.route("/forgotten", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def forgotten():
    """The answer is the same, and takes as long, whether the address has an account or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("forgotten", form)
    try:
        recovery.ask(form.address, request.remote_addr)
    except TooManyAttempts as refused:
        return refusal("forgotten", form, refused)
    return redirect(url_for("recovery.sent"), 303)


@passwords.get("/sent")
def sent():
    return page("password_sent")


@passwords.route("/new", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def choose():
    token = request.values.get("token", "")
    try:
        form = ChoosePasswordForm(recovery.whose(token).email)
        form.token.data = token
        if not form.validate_on_submit():
            return page("choose_password", form)
        sessions.choose_password(token, form.password.data)
    except tokens.LinkSpent:
        return page("link_spent", status=404, what="password")
    flash("Your new password is kept, and you are signed in here alone.", "ok")
    return redirect(url_for("accounts.show"), 303)
