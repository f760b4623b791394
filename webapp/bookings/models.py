"""Bookings, their items and travellers; an item is the mapping of ours to a provider's booking."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from beckn import people
from beckn.air import KINDS
from chassis.database import BigId, Instant, Json, Model, one_of
from chassis.security import Encrypted
from webapp.bookings.states import BOOKING_MOVES, CORRECTION_MOVES, ITEM_MOVES, LIVE_CORRECTION

LONGEST_WORD = 254  # an e-mail is one


class Booking(Model):
    """One trip with one payment. Amounts in minor units; `pay_by` is when the payment must have been authorised."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("public_reference", name="public_reference"),
        UniqueConstraint("checkout_nonce", name="checkout_nonce"),
        CheckConstraint(one_of("state", BOOKING_MOVES), name="state_known"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("state = 'DRAFT' OR contact_email IS NOT NULL", name="contact_known"),
        CheckConstraint("state <> 'AWAITING_PAYMENT' OR pay_by IS NOT NULL", name="awaits_until"),
        CheckConstraint(
            "erased_at IS NULL OR (contact_phone IS NULL AND (contact_email IS NULL OR contact_email = 'erased'))",
            name="erased_says_nobody",
        ),
        Index(
            "ix_bookings_passports_until",
            "passports_until",
            postgresql_where=text("passports_until IS NOT NULL"),
            sqlite_where=text("passports_until IS NOT NULL"),
        ),
        Index(
            "ix_bookings_to_erase",
            "erasure_asked_at",
            postgresql_where=text("erasure_asked_at IS NOT NULL AND erased_at IS NULL"),
            sqlite_where=text("erasure_asked_at IS NOT NULL AND erased_at IS NULL"),
        ),
        Index(None, "state", "created_at"),
        Index(None, "updated_at", "id"),
        Index(
            "ix_bookings_needs_attention",
            "created_at",
            postgresql_where=text("needs_attention IS NOT NULL"),
            sqlite_where=text("needs_attention IS NOT NULL"),
        ),
    )
    MOVES = BOOKING_MOVES

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_reference: Mapped[str] = mapped_column(String(12))
    checkout_nonce: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(20), default="DRAFT")
    ends_as: Mapped[str | None] = mapped_column(String(20))  # where COMPENSATING leads
    problem: Mapped[str | None] = mapped_column(String(20))  # what the traveller has to decide or know
    problem_detail: Mapped[str | None] = mapped_column(Text)
    needs_attention: Mapped[str | None] = mapped_column(Text)  # why an admin should look
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    pay_by: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    passports_until: Mapped[datetime | None] = mapped_column(Instant)  # its passports are erased then
    erasure_asked_at: Mapped[datetime | None] = mapped_column(Instant)  # its account was closed
    erased_at: Mapped[datetime | None] = mapped_column(Instant)  # who travelled is no longer known

    items: Mapped[list["BookingItem"]] = relationship(
        back_populates="booking", order_by=lambda: BookingItem.id, cascade="all"
    )
    travellers: Mapped[list["Traveller"]] = relationship(
        back_populates="booking", order_by=lambda: Traveller.position, cascade="all, delete-orphan"
    )
    words: Mapped[list["BookingWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def current_items(self) -> list["BookingItem"]:
        """The items of the trip."""
        return current(self.items)

    @property
    def held_until(self) -> datetime | None:
        """When the first of the holds ends."""
        ends = [item.held_until for item in self.current_items if item.held_until]
        return min(ends) if ends else None


def current(items: Sequence[Any]) -> list[Any]:
    """Of all items of a booking, or rows of them, those of the trip: neither replaced by a newer one nor taken out."""
    replaced = {item.replaces_id for item in items}
    return [item for item in items if item.id not in replaced and item.removed_at is None]


class BookingItem(Model):
    """One order at one provider; `transaction_id` is ours, `bpp_booking_id` theirs. What changes is a new item."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "booking_items"
    __table_args__ = (
        UniqueConstraint("transaction_id", name="transaction_id"),
        UniqueConstraint("provider", "bpp_booking_id", name="provider_booking"),
        CheckConstraint(one_of("state", ITEM_MOVES), name="state_known"),
        CheckConstraint(
            "state NOT IN ('HELD', 'CONFIRMED', 'CANCELLING', 'CANCELLED') OR bpp_booking_id IS NOT NULL",
            name="held_has_provider_booking",
        ),
        UniqueConstraint("added_by", name="added_by"),
        CheckConstraint("removed_at IS NULL OR state IN ('NEW', 'RELEASED')", name="removed_unheld"),
        Index(None, "provider", "booking_id"),
        CheckConstraint("total_minor > 0", name="total_positive"),
        CheckConstraint(
            "agreed_kept_minor IS NULL OR agreed_kept_minor BETWEEN 0 AND total_minor",
            name="agreed_within_total",
        ),
        CheckConstraint(
            "refund_minor >= 0 AND kept_minor >= 0 AND refund_minor + kept_minor <= total_minor",
            name="refund_within_total",
        ),
    )
    MOVES = ITEM_MOVES

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    provider: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    transaction_id: Mapped[str] = mapped_column(String(36))
    bpp_booking_id: Mapped[str | None] = mapped_column(String(32), index=True)
    state: Mapped[str] = mapped_column(String(12), default="NEW")
    choice: Mapped[Any] = mapped_column(Json)
    offer: Mapped[Any] = mapped_column(Json)
    tickets: Mapped[Any] = mapped_column(Json, default=dict)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    refund_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    kept_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("booking_items.id"))
    added_by: Mapped[str | None] = mapped_column(String(64))  # the form that put it into the trip
    removed_at: Mapped[datetime | None] = mapped_column(Instant)  # taken out of the draft
    agreed_kept_minor: Mapped[int | None] = mapped_column(
        BigInteger
    )  # what she was told that cancelling costs
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    booking: Mapped[Booking] = relationship(back_populates="items")


class Traveller(Model):
    """Someone who travels on a booking; the passport is encrypted at rest."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "travellers"
    __table_args__ = (
        UniqueConstraint("booking_id", "position", name="position_in_booking"),
        CheckConstraint(one_of("kind", (*KINDS, "GUEST")), name="kind_known"),
        Index(
            "ix_travellers_with_document",
            "booking_id",
            postgresql_where=text("document IS NOT NULL"),
            sqlite_where=text("document IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(6))
    given_name: Mapped[str] = mapped_column(String(60))
    family_name: Mapped[str] = mapped_column(String(60))
    gender: Mapped[str | None] = mapped_column(String(6))
    born_on: Mapped[date | None] = mapped_column(Date)
    document: Mapped[str | None] = mapped_column(Encrypted(1000))

    booking: Mapped[Booking] = relationship(back_populates="travellers")

    @property
    def name(self) -> str:
        return whole_name(self.given_name, self.family_name)

    @property
    def passport(self) -> people.Passport | None:
        return people.Passport.from_text(self.document) if self.document else None

    @passport.setter
    def passport(self, passport: people.Passport | None) -> None:
        self.document = passport.as_text() if passport else None


class BookingWord(Model):
    """A word of a name or an e-mail by which a booking is found; `words.py` keeps them as the names are.

    Compared byte by byte (collation "C"), so that the index finds the words that begin with what was typed.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "booking_words"
    __table_args__ = (Index(None, "word", "booking_id"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(
        String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql"), primary_key=True
    )


class NameCorrection(Model):
    """A traveller's name as it should have been: proposed, asked of the provider, and what the provider said.

    The traveller has the new name only when the provider has it too. One at a time: the next waits for the last answer.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "name_corrections"
    __table_args__ = (
        CheckConstraint(one_of("state", CORRECTION_MOVES), name="state_known"),
        CheckConstraint("state <> 'REFUSED' OR reason IS NOT NULL", name="refused_for_a_reason"),
        CheckConstraint(
            "given_name <> was_given_name OR family_name <> was_family_name", name="changes_the_name"
        ),
        Index(
            "uq_name_corrections_one_live_per_booking",
            "booking_id",
            unique=True,
            postgresql_where=text(one_of("state", LIVE_CORRECTION)),
            sqlite_where=text(one_of("state", LIVE_CORRECTION)),
        ),
    )
    MOVES = CORRECTION_MOVES

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    traveller_id: Mapped[int] = mapped_column(ForeignKey("travellers.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="PROPOSED")
    was_given_name: Mapped[str] = mapped_column(String(60))
    was_family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60))
    family_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)  # why the provider refused
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    traveller: Mapped[Traveller] = relationship()

    @property
    def was(self) -> str:
        return whole_name(self.was_given_name, self.was_family_name)

    @property
    def becomes(self) -> str:
        return whole_name(self.given_name, self.family_name)


def whole_name(given_name: str, family_name: str) -> str:
    """One name, as the wire and the ticket carry it; a single name is common."""
    return f"{given_name} {family_name}".strip()
