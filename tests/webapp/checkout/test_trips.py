"""A whole trip through the pages: several items from two providers, one hold, one payment, and each item its own end."""

from datetime import date

import pytest
from sqlalchemy import update

from bpp_services.air.models import Departure
from bpp_services.hotels.models import RoomNight
from chassis.database import db, writing
from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.journeys.traveller import ADULT, PASSPORT
from webapp.bookings.models import Booking, Traveller

STAY = "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=1"
OUT, BACK, LATER = "6E-5678.20261211.ECONOMY", "UK-9013.20261213.PREMIUM_ECONOMY", date(2026, 12, 13)
RAVI = ADULT | {"given_name": "Ravi", "gender": "MALE"}
MIRA = {
    "given_name": "Mira", "family_name": "Rao", "gender": "FEMALE",
    "born_on-day": "12", "born_on-month": "12", "born_on-year": "2014",
}  # fmt: skip


def arrive(buyer, answer):
    """The page to which redirects lead in the end."""
    while answer.status_code == 303:
        answer = buyer.site.get(answer.location)
    return answer


@pytest.fixture
def rooms_on_sale(hotels_app, clock):
    def put_on_sale(rooms: int = 5) -> None:
        with hotels_app.app_context():
            nights_on_sale(DELUXE, date(2026, 12, 11), nights=3, rooms=rooms)

    return put_on_sale


@pytest.fixture
def rooms_are_now(hotels_app):
    """`rooms_are_now(rooms_available=0)`: sold to others, or dearer."""

    def change(**columns) -> None:
        with hotels_app.app_context(), writing() as session:
            session.execute(update(RoomNight).values(**columns))

    return change


@pytest.fixture
def trip(asha, on_sale, rooms_on_sale):
    """The page of a trip: a flight out, two nights in Mumbai, and the flight back."""
    on_sale(seats=5)
    on_sale("UK-9013", LATER, seats=5)
    rooms_on_sale()
    asha.add(OUT)
    asha.add(DELUXE, "hotels", STAY)
    return asha.add(BACK)


@pytest.fixture
def review(asha, trip):
    return asha.follow(asha.name_them(asha.go_on(trip), ADULT))


def removal(page) -> str:
    """The address of the button that goes on without the item that is the trouble."""
    return page.text.split("/removal")[0].rsplit('action="', 1)[1] + "/removal"


# ---- all of it


def test_a_trip_of_two_providers_is_one_review_one_hold_and_one_payment(asha, review, books, seats):
    for words in ("Bengaluru to Mumbai", "Taj Mahal Palace", "Vistara UK-9013", "₹49,014"):
        assert words in review.text

    pay = asha.hold(review)
    booked = asha.press(asha.to_the_gateway(pay), "authorisation")

    assert pay.text.count("Held until") == 1
    assert "Pay ₹49,014" in pay.text
    assert "Everything is booked, each at its provider under the reference beside it" in booked.text
    assert "₹49,014 was taken" in booked.text
    assert books.letters() == ["booked"]
    assert len(books.payments()) == 1
    assert books.balance(asha.reference) == (4_901_400, 4_901_400)
    assert seats.counts()["CONFIRMED"] == 2


def test_my_trips_name_all_that_is_in_one(asha, review):
    asha.press(asha.to_the_gateway(asha.hold(review)), "authorisation")

    trips = asha.site.get("/bookings").text

    for words in ("Bengaluru to Mumbai", "Taj Mahal Palace, Mumbai", "Fri 11 Dec 2026, 14:30 IST"):
        assert words in trips
    assert trips.count("Domestic flights") == 2


# ---- the hold


def test_what_sells_out_is_named_and_what_was_held_is_let_go(asha, review, rooms_are_now, seats, clock):
    rooms_are_now(rooms_available=0, rooms=0)

    page = arrive(asha, asha.site.submit(review, "/hold"))

    assert "Somebody was faster. Taj Mahal Palace, Mumbai, Fri 11 Dec 2026:" in page.text
    assert "Nothing is held and nothing was paid" in page.text
    assert "/hotels/search?city=Mumbai" in page.text
    clock.forward(seconds=20)
    asha.site.submit(page, "/hold")
    counts = seats.counts()
    assert counts["available"] + counts.get("HELD", 0) == 10
    assert counts["RELEASED"] >= 1


