"""What moved: each change of a payment's amounts is a guarded update with its ledger entry in the same transaction.

The invariant: captured − refunded = confirmed items + fees kept on cancelled items.
"""

from sqlalchemy import func, select

from chassis import clock
from chassis.database import db
from chassis.prepared import insert_once
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import move
from webapp.payments.gateway import GatewayPayment
from webapp.payments.models import LedgerEntry, Payment


def capture(payment: Payment) -> None:
    """Everything that was authorised was taken."""
    amount = payment.amount_minor
    move(payment, "CAPTURED", captured_minor=amount)
    _enter("CAPTURE", payment.booking_id, amount, payment.currency, f"{payment.reference}-capture", payment)


def learn_capture(payment: Payment, truth: GatewayPayment) -> None:
    """The gateway took money that we had not written down. What it took beyond what was asked is written nowhere here: the
    difference stands at the payment for admins (reconciliation), and all of it goes back."""
    captured = min(truth.captured_minor, payment.amount_minor)
    if payment.state == "OPEN":
        authorised = min(truth.authorised_minor, payment.amount_minor)
        move(payment, "AUTHORISED", authorised_minor=authorised)
    move(payment, "CAPTURED", captured_minor=captured)
    _enter(
        "CAPTURE",
        payment.booking_id,
        captured,
        payment.currency,
        f"{payment.reference}-capture",
        payment,
    )


def came_and_went(payment: Payment, truth: GatewayPayment) -> None:
    """Money was taken that the booking had no use for any more, and has gone back in full."""
    most = payment.amount_minor  # as in `learn_capture`
    captured, refunded = min(truth.captured_minor, most), min(truth.refunded_minor, most)
    taken, back = captured - payment.captured_minor, refunded - payment.refunded_minor
    if taken:
        _enter("CAPTURE", payment.booking_id, taken, payment.currency, f"{payment.reference}-late", payment)
    if back:
        _enter(
            "REFUND", payment.booking_id, back, payment.currency, f"{payment.reference}-late-back", payment
        )
    move(
        payment,
        "REFUNDED",
        authorised_minor=min(truth.authorised_minor, most),
        captured_minor=captured,
        refunded_minor=refunded,
    )


def refund(payment: Payment, amount_minor: int, item: BookingItem | None, key: str) -> None:
    """`amount_minor` went back; the same key a second time changes nothing."""
    if not _enter("REFUND", payment.booking_id, amount_minor, payment.currency, key, payment, item):
        return
    refunded = payment.refunded_minor + amount_minor
    state = "REFUNDED" if refunded == payment.captured_minor else "PARTIALLY_REFUNDED"
    move(payment, state, refunded_minor=refunded)


def fee_kept(booking: Booking, item: BookingItem, amount_minor: int) -> None:
    """A provider keeps part of a cancelled item."""
    _enter("FEE_KEPT", booking.id, amount_minor, item.currency, f"{item.transaction_id}-fee", item=item)


def loss(booking: Booking, item: BookingItem, amount_minor: int) -> None:
    """A provider keeps what no traveller paid: it is ours to bear."""
    _enter("LOSS", booking.id, amount_minor, item.currency, f"{item.transaction_id}-loss", item=item)


def refunded_items(booking: Booking) -> set[int]:
    """The items of a booking whose refund went back."""
    entered = select(LedgerEntry.item_id).where(
        LedgerEntry.booking_id == booking.id, LedgerEntry.kind == "REFUND", LedgerEntry.item_id.is_not(None)
    )
    return set(db.session.scalars(entered))


def owed_minor(booking: Booking) -> int:
    """What is still to be refunded for the cancelled items of a booking that was paid. Money that came too late and went
    back is no item's."""
    owed = sum(item.refund_minor for item in booking.current_items if item.state == "CANCELLED")
    paid_back = db.session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0)).where(
            LedgerEntry.booking_id == booking.id,
            LedgerEntry.kind == "REFUND",
            LedgerEntry.item_id.is_not(None),
        )
    )
    return max(0, owed - int(paid_back or 0))


def balance(booking: Booking) -> tuple[int, int]:
    """(captured − refunded, confirmed items + fees kept): equal whenever the booking is at rest."""
    moved = db.session.execute(
        select(func.coalesce(func.sum(Payment.captured_minor - Payment.refunded_minor), 0)).where(
            Payment.booking_id == booking.id
        )
    ).scalar_one()
    items = booking.current_items
    confirmed = sum(item.total_minor for item in items if item.state == "CONFIRMED")
    return int(moved), confirmed + sum(item.kept_minor for item in items)


def due_minor(booking: Booking, payment: Payment) -> int:
    """What is to be paid by this payment: what the booking costs, less what its other payments have paid."""
    moved, sold = balance(booking)
    return sold - (moved - (payment.captured_minor - payment.refunded_minor))


def _enter(
    kind: str,
    booking_id: int,
    amount_minor: int,
    currency: str,
    key: str,
    payment: Payment | None = None,
    item: BookingItem | None = None,
) -> bool:
    """False when the entry was there already."""
    entered = insert_once(
        LedgerEntry.__table__,
        booking_id=booking_id,
        payment_id=payment.id if payment else None,
        item_id=item.id if item else None,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        idempotency_key=key,
        created_at=clock.now(),
    )
    return entered is not None
