"""Looking for flights and rooms."""

from tests.browser.scenes.places import ABROAD, FAMILY, FLIGHT, FLIGHTS, HOTELS, ROOM, STAY, offer
from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit


@scene("search.home")
def home(visit: Visit) -> None:
    visit.open("/")


@scene("search.home")
def home_hotels(visit: Visit) -> None:
    visit.open("/?kind=hotels")


@scene("search.home")
def home_after_searches(visit: Visit) -> None:
    visit.buyer.site.get(FLIGHTS)
    visit.buyer.site.get(HOTELS)
    visit.open("/")


@scene("search.flights")
def flights(visit: Visit) -> None:
    visit.open(FLIGHTS)


@scene("search.flights")
def flights_there_and_back(visit: Visit) -> None:
    visit.open(f"{FLIGHTS}&return=2026-12-13")


@scene("search.calendar")
def calendar(visit: Visit) -> None:
    visit.open("/flights/calendar?from=BLR&to=BOM&month=2026-12&adults=1")


@scene("search.calendar", status=422, varies=True)
def calendar_wrong(visit: Visit) -> None:
    visit.open("/flights/calendar?from=BLR&to=BOM&month=soon")


@scene("search.calendar", status=404, varies=True)
def calendar_of_the_past(visit: Visit) -> None:
    visit.open("/flights/calendar?from=BLR&to=BOM&month=2020-01&adults=1")


@scene("search.flights", varies=True)
def flights_of_a_family_abroad(visit: Visit) -> None:
    visit.open(f"/flights/search?from=BOM&to=LHR&depart=2026-12-11&cabin=BUSINESS&{FAMILY}")


@scene("search.flights")
def flights_nobody_sells(visit: Visit) -> None:
    visit.open("/flights/search?from=CCU&to=COK&depart=2026-12-11&adults=1")


@scene("search.flights", status=422)
def flights_wrong(visit: Visit) -> None:
    visit.open("/flights/search?from=Atlantis&to=&depart=2026-11-01&return=2026-10-01&adults=0&infants=9")


@scene("search.flights")
def flights_unanswered(visit: Visit) -> None:
    _down(visit, "flights")
    visit.open(FLIGHTS)


@scene("search.flights")
def flights_round_trip(visit: Visit) -> None:
    """Both ways, the stays between them, and a filter that is on."""
    visit.open(
        "/flights/search?from=BLR&to=BOM&depart=2026-12-11&return=2026-12-13&adults=2&max=99999&sort=best"
    )


@scene("search.calendar")
def month_of_fares(visit: Visit) -> None:
    visit.open("/flights/calendar?from=BLR&to=BOM&month=2026-12&adults=2")


@scene("search.calendar", status=404)
def month_over(visit: Visit) -> None:
    visit.open("/flights/calendar?from=BLR&to=BOM&month=2020-01")


@scene("search.hotels")
def hotels(visit: Visit) -> None:
    visit.open(HOTELS)


@scene("search.hotels", varies=True)
def hotels_none_there(visit: Visit) -> None:
    visit.open("/hotels/search?city=Leh&checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=2")


@scene("search.hotels", status=422)
def hotels_wrong(visit: Visit) -> None:
    visit.open("/hotels/search?city=&checkin=2026-12-13&checkout=2026-12-11&rooms=0&adults=99")


@scene("search.offer")
def flight_offer(visit: Visit) -> None:
    visit.open(offer("flights", FLIGHT, FAMILY))


@scene("search.offer", varies=True)
def flight_offer_abroad(visit: Visit) -> None:
    visit.open(offer("international_flights", ABROAD))


@scene("search.offer")
def hotel_offer(visit: Visit) -> None:
    visit.open(offer("hotels", ROOM, STAY))


@scene("search.offer", status=404)
def offer_gone(visit: Visit) -> None:
    visit.open(offer("flights", "ZZ-1.20261211.ECONOMY"))


@scene("search.offer", status=503)
def offer_unanswered(visit: Visit) -> None:
    _down(visit, "hotels")
    visit.open(offer("hotels", ROOM, STAY))


@scene("search.terms")
def terms(visit: Visit) -> None:
    visit.open("/terms")


def _down(visit: Visit, provider: str) -> None:
    wire = visit.stage.services.wires[provider]
    wire.down()
    visit.afterwards(wire.restore)
