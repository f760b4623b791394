"""E-mail addresses are proved by a link that only their mailbox has: a new one counts, and guests' bookings join, from then on."""

import secrets

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.database import db, writing
from webapp.accounts import attempts, letters, tokens
from webapp.accounts.attempts import LETTERS
from webapp.accounts.emails import Email
from webapp.accounts.models import AccountToken, User
from webapp.accounts.registration import EmailTaken
from webapp.admin.models import record
from webapp.bookings.models import Booking, BookingWord
from webapp.bookings.states import FINAL


class NotTheirs(Exception):
    """Whoever reads the letter is not signed in to the account that is to have the address.

    Anybody can open an account with a stranger's address, or ask for it: if a press in that mailbox were enough, what its
    owner booked as a guest would be theirs.
    """


def ask(user: User, email: Email, address: str | None) -> None:
    """Send a letter with the link to `email`, asked for from an IP address. Raises attempts.TooManyAttempts.

    Whether another account has the address is said to whoever opens the link there, and to nobody else.
    """
    attempts.begin(LETTERS, email.key, address)
    is_new = email.key != user.email_key
    letter = letters.confirm_new_email() if is_new else letters.confirm_email()
    with writing():
        is_theirs = User.id == user.id
        token = tokens.make(is_theirs, tokens.VERIFY_EMAIL, email)
        once = secrets.token_hex(8)
        letters.write(is_theirs, "confirm_email", letter, once, token, to=email.address)
        if is_new:
            letters.write(is_theirs, "email_asked_for", letters.email_asked_for(email.address), once)
            record(user.actor, "asked for another e-mail")


def find(token: str, reader: int | None) -> AccountToken:
    """What the link proves to the user who is `reader`, None for a guest. Raises tokens.LinkSpent, NotTheirs."""
    proof = tokens.find(token, tokens.VERIFY_EMAIL)
    _check_reader(proof, reader)
    return proof


def _check_reader(proof: AccountToken, reader: int | None) -> None:
    if proof.user_id != reader:
        raise NotTheirs


def confirm(token: str, reader: int | None) -> User:
    """The mailbox belongs to `reader`, who is signed in: its address is the account's from now on.

    Raises tokens.LinkSpent, NotTheirs, EmailTaken.
    """
    try:
        with writing() as session:
            proof = tokens.use(token, tokens.VERIFY_EMAIL)
            _check_reader(proof, reader)
            user = session.get_one(User, proof.user_id, with_for_update=True)
            before = Email(user.email, user.email_key)
            user.email, user.email_key = proof.email, proof.email_key
            session.flush()
            is_verified(user)
            if before.key != user.email_key:
                told = letters.email_changed(user.email)
                letters.write(
                    User.id == user.id, "email_changed", told, secrets.token_hex(8), to=before.address
                )
                tokens.end_all(user.id, tokens.RESET_PASSWORD)
                record(user.actor, "changed the e-mail")
    except IntegrityError as error:
        raise EmailTaken from error
    return user


def is_verified(user: User) -> None:
    """The account's address is proved: what its owner booked as a guest is hers to see. Inside `writing()`."""
    user.email_verified_at = user.email_verified_at or clock.now()
    db.session.flush()
    attach_bookings(user)


def attach_bookings(user: User) -> int:
    """Give guests' bookings with this e-mail to the account that has proved it; how many. Inside `writing()`.

    A checkout under way stays with the browser that is at it.
    """
    if user.email_verified_at is None:
        return 0
    candidates = db.session.execute(
        select(Booking.id, Booking.contact_email)
        .join(BookingWord, BookingWord.booking_id == Booking.id)
        .where(BookingWord.word == user.email_key, Booking.user_id.is_(None), Booking.state.in_(FINAL))
    )
    theirs = [row.id for row in candidates if (row.contact_email or "").casefold() == user.email_key]
    for booking_id in theirs:
        is_still_free = (Booking.id == booking_id) & Booking.user_id.is_(None)
        db.session.execute(update(Booking).where(is_still_free).values(user_id=user.id))
        record(user.actor, "joined a guest's booking to the account", booking_id)
    return len(theirs)
