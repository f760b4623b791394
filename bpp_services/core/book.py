"""The order book: hold, confirm, cancel and find, the same for whatever is sold.

Lock order everywhere: order, booking, then inventory by (date, id). A short take rolls back, takes back that inventory's
expired holds, each in a transaction of its own, and tries once more: in one it deadlocks with cancel on PostgreSQL.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from beckn import terms
from beckn.context import Context
from beckn.errors import (
    ERROR_30010_ORDER,
    ERROR_30011_REASON,
    ERROR_40003_QUOTE,
    ERROR_50001_CANCEL,
    NotUnderstood,
    OtherContent,
    Refused,
)
from beckn.messages import CancelMessage
from beckn.orders import CANCELLED, CONFIRM_CANCEL, CONFIRMED, EXPIRED, HELD, RELEASED, SOFT_CANCEL, Paid
from beckn.quotes import HOLD_SECONDS
from bpp_services.core.cancelling import begun, percent_kept, promise
from bpp_services.core.inventory import Inventory, SoldOut
from bpp_services.core.orders import MOVES
from bpp_services.core.standing import status_of
from chassis import clock, faults
from chassis.database import db, writing
from chassis.objects import Objects
from chassis.prepared import Command, Prepared, insert_once

# FOR NO KEY UPDATE: a second UPDATE of a booking in one transaction checks its order again on PostgreSQL (FOR KEY SHARE),
# and would wait there for a confirm that holds the order and waits for this booking.
LOCK: dict[str, Any] = {"key_share": True}

A = TypeVar("A")

_hold, _confirm, _cancel = (
    faults.Points(f"provider.{action}", "writing", "written") for action in ("init", "confirm", "cancel")
)
_reclaim = faults.Points("provider.reclaim", "writing", "written")


class OrderBook:
    """The orders and bookings of one provider. `order` and `booking` are its models.

    `told`: how to load with a booking, in as few statements, what every answer about it tells.
    """

    def __init__(self, order: Any, booking: Any, inventory: Inventory, told: Sequence[ORMOption] = ()):
        self.order = order
        self.booking = booking
        self.inventory = inventory
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

    # ---- hold

    def hold(self, context: Context, digest: str, make: Callable[[], Any], say: Callable[[Any], A]) -> A:
        """The booking of this order, held now or before; `make()` gives a new one and `say` the answer about it.

        Raises SoldOut, OtherContent, or Refused when a cancel came first.
        """

        def attempt() -> A:
            with writing() as session:
                is_new = self._write_order(context, digest)
                # What was written just now nobody else can see: there is nothing to compare, and nothing to find.
                booking = None if is_new else self._booking_of(self._same_order(context, digest))
                if booking is None:
                    booking = self._new_booking(make)
                    now = clock.now()
                    booking.booking_status = HELD
                    booking.held_until = now + timedelta(seconds=HOLD_SECONDS)
                    booking.created_at = booking.updated_at = now
                    session.add(booking)
                    session.flush()
                    self.inventory.take(booking)
                answer = say(booking)
                _hold.reached("writing")
            _hold.reached("written")
            return answer

        return self._again_after_reclaiming(attempt)

    def _new_booking(self, make: Callable[[], Any]) -> Any:
        """Among a million references a new one meets an old one now and then: then another is made."""
        booking = make()
        while self._numbered.rows(number=booking.bpp_booking_id):
            booking = make()
        return booking

    def _same_order(self, context: Context, digest: str) -> Any:
        order = self._lock_order(context)
        if order.content_digest is None:
            raise Refused(
                ERROR_40003_QUOTE,
                "This order was cancelled before it was made; begin a new one",
                "$.context.transaction_id",
            )
        if order.content_digest != digest:
            raise OtherContent
        return order

    def _write_order(self, context: Context, digest: str | None) -> bool:
        """Whether it was not there before."""
        written = insert_once(
            self.order.__table__,
            bap_id=context.bap_id,
            transaction_id=context.transaction,
            content_digest=digest,
            first_seen=clock.now(),
        )
        return written is not None

    def _lock_order(self, context: Context) -> Any:
        return self._order_locked.one_or_none(bap_id=context.bap_id, transaction_id=context.transaction)

    def _booking_of(self, order: Any) -> Any:
        found = db.session.scalars(
            self._booking_of_order, {"bap_id": order.bap_id, "transaction_id": order.transaction_id}
        )
        return found.unique().one_or_none()

    def _again_after_reclaiming(self, attempt: Callable[[], A]) -> A:
        """Again even when nothing was left to take back: another buyer may have done it since the first attempt."""
        try:
            return attempt()
        except SoldOut as short:
            self.reclaim(short.holds)
        return attempt()

    def reclaim(self, holds: ColumnElement[bool] | None = None) -> int:
        """Take back the expired holds among `holds` (all of them); how many there were."""
        expired = select(self.booking.id).where(
            self.booking.booking_status == HELD, self.booking.held_until <= clock.now()
        )
        if holds is not None:
            expired = expired.where(holds)
        return sum(
            self._take_back(each) for each in db.session.scalars(expired.order_by(self.booking.id)).all()
        )

    def _take_back(self, booking_id: int) -> bool:
        """In a transaction of its own: several in one would lock the inventory in the order of the bookings."""
        with writing() as session:
            booking = session.get(self.booking, booking_id, with_for_update=LOCK, populate_existing=True)
            if not (booking and booking.booking_status == HELD and booking.held_until <= clock.now()):
                return False  # somebody else took it back, or its buyer came meanwhile
            self._move(booking, EXPIRED)
            self.inventory.put_back(booking)
            _reclaim.reached("writing")
        _reclaim.reached("written")
        return True

    # ---- confirm

    def confirm(
        self, context: Context, order_id: str | None, digest: str, paid: Paid, say: Callable[[Any], A]
    ) -> A:
        """The booking, confirmed now or before. Raises Refused, OtherContent, SoldOut for an expired hold."""
        if not paid.is_paid:
            raise NotUnderstood("must be PAID", "$.message.order.payments[0].status")

        def attempt() -> A:
            with writing():
                booking = self._ordered(context, order_id, digest)
                if booking.booking_status != CONFIRMED:
                    self._confirm(booking, paid)
                answer = say(booking)
                _confirm.reached("writing")
            _confirm.reached("written")
            return answer

        return self._again_after_reclaiming(attempt)

    def _ordered(self, context: Context, order_id: str | None, digest: str) -> Any:
        order = self._lock_order(context)
        booking = order and self._booking_of(order)
        if not booking or (order_id is not None and order_id != booking.bpp_booking_id):
            raise no_order(order_id or context.transaction, "$.message.order.id")
        if order.content_digest != digest:
            raise OtherContent
        return booking

    def _confirm(self, booking: Any, paid: Paid) -> None:
        if booking.booking_status in (CANCELLED, RELEASED):
            raise Refused(
                ERROR_40003_QUOTE, "This order was cancelled; begin a new one", "$.message.order.id"
            )
        if status_of(booking, clock.now()) == EXPIRED:
            self.inventory.refuse_when_over(booking)
        was_taken_back = booking.booking_status == EXPIRED
        now = clock.now()
        self._move(
            booking,
            CONFIRMED,
            held_until=None,
            confirmed_at=now,
            payment_reference=paid.reference,
            terms=terms.to_store(begun(terms.from_store(booking.terms), now)),
        )
        if was_taken_back:
            self.inventory.take(booking)

    # ---- cancel

    def cancel(self, context: Context, message: CancelMessage, say: Callable[..., A]) -> A:
        """Preview or do it; `say(booking, preview_percent=…)` gives the answer. A second cancel gives the same refund.

        Raises Refused: 30010 unknown (and closes an id never seen), 30011 reason, 50001 too late.
        """
        preview = self._read_cancel(message)
        with writing():
            booking = self._find_to_cancel(context, message.order_id, closes=not preview)
            answer = booking and self._cancel(booking, message.cancellation_reason_id, preview, say)
            _cancel.reached("writing")
        _cancel.reached("written")
        if booking is not None:
            return answer
        if preview or not _names(message.order_id, context):
            raise no_order(message.order_id, "$.message.order_id")
        raise closed()

    def _read_cancel(self, message: CancelMessage) -> bool:
        if message.cancellation_reason_id not in terms.REASONS:
            raise Refused(
                ERROR_30011_REASON,
                f"Unknown reason {message.cancellation_reason_id[:20]}; known are 001 and 014",
                "$.message.cancellation_reason_id",
            )
        if message.descriptor.code not in (SOFT_CANCEL, CONFIRM_CANCEL):
            raise NotUnderstood(f"must be {SOFT_CANCEL} or {CONFIRM_CANCEL}", "$.message.descriptor.code")
        return message.descriptor.code == SOFT_CANCEL

    def _find_to_cancel(self, context: Context, order_id: str, closes: bool) -> Any:
        if not _names(order_id, context):
            return self._find(context, order_id, lock=True)
        if closes:
            self._write_order(context, None)
        order = self._lock_order(context)
        return order and self._booking_of(order)

    def _cancel(self, booking: Any, reason: str, preview: bool, say: Callable[..., A]) -> A:
        if booking.booking_status in (CANCELLED, RELEASED):
            return say(booking)
        if booking.booking_status != CONFIRMED:
            return self._release(booking, reason, preview, say)
        now = clock.now()
        percent = percent_kept(booking, reason, now)
        if percent is None:
            raise Refused(ERROR_50001_CANCEL, self.inventory.over_sentence(booking), "$.message.order_id")
        if preview:
            promise(booking, reason, percent, now)
            return say(booking, preview_percent=percent, preview_reason=reason)
        self._move(
            booking,
            CANCELLED,
            cancelled_at=now,
            cancel_reason=reason,
            kept_percent=str(percent),
            refund_minor=booking.total_minor - self.inventory.kept_minor(booking, percent),
        )
        self.inventory.put_back(booking)
        return say(booking)

    def _release(self, booking: Any, reason: str, preview: bool, say: Callable[..., A]) -> A:
        if preview:
            return say(booking, preview_percent=Decimal(0), preview_reason=reason)
        was_held = booking.booking_status == HELD
        self._move(booking, RELEASED, held_until=None, cancelled_at=clock.now(), cancel_reason=reason)
        if was_held:
            self.inventory.put_back(booking)
        return say(booking)

    # ---- find

    def find(self, context: Context, order_id: str, path: str = "$.message.order_id") -> Any:
        """The booking by the order's id, or by the transaction's in its place. Raises Refused 30010."""
        booking = self._find(context, order_id)
        if booking is None:
            raise no_order(order_id, path)
        return booking

    def find_to_change(self, context: Context, order_id: str | None, path: str) -> Any:
        """The booking, locked, inside `writing()`. Raises Refused 30010."""
        booking = self._find(context, order_id, lock=True) if order_id else None
        if booking is None:
            raise no_order(order_id or "", path)
        return booking

    def _find(self, context: Context, order_id: str, lock: bool = False) -> Any:
        query = self._bookings.where(self.booking.bap_id == context.bap_id)
        if _is_transaction(order_id):
            query = query.where(self.booking.beckn_transaction_id == str(uuid.UUID(order_id)))
        else:
            query = query.where(self.booking.bpp_booking_id == order_id)
        found = db.session.scalars(query.with_for_update(of=self.booking, **LOCK) if lock else query)
        return found.unique().one_or_none()

    def _move(self, booking: Any, to: str, **values: Any) -> None:
        """A legal move as a guarded statement: somebody else's move in between shows as no row."""
        source = booking.booking_status
        if to not in MOVES[source]:
            raise ValueError(f"no move from {source} to {to}")
        values = {"booking_status": to, "updated_at": clock.now(), **values}
        if self._moving.change(moved_id=booking.id, moved_from=source, **values) != 1:
            raise RuntimeError(f"booking {booking.bpp_booking_id} is no longer {source}")
        for name, value in values.items():
            set_committed_value(booking, name, value)


def _names(order_id: str, context: Context) -> bool:
    """Whether `order_id` is the message's own transaction, in the place of an order's id."""
    return _is_transaction(order_id) and uuid.UUID(order_id) == context.transaction_id


def _is_transaction(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def no_order(order_id: str, path: str) -> Refused:
    return Refused(ERROR_30010_ORDER, f"No order {order_id[:60]}", path)


def closed() -> Refused:
    return Refused(
        ERROR_30010_ORDER,
        "No order under this id; nothing is held, and none will be made under it",
        "$.message.order_id",
    )
