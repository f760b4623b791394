"""Where the links in letters lead: a page with a button, for mail servers open links too; and a forgotten password."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

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
        proof = verification.find(token, current_user.user_id)
    except tokens.LinkSpent:
        return page("link_spent", status=404, what="email")
    except verification.NotTheirs:
        return _ask_for_the_account(token)
    return page("verification", email=proof.email, token=token)


@proofs.post("")
@limiter.limit("60 per minute")
def confirm():
    token = request.form.get("token", "")
    try:
        user = verification.confirm(token, current_user.user_id)
    except tokens.LinkSpent:
        return page("link_spent", status=404, what="email")
    except verification.NotTheirs:
        return _ask_for_the_account(token)
    except registration.EmailTaken:
        return page("email_taken", status=409)
    flash(f"{user.email} is confirmed.", "ok")
    return redirect(url_for("accounts.show"), 303)


def _ask_for_the_account(token: str) -> Response:
    """Nothing is used up: the link works after signing in to the account that is to have the address."""
    if current_user.is_authenticated:
        return page("email_of_another", status=403)
    flash(
        "Sign in to your account to confirm its e-mail address. If you have not asked for that, do nothing.",
        "info",
    )
    back = url_for("verification.show", token=token)
    return redirect(url_for("accounts.login", next=back), 303)


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
