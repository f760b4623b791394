"""Invoices and credit notes, numbered one after the other in each financial year; the database allows no gap."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import BigId, Instant, Json, Model, one_of

KINDS = {"INVOICE": "YA", "CREDIT_NOTE": "YC"}  # the letters that a series begins with


class Invoice(Model):
    """One document, once each for its `subject` ("booking 12", "item 34"), never changed and never taken out.

    Each names the number before it, which has to be there: rule 46 of the CGST Rules asks for a consecutive series.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("kind", "financial_year", "number", name="number_in_series"),
        UniqueConstraint("subject", name="once_for_its_subject"),
        ForeignKeyConstraint(
            ["kind", "financial_year", "previous_number"],
            ["invoices.kind", "invoices.financial_year", "invoices.number"],
            name="fk_invoices_previous_number",
        ),
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("(number = 1) = (previous_number IS NULL)", name="first_has_none_before"),
        CheckConstraint("previous_number IS NULL OR previous_number = number - 1", name="no_gap"),
        CheckConstraint("total_minor > 0", name="total_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    subject: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    financial_year: Mapped[str] = mapped_column(String(5))  # "26-27", from April to March in India
    number: Mapped[int] = mapped_column(Integer)
    previous_number: Mapped[int | None] = mapped_column(Integer)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[Any] = mapped_column(Json)

    @property
    def text(self) -> str:
        """YA/26-27/000001: fifteen characters of the sixteen that rule 46 allows."""
        return f"{KINDS[self.kind]}/{self.financial_year}/{self.number:06d}"
