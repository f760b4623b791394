"""The words by which an account is found: of its owner's name and of its e-mail, written whenever those are.

A closed account has neither, and is found by its number alone.
"""

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from webapp.accounts.models import User, UserWord
from webapp.bookings import words


def keep(user: User) -> None:
    """Make an account's words those of its name and e-mail; inside `writing()`."""
    user.words = words.renewed(user.words, words.of([user.name], user.email), UserWord)


@event.listens_for(Session, "before_flush")
def keep_those_of_changed_names(session: Session, _context, _instances) -> None:
    """Nobody who writes a name has to remember this. What passes it by: names written in SQL."""
    for each in (*session.new, *session.dirty):
        if isinstance(each, User) and _has_another_name(each):
            keep(each)


def _has_another_name(user: User) -> bool:
    attributes = inspect(user).attrs
    return attributes.name.history.has_changes() or attributes.email.history.has_changes()
