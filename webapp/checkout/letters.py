"""Letters to travellers: written into the outbox in the transaction of what they tell, sent later, once each."""

from chassis import clock
from chassis.database import db, insert
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox


def write(booking: Booking, template: str, about: str = "") -> None:
    """Put a letter in the outbox; the second one of its kind for a state of things is none.

    `about` is what it tells of, where a state has many: the id of a correction.
    """
    db.session.flush()
    db.session.execute(
        insert(Outbox.__table__)
        .values(
            booking_id=booking.id,
            template=template,
            dedupe_key=f"{booking.id}:{template}:{about or booking.state}",
            recipient=booking.contact_email,
            payload={"reference": booking.public_reference},
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
