"""What a booking takes from and gives back to, whatever it is that is sold."""

from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from beckn.errors import ERROR_40002_SOLD_OUT, Refused


class SoldOut(Refused):
    """Less is left than was asked for; nothing was taken. `holds` says which bookings hold some of what was wanted."""

    def __init__(self, sentence: str, holds: ColumnElement[bool]):
        super().__init__(ERROR_40002_SOLD_OUT, sentence, "$.message.order.items[0].quantity.selected.count")
        self.holds = holds


class Inventory(Protocol):
    """What a booking takes from and gives back to, by guarded statements."""

    def take(self, booking: Any) -> None:
        """Raises SoldOut, and then everything rolls back."""

    def put_back(self, booking: Any) -> None: ...

    def refuse_when_over(self, booking: Any) -> None:
        """Raises Refused when what is booked has begun: an expired hold may not come back then."""

    def kept_minor(self, booking: Any, percent: Decimal) -> int:
        """What stays paid when `percent` is kept, with its tax."""

    def over_sentence(self, booking: Any) -> str:
        """Why it can no longer be cancelled."""
