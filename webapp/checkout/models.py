"""What is still to do for a booking, what is to be sent once, and what was already received."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Instant, Json, Model, one_of
from chassis.security import Encrypted

STEP_STATES = ("READY", "DONE", "DROPPED")
LETTER_STATES = ("READY", "SENT", "FAILED")  # FAILED: the recipient's server does not want it


class SagaStep(Model):
    """One thing to do at a provider or the gateway. Claimed with a lease; `fence` grows with each claim, so that whoever
    was overtaken cannot write any more."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "saga_steps"
    __table_args__ = (
        UniqueConstraint("dedupe_key", name="dedupe_key"),
        CheckConstraint(one_of("state", STEP_STATES), name="state_known"),
        Index(
            "ix_saga_steps_ready",
            "run_at",
            postgresql_where=text("state = 'READY'"),
            sqlite_where=text("state = 'READY'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("booking_items.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8), default="READY")
    dedupe_key: Mapped[str] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class Outbox(Model):
    """A letter that is to be sent once; `payload` says all of it (webapp/letters/content.py). Claimed as a step is.

    It is about a booking or to an account (`user_id`). `secret` is the end of its link where that opens something: only
    the mailbox gets to know it, so it is encrypted here until it has been sent, and gone then.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedupe_key", name="dedupe_key"),
        CheckConstraint(one_of("state", LETTER_STATES), name="state_known"),
        CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent_at_a_time"),
        CheckConstraint("secret IS NULL OR state = 'READY'", name="secret_until_sent"),
        Index(
            "ix_outbox_ready",
            "run_at",
            postgresql_where=text("state = 'READY'"),
            sqlite_where=text("state = 'READY'"),
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    template: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(254))
    payload: Mapped[Any] = mapped_column(Json)
    secret: Mapped[str | None] = mapped_column(Encrypted(300))
    state: Mapped[str] = mapped_column(String(8), default="READY")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class Inbox(Model):
    """A message that was received, by its sender's own key: the second one changes nothing."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("sender", "message_key", name="once"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sender: Mapped[str] = mapped_column(String(40))
    message_key: Mapped[str] = mapped_column(String(128))
    received_at: Mapped[datetime] = mapped_column(Instant)
