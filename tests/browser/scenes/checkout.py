"""From the travellers' names to the payment."""

from chassis import clock
from tests.browser.scenes.market import flight_costs
from tests.browser.scenes.places import ABROAD, FAMILY, FLIGHT, ROOM, STAY
from tests.browser.scenes.scene import scene
from tests.browser.scenes.trip import whole_trip
from tests.browser.visits import Visit
from tests.journeys.traveller import ADULT


@scene("checkout.travellers", varies=True)
def travellers(visit: Visit) -> None:
    visit.buyer.to_travellers(FLIGHT)
    _open(visit, "travellers")


@scene("checkout.travellers")
def travellers_of_a_family_abroad(visit: Visit) -> None:
    visit.buyer.to_travellers(ABROAD, "international_flights", FAMILY)
    _open(visit, "travellers")


@scene("checkout.travellers", varies=True)
def guests(visit: Visit) -> None:
    visit.buyer.to_travellers(ROOM, "hotels", STAY)
    _open(visit, "travellers")


@scene("checkout.travellers", status=422)
def travellers_wrong(visit: Visit) -> None:
    visit.buyer.to_travellers(ABROAD, "international_flights")
    _open(visit, "travellers")
    visit.send("", **{"traveller-0-born_on-day": "31", "traveller-0-born_on-month": "2"})


@scene("checkout.review", varies=True)
def review(visit: Visit) -> None:
    visit.buyer.to_review(FLIGHT)
    _open(visit, "review")


@scene("checkout.review")
def review_of_a_whole_trip(visit: Visit) -> None:
    whole_trip_named(visit)
    _open(visit, "review")


@scene("checkout.review", varies=True)
def review_after_an_unanswered_hold(visit: Visit) -> None:
    page = visit.buyer.to_review(FLIGHT)
    wire = visit.stage.services.wires["flights"]
    visit.afterwards(wire.restore)
    wire.down("/beckn/init")
    visit.buyer.site.submit(page, "/hold")
    with clock.forward(seconds=5):
        visit.buyer.at("progress")
    _open(visit, "review")


@scene("checkout.price")
def price_changed(visit: Visit) -> None:
    page = visit.buyer.to_review(FLIGHT)
    flight_costs(visit, 5_000_00)
    visit.buyer.site.submit(page, "/hold")
    _open(visit, "price")


@scene("checkout.pay", varies=True)
def pay(visit: Visit) -> None:
    visit.buyer.to_pay(FLIGHT)
    _open(visit, "pay")


@scene("checkout.pay")
def pay_for_a_whole_trip(visit: Visit) -> None:
    visit.buyer.hold(whole_trip_named(visit))
    _open(visit, "pay")


@scene("checkout.pay", varies=True)
def pay_after_it_was_declined(visit: Visit) -> None:
    visit.buyer.press(visit.buyer.to_the_gateway(visit.buyer.to_pay(FLIGHT)), "decline")
    _open(visit, "pay")


@scene("checkout.pay", status=409)
def too_late_to_pay(visit: Visit) -> None:
    visit.buyer.to_pay(FLIGHT)
    visit.stack.enter_context(clock.forward(minutes=10, seconds=1))
    _open(visit, "pay")


@scene(None)
def the_gateways_page(visit: Visit) -> None:
    path = visit.buyer.to_the_gateway(visit.buyer.to_pay(FLIGHT))
    visit.open(f"{visit.stage.addresses['gateway']}{path}")


@scene("checkout.progress")
def progress(visit: Visit) -> None:
    """The provider does not answer, so the steps stand still."""
    wire = visit.stage.services.wires["flights"]
    visit.afterwards(wire.restore)
    path = visit.buyer.to_the_gateway(visit.buyer.to_pay(FLIGHT))
    wire.down("/beckn/confirm")
    visit.buyer.press(path, "authorisation")
    visit.page.route("**/progress", _without_refresh)
    visit.afterwards(visit.page.unroute_all)
    _open(visit, "progress")


def _without_refresh(route) -> None:
    """The page stands still while it is looked at."""
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=headers)


def _open(visit: Visit, page: str) -> None:
    visit.open(f"/checkout/{visit.buyer.reference}/{page}")


def whole_trip_named(visit: Visit):
    """The review of a trip of three items."""
    buyer = visit.buyer
    whole_trip(buyer)
    page = buyer.go_on(buyer.site.get("/trip"))
    return buyer.follow(buyer.name_them(page, ADULT))
