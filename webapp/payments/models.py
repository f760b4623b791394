"""Payments as we know them, and the ledger of what moved."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Instant, Model, one_of
from webapp.bookings.states import LIVE_PAYMENT, PAYMENT_MOVES

LEDGER_KINDS = ("CAPTURE", "REFUND", "FEE_KEPT", "LOSS")


class Payment(Model):
    """One attempt to pay a booking; `reference` is ours and the gateway's idempotency keys begin with it."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("reference", name="reference"),
        UniqueConstraint("gateway", "gateway_reference", name="gateway_reference"),
        CheckConstraint(one_of("state", PAYMENT_MOVES), name="state_known"),
        CheckConstraint(
            "0 <= refunded_minor AND refunded_minor <= captured_minor "
            "AND captured_minor <= authorised_minor AND authorised_minor <= amount_minor",
            name="amounts_in_order",
        ),
        Index(
            "uq_payments_one_live_per_booking",
            "booking_id",
            unique=True,
            postgresql_where=text(one_of("state", LIVE_PAYMENT)),
            sqlite_where=text(one_of("state", LIVE_PAYMENT)),
        ),
    )
    MOVES = PAYMENT_MOVES

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(32))
    gateway_reference: Mapped[str | None] = mapped_column(String(80), index=True)
    state: Mapped[str] = mapped_column(String(20), default="OPEN")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    authorised_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    captured_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    url: Mapped[str | None] = mapped_column(Text)
    return_url: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class LedgerEntry(Model):
    """What moved or was kept, once each and never changed; written with the guarded update of its payment."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("idempotency_key", name="idempotency_key"),
        CheckConstraint(one_of("kind", LEDGER_KINDS), name="kind_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("booking_items.id"))
    kind: Mapped[str] = mapped_column(String(8))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    idempotency_key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)
