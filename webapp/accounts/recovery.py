"""A forgotten password: asked for by anybody, chosen anew by whoever reads the account's mailbox."""

import secrets

from sqlalchemy import ColumnElement

from chassis.database import db, writing
from webapp.accounts import attempts, letters, tokens
from webapp.accounts.attempts import LETTERS, SIGNING_IN
from webapp.accounts.emails import Email
from webapp.accounts.models import User
from webapp.accounts.verification import is_verified
from webapp.admin.models import record


def ask(email: Email, address: str | None) -> None:
    """Send the account that has this e-mail a letter with the link. Raises attempts.TooManyAttempts.

    Without such an account the same is done and said: neither words nor time tell who has an account here.
    """
    attempts.begin(LETTERS, email.key, address)
    with writing():
        _write(User.email_key == email.key)
        record("guest", "asked for a new password")


def help_with(user: User, by: str, address: str | None) -> None:
    """The same for an account whose owner asked `by` for help. Raises attempts.TooManyAttempts."""
    attempts.begin(LETTERS, user.email_key, address)
    with writing():
        _write(User.id == user.id)
        record(by, "sent a letter to choose a new password", user_id=user.id)


def _write(whose: ColumnElement[bool]) -> None:
    token = tokens.make(whose, tokens.RESET_PASSWORD)
    letters.write(whose, "choose_password", letters.choose_password(), secrets.token_hex(8), token)


def whose(token: str) -> User:
    """The account that the link is for. Raises tokens.LinkSpent."""
    return tokens.find(token, tokens.RESET_PASSWORD).user


def proved(token: str) -> User:
    """The account, its link used up: whoever opened it reads the mailbox. Inside `writing()`. Raises tokens.LinkSpent."""
    proof = tokens.use(token, tokens.RESET_PASSWORD)
    user = db.session.get_one(User, proof.user_id, with_for_update=True)
    if proof.email_key == user.email_key:
        is_verified(user)
    attempts.forget(SIGNING_IN, user.email_key)
    return user
