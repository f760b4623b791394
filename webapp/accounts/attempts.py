"""How often a secret may be tried: counted in the database, so exactly, however many processes serve."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from flask import current_app
from sqlalchemy import delete, select

from chassis import clock
from chassis.database import db, writing
from webapp.accounts.models import Attempt


@dataclass(frozen=True)
class Limit:
    """`per_subject` wrong tries for one account and `per_address` from one address, `within` the last while.

    `words` say that there were so many.
    """

    purpose: str
    per_subject: int
    per_address: int
    within: timedelta
    words: str = "There were too many wrong tries."


SIGNING_IN = Limit("sign in", per_subject=5, per_address=20, within=timedelta(minutes=15))
# Who registers an e-mail that has an account is told so, and thereby that it has one: not for many addresses.
REGISTERING = Limit("register", per_subject=5, per_address=10, within=timedelta(hours=1))
# Letters that anybody can ask for: nobody's mailbox is flooded, whoever asks. They count though nothing was wrong.
LETTERS = Limit(
    "letters",
    per_subject=3,
    per_address=20,
    within=timedelta(hours=1),
    words="Several letters were asked for already. Look into your mailbox, and among the spam.",
)


class TooManyAttempts(Exception):
    """The limit is reached; even the right secret is refused until then."""

    def __init__(self, until: datetime, words: str = SIGNING_IN.words):
        self.seconds = max(1, ceil((until - clock.now()).total_seconds()))
        minutes = ceil(self.seconds / 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"{words} Try again in {wait}.")


def begin(limit: Limit, subject: str, address: str | None) -> None:
    """Note that a secret of `subject` is about to be tried from `address`. Raises TooManyAttempts.

    It is noted first and counted after: of many tries at once never more than the limit come through.
    """
    subject_digest, address_digest = (
        _digest(limit, "subject", subject),
        _digest(limit, "address", _place(address)),
    )
    since = clock.now() - limit.within
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.at < clock.now() - timedelta(days=1)))
        attempt = Attempt(subject_digest=subject_digest, address_digest=address_digest, at=clock.now())
        session.add(attempt)
        session.flush()
        ours = attempt.id
    others = select(Attempt.at).where(Attempt.id != ours, Attempt.at > since).order_by(Attempt.at.desc())
    of_subject = others.where(Attempt.subject_digest == subject_digest).offset(limit.per_subject - 1).limit(1)
    of_address = others.where(Attempt.address_digest == address_digest).offset(limit.per_address - 1).limit(1)
    full = [at for each in (of_subject, of_address) if (at := db.session.scalar(each))]
    if full:
        with writing() as session:  # a refused try is no try: the time of waiting does not grow
            session.execute(delete(Attempt).where(Attempt.id == ours))
        raise TooManyAttempts(max(full) + limit.within, limit.words)


def forget(limit: Limit, subject: str) -> None:
    """The secret was right: its wrong tries no longer count. Inside `writing()`."""
    db.session.execute(delete(Attempt).where(Attempt.subject_digest == _digest(limit, "subject", subject)))


def _place(address: str | None) -> str:
    """An IPv6 customer has a /64 of addresses and counts as one."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def _digest(limit: Limit, what: str, value: str) -> str:
    """Keyed, since there are few enough addresses to try them all."""
    text = f"{limit.purpose}\n{what}\n{value}"
    return hmac.new(str(current_app.secret_key).encode(), text.encode(), hashlib.sha256).hexdigest()
