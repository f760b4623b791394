"""What differed between us, the providers and the gateway, and the runs that looked for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Instant, Json, Model, one_of

KINDS = (
    "ORDER_UNCLAIMED",
    "ITEM_STATE",
    "ITEM_AMOUNT",
    "MONEY_LATE",
    "CAPTURE_UNWRITTEN",
    "PAYMENT_STATE",
    "PAYMENT_AMOUNT",
    "MONEY_WRONG",
    "NO_NEXT_STEP",
)
RUN_STATES = ("READY", "DONE")


class Difference(Model):
    """Something that we and another say differently; while it is open there is one row for its subject."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "differences"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolved_somehow"),
        Index(
            "uq_differences_one_open_per_subject",
            "subject_key",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
            sqlite_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_key: Mapped[str] = mapped_column(String(60))
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("booking_items.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    ours: Mapped[str] = mapped_column(Text)
    theirs: Mapped[str] = mapped_column(Text)
    repair: Mapped[str | None] = mapped_column(String(20))  # the kind of step that puts it right
    first_seen: Mapped[datetime] = mapped_column(Instant)
    last_seen: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolution: Mapped[str | None] = mapped_column(Text)


class Reconciliation(Model):
    """The hourly run: one is READY at any time, and whoever holds its lease does it; `bookmark` is where it stands."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "reconciliations"
    __table_args__ = (
        CheckConstraint(one_of("state", RUN_STATES), name="state_known"),
        Index(
            "uq_reconciliations_one_ready",
            "state",
            unique=True,
            postgresql_where=text("state = 'READY'"),
            sqlite_where=text("state = 'READY'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="READY")
    run_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    bookmark: Mapped[Any] = mapped_column(Json, default=dict)
    looked_at: Mapped[int] = mapped_column(Integer, default=0)  # bookings
    unanswered: Mapped[int] = mapped_column(Integer, default=0)  # items and payments that nobody told us of
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
