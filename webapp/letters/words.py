"""The words of each letter: what happened to seats, rooms and money, what the traveller has to do, and where to look."""

from collections.abc import Callable, Sequence

from flask import current_app
from sqlalchemy import select

from chassis.database import db
from webapp.bookings import corrections
from webapp.bookings.models import Booking
from webapp.bookings.states import known
from webapp.bookings.views import ItemView, in_india, item_views
from webapp.checkout.models import Outbox
from webapp.filters import day, moment, rupees
from webapp.letters import itinerary
from webapp.letters.content import Letter, Part
from webapp.payments import ledger, reading

WHEN_IT_ARRIVES = (
    "Banks usually show it within 5 to 7 working days, on the account or card that you paid from."
)
NOTHING_TO_DO = "You need not do anything."


# ---- booked


def booked(booking: Booking) -> Letter:
    """The whole itinerary, with the references that airlines and hotels know the traveller by."""
    views, paid = item_views(booking), _paid_minor(booking)
    whats = "Everything is booked" if len(views) > 1 else "It is booked"
    confirmed_at = in_india(booking.confirmed_at or booking.updated_at)
    return Letter(
        subject=f"Booked: {_trip(views)} ({booking.public_reference})",
        heading="You are booked",
        name=booking.contact_name or "",
        lead=(f"{whats}, and {rupees(paid)} was taken. Bring the references below; no paper is needed.",),
        parts=(
            *(Part(view.title, itinerary.facts(booking, view)) for view in views),
            Part(
                "Paid",
                (
                    ("Total", f"{rupees(paid)}, taxes included"),
                    ("Booked", moment(known(confirmed_at))),
                    ("Yaana reference", booking.public_reference),
                ),
            ),
        ),
        closing=(
            "At the link are your ticket to print, a file for your calendar and the invoice. There you can also cancel, or "
            "correct a name; what cancelling costs is shown first.",
            *_guest(booking),
        ),
        link=_link(booking, "Open your booking"),
    )


# ---- cancelled, and the money that comes back


def cancelled(booking: Booking) -> Letter:
    """What this cancellation ended and what comes back for it, what had been cancelled before, and what stays booked."""
    views, told = item_views(booking), _told_before(booking)
    gone = [view for view in views if view.item.state == "CANCELLED"]
    now = [view for view in gone if view.item.id not in told]
    stays = [view for view in views if view.item.state in ("CONFIRMED", "CANCELLING")]
    refund = sum(view.item.refund_minor for view in now)
    whole = len(gone) == len(views)
    return Letter(
        subject=f"{'Cancelled' if whole else 'Part of your trip is cancelled'}: {_trip(now)} ({booking.public_reference})",
        heading="Your booking is cancelled" if whole else "Part of your booking is cancelled",
        name=booking.contact_name or "",
        lead=_what_comes_back(refund, is_owed=ledger.owed_minor(booking) > 0),
        parts=(
            *(Part(f"Cancelled: {view.title}", _cancelled_facts(view)) for view in now),
            *(
                Part(f"Cancelled before: {view.title}", _cancelled_facts(view))
                for view in gone
                if view not in now
            ),
            *(Part(f"Still booked: {view.title}", itinerary.facts(booking, view)) for view in stays),
        ),
        closing=_guest(booking),
        link=_link(booking, "Open your booking"),
        tells_of=tuple(view.item.id for view in gone),
    )


def _told_before(booking: Booking) -> set[int]:
    """The items whose cancellation an earlier letter told."""
    wanted = select(Outbox.payload).where(Outbox.booking_id == booking.id, Outbox.template == "cancelled")
    return {item for payload in db.session.scalars(wanted) for item in payload.get("tells_of", ())}


def _what_comes_back(refund_minor: int, is_owed: bool) -> tuple[str, ...]:
    if not refund_minor:
        return ("It is cancelled. By the terms it was booked on, nothing comes back.",)
    if is_owed:
        return (
            f"It is cancelled, and {rupees(refund_minor)} comes back to you. The payment gateway has not answered yet; "
            "we go on asking, and write again when the money has gone back.",
            NOTHING_TO_DO,
        )
    return (f"It is cancelled, and {rupees(refund_minor)} has gone back to you. {WHEN_IT_ARRIVES}",)


