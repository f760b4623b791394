"""How a booking's traveller is reached, corrected: letters that wait follow, and the address before hears of it once."""

from datetime import timedelta

from sqlalchemy import update

from chassis import clock
from chassis.database import writing
from webapp.accounts import attempts
from webapp.accounts.attempts import Limit
from webapp.admin.models import record
from webapp.bookings.models import Booking
from webapp.checkout import letters
from webapp.checkout.models import Outbox

# Not while a hold or a payment is under way: what a provider was told stays the same until it has answered.
CHANGEABLE = ("CONFIRMED", "PARTIALLY_CANCELLED", "CANCELLED")

# Each change writes two letters, to any address: one paid booking must not be a way to flood mailboxes.
CHANGES = Limit(
    "change a contact",
    per_subject=5,
    per_address=20,
    within=timedelta(hours=1),
    words="The contact of this booking was changed several times already.",
)


def is_changeable(booking: Booking) -> bool:
    """A settled booking of somebody; whose traveller was erased is nobody's any more."""
    return booking.state in CHANGEABLE and booking.erased_at is None


def change(booking_id: int, email: str, phone: str, actor: str, address: str | None) -> bool:
    """Give the booking another e-mail and phone (E.164), asked from an IP address; whether that changed anything: what it
    has already, or a second click, does not. Raises attempts.TooManyAttempts.
    """
    attempts.begin(CHANGES, str(booking_id), address)
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        before = booking.contact_email
        if not is_changeable(booking) or (before, booking.contact_phone) == (email, phone):
            return False
        booking.contact_email, booking.contact_phone = email, phone
        booking.updated_at = clock.now()
        record(actor, "changed the contact", booking_id)
        about = f"{booking.updated_at:%Y%m%d%H%M%S%f}"
        if before and before.casefold() != email.casefold():
            waits = (Outbox.booking_id == booking_id, Outbox.state == "READY")
            # But for the warning to whoever had the booking: a second change at once must not take it away.
            follows = Outbox.template != "contact_left"
            session.execute(update(Outbox).where(*waits, follows).values(recipient=email))
            letters.write(booking, "contact_left", about, to=before)
        letters.write(booking, "contact_changed", about)
    return True
