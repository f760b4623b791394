"""An account is written to while it stands: another page of its owner may have closed it a moment ago."""

from chassis.database import db
from webapp.accounts.models import User


class AccountClosed(Exception):
    """The account was closed after this request had found it open."""


def locked(user_id: int) -> User:
    """The open account, locked until the end of this `writing()`. Raises AccountClosed."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    if user.closed_at is not None:
        raise AccountClosed
    return user