def test_the_trip_goes_on_without_what_sold_out(asha, review, rooms_are_now, books):
    rooms_are_now(rooms_available=0, rooms=0)
    page = arrive(asha, asha.site.submit(review, "/hold"))

    trip = asha.follow(asha.site.submit(page, removal(page)))

    assert "Continue to review" in trip.text
    assert "Somebody was faster" not in asha.at("review").text
    booked = asha.press(asha.to_the_gateway(asha.hold(asha.at("review"))), "authorisation")
    assert "₹13,614 was taken" in booked.text
    assert books.balance(asha.reference) == (1_361_400, 1_361_400)


def test_a_last_seat_is_not_sold_out_to_its_own_traveller(asha, on_sale, rooms_on_sale, rooms_are_now, seats):
    """The first try held it, and was let go only when it was tried again."""
    on_sale(seats=1)
    rooms_on_sale()
    asha.add(OUT)
    asha.add(DELUXE, "hotels", STAY)
    review = asha.follow(asha.name_them(asha.go_on(asha.site.get("/trip")), ADULT))
    rooms_are_now(rooms_available=0, rooms=0)
    page = arrive(asha, asha.site.submit(review, "/hold"))
    assert seats.counts() == {"HELD": 1, "available": 0}

    asha.site.submit(page, removal(page))
    pay = asha.hold(asha.at("review"))

    assert "Held until" in pay.text
    assert seats.counts() == {"HELD": 1, "RELEASED": 1, "available": 0}


def test_who_did_not_answer_is_named(asha, review, wires, clock):
    wires["hotels"].down("/beckn/init")
    arrive(asha, asha.site.submit(review, "/hold"))
    clock.forward(seconds=5)

    page = arrive(asha, asha.at("progress"))

    assert "Hotels did not answer for Taj Mahal Palace, Mumbai, Fri 11 Dec 2026" in page.text


def test_one_of_three_prices_changed_at_the_hold(asha, review, rooms_are_now, books):
    rooms_are_now(rate_minor=16_000_00)

    page = arrive(asha, asha.site.submit(review, "/hold"))

    assert page.request.path.endswith("/price")
    for words in ("What has changed", "₹35,400", "₹37,760", "₹2,360 more", "₹49,014", "Change the trip"):
        assert words in page.text
    assert "UK-9013" not in page.text.split("What has changed")[1].split("</table>")[0]
    accepted = asha.follow(asha.site.submit(page, "/price"))
    assert "Pay ₹51,374" in asha.hold(accepted).text
    assert books.total_minor(asha.reference) == 5_137_400


def test_all_that_changed_is_accepted_together(asha, review, rooms_are_now, flights_app, books):
    rooms_are_now(rate_minor=16_000_00)
    with flights_app.app_context(), writing() as session:
        session.execute(update(Departure).values(fare_minor=500_000))

    page = arrive(asha, asha.site.submit(review, "/hold"))

    assert page.text.count('name="price-') == 3
    arrive(asha, asha.site.submit(page, "/price"))
    assert books.total_minor(asha.reference) == 525_000 + 3_776_000 + 590_000


def test_what_sold_out_while_prices_changed_is_said_first(asha, review, rooms_are_now, flights_app):
    with flights_app.app_context(), writing() as session:
        session.execute(update(Departure).values(fare_minor=500_000))
    page = arrive(asha, asha.site.submit(review, "/hold"))
    rooms_are_now(rooms_available=0, rooms=0)

    answer = arrive(asha, asha.site.submit(page, "/price"))

    assert "Somebody was faster. Taj Mahal Palace, Mumbai" in answer.text


def test_held_again_after_the_time_was_over_is_the_whole_trip(asha, review, clock, books):
    asha.hold(review)
    clock.forward(minutes=11)

    page = asha.follow(asha.site.submit(asha.at("pay"), "/again"))

    for words in ("IndiGo 6E-5678", "Taj Mahal Palace", "Vistara UK-9013", "Asha Rao"):
        assert words in page.text
    assert 'class="count">3<' in page.text
    assert books.states() == ["EXPIRED", "DRAFT"]


# ---- who travels


def test_who_is_not_on_a_flight_is_said_and_each_flight_takes_its_own(asha, on_sale, flights_app):
    on_sale(seats=5)
    on_sale("UK-9013", LATER, seats=5)
    asha.add(OUT, party="adults=2")
    page = asha.go_on(asha.add(BACK))

    assert "Adult 2 is not on the flight Mumbai to Bengaluru (UK-9013, Sun 13 Dec 2026)." in page.text
    review = asha.follow(asha.name_them(page, ADULT, RAVI))
    assert review.text.count("On this flight: Asha Rao") == 1
    booked = asha.press(asha.to_the_gateway(asha.hold(review)), "authorisation")
    assert booked.text.count(">Ravi Rao<") == 1
    assert booked.text.count(">Asha Rao<") == 2


