"""Accounts as the people see them who help their owners: found by name, e-mail or number, with what is theirs in numbers.

Of passwords, passports and saved travellers nothing is read here. Every way in has an index, as of bookings (finding.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from chassis import clock
from chassis.database import db
from webapp.accounts import words as _kept  # noqa: F401 (keeps the words that are looked for here)
from webapp.accounts.models import SavedTraveller, User, UserSession, UserWord
from webapp.admin import finding, listing
from webapp.admin.models import AuditLog
from webapp.bookings import words
from webapp.bookings.models import Booking

BY_NUMBER = (User.id,)  # as they were opened
NUMBER = re.compile(
    r"(?:(?:user|admin)\s+)?([0-9]{1,18})", re.IGNORECASE
)  # as the audit log calls them, or alone
ACTS_SHOWN = 20


@dataclass(frozen=True)
class Theirs:
    """What is an account's: `bookings` without drafts, and `browsers` where its owner is signed in now."""

    bookings: int
    browsers: int


def conditions(text: str) -> list[ColumnElement[bool]]:
    """What the accounts fulfil that were asked for: all of them without a text, none for one without a letter."""
    number = NUMBER.fullmatch(text)
    if number:
        return [User.id == int(number[1])]
    if not text:
        return []
    sets = [
        select(UserWord.user_id).where(UserWord.word >= word, UserWord.word < word + finding.BEHIND_ALL)
        for word in words.typed(text)
    ]
    return [_holds(each) for each in sets] or [User.id.in_([])]


def _holds(ids: Select) -> ColumnElement[bool]:
    """A few are looked up one by one; of many the newest are asked first, whether they are in the set."""
    if finding.are_few(ids):
        return User.id.in_(ids)
    return ids.where(UserWord.user_id == User.id).correlate(User).exists()


def count(wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many accounts there are; MOST_COUNTED + 1 stands for more than MOST_COUNTED."""
    newest = select(User.id).where(*wanted).order_by(User.id.desc())
    return finding.count_rows(newest, finding.MOST_COUNTED)


def theirs(users: Sequence[User]) -> dict[int, Theirs]:
    """{id of an account: what is its}"""
    ids = [each.id for each in users]
    bookings = _counted(Booking.user_id, Booking.user_id.in_(ids), Booking.state != "DRAFT")
    browsers = _counted(
        UserSession.user_id, UserSession.user_id.in_(ids), UserSession.expires_at > clock.now()
    )
    return {each: Theirs(bookings.get(each, 0), browsers.get(each, 0)) for each in ids}


def _counted(of, *wanted: ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(select(of, func.count()).where(*wanted).group_by(of))
    return {row[0]: row[1] for row in rows}


def saved_travellers(user: User) -> int:
    """How many the account keeps; who they are is nobody's business here."""
    kept = select(func.count()).select_from(SavedTraveller).where(SavedTraveller.user_id == user.id)
    return db.session.scalar(kept) or 0


def acts(user: User) -> list[AuditLog]:
    """What was done by the account, as a user or as an admin, and to it; the newest."""
    whose = (
        AuditLog.actor == f"user {user.id}",
        AuditLog.actor == f"admin {user.id}",
        AuditLog.user_id == user.id,
    )
    newest = [AuditLog.id.desc()]
    found = {
        each.id: each
        for wanted in whose
        for each in listing.first(select(AuditLog).where(wanted), newest, ACTS_SHOWN)
    }
    return sorted(found.values(), key=lambda entry: entry.id, reverse=True)[:ACTS_SHOWN]
