"""A trip in the making, driven through the site's own functions, with the real providers and gateway behind the wires."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.factories import MORNING, a_departure
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.checkout import saga
from webapp.checkout.steps import cancelling, holding, paying
from webapp.payments import ledger
from webapp.payments.models import Payment
from webapp.payments.selected import gateway
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts

FLIGHT = "6E-5678"


@dataclass
class Trip:
    """One booking of the site, found again by its id after every step."""

    site: Flask
    gateway: Any
    booking_id: int

    @property
    def booking(self) -> Booking:
        db.session.rollback()
        return db.session.get_one(Booking, self.booking_id)

    @property
    def state(self) -> str:
        return self.booking.state

    @property
    def item(self) -> BookingItem:
        return self.booking.current_items[0]

    @property
    def payment(self) -> Payment:
        return db.session.scalars(
            select(Payment).where(Payment.booking_id == self.booking_id).order_by(Payment.id.desc())
        ).first()

    def hold(self) -> str:
        with writing() as session:
            holding.begin(session.get_one(Booking, self.booking_id))
        return self.drive()

    def open_payment(self) -> str:
        with writing() as session:
            paying.begin(session.get_one(Booking, self.booking_id), "http://127.0.0.1:5000/checkout/back")
        return self.drive()

    def authorise(self) -> None:
        """What the traveller does on the gateway's page; its webhook is told by the test, if it wants."""
        self._on_the_page("authorisation")

    def decline(self) -> None:
        self._on_the_page("decline")

    def _on_the_page(self, button: str) -> None:
        path = self.payment.url.split("5004", 1)[1]
        db.session.rollback()
        browser = self.gateway.test_client()
        page = browser.get(path).text
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        answer = browser.post(f"{path}/{button}", data={"csrf_token": token})
        assert answer.status_code == 303

    def come_back(self) -> str:
        saga.awaken(self.booking_id)
        return self.state

    def drive(self) -> str:
        saga.drive(self.booking_id)
        return self.state

    def cancel(self) -> str:
        with writing() as session:
            booking = session.get_one(Booking, self.booking_id)
            cancelling.begin(booking, list(booking.current_items))
        return self.drive()

    def book(self) -> str:
        """All the way to CONFIRMED."""
        self.hold()
        self.open_payment()
        self.authorise()
        return self.come_back()

    def balance(self) -> tuple[int, int]:
        return ledger.balance(self.booking)

    def truth(self):
        """The payment as the gateway has it."""
        return gateway().find(self.payment.gateway_reference)


@pytest.fixture
def quiet_gateway(wires):
    """The gateway's webhooks do not arrive: only the return page wakes a booking."""
    wires["site"].down("/payments/webhooks")


@pytest.fixture
def in_site(site_app, clock):
    clock.set(MORNING)
    with site_app.app_context(), site_app.test_request_context():
        yield site_app


@pytest.fixture
def flight_on_sale(flights_app, clock) -> Callable[..., str]:
    """`flight_on_sale(seats=2)`: the item of 6E-5678 on 11 December."""
    clock.set(MORNING)

    def put_on_sale(**departure) -> str:
        with flights_app.app_context():
            return a_departure(FLIGHT, date(2026, 12, 11), **departure)

    return put_on_sale


@pytest.fixture
def a_trip(in_site, gateway_app, flight_on_sale, quiet_gateway):
    """`a_trip()`: a DRAFT with one flight and its traveller named."""

    def begin(item: str | None = None, **departure) -> Trip:
        provider = directory.find("flights")
        choice = provider.wire.choice_of(item or flight_on_sale(**departure), {})
        offer = selected(provider, choice)
        booking = drafts.begin(secrets.token_urlsafe(24), provider, choice, offer, None, "test")
        booking_id = booking.id
        with writing() as session:
            booking = session.get_one(Booking, booking_id)
            booking.contact_name, booking.contact_email = "Asha Rao", "asha@example.org"
            booking.contact_phone = "+919876500001"
            booking.travellers = [
                Traveller(
                    position=0,
                    kind="ADULT",
                    given_name="Asha",
                    family_name="Rao",
                    gender="FEMALE",
                    born_on=date(1988, 3, 23),
                )
            ]
        return Trip(in_site, gateway_app, booking_id)

    return begin


@dataclass
class Seats:
    """What a flight service's own database says."""

    app: Flask

    def counts(self) -> dict[str, int]:
        """Bookings by status, and under `available` the seats left of all departures."""
        with self.app.app_context():
            rows = db.session.execute(
                select(AirBooking.booking_status, func.count()).group_by(AirBooking.booking_status)
            )
            counts = {row[0]: row[1] for row in rows}
            counts["available"] = db.session.scalar(select(func.sum(Departure.seats_available)))
            return counts


@pytest.fixture
def seats(flights_app) -> Seats:
    return Seats(flights_app)
