"""An account is closed: what says who somebody is goes at once, what the law wants stays, without her where it can."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from chassis import clock
from chassis.database import db, writing
from webapp.accounts import attempts, letters
from webapp.accounts.attempts import LETTERS, SIGNING_IN
from webapp.accounts.models import AccountToken, SavedTraveller, User, UserSession
from webapp.admin.models import record
from webapp.bookings import erasure
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox


@dataclass(frozen=True)
class WhatBecomesOf:
    """The bookings of an account that is to be closed: `over` are erased at once, `ahead` when they are over."""

    over: tuple[Booking, ...]
    ahead: tuple[Booking, ...]
    saved: int
    passports: int  # of the saved


def look_ahead(user: User) -> WhatBecomesOf:
    """What closing the account would do, for the page that asks."""
    bookings = [each for each in _bookings_of(user) if each.state != "DRAFT"]
    over = tuple(each for each in bookings if erasure.is_over(each))
    ahead = tuple(each for each in bookings if each not in over)
    kept = select(func.count(), func.count(SavedTraveller.document)).where(SavedTraveller.user_id == user.id)
    saved, passports = db.session.execute(kept).one()
    return WhatBecomesOf(over, ahead, saved, passports)


def close(user_id: int) -> None:
    """Close the account for good. A trip ahead goes on as a guest's: its reference and e-mail open it until it is over."""
    with writing() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if user.closed_at is not None:
            return
        ahead = _let_bookings_go(_bookings_of(user))
        letters.write(User.id == user.id, "account_closed", letters.account_closed(ahead), str(user.id))
        _forget_what_was_kept(user)
        _erase(user)
        record(f"user {user_id}", "closed the account")


def _bookings_of(user: User) -> Sequence[Booking]:
    mine = select(Booking).where(Booking.user_id == user.id, Booking.erased_at.is_(None))
    return db.session.scalars(mine.order_by(Booking.id)).all()


def _let_bookings_go(bookings: Sequence[Booking]) -> int:
    """How many are not over yet."""
    ahead = 0
    for booking in bookings:
        booking.erasure_asked_at = clock.now()
        if erasure.is_over(booking):
            erasure.erase(booking)
        else:
            booking.user_id = None
            ahead += 1
    return ahead


def _forget_what_was_kept(user: User) -> None:
    for kept in (SavedTraveller, AccountToken, UserSession):
        db.session.execute(delete(kept).where(kept.user_id == user.id))
    for limit in (SIGNING_IN, LETTERS):
        attempts.forget(limit, user.email_key)
    _forget_letters(user)


def _forget_letters(user: User) -> None:
    """Letters to the account that have been sent; what still waits is sent first."""
    db.session.execute(delete(Outbox).where(Outbox.user_id == user.id, Outbox.state != "READY"))


def _erase(user: User) -> None:
    user.email = user.name = user.password_hash = ""
    user.email_key = f"closed-{user.id}"  # no address is like this, and no two accounts
    user.phone = user.email_verified_at = None
    user.is_admin = user.is_demo = False
    user.closed_at = clock.now()


def erase_what_was_sent() -> int:
    """The last letters to closed accounts, once they have been sent; how many."""
    sent = select(Outbox.id).join(User, User.id == Outbox.user_id)
    found = db.session.scalars(sent.where(User.closed_at.is_not(None), Outbox.state != "READY")).all()
    if found:
        with writing() as session:
            session.execute(delete(Outbox).where(Outbox.id.in_(found)))
    return len(found)
