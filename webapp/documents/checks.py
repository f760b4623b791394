"""The check of a ticket: who scans its code learns whether it is valid now, and nothing of who travels.

A code carries the item's own random id, the ticket's edition (a corrected name makes a new one) and a seal: nobody finds
one by counting, and what was not sealed here is not looked up.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from chassis import clock
from chassis.database import db
from webapp.bookings.models import BookingItem, NameCorrection
from webapp.bookings.views import ItemView, view_of

_ID, _SEAL = 16, 12  # bytes; 96 bits are more than anybody tries over the network
MOST_EDITIONS = 255
LONGEST_TOKEN = 39


class ForgedToken(ValueError):
    """Not sealed by us."""


@dataclass(frozen=True)
class Check:
    """What the scanner is told. `state`: valid, over, cancelled, replaced or not_issued; nothing of who travels."""

    state: str
    view: ItemView
    travellers: int
    checked_at: datetime


def token_of(item: BookingItem) -> str:
    """The token of the item's ticket as it is now."""
    told = uuid.UUID(item.transaction_id).bytes + bytes([edition_of(item)])
    return _written(told + _seal(told, _keys()[0]))


def edition_of(item: BookingItem) -> int:
    """How many names were corrected since it was booked: a ticket printed before has an earlier one."""
    done = select(func.count()).where(
        NameCorrection.booking_id == item.booking_id, NameCorrection.state == "DONE"
    )
    return min(int(db.session.scalar(done) or 0), MOST_EDITIONS)


def check(token: str) -> Check:
    """What stands about the ticket. Raises ForgedToken for what was not sealed here, and for an item we do not have."""
    transaction_id, edition = _read(token)
    item = db.session.scalar(select(BookingItem).where(BookingItem.transaction_id == transaction_id))
    if item is None:
        raise ForgedToken(token[:LONGEST_TOKEN])
    view, now = view_of(item), clock.now()
    return Check(_state(view, edition, now), view, travellers_on(view), now)


def travellers_on(view: ItemView) -> int:
    offer = view.offer
    return offer.party.size if offer.kind == "flights" else offer.adults + offer.children


def _state(view: ItemView, edition: int, now: datetime) -> str:
    item = view.item
    if item.state in ("CANCELLING", "CANCELLED"):
        return "cancelled"
    if item not in item.booking.current_items or edition != edition_of(item):
        return "replaced"
    if item.state != "CONFIRMED":
        return "not_issued"
    return "valid" if now <= view.ends_at else "over"


def _read(token: str) -> tuple[str, int]:
    if len(token) != LONGEST_TOKEN or not token.isascii():
        raise ForgedToken(token[:LONGEST_TOKEN])
    try:
        whole = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ForgedToken(token) from error
    if _written(whole) != token:  # in the spare bits of base64, or with its other spelling of `-` and `_`
        raise ForgedToken(token)
    told, seal = whole[:-_SEAL], whole[-_SEAL:]
    if not any(hmac.compare_digest(seal, _seal(told, key)) for key in _keys()):
        raise ForgedToken(token)
    return str(uuid.UUID(bytes=told[:_ID])), told[_ID]


def _written(whole: bytes) -> str:
    """The one spelling of a code."""
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def _seal(told: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"ticket:" + told, hashlib.sha256)[:_SEAL]


def _keys() -> list[bytes]:
    """Today's secret first, then those before it: a ticket on paper outlives a change of secrets."""
    app = current_app
    return [
        each if isinstance(each, bytes) else each.encode()
        for each in (app.config["SECRET_KEY"], *(app.config.get("SECRET_KEY_FALLBACKS") or ()))
    ]