def _cancelled_facts(view: ItemView) -> itinerary.Facts:
    item = view.item
    return (
        ("Was booked as", item.bpp_booking_id or ""),
        ("When", moment(view.begins_at)),
        ("Paid", rupees(item.total_minor)),
        ("Kept by its terms", rupees(item.kept_minor)),
        ("Comes back", rupees(item.refund_minor)),
    )


def refunded(booking: Booking) -> Letter:
    """Money has gone back, later than the letter that announced it, or without one."""
    paid, back = _paid_minor(booking), _refunded_minor(booking)
    return Letter(
        subject=f"Your money has gone back: {rupees(back)} ({booking.public_reference})",
        heading="Your money has gone back",
        name=booking.contact_name or "",
        lead=(_why_it_goes_back(booking), WHEN_IT_ARRIVES),
        parts=(
            Part(
                "Payment",
                (
                    ("Paid", rupees(paid)),
                    ("Gone back", rupees(back)),
                    ("Stays paid", rupees(paid - back)),
                    ("Yaana reference", booking.public_reference),
                ),
            ),
        ),
        closing=_guest(booking),
        link=_link(booking, "Open your booking"),
    )


def _why_it_goes_back(booking: Booking) -> str:
    if booking.state in ("CANCELLED", "PARTIALLY_CANCELLED", "CANCELLING"):
        return "The refund of what you cancelled has gone back to where you paid from."
    if booking.state == "CONFIRMED":
        return "You paid more than once for this booking. What was too much has gone back; you stay booked."
    return (
        "A payment for this booking came after it had ended, so it could not be used and has gone back in full. "
        "Nothing is booked."
    )


# ---- not booked


def not_booked(booking: Booking) -> Letter:
    """Why nothing is booked, and what became of the seats, the rooms and the money."""
    views = item_views(booking)
    subject, why = _why_not(booking)
    return Letter(
        subject=f"{subject}: {_trip(views)} ({booking.public_reference})",
        heading=subject,
        name=booking.contact_name or "",
        lead=(why, "Nothing is booked, and nothing is held in your name any more."),
        parts=(
            Part("Your money", sentence=_money(booking)),
            Part("Seats and rooms", tuple((view.title, _let_go(view)) for view in views)),
        ),
        closing=("At the link you can try again, or search for something else.", *_guest(booking)),
        link=_link(booking, "Try again"),
    )


def _why_not(booking: Booking) -> tuple[str, str]:
    if booking.state == "EXPIRED":
        return (
            "The time to pay is over",
            "The time to pay was over before we had your payment, so your trip was not booked.",
        )
    if booking.state == "ABANDONED":
        return "Not booked, as you asked", "You released it before it was booked."
    detail = in_full(booking.problem_detail or "")
    return "We could not book your trip", f"{detail} So everything was undone.".strip()


def _money(booking: Booking) -> str:
    """Of what was only reserved the bank's page may show something for days: that is said, or it looks like a charge."""
    paid, back = _paid_minor(booking), _refunded_minor(booking)
    if paid and back >= paid:
        return f"{rupees(paid)} had been taken and has gone back in full. {WHEN_IT_ARRIVES}"
    if paid:
        return f"{rupees(paid)} was taken, {rupees(back)} has gone back, and {rupees(paid - back)} is on its way back. {WHEN_IT_ARRIVES}"
    if any(payment.gateway_reference for payment in reading.of_booking(booking)):
        return "Nothing was taken. If your bank shows an amount as reserved, it disappears by itself within a few days."
    return "Nothing was taken."


def _let_go(view: ItemView) -> str:
    if view.item.state == "CANCELLED":
        return f"{moment(view.begins_at)}: was booked as {view.item.bpp_booking_id} and cancelled again, free for you"
    return f"{moment(view.begins_at)}: released"


# ---- a name


