"""Whose booking it is: its user's, or the session's that made it. For everybody else it does not exist."""

from flask import Response, abort, session
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from chassis.database import db
from webapp.bookings.models import Booking
from webapp.bookings.references import is_reference

MOST_GRANTED = 20


def grant(reference: str) -> None:
    """Let this browser's session see the booking; the oldest of many is forgotten."""
    granted = [each for each in session.get("granted", []) if each != reference]
    session["granted"] = [*granted, reference][-MOST_GRANTED:]
    session.permanent = True


def find(reference: str) -> Booking:
    """The booking, when it is the visitor's; aborts with 404 otherwise."""
    if not is_reference(reference):
        abort(404)
    booking = db.session.scalar(select(Booking).where(Booking.public_reference == reference))
    if booking is None or not is_visitors(booking):
        abort(404)
    return booking


def is_visitors(booking: Booking) -> bool:
    if current_user.is_authenticated and booking.user_id == current_user.user_id:
        return True
    return booking.public_reference in session.get("granted", [])


def belongs_to_visitor() -> ColumnElement[bool]:
    """Of all bookings those of the visitor's account; without one, those that this browser made."""
    if current_user.is_authenticated:
        return Booking.user_id == current_user.user_id
    return Booking.public_reference.in_(session.get("granted", []))


def user_id() -> int | None:
    return current_user.user_id if current_user.is_authenticated else None


def actor() -> str:
    """Who acts, for the audit log."""
    return f"user {current_user.user_id}" if current_user.is_authenticated else "guest"


def keep_no_copy(response: Response) -> Response:
    """After a request: no cache keeps names, passports and references for whoever sits there next."""
    response.headers["Cache-Control"] = "no-store"
    return response
