"""What the providers change while somebody looks, and put back afterwards."""

from sqlalchemy import select, update

from bpp_services.air.models import Departure, Flight
from bpp_services.hotels.models import RoomNight
from chassis.database import writing
from tests.browser.visits import Visit

FARE, RATE = (
    4_200_00,
    15_000_00,
)  # of 6E-5678, and of a deluxe room of the Taj Mahal Palace (rules.md, Demo data)


def flight_costs(visit: Visit, fare_minor: int) -> None:
    """6E-5678 costs another fare."""
    _change(visit, "flights", _departures("6E-5678").values(fare_minor=fare_minor))
    visit.afterwards(lambda: _change(visit, "flights", _departures("6E-5678").values(fare_minor=FARE)))


def flight_is_closed(visit: Visit, number: str) -> None:
    """No seat of the flight is on sale."""
    _change(visit, "flights", _departures(number).values(on_sale=False))
    visit.afterwards(lambda: _change(visit, "flights", _departures(number).values(on_sale=True)))


def room_costs(visit: Visit, rate_minor: int) -> None:
    """Every room that costs what a deluxe room does costs something else."""
    _change(
        visit, "hotels", update(RoomNight).where(RoomNight.rate_minor == RATE).values(rate_minor=rate_minor)
    )
    visit.afterwards(
        lambda: _change(
            visit,
            "hotels",
            update(RoomNight).where(RoomNight.rate_minor == rate_minor).values(rate_minor=RATE),
        )
    )


def _departures(number: str):
    flight = select(Flight.id).where(Flight.flight_number == number)
    return update(Departure).where(Departure.flight_id.in_(flight))


def _change(visit: Visit, provider: str, change) -> None:
    with visit.stage.services[provider].app_context(), writing() as session:
        session.execute(change)
