"""One order per (bap, transaction), for ever; and the states, moves and columns that every bpp_bookings has."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from beckn import money
from beckn.errors import ERROR_40003_QUOTE, Refused
from beckn.orders import CANCELLED, CONFIRMED, EXPIRED, HELD, RELEASED, STATES, Paid
from chassis.database import BigId, Instant, Json, one_of

# From a state to the states it may become. EXPIRED → CONFIRMED only by taking the inventory again at the held price;
# EXPIRED → RELEASED so that what was cancelled stays cancelled when a confirm comes late.
MOVES = {
    HELD: {CONFIRMED, RELEASED, EXPIRED},
    EXPIRED: {CONFIRMED, RELEASED},
    CONFIRMED: {CANCELLED},
    CANCELLED: set(),
    RELEASED: set(),
}

# As the index of held bookings says it. A bound value in its place would make SQLite plan the statement anew each time,
# since only some values let it use the index.
IS_HELD = "booking_status = 'HELD'"

REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I


def new_reference(prefix: str = "") -> str:
    """Six letters and digits that nobody mistakes for others, behind the provider's prefix."""
    return prefix + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))


def digest(*ordered: Any) -> str:
    """What was ordered (items, dates, party, travellers, price) as one short text; equal orders are equal texts."""
    return hashlib.sha256(msgspec.json.encode(ordered)).hexdigest()


def refuse_another_price(paid: Paid, total_minor: int, currency: str) -> None:
    """Raises Refused when what was accepted is not what it costs."""
    if (paid.total_minor, paid.currency) != (total_minor, currency):
        raise Refused(
            ERROR_40003_QUOTE,
            f"The price is now {currency} {money.write(total_minor)}, not {money.write(paid.total_minor)}; "
            "nothing is held",
            "$.message.order.payments[0].params.amount",
        )


class OrderColumns:
    """Written first by `init` and by `cancel`; no digest means that a cancel closed the id before any init."""

    __tablename__ = "orders"

    bap_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    content_digest: Mapped[str | None] = mapped_column(String(64))
    first_seen: Mapped[datetime] = mapped_column(Instant)


class BookingColumns:
    """What every provider writes of a booking. Amounts in minor units; `terms` and `sold` as they were sold."""

    __tablename__ = "bpp_bookings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bpp_booking_id: Mapped[str] = mapped_column(String(16))
    platform_booking_id: Mapped[str] = mapped_column(String(32), index=True)
    bap_id: Mapped[str] = mapped_column(String(128))
    beckn_transaction_id: Mapped[str] = mapped_column(String(36))
    beckn_message_id: Mapped[str] = mapped_column(String(36))
    fare_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    refund_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    sold: Mapped[Any] = mapped_column(Json)
    terms: Mapped[Any] = mapped_column(Json)
    billed_to: Mapped[Any] = mapped_column(Json)
    payment_reference: Mapped[str | None] = mapped_column(String(64))
    booking_status: Mapped[str] = mapped_column(String(16))
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str | None] = mapped_column(String(3))
    kept_percent: Mapped[str | None] = mapped_column(String(8))
    preview_percent: Mapped[str | None] = mapped_column(String(8))
    preview_until: Mapped[datetime | None] = mapped_column(Instant)
    unpaid_preview_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


def booking_constraints(*columns_of_inventory: str) -> tuple:
    """The constraints of every bpp_bookings; held bookings are found by the inventory they hold."""
    return (
        UniqueConstraint("bpp_booking_id", name="bpp_booking_id"),
        UniqueConstraint("bap_id", "beckn_transaction_id", name="one_booking_per_order"),
        ForeignKeyConstraint(["bap_id", "beckn_transaction_id"], ["orders.bap_id", "orders.transaction_id"]),
        CheckConstraint(one_of("booking_status", STATES), name="booking_status_known"),
        CheckConstraint("(booking_status <> 'HELD') OR held_until IS NOT NULL", name="held_has_an_end"),
        CheckConstraint("(booking_status <> 'CONFIRMED') OR held_until IS NULL", name="confirmed_has_no_end"),
        CheckConstraint(
            "total_minor = fare_minor + tax_minor AND fare_minor >= 0 AND tax_minor >= 0",
            name="total_adds_up",
        ),
        CheckConstraint("refund_minor BETWEEN 0 AND total_minor", name="refund_within_total"),
        Index(
            "ix_bpp_bookings_held",
            *columns_of_inventory,
            "held_until",
            postgresql_where=text(IS_HELD),
            sqlite_where=text(IS_HELD),
        ),
    )