def name_corrected(booking: Booking) -> Letter:
    """The name as the providers have it now; written when the last of them said yes."""
    correction = known(corrections.latest(booking))
    return Letter(
        subject=f"Name corrected: {correction.becomes} ({booking.public_reference})",
        heading="The name is corrected",
        name=booking.contact_name or "",
        lead=("Everybody who needs it has the corrected name. Nothing else changed, and it cost nothing.",),
        parts=(
            Part("Traveller", (("It was", correction.was), ("It is", correction.becomes))),
            *_what_is_booked(booking),
        ),
        closing=_guest(booking),
        link=_link(booking, "Open your booking"),
    )


# ---- where letters go


def contact_changed(booking: Booking) -> Letter:
    """To the address that the booking has now, with everything that the one before was told."""
    return Letter(
        subject=f"Your contact details are changed ({booking.public_reference})",
        heading="Your contact details are changed",
        name=booking.contact_name or "",
        lead=("Letters about this booking come to this address from now on.",),
        parts=(
            Part(
                "How we reach you",
                (("E-mail", booking.contact_email or ""), ("Mobile number", booking.contact_phone or "none")),
            ),
            *_what_is_booked(booking),
        ),
        closing=_guest(booking),
        link=_link(booking, "Open your booking"),
    )


def contact_left(booking: Booking) -> Letter:
    """To the address that it had before, which is not told the other one."""
    return Letter(
        subject=f"Letters about {booking.public_reference} go elsewhere now",
        heading="Letters about this booking go elsewhere now",
        name=booking.contact_name or "",
        lead=(
            "Somebody who may change the booking gave another e-mail address for it. This is the last letter to this one.",
            "If that was you, you need not do anything. If it was not, tell us by answering this letter.",
        ),
        parts=(),
        closing=(),
        link=_link(booking, "Open the booking"),
    )


def in_short(booking: Booking) -> Letter:
    """For when all else fails: that something happened, and where it stands."""
    return Letter(
        subject=f"News of your booking {booking.public_reference}",
        heading="There is news of your booking",
        name=booking.contact_name or "",
        lead=("Please look at the link how your booking stands now.",),
        parts=(),
        closing=_guest(booking),
        link=_link(booking, "Open your booking"),
    )


LETTERS: dict[str, Callable[[Booking], Letter]] = {
    "booked": booked,
    "cancelled": cancelled,
    "refunded": refunded,
    "not_booked": not_booked,
    "name_corrected": name_corrected,
    "contact_changed": contact_changed,
    "contact_left": contact_left,
}


# ---- what several say


def _trip(views: Sequence[ItemView]) -> str:
    """What a subject calls the items: one by name and day, several by their number and the first day."""
    if not views:
        return "your trip"
    first = views[0]
    if len(views) == 1:
        return f"{first.title}, {day(first.begins_at)}"
    return f"{first.title} and {len(views) - 1} more, from {day(first.begins_at)}"


def _link(booking: Booking, words: str) -> tuple[str, str]:
    """A guest's other browser does not know the booking: there its reference and e-mail open it."""
    urls = current_app.url_map.bind("-")
    if booking.user_id is None:
        path = urls.build("bookings.find", {"reference": booking.public_reference})
    else:
        path = urls.build("bookings.show", {"reference": booking.public_reference})
    return words, f"{current_app.config['SITE_URL']}{path}"


def _what_is_booked(booking: Booking) -> tuple[Part, ...]:
    """Each item as it is booked, with nothing of what is cancelled."""
    booked = (view for view in item_views(booking) if view.item.state == "CONFIRMED")
    return tuple(Part(view.title, itinerary.facts(booking, view)) for view in booked)


def _guest(booking: Booking) -> tuple[str, ...]:
    if booking.user_id is not None:
        return ()
    return (
        f"You booked without an account: the reference {booking.public_reference} and this e-mail address open your booking.",
    )


def _paid_minor(booking: Booking) -> int:
    return sum(payment.captured_minor for payment in reading.of_booking(booking))


def _refunded_minor(booking: Booking) -> int:
    return sum(payment.refunded_minor for payment in reading.of_booking(booking))


def in_full(text: str) -> str:
    """A detail as a sentence: with a capital, and with its end."""
    said = text.strip()
    return said[:1].upper() + said[1:] + ("" if not said or said[-1] in ".!?" else ".")
