"""The order book: hold, confirm, cancel and find, the same for whatever is sold.

What is locked, and in which order: `rows.py`. A short take rolls back, takes back that inventory's expired holds, each in
a transaction of its own, and tries once more: in one it deadlocks with cancel on PostgreSQL.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
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
from bpp_services.core.rows import Rows, names_transaction
from bpp_services.core.standing import status_of
from chassis import clock, faults
from chassis.database import writing

A = TypeVar("A")

_hold, _confirm, _cancel = (
    faults.Points(f"provider.{action}", "writing", "written") for action in ("init", "confirm", "cancel")
)
_reclaim = faults.Points("provider.reclaim", "writing", "written")


class OrderBook:
    """The orders and bookings of one provider; `order`, `booking` and `told` as of `Rows`."""

    def __init__(self, order: Any, booking: Any, inventory: Inventory, told: Sequence[ORMOption] = ()):
        self.inventory = inventory
        self.rows = Rows(order, booking, told)

    # ---- hold

    def hold(self, context: Context, digest: str, make: Callable[[], Any], say: Callable[[Any], A]) -> A:
        """The booking of this order, held now or before; `make()` gives a new one and `say` the answer about it.

        Raises SoldOut, OtherContent, or Refused when a cancel came first.
        """

        def attempt() -> A:
            with writing() as session:
                is_new = self.rows.write_order(context, digest)
                # What was written just now nobody else can see: there is nothing to compare, and nothing to find.
                booking = None if is_new else self.rows.booking_of(self._same_order(context, digest))
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
        while self.rows.is_numbered(booking.bpp_booking_id):
            booking = make()
        return booking

    def _same_order(self, context: Context, digest: str) -> Any:
        order = self.rows.lock_order(context)
        if order.content_digest is None:
            raise Refused(
                ERROR_40003_QUOTE,
                "This order was cancelled before it was made; begin a new one",
                "$.context.transaction_id",
            )
        if order.content_digest != digest:
            raise OtherContent
        return order

    def _again_after_reclaiming(self, attempt: Callable[[], A]) -> A:
        """Again even when nothing was left to take back: another buyer may have done it since the first attempt."""
        try:
            return attempt()
        except SoldOut as short:
            self.reclaim(short.holds)
        return attempt()

    def reclaim(self, holds: ColumnElement[bool] | None = None) -> int:
        """Take back the expired holds among `holds` (all of them); how many there were."""
        return sum(self._take_back(each) for each in self.rows.expired(holds))

    def _take_back(self, booking_id: int) -> bool:
        """In a transaction of its own: several in one would lock the inventory in the order of the bookings."""
        with writing():
            booking = self.rows.lock_expired(booking_id)
            if booking is None:
                return False
            self.rows.move(booking, EXPIRED)
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
        order = self.rows.lock_order(context)
        booking = order and self.rows.booking_of(order)
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
        self.rows.move(
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
        if preview or not names_transaction(message.order_id, context):
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
        if not names_transaction(order_id, context):
            return self.rows.find(context, order_id, lock=True)
        if closes:
            self.rows.write_order(context, None)
        order = self.rows.lock_order(context)
        return order and self.rows.booking_of(order)

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
        self.rows.move(
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
        self.rows.move(booking, RELEASED, held_until=None, cancelled_at=clock.now(), cancel_reason=reason)
        if was_held:
            self.inventory.put_back(booking)
        return say(booking)

    # ---- find

    def find(self, context: Context, order_id: str, path: str = "$.message.order_id") -> Any:
        """The booking by the order's id, or by the transaction's in its place. Raises Refused 30010."""
        booking = self.rows.find(context, order_id)
        if booking is None:
            raise no_order(order_id, path)
        return booking

    def find_to_change(self, context: Context, order_id: str | None, path: str) -> Any:
        """The booking, locked, inside `writing()`. Raises Refused 30010."""
        booking = self.rows.find(context, order_id, lock=True) if order_id else None
        if booking is None:
            raise no_order(order_id or "", path)
        return booking


def no_order(order_id: str, path: str) -> Refused:
    return Refused(ERROR_30010_ORDER, f"No order {order_id[:60]}", path)


def closed() -> Refused:
    return Refused(
        ERROR_30010_ORDER,
        "No order under this id; nothing is held, and none will be made under it",
        "$.message.order_id",
    )
