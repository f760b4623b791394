"""Whole parties through the site: families on flights at home and abroad, several rooms, a child in the room.

Every amount is reckoned by hand from rules.md: GST of 5 % on economy and 18 % on business; a child pays the adult's fare, an
infant 10 % of it and has no seat; a room of up to ₹7,500 a night 5 %, above that 18 %.
"""

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure, Passenger
from bpp_services.hotels.models import Booking as HotelBooking
from bpp_services.hotels.models import Guest, RoomNight
from chassis.database import db, writing
from tests.factories import MORNING
from tests.journeys.traveller import PASSPORT
from tests.webapp.buyer import Books, Buyer
from webapp.bookings.models import Traveller

PARTY = "depart=2026-12-11&adults=2&children=1&infants=1"


def person(given: str, family: str, gender: str, born: str, passport: str | None = None) -> dict:
    """Someone as the travellers' form has them; `born` as 23.3.1988."""
    day, month, year = born.split(".")
    typed = {"given_name": given, "family_name": family, "gender": gender}
    typed |= {"born_on-day": day, "born_on-month": month, "born_on-year": year}
    return typed | (PASSPORT | {"passport_number": passport} if passport else {})


# On 11 December 2026 Mira is 11 for one day more, and Kabir 1.
FAMILY = (
    person("Asha", "Rao", "FEMALE", "23.3.1988"),
    person("", "Ravi", "MALE", "2.7.1986"),
    person("Mira", "Rao", "FEMALE", "12.12.2014"),
    person("Kabir", "Rao", "MALE", "12.12.2024"),
)
FAMILY_ABROAD = (
    person("Asha", "Rao", "FEMALE", "23.3.1988", "Z1234567"),
    person("", "Ravi", "MALE", "2.7.1986", "Z1234568"),
    person("Mira", "Rao", "FEMALE", "12.12.2014", "Z1234569"),
    person("Kabir", "Rao", "MALE", "12.12.2024", "Z1234570"),
)
NAMED = [
    ("ADULT-1", "ADULT", "Asha Rao", date(1988, 3, 23)),
    ("ADULT-2", "ADULT", "Ravi", date(1986, 7, 2)),
    ("CHILD-1", "CHILD", "Mira Rao", date(2014, 12, 12)),
    ("INFANT-1", "INFANT", "Kabir Rao", date(2024, 12, 12)),
]


@pytest.fixture
def buyer(site, gateway_app, wires, clock) -> Buyer:
    clock.set(MORNING)
    wires["site"].down("/payments/webhooks")
    return Buyer(site, gateway_app.test_client())


@dataclass(frozen=True)
class Flight:
    """`fare` and `tax` of one traveller of each kind, in minor units; `shown`: the total, an adult and an infant as told."""

    service: str
    item: str
    search: str
    travellers: tuple[dict, ...]
    fare: dict[str, int]
    tax: dict[str, int]
    total_minor: int
    shown: tuple[str, ...]
    seats: int


