"""What shall go wrong with a payment, so that engineers can see how a shop takes it; docs/payments.md has the list.

A fault waits at its payment until its moment comes and strikes as often as was asked. Real gateways do all of this, but
never when one looks.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Model, changed, db, insert, one_of
from chassis.prepared import Prepared

OF_A_WEBHOOK = ("webhook_lost", "webhook_twice", "webhook_late")
FAULTS = (
    "capture_refused",  # it was authorised, and cannot be taken
    "void_refused",
    "refund_refused",
    "captures_at_once",  # paying moves the money, as with gateways that cannot authorise
    "pays_late",  # it can still be paid after its end
    *OF_A_WEBHOOK,
)


class Fault(Model):
    """`kind` strikes `left` times more."""

    __bind_key__ = "sandbox_gateway"
    __tablename__ = "faults"
    __table_args__ = (
        CheckConstraint(one_of("kind", FAULTS), name="kind_known"),
        CheckConstraint("left_over >= 0", name="left_counted"),
    )

    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    left: Mapped[int] = mapped_column("left_over", Integer)

    @classmethod
    def plan(cls, payment_id: str, kind: str, times: int) -> None:
        """Let `kind` strike the payment `times` times from now on (0: not any more); inside `writing()`."""
        planned = insert(cls.__table__).values(payment_id=payment_id, kind=kind, left_over=times)
        db.session.execute(
            planned.on_conflict_do_update(
                index_elements=["payment_id", "kind"], set_={"left_over": planned.excluded.left_over}
            )
        )

    @classmethod
    def strikes(cls, payment_id: str, *kinds: str) -> str | None:
        """The first of `kinds` that strikes now, which is one time less to strike; inside `writing()`."""
        waiting = cls.waiting(payment_id)  # nearly always nothing: one question then
        for kind in (each for each in kinds if each in waiting):
            struck = changed(
                update(cls)
                .where(cls.payment_id == payment_id, cls.kind == kind, cls.left > 0)
                .values(left=cls.left - 1)
            )
            if struck == 1:
                return kind
        return None

    @classmethod
    def waiting(cls, payment_id: str) -> dict[str, int]:
        """What is still to go wrong with a payment, and how often."""
        return dict(_WAITING.rows(of_payment=payment_id))


_WAITING = Prepared(
    select(Fault.kind, Fault.left).where(Fault.payment_id == bindparam("of_payment"), Fault.left > 0)
)
