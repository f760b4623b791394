"""The states of a booking and its items, and the moves between them; every move is a guarded statement."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from chassis import clock
from chassis.database import db
from chassis.prepared import Command

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
AT_REST = (*FINAL, "DRAFT")  # nothing is being done, and nobody is asked for money
UNDER_WAY = tuple(state for state in BOOKING_MOVES if state not in AT_REST)
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
    db.session.flush()
    moved = _moving(kind.__table__).rows(moved_id=row.id, moved_from=row.state, **values)
    if not moved:
        raise Overtaken(f"{kind.__name__} {row.id} is no longer {row.state}")
    if hasattr(kind, "version"):
        values["version"] = moved[0][0]
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _moving(table: Table) -> Command:
    """The guarded statement; what else it changes are the values it is given. Gives the version, of what has one."""
    moving = update(table).where(
        table.c.id == bindparam("moved_id"), table.c.state == bindparam("moved_from")
    )
    if "version" in table.c:
        return Command(moving.values(version=table.c.version + 1).returning(table.c.version))
    return Command(moving.returning(table.c.id))


def known(value: T | None) -> T:
    """What a row always has in the state it is in: who pays, until when, under which number.

    Raises LookupError, so that a row out of order stops here and not at the gateway.
    """
    if value is None:
        raise LookupError("what this state always has is missing")
    return value
