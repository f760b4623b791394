"""Links in letters: each ends in a random token that opens one thing, once, for a while; the database has its digest."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, insert, literal, select

from chassis import clock
from chassis.database import Instant, changed, db, writing
from webapp.accounts.emails import Email
from webapp.accounts.models import AccountToken, User

VERIFY_EMAIL, RESET_PASSWORD = "VERIFY_EMAIL", "RESET_PASSWORD"
LIFETIMES = {VERIFY_EMAIL: timedelta(days=2), RESET_PASSWORD: timedelta(hours=1)}
LONGEST = 100


class LinkSpent(Exception):
    """No link ends like this, or it has been used, or is too old; which of these is not said."""


def make(whose: ColumnElement[bool], purpose: str, email: Email | None = None) -> str:
    """A token for the open account that is `whose`, sent to `email` or else to the account's own; inside `writing()`.

    Where there is no such account nothing is kept, by the same statements: the time that it takes tells nothing.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.execute(delete(AccountToken).where(AccountToken.expires_at <= now))
    told = (literal(email.address), literal(email.key)) if email else (User.email, User.email_key)
    of_account = select(
        User.id,
        literal(purpose),
        literal(_digest(token)),
        *told,
        literal(now, Instant),
        literal(now + LIFETIMES[purpose], Instant),
    ).where(whose, User.closed_at.is_(None))
    columns = ["user_id", "purpose", "token_digest", "email", "email_key", "created_at", "expires_at"]
    db.session.execute(insert(AccountToken).from_select(columns, of_account))
    return token


def find(token: str, purpose: str) -> AccountToken:
    """What the token opens, as long as it does. Raises LinkSpent."""
    found = db.session.scalar(
        select(AccountToken).where(
            AccountToken.token_digest == _digest(token[:LONGEST]),
            AccountToken.purpose == purpose,
            AccountToken.expires_at > clock.now(),
        )
    )
    if found is None:
        raise LinkSpent
    return found


def use(token: str, purpose: str) -> AccountToken:
    """Open it: of two at once one succeeds. Its account's other links for the same end too. Inside `writing()`.

    Raises LinkSpent.
    """
    found = find(token, purpose)
    db.session.expunge(found)
    if changed(delete(AccountToken).where(AccountToken.id == found.id)) != 1:
        raise LinkSpent
    end_all(found.user_id, purpose)
    return found


def end_all(user_id: int, *purposes: str) -> None:
    """Let every link of these purposes lead nowhere; inside `writing()`."""
    db.session.execute(
        delete(AccountToken).where(AccountToken.user_id == user_id, AccountToken.purpose.in_(purposes))
    )


def forget(user_id: int, purpose: str) -> None:
    """The same, as an act of its own."""
    with writing():
        end_all(user_id, purpose)


def waiting_email(user: User) -> str | None:
    """The address that the user wants to have, and has not confirmed yet."""
    newest = (
        select(AccountToken.email)
        .where(
            AccountToken.user_id == user.id,
            AccountToken.purpose == VERIFY_EMAIL,
            AccountToken.email_key != user.email_key,
            AccountToken.expires_at > clock.now(),
        )
        .order_by(AccountToken.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
