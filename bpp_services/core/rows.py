"""The rows of one provider's orders and bookings: each written once, locked in one order, and moved by a guarded statement.

Lock order everywhere: order, booking, then inventory by (date, id).
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from beckn.context import Context
from beckn.orders import HELD
from bpp_services.core.orders import MOVES
from chassis import clock
from chassis.database import db
from chassis.objects import Objects
from chassis.prepared import Command, Prepared, insert_once

# FOR NO KEY UPDATE: a second UPDATE of a booking in one transaction checks its order again on PostgreSQL (FOR KEY SHARE),
# and would wait there for a confirm that holds the order and waits for this booking.
LOCK: dict[str, Any] = {"key_share": True}


class Rows:
    """`order` and `booking` are the provider's models.

    `told`: how to load with a booking, in as few statements, what every answer about it tells.
    """

    def __init__(self, order: Any, booking: Any, told: Sequence[ORMOption]):
        self.order, self.booking = order, booking
        self._order_locked = Objects(
            order,
            select(order)
            .where(order.bap_id == bindparam("bap_id"), order.transaction_id == bindparam("transaction_id"))
            .with_for_update(**LOCK),
        )
        table = booking.__table__
        self._moving = Command(
            update(table).where(
                table.c.id == bindparam("moved_id"), table.c.booking_status == bindparam("moved_from")
            )
        )
        self._numbered = Prepared(select(booking.id).where(booking.bpp_booking_id == bindparam("number")))
        self._bookings = select(booking).options(*told)
        self._booking_of_order = self._bookings.where(
            booking.bap_id == bindparam("bap_id"),
            booking.beckn_transaction_id == bindparam("transaction_id"),
        ).with_for_update(of=booking, **LOCK)

    # ---- orders

    def write_order(self, context: Context, digest: str | None) -> bool:
        """Whether it was not there before."""
        written = insert_once(
            self.order.__table__,
            bap_id=context.bap_id,
            transaction_id=context.transaction,
            content_digest=digest,
            first_seen=clock.now(),
        )
        return written is not None

    def lock_order(self, context: Context) -> Any:
        """The order of the message's transaction; None when none was written."""
        return self._order_locked.one_or_none(bap_id=context.bap_id, transaction_id=context.transaction)

    # ---- bookings

    def booking_of(self, order: Any) -> Any:
        """The booking of an order that is locked, locked too; None when it has none."""
        found = db.session.scalars(
            self._booking_of_order, {"bap_id": order.bap_id, "transaction_id": order.transaction_id}
        )
        return found.unique().one_or_none()

    def find(self, context: Context, order_id: str, lock: bool = False) -> Any:
        """The booking by the order's id, or by the transaction's in its place; None when there is none."""
        query = self._bookings.where(self.booking.bap_id == context.bap_id)
        if _is_transaction(order_id):
            query = query.where(self.booking.beckn_transaction_id == str(uuid.UUID(order_id)))
        else:
            query = query.where(self.booking.bpp_booking_id == order_id)
        found = db.session.scalars(query.with_for_update(of=self.booking, **LOCK) if lock else query)
        return found.unique().one_or_none()

    def is_numbered(self, number: str) -> bool:
        """Whether a booking has this number already."""
        return bool(self._numbered.rows(number=number))

    def expired(self, holds: ColumnElement[bool] | None) -> Sequence[int]:
        """The ids of the expired holds among `holds` (all of them)."""
        expired = select(self.booking.id).where(
            self.booking.booking_status == HELD, self.booking.held_until <= clock.now()
        )
        if holds is not None:
            expired = expired.where(holds)
        return db.session.scalars(expired.order_by(self.booking.id)).all()

    def lock_expired(self, booking_id: int) -> Any:
        """An expired hold, locked; None when somebody else took it back, or its buyer came meanwhile."""
        booking = db.session.get(self.booking, booking_id, with_for_update=LOCK, populate_existing=True)
        is_expired = booking and booking.booking_status == HELD and booking.held_until <= clock.now()
        return booking if is_expired else None

    def move(self, booking: Any, to: str, **values: Any) -> None:
        """A legal move as a guarded statement: somebody else's move in between shows as no row."""
        source = booking.booking_status
        if to not in MOVES[source]:
            raise ValueError(f"no move from {source} to {to}")
        values = {"booking_status": to, "updated_at": clock.now(), **values}
        if self._moving.change(moved_id=booking.id, moved_from=source, **values) != 1:
            raise RuntimeError(f"booking {booking.bpp_booking_id} is no longer {source}")
        for name, value in values.items():
            set_committed_value(booking, name, value)


def names_transaction(order_id: str, context: Context) -> bool:
    """Whether `order_id` is the message's own transaction, in the place of an order's id."""
    return _is_transaction(order_id) and uuid.UUID(order_id) == context.transaction_id


def _is_transaction(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
