"""What happened to a payment and whether its shop was told: written with the move itself, sent after the commit."""

import secrets
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.database import BigId, Instant, Model, db, one_of
from chassis.prepared import Command, Prepared
from webapp.payments.sandbox_gateway.fault import OF_A_WEBHOOK, Fault

KINDS = tuple(f"payment.{what}" for what in ("authorised", "failed", "captured", "refunded", "voided"))


class Event(Model):
    """`body` is kept as it was sent first, so that every repeat says the same."""

    __bind_key__ = "sandbox_gateway"
    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("public_id", name="public_id"),
        CheckConstraint(one_of("type", KINDS), name="type_known"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint(one_of("fault", OF_A_WEBHOOK), name="fault_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(32))
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    body: Mapped[str] = mapped_column(Text)
    fault: Mapped[str | None] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def record(cls, kind: str, payment) -> None:
        """Remember that `kind` happened to `payment`; to be called in the transaction where it happens."""
        public_id = f"evt_{secrets.token_hex(16)}"
        said = {"id": public_id, "type": kind, "payment": payment.id, "reference": payment.reference}
        _RECORD.change(
            public_id=public_id,
            type=kind,
            payment_id=payment.id,
            url=payment.webhook_url,
            body=msgspec.json.encode(said).decode(),
            fault=Fault.strikes(payment.id, *OF_A_WEBHOOK),
            created_at=clock.now(),
        )

    @classmethod
    def undelivered(cls) -> list[tuple[int, int]]:
        """(id, attempts) of what a shop with a webhook has not acknowledged yet, oldest first."""
        waiting = select(cls.id, cls.attempts).where(*_IS_UNDELIVERED).order_by(cls.id)
        return [(row.id, row.attempts) for row in db.session.execute(waiting)]

    @classmethod
    def untold(cls, payment_id: str) -> list[tuple[int, str | None]]:
        """(id, fault) of what nobody has tried to tell yet of a payment, oldest first."""
        return [(event_id, fault) for event_id, fault in _UNTOLD.rows(of_payment=payment_id)]

    @classmethod
    def begin_attempt(cls, event_id: int, seen: int) -> tuple[str, str] | None:
        """Count one more attempt: the URL to tell and the words. None when another process began one since we saw `seen`
        of them, and for a shop without a webhook; inside `writing()`."""
        begun = _BEGIN_ATTEMPT.rows(its_id=event_id, seen=seen)
        return (begun[0][0], begun[0][1]) if begun else None

    @classmethod
    def acknowledged(cls, event_id: int) -> None:
        """The shop said 2xx; inside `writing()`."""
        _ACKNOWLEDGED.change(its_id=event_id, delivered_at=clock.now())


# Statements are made once: making one takes several times as long as asking it.
_table = cast(Table, Event.__table__)
_IS_UNDELIVERED = (Event.delivered_at.is_(None), Event.url.is_not(None))
_RECORD = Command(insert(_table))
_UNTOLD = Prepared(
    select(Event.id, Event.fault)
    .where(*_IS_UNDELIVERED, Event.payment_id == bindparam("of_payment"), Event.attempts == 0)
    .order_by(Event.id)
)
_BEGIN_ATTEMPT = Command(
    update(_table)
    .where(_table.c.id == bindparam("its_id"), _table.c.attempts == bindparam("seen"), *_IS_UNDELIVERED)
    .values(attempts=_table.c.attempts + 1)
    .returning(_table.c.url, _table.c.body)
)
_ACKNOWLEDGED = Command(update(_table).where(_table.c.id == bindparam("its_id")))
