"""What stands in the trips of the site, and a hotel in Mumbai."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from webapp.bookings.models import Booking


@pytest.fixture
def trip_items(site_app) -> Callable[[], list[list[str]]]:
    """`trip_items()`: the items of every booking, oldest first."""

    def read() -> list[list[str]]:
        with site_app.app_context():
            found = db.session.scalars(select(Booking).order_by(Booking.id)).all()
            return [[item.offer["item"] for item in booking.current_items] for booking in found]

    return read


@pytest.fixture
def room_on_sale(hotels_app, clock) -> Callable[..., str]:
    """`room_on_sale(nights=3, rooms=2)`: a deluxe room in Mumbai from 11 December."""

    def put_on_sale(on: date = date(2026, 12, 11), nights: int = 3, **room) -> str:
        with hotels_app.app_context():
            nights_on_sale(DELUXE, on, nights=nights, **room)
        return DELUXE

    return put_on_sale