def test_who_is_a_child_on_the_way_out_and_not_on_the_way_back_is_told_of_which_flight(asha, on_sale):
    """Mira turns twelve on the twelfth."""
    on_sale(seats=5)
    on_sale("UK-9013", LATER, seats=5)
    for item in (OUT, BACK):
        trip = asha.add(item, party="adults=1&children=1")

    answer = asha.name_them(asha.go_on(trip), ADULT, MIRA)

    assert answer.status_code == 422
    assert (
        "Child 1: Rao is 12 on the day of the flight Mumbai to Bengaluru (UK-9013, Sun 13 Dec 2026): "
        "that is an adult, and you chose a child" in answer.text
    )


def test_only_who_flies_abroad_shows_a_passport(asha, on_sale):
    on_sale(seats=5)
    asha.add(OUT, party="adults=2")
    page = asha.go_on(asha.add(on_sale("EK-501", LATER), "international_flights"))

    assert "traveller-0-passport_number" in page.text
    assert "traveller-1-passport_number" not in page.text
    assert asha.name_them(page, ADULT | PASSPORT, RAVI).status_code == 303


def test_a_trip_with_a_flight_needs_no_guest(asha, trip):
    page = asha.go_on(trip)

    assert "Who is travelling?" in page.text
    assert "Lead guest" not in page.text
    assert "traveller-1-" not in page.text


def test_what_was_typed_is_kept_when_a_flight_abroad_is_added(asha, review, on_sale):
    trip = asha.add(on_sale("EK-501", LATER), "international_flights")
    assert "Continue to travellers" in trip.text

    page = asha.go_on(trip)

    assert "only what is empty is asked for now" in page.text
    assert 'value="Asha"' in page.text
    assert arrive(asha, asha.at("review")).request.path.endswith("/travellers")
    assert asha.name_them(page, ADULT | PASSPORT).location.endswith("/review")


def test_the_guest_of_a_stay_is_the_adult_of_a_flight_that_is_added(asha, on_sale, rooms_on_sale):
    rooms_on_sale()
    on_sale(seats=5)
    page = asha.go_on(asha.add(DELUXE, "hotels", STAY))
    asha.name_them(page, {"given_name": "Asha", "family_name": "Rao"})

    page = asha.go_on(asha.add(OUT))

    assert "Adult 1" in page.text
    assert 'value="Asha"' in page.text
    assert "Lead guest" not in page.text


def test_whoever_is_on_nothing_any_more_is_not_kept(asha, on_sale, site_app):
    on_sale(seats=5)
    on_sale("UK-9013", LATER, seats=5)
    asha.add(OUT)
    trip = asha.add(BACK, party="adults=2")
    review = asha.follow(asha.name_them(asha.go_on(trip), ADULT, RAVI))
    trip = asha.site.get("/trip")
    asha.site.submit(trip, trip.text.split("/removal")[1].rsplit('action="', 1)[1] + "/removal")

    review = asha.at("review")
    asha.hold(review)

    assert "Ravi" not in review.text
    with site_app.app_context():
        assert [each.given_name for each in db.session.scalars(db.select(Traveller))] == ["Asha"]


def test_a_trip_that_was_emptied_in_another_tab_is_held_by_nobody(asha, review, books):
    for _ in range(3):
        trip = asha.site.get("/trip")
        asha.site.submit(trip, removal(trip))

    answer = asha.site.submit(review, "/hold")

    assert answer.location == "/trip"
    assert books.states() == ["DRAFT"]


# ---- cancelling


@pytest.fixture
def booked(asha, review):
    return asha.press(asha.to_the_gateway(asha.hold(review)), "authorisation")


def item_ids(site_app) -> list[int]:
    with site_app.app_context():
        booking = db.session.scalar(db.select(Booking).order_by(Booking.id))
        return [item.id for item in booking.current_items]


def test_one_flight_is_cancelled_by_the_link_on_its_ticket(asha, booked, clock, books):
    clock.forward(hours=2)
    assert booked.text.count(">Cancel this flight<") == 2
    assert booked.text.count(">Cancel this stay<") == 1
    link = booked.text.split(">Cancel this flight<")[0].rsplit('href="', 1)[1].split('"')[0]

    page = asha.site.get(link)
    after = asha.follow(asha.site.submit(page, "/cancellation"))

    assert "Cancel this part of your trip?" in page.text
    assert "Cancel and get ₹3,528 back" in page.text
    assert "The rest of your trip stands: Taj Mahal Palace, Mumbai; Mumbai to Bengaluru." in page.text
    assert "Part of your booking is cancelled" in after.text
    assert after.text.count("the rest of your trip stands. ₹3,528 is on its way back") == 1
    assert "It is cancelled." not in after.text
    assert "Cancelled: ₹882 kept, ₹3,528 given back." in after.text
    assert books.balance(asha.reference) == (88_200 + 3_540_000 + 920_400,) * 2


