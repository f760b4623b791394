"""What happened to a payment and whether its shop was told: written with the move itself, sent after the commit."""

import secrets
from datetime import datetime

import msgspec
from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.database import BigId, Instant, Model, changed, db, one_of
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
        db.session.add(
            cls(
                public_id=public_id,
                type=kind,
                payment_id=payment.id,
                url=payment.webhook_url,
                body=msgspec.json.encode(said).decode(),
                fault=Fault.strikes(payment.id, *OF_A_WEBHOOK),
            )
        )

    @classmethod
    def undelivered(cls, *conditions) -> list[tuple[int, int]]:
        """(id, attempts) of what a shop with a webhook has not acknowledged yet, oldest first."""
        waiting = select(cls.id, cls.attempts).where(
            cls.delivered_at.is_(None), cls.url.is_not(None), *conditions
        )
        return [(row.id, row.attempts) for row in db.session.execute(waiting.order_by(cls.id))]

    @classmethod
    def untold(cls, payment_id: str) -> list[tuple[int, str | None]]:
        """(id, fault) of what nobody has tried to tell yet of a payment, oldest first."""
        fresh = cls.undelivered(cls.payment_id == payment_id, cls.attempts == 0)
        rows = select(cls.id, cls.fault).where(cls.id.in_([id for id, _ in fresh])).order_by(cls.id)
        return [(row.id, row.fault) for row in db.session.execute(rows)]

    def begin_attempt(self, seen: int) -> bool:
        """Count one more attempt; False when another process began one since we saw `seen` of them."""
        begun = changed(
            update(Event)
            .where(Event.id == self.id, Event.attempts == seen, Event.delivered_at.is_(None))
            .values(attempts=Event.attempts + 1)
        )
        return begun == 1
