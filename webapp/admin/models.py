"""Who did what: append-only, written in the transaction of the act."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.database import BigId, Instant, Json, Model, db


class AuditLog(Model):
    __bind_key__ = "travel_discovery"
    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    facts: Mapped[Any] = mapped_column(Json)


def record(actor: str, action: str, booking_id: int | None = None, **facts: Any) -> None:
    """Add a line to the audit log, inside `writing()`. No passport, no password, no token goes into `facts`."""
    db.session.add(AuditLog(at=clock.now(), actor=actor, action=action, booking_id=booking_id, facts=facts))
