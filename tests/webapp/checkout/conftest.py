"""A domestic flight on sale, trips to it, and what its provider's own database says of them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from chassis.database import db
from tests import trips
from tests.factories import MORNING
from tests.trips import DOMESTIC, Product, Trip


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
            return DOMESTIC.put_on_sale(**departure)

    return put_on_sale


@pytest.fixture
def a_trip(in_site, gateway_app, flight_on_sale, quiet_gateway) -> Callable[..., Trip]:
    """`a_trip()`: a DRAFT with one flight and its traveller named."""

    def begin(item: str | None = None, **departure) -> Trip:
        return trips.begin(in_site, gateway_app, DOMESTIC, item or flight_on_sale(**departure))

    return begin


@pytest.fixture
def trip_of(in_site, services, gateway_app, quiet_gateway) -> Callable[..., Trip]:
    """`trip_of(DOMESTIC, HOTEL)`: a DRAFT of several items, each of which its provider has `units` of, for Asha alone."""

    def begin(*products: Product, units: int = 5) -> Trip:
        for product in {each.provider: each for each in products}.values():
            with services[product.provider].app_context():
                product.put_on_sale(**{product.unit: units})
        return trips.begin_several(in_site, gateway_app, products)

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
