"""The gateway's side of a booking, our ledger of it, and the worker."""

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.webapp.payments.gateway_side import Gateways
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.payments.models import LedgerEntry


@pytest.fixture
def gateways(gateway_app, books):
    return Gateways(gateway_app, books)


@pytest.fixture
def attention(site_app):
    """`attention()`: why an admin should look at the only booking."""

    def read() -> str | None:
        with site_app.app_context():
            return db.session.scalars(select(Booking.needs_attention)).one()

    return read


@pytest.fixture
def entries(site_app):
    """`entries()`: (kind, amount) of the ledger, oldest first."""

    def read() -> list[tuple[str, int]]:
        with site_app.app_context():
            rows = db.session.execute(
                select(LedgerEntry.kind, LedgerEntry.amount_minor).order_by(LedgerEntry.id)
            )
            return [(row.kind, row.amount_minor) for row in rows]

    return read


@pytest.fixture
def work(site_app, clock):
    """`work(minutes)`: time goes by, and the worker does what is due."""

    def go_on(minutes: float = 1) -> None:
        clock.forward(minutes=minutes)
        with site_app.app_context():
            while claim := saga.claim_forgotten():
                saga.perform(claim)
                saga.drive(claim.booking_id)

    return go_on
