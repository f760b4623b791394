"""What the tax law wants in writing, when it happens: an invoice of what was booked, a credit note of what goes back.

Rule 47 of the CGST Rules: within 30 days of the supply.
"""

from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.saga import Handler, Work, handles
from webapp.invoices import issuing


def plan(booking: Booking) -> None:
    """Have what is due issued; inside the `writing()` of what made it due.

    A step of its own: a paper that we cannot write holds up neither the traveller nor her money.
    """
    saga.plan("INVOICE", booking, key=str(booking.version))


@handles("INVOICE")
class Issuing(Handler):
    def send(self, work: Work) -> None:
        """Nobody is asked."""

    def record(self, work: Work, outcome: None) -> None:
        issuing.issue(work.booking)