FLIGHTS = {
    # ₹4,200 + 5 %: 4,410 · infant ₹420 + 5 %: 441 · 3 × 4,410 + 441 = 13,671
    "at home": Flight(
        "flights", "6E-5678.20261211.ECONOMY", f"/flights/search?from=BLR&to=BOM&{PARTY}", FAMILY,
        {"ADULT": 420_000, "CHILD": 420_000, "INFANT": 42_000}, {"ADULT": 21_000, "CHILD": 21_000, "INFANT": 2_100},
        1_367_100, ("₹13,671", "₹4,410", "₹441"), 180,
    ),
    # ₹45,000 + 18 %: 53,100 · infant ₹4,500 + 18 %: 5,310 · 3 × 53,100 + 5,310 = 1,64,610
    "abroad": Flight(
        "international_flights", "BA-201.20261211.BUSINESS", f"/flights/search?from=BOM&to=LHR&{PARTY}&cabin=BUSINESS",
        FAMILY_ABROAD,
        {"ADULT": 4_500_000, "CHILD": 4_500_000, "INFANT": 450_000}, {"ADULT": 810_000, "CHILD": 810_000, "INFANT": 81_000},
        16_461_000, ("₹1,64,610", "₹53,100", "₹5,310"), 12,
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", FLIGHTS)
def test_a_family_flies(database, services, buyer, where):
    flight = FLIGHTS[where]
    provider = services[flight.service]
    _seed(provider)

    offer = buyer.choose(flight.search, flight.item)
    review = _name(buyer, offer, *flight.travellers)
    booked = buyer.press(buyer.to_the_gateway(buyer.hold(review)), "authorisation")

    for page in (offer, review):
        for amount in flight.shown:
            assert amount in page.text, (page.request.path, amount)
    assert "2 adults, 1 child and 1 infant" in review.text
    assert _passengers(provider) == [
        (place, kind, name, born_on, _passport_of(flight, number))
        for number, (place, kind, name, born_on) in enumerate(NAMED)
    ]
    assert _air_booking(provider) == {
        "status": "CONFIRMED",
        "seats": 3,
        "fare": 2 * flight.fare["ADULT"] + flight.fare["CHILD"] + flight.fare["INFANT"],
        "tax": 2 * flight.tax["ADULT"] + flight.tax["CHILD"] + flight.tax["INFANT"],
        "total": flight.total_minor,
    }
    assert _seats_left(provider, flight.item) == (flight.seats - 3, flight.seats)
    tickets = _tickets(provider)
    assert len(set(tickets)) == 4
    for text in (*tickets, "Asha Rao", "Ravi", "Mira Rao", "Kabir Rao", buyer.reference):
        assert text in booked.text
    assert Books(services["site"]).balance(buyer.reference) == (flight.total_minor, flight.total_minor)
    assert _travellers_here(services["site"]) == [(kind, name) for _, kind, name, _ in NAMED]


def _passport_of(flight: Flight, number: int) -> str | None:
    return flight.travellers[number].get("passport_number")


def test_a_day_older_they_are_an_adult_and_a_child_and_nothing_is_held(database, services, buyer):
    """The control: the family's birthdays are on the edge."""
    flight = FLIGHTS["at home"]
    _seed(services["flights"])
    older = (*FAMILY[:2], FAMILY[2] | {"born_on-day": "11"}, FAMILY[3] | {"born_on-day": "11"})
    page = buyer.go_on(buyer.follow(buyer.site.submit(buyer.choose(flight.search, flight.item), "/trip")))

    answer = buyer.name_them(page, *older)

    assert answer.status_code == 422
    assert "Rao is 12 on the day of departure: that is an adult, and you chose a child" in answer.text
    assert (
        "Rao is 2 on the day of departure: that is a child (2 to 11), and you chose an infant" in answer.text
    )
    assert _passengers(services["flights"]) == []


def test_abroad_everybody_shows_a_passport(database, services, buyer):
    flight = FLIGHTS["abroad"]
    _seed(services["international_flights"])
    page = buyer.go_on(buyer.follow(buyer.site.submit(buyer.choose(flight.search, flight.item), "/trip")))

    answer = buyer.name_them(page, *FAMILY_ABROAD[:3], FAMILY[3])

    assert answer.status_code == 422
    assert "Infant 1: Enter the passport number" in answer.text
    assert "Child 1: Enter the passport number" not in answer.text


@dataclass(frozen=True)
class Stay:
    """`rooms_left` is what is left of the room type on each night, of `all_rooms`."""

    item: str
    search: str
    party: dict[str, int]
    nights: tuple[date, ...]
    fare_minor: int
    total_minor: int
    shown: str
    rooms_left: int
    all_rooms: int


STAYS = {
    # ₹15,000 + 18 % = 17,700 a night, two nights: 35,400
    "two adults and a child in a room": Stay(
        "taj-mahal-palace-mumbai.DELUXE",
        "/hotels/search?city=Mumbai&checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=2&children=1",
        {"rooms": 1, "adults": 2, "children": 1}, (date(2026, 12, 11), date(2026, 12, 12)),
        3_000_000, 3_540_000, "₹35,400", 37, 38,
    ),
    # ₹6,500 + 5 % = 6,825 a room and night, three rooms for three nights: 9 × 6,825 = 61,425
    "seven people in three rooms": Stay(
        "lemon-tree-mumbai.EXECUTIVE",
        "/hotels/search?city=Mumbai&checkin=2026-12-11&checkout=2026-12-14&rooms=3&adults=5&children=2",
        {"rooms": 3, "adults": 5, "children": 2}, (date(2026, 12, 11), date(2026, 12, 12), date(2026, 12, 13)),
        5_850_000, 6_142_500, "₹61,425", 33, 36,
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", STAYS)
def test_a_party_stays(database, services, buyer, who):
    stay, hotels = STAYS[who], services["hotels"]
    _seed(hotels)

    offer = buyer.choose(stay.search, stay.item)
    review = _name(buyer, offer, {"given_name": "Arjun", "family_name": "Mehta"})
    booked = buyer.press(buyer.to_the_gateway(buyer.hold(review)), "authorisation")

    for page in (offer, review):
        assert stay.shown in page.text
    assert _stay_there(hotels) == {
        "status": "CONFIRMED",
        "guest": "Arjun Mehta",
        "nights": (stay.nights[0], (stay.nights[-1] - stay.nights[0]).days + 1),
        "fare": stay.fare_minor,
        "total": stay.total_minor,
        **stay.party,
    }
    assert _rooms_taken(hotels, stay) == dict.fromkeys(stay.nights, stay.all_rooms - stay.rooms_left)
    assert "Arjun Mehta" in booked.text
    assert Books(services["site"]).balance(buyer.reference) == (stay.total_minor, stay.total_minor)


def test_eight_people_do_not_fit_into_two_rooms_for_three(database, services, buyer):
    """The control: the seven above are within what three rooms hold."""
    _seed(services["hotels"])
    search = "/hotels/search?city=Mumbai&checkin=2026-12-11&checkout=2026-12-14&rooms=2&adults=5&children=3"

    assert "~lemon-tree-mumbai.EXECUTIVE" not in buyer.site.get(search).text


def test_the_last_rooms_are_sold_together_or_not_at_all(database, services, buyer):
    """Two of the three nights have three rooms left, the one between them has two."""
    stay, hotels = STAYS["seven people in three rooms"], services["hotels"]
    _seed(hotels)
    offer = buyer.choose(stay.search, stay.item)
    review = _name(buyer, offer, {"given_name": "Arjun", "family_name": "Mehta"})
    _leave(hotels, stay, {stay.nights[0]: 3, stay.nights[1]: 2, stay.nights[2]: 3})

    page = buyer.follow(buyer.site.submit(review, "/hold"))

    assert "Somebody was faster" in page.text
    assert _rooms_taken(hotels, stay) == {}


# ---- doing


def _seed(app) -> None:
    result = app.test_cli_runner().invoke(args=["seed", "demo"])
    assert result.exit_code == 0, result.output


def _name(buyer: Buyer, offer, *travellers: dict):
    """From the offer to the review."""
    page = buyer.go_on(buyer.follow(buyer.site.submit(offer, "/trip")))
    return buyer.follow(buyer.name_them(page, *travellers))


def _leave(hotels, stay: Stay, rooms: dict[date, int]) -> None:
    """Of the room type there are no more than that many on each night."""
    with hotels.app_context(), writing():
        for each in _nights(stay):
            each.rooms = each.rooms_available = rooms[each.night]


# ---- what the databases say


def _passengers(app) -> list[tuple]:
    with app.app_context():
        found = db.session.scalars(select(Passenger).order_by(Passenger.id))
        return [(each.place, each.kind, each.name, each.born_on, _number(each.document)) for each in found]


def _number(document: str | None) -> str | None:
    return document.split('"')[1] if document else None


def _tickets(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Passenger.ticket_number)))


def _air_booking(app) -> dict:
    with app.app_context():
        found = db.session.scalars(select(AirBooking)).one()
        return {
            "status": found.booking_status,
            "seats": found.seats,
            "fare": found.fare_minor,
            "tax": found.tax_minor,
            "total": found.total_minor,
        }


def _seats_left(app, item: str) -> tuple[int, int]:
    number, day, cabin = item.split(".")
    with app.app_context():
        found = select(Departure).where(
            Departure.departs_on == date.fromisoformat(day), Departure.cabin == cabin
        )
        departure = next(each for each in db.session.scalars(found) if each.flight.flight_number == number)
        return departure.seats_available, departure.seats


def _travellers_here(app) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(select(Traveller).order_by(Traveller.position))
        return [(each.kind, each.name) for each in found]


def _stay_there(app) -> dict:
    with app.app_context():
        found = db.session.scalars(select(HotelBooking)).one()
        return {
            "status": found.booking_status,
            "guest": db.session.scalars(select(Guest.name)).one(),
            "nights": (found.check_in, (found.check_out - found.check_in).days),
            "fare": found.fare_minor,
            "total": found.total_minor,
            "rooms": found.rooms,
            "adults": found.adults,
            "children": found.children,
        }


def _rooms_taken(app, stay: Stay) -> dict[date, int]:
    """By night, where any is taken; of all room types of all hotels, so that nothing else was touched."""
    with app.app_context():
        nights = db.session.scalars(select(RoomNight).where(RoomNight.rooms_available < RoomNight.rooms))
        taken = {}
        for each in nights:
            assert each.room_type.item_id == stay.item
            taken[each.night] = each.rooms - each.rooms_available
        return taken


def _nights(stay: Stay) -> list[RoomNight]:
    nights = db.session.scalars(select(RoomNight).where(RoomNight.night.in_(stay.nights)))
    return [each for each in nights if each.room_type.item_id == stay.item]
