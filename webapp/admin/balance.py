"""Whether a booking's money is right: captured − refunded = confirmed items + fees kept."""

from dataclasses import dataclass

from webapp.bookings.models import Booking
from webapp.bookings.states import FINAL
from webapp.checkout.models import SagaStep
from webapp.payments import ledger


@dataclass(frozen=True)
class Balance:
    """In minor units. `is_at_rest`: nothing is being done for the booking, so that both sides must be equal."""

    moved_minor: int
    due_minor: int
    is_at_rest: bool

    @property
    def holds(self) -> bool:
        return self.moved_minor == self.due_minor

    @property
    def verdict(self) -> str:
        if self.holds:
            return "holds"
        return "DOES NOT HOLD" if self.is_at_rest else "not settled yet"


def of(booking: Booking, steps: list[SagaStep]) -> Balance:
    """The balance of a booking; `steps` are its saga steps."""
    waiting = any(step.state == "READY" for step in steps)
    return Balance(*ledger.balance(booking), is_at_rest=booking.state in FINAL and not waiting)
