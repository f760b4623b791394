"""The ticket as a page and as PDF, the trip as a calendar file, and the check of a ticket by its code."""

from flask import Blueprint, Response, current_app, render_template, url_for

from webapp.bookings import access
from webapp.bookings.models import Booking
from webapp.bookings.views import INDIA, in_india, item_views
from webapp.documents import checks
from webapp.documents.attachments import attachment, dear
from webapp.documents.tickets import Ticket, tickets_of
from webapp.extensions import limiter

bp = Blueprint("tickets", __name__)
bp.after_request(access.keep_no_copy)
bp.register_error_handler(404, access.not_here)


@bp.get("/bookings/<reference>/ticket")
def show(reference: str):
    """A page to print; while there is no ticket, why."""
    booking = access.find(reference)
    tickets = tickets_of(booking)
    return (
        render_template("bookings/ticket.html", booking=booking, tickets=tickets)
        if tickets
        else _none(booking)
    )


@bp.get("/bookings/<reference>/ticket.pdf")
@dear
def as_pdf(reference: str):
    booking = access.find(reference)
    tickets = tickets_of(booking)
    return _pdf(booking, tickets) if tickets else _none(booking)


def _pdf(booking: Booking, tickets: list[Ticket]) -> Response:
    """Dated by the booking's last change, so that the file is the same until the booking is not."""
    from webapp.documents.ticket_pdf import ticket_pdf  # half a second and 30 MB that other pages do without

    content = ticket_pdf(booking, tickets, booking.updated_at.astimezone(INDIA))
    return attachment(content, "application/pdf", f"yaana-{booking.public_reference}.pdf", "inline")


@bp.get("/bookings/<reference>/trip.ics")
@dear
def calendar(reference: str):
    """What was booked, also what was cancelled since: it leaves the calendar that has it."""
    from webapp.documents.calendars import SHOWN, calendar_of

    booking = access.find(reference)
    views = [view for view in item_views(booking) if view.item.state in SHOWN]
    if not views:
        return _none(booking)
    address = f"{current_app.config['SITE_URL']}{url_for('bookings.show', reference=reference)}"
    return attachment(calendar_of(booking, views, address), "text/calendar", f"yaana-{reference}.ics")


@bp.get("/check/<token>")
@limiter.limit("60 per minute")
def check(token: str):
    """For who stands at the gate or the desk. What was not sealed by us is not looked up."""
    try:
        found = checks.check(token)
    except checks.ForgedToken:
        return render_template("bookings/check_unknown.html"), 404
    return render_template("bookings/check.html", check=found, checked_at=in_india(found.checked_at))


def _none(booking: Booking):
    return render_template("bookings/no_ticket.html", booking=booking), 409
