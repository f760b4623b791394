"""Who did what: append-only, written in the transaction of the act."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, insert
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.database import BigId, Instant, Json, Model, db
from chassis.prepared import Command


class AuditLog(Model):
    """An act of `actor`; `booking_id` and `user_id` say to which booking or to whose account it was done."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "actor", "id"), Index(None, "user_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    facts: Mapped[Any] = mapped_column(Json)


def record(
    actor: str, action: str, booking_id: int | None = None, user_id: int | None = None, **facts: Any
) -> None:
    """Add a line to the audit log, inside `writing()`. No passport, no password, no token goes into `facts`."""
    db.session.flush()
    _RECORD.change(
        at=clock.now(), actor=actor, action=action, booking_id=booking_id, user_id=user_id, facts=facts
    )


_RECORD = Command(insert(cast(Table, AuditLog.__table__)))
