"""One booking of each product, with all services in one process: found, held, paid, seen with both references, cancelled."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from bpp_services.hotels.models import Booking as HotelBooking
from bpp_services.hotels.models import RoomNight
from chassis.database import db
from tests.journeys.traveller import ADULT, PASSPORT, Journey, day
from webapp.bookings.models import Booking
from webapp.payments import ledger


@dataclass(frozen=True)
class Product:
    service: str
    item: str
    search: str
    traveller: dict
    total_minor: int


def products() -> dict[str, Product]:
    party, compact = "adults=1&children=0&infants=0", day(20).replace("-", "")
    return {
        "domestic": Product(
            "flights", f"6E-5678.{compact}.ECONOMY", f"/flights/search?from=Bangalore&to=Bombay&depart={day(20)}&{party}",
            ADULT, 441_000,
        ),
        "international": Product(
            "international_flights", f"BA-201.{compact}.BUSINESS",
            f"/flights/search?from=BOM&to=LHR&depart={day(20)}&{party}&cabin=BUSINESS", ADULT | PASSPORT, 5_310_000,
        ),
        "hotel": Product(
            "hotels", "taj-mahal-palace-mumbai.", f"/hotels/search?city=Mumbai&checkin={day(20)}&checkout={day(22)}&rooms=1&adults=2",
            {"given_name": "Arjun", "family_name": "Mehta"}, 3_540_000,
        ),
    }  # fmt: skip


@dataclass
class AtTheProvider:
    """What the provider's own database says."""

    booking: type
    inventory: type
    left: str
    all: str


DATABASES = {
    "flights": AtTheProvider(AirBooking, Departure, "seats_available", "seats"),
    "international_flights": AtTheProvider(AirBooking, Departure, "seats_available", "seats"),
    "hotels": AtTheProvider(HotelBooking, RoomNight, "rooms_available", "rooms"),
}


@pytest.mark.parametrize("name", ["domestic", "international", "hotel"])
def test_a_booking_is_real_at_its_provider_and_comes_back_on_cancel(
    database, services, site, gateway_app, name
):
    product = products()[name]
    provider = services[product.service]
    _seed(provider)
    journey = Journey(site, gateway_app.test_client())

    offer = journey.choose(product.search, product.item)
    review = journey.book(offer, product.traveller)
    pay = journey.hold(review)
    assert _provider_states(provider, product.service) == ["HELD"]
    booked = journey.press(journey.to_the_gateway(pay), "authorisation")

    theirs = _provider_reference(services["site"], journey.reference)
    assert journey.reference in booked.text
    assert theirs in booked.text
    assert _provider_states(provider, product.service) == ["CONFIRMED"]
    assert _taken(provider, product.service) > 0
    assert _balance(services["site"], journey.reference) == (product.total_minor, product.total_minor)

    terms, cancelled = journey.cancel()
    assert "refund" in terms.text.lower()
    assert "cancelled" in cancelled.text.lower()
    assert _provider_states(provider, product.service) == ["CANCELLED"]
    assert _taken(provider, product.service) == 0
    assert _balance(services["site"], journey.reference) == (0, 0)


def _seed(app) -> None:
    result = app.test_cli_runner().invoke(args=["seed", "demo"])
    assert result.exit_code == 0, result.output


def _provider_states(app, service: str) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(DATABASES[service].booking.booking_status)))


def _taken(app, service: str) -> int:
    with app.app_context():
        table = DATABASES[service]
        left, whole = getattr(table.inventory, table.left), getattr(table.inventory, table.all)
        return db.session.scalar(select(db.func.sum(whole - left)))


def _provider_reference(app, reference: str) -> str:
    with app.app_context():
        booking = db.session.scalars(select(Booking).where(Booking.public_reference == reference)).one()
        return booking.current_items[0].bpp_booking_id


def _balance(app, reference: str) -> tuple[int, int]:
    with app.app_context():
        booking = db.session.scalars(select(Booking).where(Booking.public_reference == reference)).one()
        return ledger.balance(booking)
