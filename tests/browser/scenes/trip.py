"""A trip that is being put together."""

from tests.browser.scenes.market import flight_is_closed, room_costs
from tests.browser.scenes.places import FLIGHT, FLIGHT_BACK, ROOM, STAY
from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit


@scene("trips.show")
def empty(visit: Visit) -> None:
    visit.open("/trip")


@scene("trips.show", varies=True)
def one_flight(visit: Visit) -> None:
    visit.buyer.add(FLIGHT)
    visit.open("/trip")


@scene("trips.show", varies=True)
def whole(visit: Visit) -> None:
    whole_trip(visit.buyer)
    visit.open("/trip")


@scene("trips.show")
def dearer_and_sold_out(visit: Visit) -> None:
    whole_trip(visit.buyer)
    room_costs(visit, 16_000_00)
    flight_is_closed(visit, "UK-9013")
    visit.open("/trip?prices=now")


@scene("trips.add", status=400)
def form_too_old(visit: Visit) -> None:
    visit.open(f"/offers/flights~{FLIGHT}?adults=1")
    visit.page.context.clear_cookies()
    visit.send("/trip")


def whole_trip(buyer) -> None:
    """A flight there, a room, and a flight back."""
    buyer.add(FLIGHT)
    buyer.add(ROOM, "hotels", STAY)
    buyer.add(FLIGHT_BACK)
