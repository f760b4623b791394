"""A payment and the moves it can make; each is one guarded UPDATE, so that two at once cannot both succeed."""

import secrets
from datetime import datetime
from typing import cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.database import Instant, Model, changed, one_of
from chassis.objects import Objects
from chassis.prepared import insert_once
from webapp.payments.sandbox_gateway.errors import (
    AlreadyCaptured,
    AlreadyPast,
    AlreadyVoided,
    AmountTooLarge,
    CaptureDeclined,
    NotCapturable,
    NotPayable,
    NotRefundable,
    NotVoidable,
    PaymentUnknown,
    ReferenceTaken,
    RefundFailed,
    VoidFailed,
)
from webapp.payments.sandbox_gateway.event import Event
from webapp.payments.sandbox_gateway.fault import Fault

STATES = ("OPEN", "AUTHORISED", "CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "VOIDED", "FAILED")
CAPTURED = ("CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED")


class Payment(Model):
    """Amounts in minor units. `stored_state` is the last move; `state` also knows the clock."""

    __bind_key__ = "sandbox_gateway"
    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("reference", name="reference"),
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "0 <= refunded_minor AND refunded_minor <= captured_minor"
            " AND captured_minor <= authorised_minor AND authorised_minor <= amount_minor",
            name="amounts_in_order",
        ),
        CheckConstraint(
            f"(captured_minor > 0) = ({one_of('state', CAPTURED)})", name="captured_has_an_amount"
        ),
        CheckConstraint(
            "(state = 'REFUNDED') = (captured_minor > 0 AND refunded_minor = captured_minor)",
            name="refunded_is_all_of_it",
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[str] = mapped_column(String(100))
    stored_state: Mapped[str] = mapped_column("state", String(20))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    authorised_minor: Mapped[int] = mapped_column(BigInteger)
    captured_minor: Mapped[int] = mapped_column(BigInteger)
    refunded_minor: Mapped[int] = mapped_column(BigInteger)
    description: Mapped[str] = mapped_column(String(200))
    return_url: Mapped[str] = mapped_column(String(2000))
    webhook_url: Mapped[str | None] = mapped_column(String(2000))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def create(cls, wanted) -> "Payment":
        """An OPEN payment as a NewPayment wants it. Raises AlreadyPast and ReferenceTaken."""
        if wanted.expires_at <= clock.now():
            raise AlreadyPast("expires_at is past")
        row = {
            # Whoever knows the id may pay: it is the key of the hosted page.
            "id": f"pay_{secrets.token_hex(16)}",
            "reference": wanted.reference,
            "state": "OPEN",
            "amount_minor": wanted.amount_minor,
            "currency": wanted.currency,
            "authorised_minor": 0,
            "captured_minor": 0,
            "refunded_minor": 0,
            "description": wanted.description,
            "return_url": wanted.return_url,
            "webhook_url": wanted.webhook_url,
            "expires_at": wanted.expires_at,
            "created_at": clock.now(),
        }
        if insert_once(cls.__table__, **row) is None:
            raise ReferenceTaken(f"There is a payment with the reference {wanted.reference}")
        return cls.find(row["id"])

    @classmethod
    def find(cls, payment_id: str) -> "Payment":
        """The payment. Raises PaymentUnknown."""
        payment = _BY_ID.one_or_none(its_id=payment_id)
        if payment is None:
            raise PaymentUnknown(f"There is no payment {payment_id}")
        return payment

    @property
    def is_expired(self) -> bool:
        return self.stored_state == "OPEN" and self.expires_at <= clock.now()

    @property
    def state(self) -> str:
        """One of STATES; an OPEN payment that has expired reads VOIDED, whoever looks and whenever."""
        return "VOIDED" if self.is_expired else self.stored_state

    @property
    def can_be_paid(self) -> bool:
        """Whether the page offers to pay: while it is open, or after its end when that is the fault."""
        late = self.state == "VOIDED" and not self.authorised_minor
        return self.state == "OPEN" or (late and "pays_late" in Fault.waiting(self.id))

    def authorise(self) -> None:
        """The traveller pays: all of it is set aside, nothing is taken yet. Raises NotPayable."""
        payable = (Payment.stored_state == "OPEN", Payment.expires_at > clock.now())
        if self.state == "VOIDED" and Fault.strikes(self.id, "pays_late"):
            payable = (Payment.stored_state.in_(("OPEN", "VOIDED")), Payment.authorised_minor == 0)
        if not self._move("authorised", *payable, state="AUTHORISED", authorised_minor=Payment.amount_minor):
            raise NotPayable(f"The payment is {self.state} and cannot be paid")
        if Fault.strikes(self.id, "captures_at_once"):
            self.capture(self.amount_minor)

    def fail(self) -> None:
        """The traveller's bank says no. Raises NotPayable."""
        still_open = (Payment.stored_state == "OPEN", Payment.expires_at > clock.now())
        if not self._move("failed", *still_open, state="FAILED"):
            raise NotPayable(f"The payment is {self.state} and cannot be declined")

    def capture(self, amount_minor: int) -> None:
        """Take `amount_minor` of what is authorised, once. Raises AmountTooLarge, AlreadyCaptured and NotCapturable,
        CaptureDeclined for a fault."""
        if Fault.strikes(self.id, "capture_refused"):
            raise CaptureDeclined("The bank no longer honours the authorisation")
        enough = Payment.authorised_minor >= amount_minor
        if self._move(
            "captured",
            Payment.stored_state == "AUTHORISED",
            enough,
            state="CAPTURED",
            captured_minor=amount_minor,
        ):
            return
        if self.stored_state == "AUTHORISED":
            raise AmountTooLarge(f"Only {self.authorised_minor} is authorised")
        if self.stored_state in CAPTURED:
            raise AlreadyCaptured("The payment was captured before")
        raise NotCapturable(f"The payment is {self.state} and cannot be captured")

    def void(self) -> None:
        """Let go what was not captured. Raises AlreadyVoided and NotVoidable, VoidFailed for a fault."""
        if Fault.strikes(self.id, "void_refused"):
            raise VoidFailed("The bank does not let go of the authorisation now")
        if self._move("voided", Payment.stored_state.in_(("OPEN", "AUTHORISED")), state="VOIDED"):
            return
        if self.stored_state == "VOIDED":
            raise AlreadyVoided("The payment was voided before")
        raise NotVoidable(f"The payment is {self.state} and cannot be voided")

    def refund(self, amount_minor: int) -> None:
        """Give `amount_minor` of what was captured back. Raises AmountTooLarge and NotRefundable, RefundFailed for a fault."""
        if Fault.strikes(self.id, "refund_refused"):
            raise RefundFailed("The bank does not take the refund now")
        given_back = Payment.refunded_minor + amount_minor
        all_of_it = given_back == Payment.captured_minor
        if self._move(
            "refunded",
            Payment.stored_state.in_(CAPTURED),
            given_back <= Payment.captured_minor,
            state=case((all_of_it, "REFUNDED"), else_="PARTIALLY_REFUNDED"),
            refunded_minor=given_back,
        ):
            return
        if self.stored_state in CAPTURED:
            raise AmountTooLarge(f"Only {self.captured_minor - self.refunded_minor} is left to refund")
        raise NotRefundable(f"The payment is {self.state} and cannot be refunded")

    def _move(self, what: str, *guards, **values) -> bool:
        """Whether the guards let it happen; what happened is told in an event of the same transaction."""
        moved = changed(
            update(cast(Table, Payment.__table__)).where(Payment.id == self.id, *guards).values(**values)
        )
        _BY_ID.one(its_id=self.id)
        if moved == 1:
            Event.record(f"payment.{what}", self)
        return moved == 1


_BY_ID = Objects(Payment, select(Payment).where(Payment.id == bindparam("its_id")))
