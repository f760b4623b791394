"""Who waits for a step that somebody else is at: a double click, and who comes back from paying moments before the webhook."""

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat

from flask import current_app

from chassis.database import db
from webapp.checkout.saga import Claim, awaken, drive, go_on, is_driven, is_due, is_to_do

PATIENCE = 5.0  # seconds
PAUSES = (0.05, 0.05, 0.1, 0.1, 0.2)  # seconds until one who waits for another looks again
WEBHOOK_COMES_WITHIN = 0.2  # seconds after who paid is back; who comes back waits no longer for it


def drive_until_done(booking_id: int, kind: str, claim: Claim | None = None) -> None:
    """Drive, from `claim` when there is one; while somebody else is at the step of this kind (a double click), wait as
    long as a visitor would."""
    end = time.monotonic() + PATIENCE
    if claim:
        go_on(claim)
    else:
        drive(booking_id)
    pauses = _pauses()
    while is_due(booking_id, kind) and time.monotonic() < end:
        db.session.rollback()
        time.sleep(next(pauses))
        drive(booking_id)


def _pauses() -> Iterator[float]:
    return chain(PAUSES, repeat(PAUSES[-1]))


def come_back(booking_id: int) -> None:
    """The traveller is back from the gateway: see what became of the payment, and go on from there.

    Nearly always the webhook comes within moments of her, and whoever it wakes is at it. To ask beside it would overtake
    him or be overtaken, and one of both would have asked in vain; so she waits a little for it, and then for him, and
    asks when it does not come or he does not come to an end.
    """
    began, patience = time.monotonic(), current_app.config["PATIENCE_AFTER_PAYING"]
    _wait_while(_is_to_be_asked, booking_id, began + min(patience, WEBHOOK_COMES_WITHIN))
    _wait_while(is_driven, booking_id, began + patience)
    if _is_to_be_asked(booking_id):
        awaken(booking_id)
    else:
        drive(booking_id)
    _wait_while(is_driven, booking_id, began + patience)


def _wait_while(condition: Callable[[int], bool], booking_id: int, end: float) -> None:
    db.session.rollback()  # what is read from now on is what others have written
    pauses = _pauses()
    while time.monotonic() < end and condition(booking_id):
        time.sleep(next(pauses))


def _is_to_be_asked(booking_id: int) -> bool:
    return is_to_do(booking_id, "CHECK_PAYMENT")
