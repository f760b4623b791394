"""People with an account, where they are signed in, and the travellers they keep."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import Boolean, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.database import BigId, Instant, Model, identity_table
from chassis.security import Encrypted

identity_table("travel_discovery")


class User(Model):
    """`email_key` is the address as it is compared: two spellings of one mailbox are one account."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email_key", name="email_key"),)

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

    @property
    def actor(self) -> str:
        """What the audit log calls them."""
        return f"{'admin' if self.is_admin else 'user'} {self.id}"


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


class SavedTraveller(Model):
    """Someone a user often travels with; the passport is encrypted."""

    __bind_key__ = "travel_discovery"
    __tablename__ = "saved_travellers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    given_name: Mapped[str] = mapped_column(String(60))
    family_name: Mapped[str] = mapped_column(String(60))
    gender: Mapped[str | None] = mapped_column(String(6))
    born_on: Mapped[date] = mapped_column(Date)
    document: Mapped[str | None] = mapped_column(Encrypted(1000))


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
