"""Bookings and what becomes of them."""

from sqlalchemy import select

from chassis import clock
from chassis.database import db
from tests.browser.scenes.checkout import whole_trip_named
from tests.browser.scenes.places import FLIGHT, ROOM, STAY
from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit
from webapp.bookings.models import Booking
from webapp.documents import checks

GUEST = {"given_name": "Arjun", "family_name": "Mehta"}


@scene("bookings.index")
def no_trips_yet(visit: Visit) -> None:
    visit.open("/bookings")


@scene("bookings.index")
def my_trips(visit: Visit) -> None:
    """One that is booked, one that was let go, and one that waits for its payment."""
    book_whole_trip(visit)
    _let_go(visit)
    visit.buyer.to_pay(FLIGHT)
    visit.open("/bookings")


@scene("bookings.find")
def find(visit: Visit) -> None:
    visit.open("/bookings/find")


@scene("bookings.find", status=422)
def find_nothing(visit: Visit) -> None:
    visit.open("/bookings/find")
    visit.send("", reference="K7QM-2XV-P9D", email="nobody@example.org")


@scene("bookings.show")
def flight(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit)


@scene("bookings.show", varies=True)
def stay(visit: Visit) -> None:
    buyer = visit.buyer
    page = buyer.name_them(buyer.to_travellers(ROOM, "hotels", STAY), GUEST)
    pay = buyer.hold(buyer.follow(page))
    buyer.press(buyer.to_the_gateway(pay), "authorisation")
    _open(visit)


@scene("bookings.show")
def whole_trip(visit: Visit) -> None:
    book_whole_trip(visit)
    _open(visit)


@scene("bookings.show")
def partly_cancelled(visit: Visit) -> None:
    book_whole_trip(visit)
    cancel_one(visit)
    _open(visit)


@scene("bookings.show", varies=True)
def cancelled(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    visit.buyer.cancel()
    _open(visit)


@scene("bookings.show", varies=True)
def let_go(visit: Visit) -> None:
    _let_go(visit)
    _open(visit)


@scene("bookings.show")
def expired(visit: Visit) -> None:
    visit.buyer.to_pay(FLIGHT)
    visit.stack.enter_context(clock.forward(minutes=20))
    visit.buyer.site.get(f"/bookings/{visit.buyer.reference}")
    _open(visit)


@scene("bookings.show")
def failed(visit: Visit) -> None:
    """Everybody had confirmed, and the money could not be taken: everything goes back."""
    path = visit.buyer.to_the_gateway(visit.buyer.to_pay(FLIGHT))
    visit.buyer.press(path, "authorisation", fault="capture_refused")
    _open(visit)


@scene("bookings.show", status=404)
def not_here(visit: Visit) -> None:
    visit.open("/bookings/K7QM-2XV-P9D")


@scene("bookings.name", varies=True)
def name(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/travellers/1/name")


@scene("bookings.name", status=422)
def name_wrong(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/travellers/1/name")
    visit.send("", family_name="")


@scene("bookings.contact")
def contact(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/contact")


@scene("bookings.contact", status=422, varies=True)
def contact_wrong(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/contact")
    visit.send("", email="asha at example")


@scene("bookings.correction")
def correction(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/travellers/1/name")
    visit.send("", given_name="Asha R")


@scene("cancellation.show")
def cancellation(visit: Visit) -> None:
    visit.buyer.booked(FLIGHT)
    _open(visit, "/cancellation")


@scene("cancellation.show")
def what_to_cancel(visit: Visit) -> None:
    book_whole_trip(visit)
    _open(visit, "/cancellation")


@scene("cancellation.show", status=422)
def nothing_chosen_to_cancel(visit: Visit) -> None:
    book_whole_trip(visit)
    _open(visit, "/cancellation?chosen=yes")


@scene("cancellation.show", varies=True)
def one_to_cancel(visit: Visit) -> None:
    book_whole_trip(visit)
    _open(visit, f"/cancellation?item={first_item(visit)}")


@scene("tickets.show")
def ticket(visit: Visit) -> None:
    book_whole_trip(visit)
    _open(visit, "/ticket")


@scene("tickets.show", status=409)
def no_ticket_yet(visit: Visit) -> None:
    visit.buyer.to_pay(FLIGHT)
    _open(visit, "/ticket")


@scene("tickets.check")
def checked_ticket(visit: Visit) -> None:
    """Who stands at the gate is a stranger."""
    visit.buyer.booked(FLIGHT)
    code = code_of(visit.stage.services["site"], visit.buyer.reference)
    visit.buyer = visit.stage.buyer()
    visit.open(f"/check/{code}")


@scene("tickets.check", status=404)
def forged_ticket(visit: Visit) -> None:
    visit.open("/check/forged")


def book_whole_trip(visit: Visit) -> None:
    """Three items at two providers, paid."""
    buyer = visit.buyer
    pay = buyer.hold(whole_trip_named(visit))
    buyer.press(buyer.to_the_gateway(pay), "authorisation")


def cancel_one(visit: Visit) -> None:
    """The first item is cancelled, the others stand."""
    buyer = visit.buyer
    page = buyer.site.get(f"/bookings/{buyer.reference}/cancellation?item={first_item(visit)}")
    buyer.follow(buyer.site.submit(page, "/cancellation"))


def first_item(visit: Visit) -> str:
    """Its number, as the booking's own page has it."""
    page = visit.buyer.site.get(f"/bookings/{visit.buyer.reference}").text
    return page.split("/cancellation?item=", 1)[1].split('"', 1)[0]


def _let_go(visit: Visit) -> None:
    pay = visit.buyer.to_pay(FLIGHT)
    visit.buyer.follow(visit.buyer.site.submit(pay, "/abandonment"))


def _open(visit: Visit, below: str = "") -> None:
    visit.open(f"/bookings/{visit.buyer.reference}{below}")


def code_of(site, reference: str) -> str:
    """What the code on the first item's ticket says."""
    with site.app_context():
        booking = db.session.scalars(select(Booking).where(Booking.public_reference == reference)).one()
        return checks.token_of(booking.current_items[0])
