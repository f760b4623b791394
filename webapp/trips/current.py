"""The visitor's trip in the making: which DRAFT it is, and how many items the masthead tells of without asking anybody."""

import hashlib

from flask import session
from sqlalchemy import select

from chassis.database import db
from webapp.bookings import access
from webapp.bookings.models import Booking
from webapp.trips import drafts


def find() -> Booking | None:
    """The draft that this browser looked at last; else what the account began last, when that is a draft still."""
    noted = session.get("trip") or {}
    mine = Booking.public_reference == noted.get("reference")
    booking = db.session.scalar(select(Booking).where(mine)) if noted else None
    if booking is None or booking.state != "DRAFT" or not access.is_own(booking):
        booking = _newest_of_account()
    return booking


def _newest_of_account() -> Booking | None:
    if access.user_id() is None:
        return None
    newest = select(Booking).where(Booking.user_id == access.user_id()).order_by(Booking.id.desc()).limit(1)
    booking = db.session.scalar(newest)
    return booking if booking is not None and booking.state == "DRAFT" else None


def find_or_begin(currency: str) -> Booking:
    """The visitor's trip, a new one when there is none. Two tabs at the same instant begin the same."""
    booking = find()
    number = session.get("trips", 0)
    while booking is None:
        number += 1
        begun = drafts.begin(_nonce(number), currency, access.user_id(), access.actor())
        # One that has moved on was begun by a request whose answer this browser never got.
        booking = begun if begun.state == "DRAFT" and begun.user_id == access.user_id() else None
    session["trips"] = number
    return booking


def _nonce(number: int) -> str:
    """Of this browser's trip of that number: whoever asks at the same time, with the same cookie, asks for the same."""
    return hashlib.sha256(f"{session.get('csrf_token', '')} trip {number}".encode()).hexdigest()


def note(booking: Booking | None) -> None:
    """The visitor is at this booking: a draft of hers is her trip from now on, one that has moved on is no longer."""
    noted = session.get("trip") or {}
    if booking is None or (booking.state != "DRAFT" and noted.get("reference") == booking.public_reference):
        session.pop("trip", None)
    elif booking.state == "DRAFT" and access.is_own(booking):
        trip = {"reference": booking.public_reference, "items": len(booking.current_items)}
        if trip != noted:
            session["trip"] = trip
            session.permanent = True
