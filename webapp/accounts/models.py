"""People with an account, where they are signed in, and the travellers they keep."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from beckn.people import Passport
from chassis.database import BigId, Instant, Model, one_of
from chassis.identity import identity_table
from chassis.security import Encrypted

PURPOSES = ("VERIFY_EMAIL", "RESET_PASSWORD")
GENDERS = ("FEMALE", "MALE", "OTHER")
MOST_SAVED = 20  # travellers that one account keeps

identity_table("travel_discovery")


class User(Model):
    """`email_key` is the address as it is compared: two spellings of one mailbox are one account.

    A closed account stays as a number that bookings and the audit log point at, and says nothing of anybody.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email_key", name="email_key"),
        CheckConstraint(
            "closed_at IS NULL OR (email = '' AND name = '' AND password_hash = '' AND phone IS NULL "
            "AND email_verified_at IS NULL AND NOT is_admin)",
            name="closed_is_erased",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    email_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(16))
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    words: Mapped[list["UserWord"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def actor(self) -> str:
        """What the audit log calls them."""
        return f"{'admin' if self.is_admin else 'user'} {self.id}"


class UserWord(Model):
    """A word of a name or an e-mail by which an account is found; `words.py` keeps them. Compared as BookingWord is."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "user_words"
    __table_args__ = (Index(None, "word", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(
        String(254).with_variant(String(254, collation="C"), "postgresql"), primary_key=True
    )


class UserSession(UserMixin, Model):
    """One place where a user is signed in; the cookie carries a token, the database only its digest.

    It is what Flask-Login loads: `current_user` is the session, and hands on what is asked of the user.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "user_sessions"
    __table_args__ = (UniqueConstraint("token_digest", name="token_digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    browser: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def email(self) -> str:
        return self.user.email

    @property
    def phone(self) -> str | None:
        return self.user.phone

    @property
    def is_admin(self) -> bool:
        return self.user.is_admin


class AccountToken(Model):
    """A link in a letter that may be used once, by whoever reads that mailbox; the database has only its digest.

    `email` is where it was sent: for VERIFY_EMAIL the address that it proves. Used is gone.
    """

    __bind_key__ = "travel_discovery"
    __tablename__ = "account_tokens"
    __table_args__ = (
        UniqueConstraint("token_digest", name="token_digest"),
        CheckConstraint(one_of("purpose", PURPOSES), name="purpose_known"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(14))
    token_digest: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)

    user: Mapped[User] = relationship()


class SavedTraveller(Model):
    """Someone a user often travels with; the passport is encrypted. `place` counts them, so that there are never too many."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "saved_travellers"
    __table_args__ = (
        UniqueConstraint("user_id", "place", name="place"),
        UniqueConstraint("user_id", "given_name", "family_name", "born_on", name="once"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_SAVED}", name="not_too_many"),
        CheckConstraint(one_of("gender", GENDERS), name="gender_known"),
        CheckConstraint("family_name <> ''", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    place: Mapped[int] = mapped_column(SmallInteger)
    given_name: Mapped[str] = mapped_column(String(60))
    family_name: Mapped[str] = mapped_column(String(60))
    gender: Mapped[str | None] = mapped_column(String(6))
    born_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str | None] = mapped_column(Encrypted(1000))

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def passport(self) -> Passport | None:
        return Passport.from_text(self.document) if self.document else None


class Attempt(Model):
    """Somebody tried a secret and has not been right since; `attempts.py` counts them. Digests only: nobody reads here
    who tried what from where."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "attempts"
    __table_args__ = (
        Index("ix_attempts_subject", "subject_digest", "at"),
        Index("ix_attempts_address", "address_digest", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_digest: Mapped[str] = mapped_column(String(64))
    address_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