def test_what_to_cancel_is_chosen_with_each_items_figures(asha, booked, clock, books, site_app):
    clock.forward(hours=2)
    flight, hotel, other = item_ids(site_app)

    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")
    assert "What do you want to cancel?" in page.text
    for words in ("₹3,528 of ₹4,410 comes back", "₹35,400 of ₹35,400 comes back", "₹7,363.20 of ₹9,204"):
        assert words in page.text
    assert "checked" not in page.text.split("<fieldset")[1].split("</fieldset>")[0]
    confirm = asha.site.get(f"/bookings/{asha.reference}/cancellation?item={hotel}&item={other}")
    after = asha.follow(asha.site.submit(confirm, "/cancellation"))

    assert "Cancel and get ₹42,763.20 back" in confirm.text
    assert "Refunds" in after.text
    assert books.balance(asha.reference) == (441_000 + 184_080,) * 2
    rest = asha.site.get(f"/bookings/{asha.reference}/cancellation")
    assert "Cancel and get ₹3,528 back" in rest.text
    over = asha.follow(asha.site.submit(rest, "/cancellation"))
    assert "Your booking is cancelled" in over.text
    assert books.letters() == ["booked", "cancelled", "cancelled"]
    assert books.balance(asha.reference) == (88_200 + 184_080,) * 2


def test_choosing_nothing_is_said(asha, booked):
    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")

    answer = asha.site.get(f"/bookings/{asha.reference}/cancellation?chosen=yes")

    assert "There is a problem" not in page.text
    assert answer.status_code == 422
    assert "Choose what to cancel, or keep the booking" in answer.text


def test_everything_is_cancelled_at_once(asha, booked, books):
    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")
    link = page.text.split(">Cancel everything<")[0].rsplit('href="', 1)[1].split('"')[0]

    after = asha.follow(asha.site.submit(asha.site.get(link.replace("&amp;", "&")), "/cancellation"))

    assert "Your booking is cancelled" in after.text
    assert books.balance(asha.reference) == (0, 0)
    assert books.letters() == ["booked", "cancelled"]


def test_a_double_click_cancels_one_item_once(asha, booked, site_app, books):
    flight = item_ids(site_app)[0]
    page = asha.site.get(f"/bookings/{asha.reference}/cancellation?item={flight}")

    for _ in range(2):
        answer = asha.site.submit(page, "/cancellation")

    assert answer.location.endswith(f"/bookings/{asha.reference}")
    assert books.state(asha.reference) == "PARTIALLY_CANCELLED"
    assert books.letters() == ["booked", "cancelled"]


def test_what_is_no_item_of_this_booking_is_not_cancelled(asha, booked, books, on_sale):
    address = f"/bookings/{asha.reference}/cancellation"
    page = asha.site.get(f"{address}?item=1")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    reference = asha.reference
    asha.booked(on_sale("AI-1234"))

    for item in ("0", "-1", "4", "9" * 40, "✈", "1 OR 1=1", "", "1.0"):
        assert asha.site.get(f"{address}?item={item}").status_code == 404, item
        answer = asha.site.post(address, data={"csrf_token": token, "item": item})
        assert answer.status_code == 404, item

    assert books.state(reference) == "CONFIRMED"


def test_one_whose_provider_is_away_is_said_and_the_others_can_be_cancelled(
    asha, booked, wires, site_app, books
):
    wires["hotels"].down()

    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")
    flight = item_ids(site_app)[0]
    confirm = asha.site.get(f"/bookings/{asha.reference}/cancellation?item={flight}")
    asha.site.submit(confirm, "/cancellation")

    assert "Hotels did not answer, so we cannot say what would come back." in page.text
    assert "Cancel everything" not in page.text
    assert books.state(asha.reference) == "PARTIALLY_CANCELLED"


def test_a_stay_that_has_begun_is_said_to_stand_when_everything_is_to_go(asha, booked, clock, site_app):
    clock.forward(days=10, hours=8)  # 18:00 on the eleventh: checked in
    ids = item_ids(site_app)

    page = asha.site.get(f"/bookings/{asha.reference}/cancellation")
    all_of_it = "&".join(f"item={each}" for each in ids)

    assert page.text.count("It cannot be cancelled.") == 2
    assert asha.site.get(f"/bookings/{asha.reference}/cancellation?{all_of_it}").status_code == 409
