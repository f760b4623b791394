"""The states of a booking and its items, and the moves between them; every move is a guarded statement."""

from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from chassis import clock
from chassis.database import db

BOOKING_MOVES = {
    "DRAFT": {"HOLDING"},
    "HOLDING": {"AWAITING_PAYMENT", "DRAFT"},
    "AWAITING_PAYMENT": {"CONFIRMING", "COMPENSATING"},
    "CONFIRMING": {"CAPTURING", "COMPENSATING"},
    "CAPTURING": {"CONFIRMED", "COMPENSATING"},
    "CONFIRMED": {"CANCELLING"},
    "COMPENSATING": {"FAILED", "EXPIRED", "ABANDONED"},
    "CANCELLING": {"CANCELLED", "PARTIALLY_CANCELLED", "CONFIRMED"},
    "PARTIALLY_CANCELLED": {"CANCELLING"},
    "CANCELLED": set(),
    "FAILED": set(),
    "EXPIRED": set(),
    "ABANDONED": set(),
}
ITEM_MOVES = {
    "NEW": {"HELD", "RELEASED"},
    "HELD": {"CONFIRMED", "RELEASED"},
    "CONFIRMED": {"CANCELLING"},
    "CANCELLING": {"CANCELLED", "CONFIRMED"},
    "CANCELLED": set(),
    "RELEASED": set(),
}
PAYMENT_MOVES = {
    "OPEN": {"AUTHORISED", "VOIDED", "FAILED", "REFUNDED"},
    "AUTHORISED": {"CAPTURED", "VOIDED", "REFUNDED"},
    "CAPTURED": {"PARTIALLY_REFUNDED", "REFUNDED"},
    "PARTIALLY_REFUNDED": {"PARTIALLY_REFUNDED", "REFUNDED"},
    "REFUNDED": set(),
    "VOIDED": {"REFUNDED"},  # as of every state before: money that came after the end has gone back
    "FAILED": {"REFUNDED"},
}
CORRECTION_MOVES = {
    "PROPOSED": {"ASKED", "DROPPED"},
    "ASKED": {"DONE", "REFUSED"},
    "DROPPED": set(),
    "DONE": set(),
    "REFUSED": set(),
}
FINAL = ("CONFIRMED", "CANCELLED", "PARTIALLY_CANCELLED", "FAILED", "EXPIRED", "ABANDONED")
CANCELLABLE = ("CONFIRMED", "PARTIALLY_CANCELLED")
TICKETED = ("CONFIRMED", "PARTIALLY_CANCELLED", "CANCELLING")  # what is booked of it can be travelled on
LIVE_CORRECTION = ("PROPOSED", "ASKED")
LIVE_PAYMENT = ("OPEN", "AUTHORISED", "CAPTURED", "PARTIALLY_REFUNDED")

T = TypeVar("T")


class Overtaken(Exception):
    """Somebody else moved it first; whoever did goes on, we stop."""


def move(row: Any, to: str, **values: Any) -> None:
    """Move a booking, item, payment or correction (by its MOVES) inside `writing()`.

    Raises Overtaken when its state is no longer what we read, ValueError for a move that is not legal.
    """
    if to not in row.MOVES[row.state]:
        raise ValueError(f"{type(row).__name__} {row.id}: no move from {row.state} to {to}")
    kind = type(row)
    values |= {"state": to, "updated_at": clock.now()}
    counted = {"version": kind.version + 1} if hasattr(kind, "version") else {}
    db.session.flush()
    moved = db.session.execute(
        update(kind.__table__)
        .where(kind.id == row.id, kind.state == row.state)
        .values(**values, **counted)
        .returning(*(kind.__table__.c[name] for name in counted or ["id"]))
    ).first()
    if moved is None:
        raise Overtaken(f"{kind.__name__} {row.id} is no longer {row.state}")
    for name, value in (values | dict(zip(counted, moved, strict=False))).items():
        set_committed_value(row, name, value)


def known(value: T | None) -> T:
    """What a row always has in the state it is in: who pays, until when, under which number.

    Raises LookupError, so that a row out of order stops here and not at the gateway.
    """
    if value is None:
        raise LookupError("what this state always has is missing")
    return value
