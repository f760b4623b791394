"""Who may do what with a booking. For everybody else it does not exist.

| who | sees it | pays, cancels, corrects a name | goes on with the draft |
|---|---|---|---|
| the account that it belongs to, signed in | yes | yes | yes |
| the browser that made it, of a guest's | yes | yes | yes |
| a browser that found it by reference and e-mail, of a guest's | yes | yes | no |
| one that made or found it, of an account's | yes | signs in first | signs in first |

A guest has nothing but reference and e-mail, so they have to be enough to cancel; who has an account has a password, and
what is done without it is no more than looking. A draft's form holds passports in full, and what was found never opens it.

What was found stays open to that browser for as long as the e-mail is the booking's: when another takes its place, as
after a lost mailbox, nobody goes on who knew the one before. Only who made the change does.
"""

import hashlib
import hmac
from typing import NoReturn

from flask import Response, abort, current_app, render_template, request, session
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from chassis.database import db
from webapp.accounts.sessions import ask_to_sign_in
from webapp.bookings import reading
from webapp.bookings.models import Booking
from webapp.bookings.references import is_reference, tidy

MOST_REMEMBERED = 20


def grant(reference: str) -> None:
    """This browser made the booking."""
    _remember("granted", reference)


def grant_found(reference: str, email: str) -> None:
    """This browser knew the reference and the e-mail of the booking."""
    _remember("found", _found_by(reference, email))


def keep_found(reference: str, email: str) -> None:
    """This browser gave the booking another e-mail: what it had found stays found."""
    if reference in _once_found():
        grant_found(reference, email)


def _found_by(reference: str, email: str) -> str:
    """Keyed, since a cookie can be read: the address is not in it, and cannot be guessed from it."""
    key, text = str(current_app.secret_key).encode(), f"found\n{reference}\n{email.casefold()}".encode()
    return f"{reference} {hmac.new(key, text, hashlib.sha256).hexdigest()[:20]}"


def _remember(how: str, grant: str) -> None:
    """In the session; the oldest of many is forgotten. A grant begins with its reference."""
    others = [each for each in session.get(how, []) if each.split()[0] != grant.split()[0]]
    session[how] = [*others, grant][-MOST_REMEMBERED:]
    session.permanent = True


def find(reference: str) -> Booking:
    """The booking, when the visitor may see it; aborts with 404 otherwise."""
    if not is_reference(reference):
        abort(404)
    booking = reading.by_reference(reference)
    if booking is None or not may_see(booking):
        abort(404)
    return booking


def find_to_change(reference: str) -> Booking:
    """The booking, when the visitor may also change it; who may only see it is sent to sign in."""
    booking = find(reference)
    if not may_change(booking):
        _send_to_its_account(booking)
    return booking


def find_own(reference: str) -> Booking:
    """The booking, when the visitor made it and may read again what was typed; others are sent to sign in, or get 403."""
    booking = find(reference)
    demand_own(booking)
    return booking


def demand_own(booking: Booking) -> None:
    """As `find_own`, of a booking that was found."""
    if not is_own(booking):
        _send_to_its_account(booking)


def may_see(booking: Booking) -> bool:
    return is_own(booking) or _was_made_here(booking) or _was_found(booking)


def may_change(booking: Booking) -> bool:
    return is_own(booking) or (booking.user_id is None and _was_found(booking))


def is_own(booking: Booking) -> bool:
    if booking.user_id is None:
        return _was_made_here(booking)
    return current_user.is_authenticated and booking.user_id == current_user.user_id


def _was_found(booking: Booking) -> bool:
    return booking.state != "DRAFT" and _is_still_found(booking.public_reference, booking.contact_email)


def _is_still_found(reference: str, email: str | None) -> bool:
    return _found_by(reference, email or "") in session.get("found", [])


def _once_found() -> list[str]:
    return [each.split()[0] for each in session.get("found", [])]


def _was_made_here(booking: Booking) -> bool:
    return booking.public_reference in session.get("granted", [])


def _send_to_its_account(booking: Booking) -> NoReturn:
    """To sign in; who is signed in already is somebody else, and a guest's has no account."""
    abort(403 if current_user.is_authenticated or booking.user_id is None else ask_to_sign_in())


def belongs_to_visitor() -> ColumnElement[bool]:
    """Of all bookings those of the visitor's account; without one, those that this browser made or found."""
    if current_user.is_authenticated:
        return Booking.user_id == current_user.user_id
    return Booking.public_reference.in_([*session.get("granted", []), *_still_found()])


def _still_found() -> list[str]:
    once = _once_found()
    if not once:
        return []
    wanted = select(Booking.public_reference, Booking.contact_email)
    rows = db.session.execute(wanted.where(Booking.public_reference.in_(once)))
    return [reference for reference, email in rows if _is_still_found(reference, email)]


def user_id() -> int | None:
    return current_user.user_id if current_user.is_authenticated else None


def actor() -> str:
    """Who acts, for the audit log."""
    return f"user {current_user.user_id}" if current_user.is_authenticated else "guest"


def keep_no_copy(response: Response) -> Response:
    """After a request: no cache keeps names, passports and references for whoever sits there next."""
    response.headers["Cache-Control"] = "no-store"
    return response


def not_here(_error):
    """The 404 of a booking's pages, the same whether there is such a booking or not: how one gets to see it."""
    given = (request.view_args or {}).get("reference", "")
    reference = tidy(given)
    page = render_template(
        "bookings/not_here.html",
        reference=reference if is_reference(reference) else None,
        onward=request.path if request.method == "GET" and is_reference(given) else None,
    )
    return page, 404
