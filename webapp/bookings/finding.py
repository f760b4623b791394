"""A booking found again without an account: by its reference and the e-mail that the ticket went to."""

import secrets
from datetime import timedelta

from sqlalchemy import select

from chassis.database import db, writing
from webapp.accounts import attempts
from webapp.accounts.attempts import Limit
from webapp.accounts.emails import Email
from webapp.admin.models import record
from webapp.bookings.models import Booking

# Whoever has a reference (on a photographed ticket) and tries e-mails is stopped, and so is who has an e-mail.
BY_REFERENCE = Limit("find a booking: reference", per_subject=5, per_address=20, within=timedelta(minutes=15))
BY_EMAIL = Limit("find a booking: e-mail", per_subject=5, per_address=20, within=timedelta(minutes=15))
NOBODYS = "nobody@example.org"


class NothingFound(Exception):
    """No placed booking has this reference with this e-mail; which of the two is wrong is not said."""

    def __init__(self):
        super().__init__("We found no booking with that reference and that e-mail. Check both.")


def find(reference: str, email: Email, address: str | None, actor: str) -> str:
    """The reference, when a placed booking has it with this e-mail; asked from an IP address.

    A miss and a hit with another e-mail do the same work. Raises NothingFound, attempts.TooManyAttempts.
    """
    attempts.begin(BY_REFERENCE, reference, address)
    attempts.begin(BY_EMAIL, email.key, address)
    found = db.session.execute(
        select(Booking.id, Booking.contact_email).where(
            Booking.public_reference == reference, Booking.state != "DRAFT"
        )
    ).first()
    booking_id, contact = found or (None, NOBODYS)
    is_theirs = secrets.compare_digest((contact or "").casefold().encode(), email.key.encode())
    if not is_theirs or booking_id is None:
        raise NothingFound
    with writing():
        attempts.forget(BY_REFERENCE, reference)
        attempts.forget(BY_EMAIL, email.key)
        record(actor, "found by reference and e-mail", booking_id)
    return reference
