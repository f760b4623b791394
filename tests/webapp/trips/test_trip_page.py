"""The page of the trip: what is in it, what it costs now, and what became of it since it was chosen."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import update

from bpp_services.air.models import Departure
from bpp_services.hotels.models import RoomNight
from chassis.database import writing
from tests.bpp_services.hotels.cast import DELUXE
from tests.journeys.traveller import ADULT
from tests.pages import Page
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.providers.tampering import refusal

STAY = "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=1"


@pytest.fixture
def fare_is_now(flights_app):
    """`fare_is_now(500_000)`: all domestic flights cost something else; `seats=0`: they are sold out."""

    def change(fare_minor: int | None = None, **columns) -> None:
        columns |= {"fare_minor": fare_minor} if fare_minor else {}
        with flights_app.app_context(), writing() as session:
            session.execute(update(Departure).values(**columns))

    return change


@pytest.fixture
def rate_is_now(hotels_app):
    def change(rate_minor: int) -> None:
        with hotels_app.app_context(), writing() as session:
            session.execute(update(RoomNight).values(rate_minor=rate_minor))

    return change


@pytest.fixture
def flight_and_hotel(asha, on_sale, room_on_sale):
    """The page of a trip of both."""
    asha.add(on_sale())
    return asha.add(room_on_sale(), "hotels", STAY)


@pytest.fixture
def three_items(asha, on_sale, flight_and_hotel):
    """A flight out, a room and another flight: two providers."""
    return asha.add(on_sale("UK-9012", date(2026, 12, 13)))


def removal(page, words: str = "") -> str:
    """The address of the first button that removes an item; of the one whose card says `words`."""
    card = next(part for part in page.text.split("<section")[1:] if words in part and "/removal" in part)
    return card.split("/removal")[0].rsplit('action="', 1)[1] + "/removal"


def prices_of(page) -> dict[str, str]:
    return {
        name: values[0]
        for form in Page(page.text).forms
        for name, values in form.values.items()
        if name.startswith("price-")
    }


# ---- what is in it


def test_there_is_nothing_in_it_at_first(site):
    page = site.get("/trip")

    assert "Nothing in it yet" in page.text
    assert 'class="count"' not in page.text


def test_each_item_is_there_with_what_it_costs_and_the_total(flight_and_hotel):
    for words in (
        "Bengaluru to Mumbai",
        "IndiGo 6E-5678",
        "Taj Mahal Palace",
        "₹4,410",
        "₹35,400",
        "₹39,810",
    ):
        assert words in flight_and_hotel.text


def test_the_masthead_says_how_many_without_asking_the_database(asha, flight_and_hotel):
    home = asha.site.get("/")

    assert 'class="count">2<' in home.text


def test_one_flight_is_on_its_way_at_once(asha, on_sale):
    trip = asha.add(on_sale())

    assert "Continue to travellers" in trip.text


def test_who_is_named_already_goes_on_to_the_review(asha, on_sale):
    asha.to_review(on_sale())

    assert "Continue to review" in asha.site.get("/trip").text


def test_an_offer_is_added_to_the_trip_that_is_there(asha, on_sale):
    assert "Choose this flight" in asha.offer(on_sale()).text
    asha.add(on_sale("UK-9012"))

    assert "Add to your trip" in asha.offer("6E-5678.20261211.ECONOMY").text


def test_what_is_removed_is_gone_and_costs_nothing(asha, flight_and_hotel, trip_items, books):
    page = asha.follow(asha.site.submit(flight_and_hotel, removal(flight_and_hotel, "IndiGo")))

    assert "It is out of your trip" in page.text
    assert trip_items() == [["taj-mahal-palace-mumbai.DELUXE"]]
    assert [total for reference, _ in books.all() if (total := books.total_minor(reference))] == [3_540_000]


def test_removing_twice_removes_once(asha, flight_and_hotel, trip_items):
    for _ in range(2):
        answer = asha.site.submit(flight_and_hotel, removal(flight_and_hotel, "IndiGo"))

    assert answer.location == "/trip"
    assert trip_items() == [["taj-mahal-palace-mumbai.DELUXE"]]


def test_removing_the_last_one_leaves_an_empty_trip_and_no_number(asha, on_sale):
    page = asha.follow(asha.site.submit(asha.add(on_sale()), "/removal"))

    assert "Nothing in it yet" in page.text
    assert 'class="count"' not in page.text


def test_an_item_of_anothers_trip_does_not_exist(asha, stranger, on_sale, trip_items):
    theirs, item = asha.add(on_sale()), on_sale("UK-9012")
    his = stranger.add(item)
    [action] = [form.action for form in Page(theirs.text).forms if form.action.endswith("/removal")]
    [own] = [form for form in Page(his.text).forms if form.action.endswith("/removal")]
    token = own.values["csrf_token"][0]

    for address in (action, "/trip/items/0/removal", f"/trip/items/{'9' * 30}/removal"):
        assert stranger.site.post(address, data={"csrf_token": token}).status_code == 404, address

    assert trip_items() == [["6E-5678.20261211.ECONOMY"], [item]]


def test_an_item_of_an_earlier_trip_of_hers_is_not_removed(asha, on_sale, trip_items):
    pay = asha.to_pay(on_sale())
    trip = asha.add(on_sale("UK-9012"))
    token = next(form.values["csrf_token"][0] for form in Page(trip.text).forms)

    answer = asha.site.post("/trip/items/1/removal", data={"csrf_token": token})

    assert answer.status_code == 404
    assert pay.status_code == 200
    assert [len(items) for items in trip_items()] == [1, 1]


# ---- whose it is


def test_a_trip_waits_for_its_account_in_another_browser(asha, stranger, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)
    asha.add(on_sale())

    sign_in(stranger.site)

    assert "IndiGo 6E-5678" in stranger.site.get("/trip").text
    assert 'class="count">1<' in stranger.site.get("/").text


def test_who_signs_in_keeps_the_trip_and_adds_to_it(asha, on_sale, site_app, trip_items):
    an_account(site_app)
    asha.add(on_sale())
    sign_in(asha.site)

    asha.add(on_sale("UK-9012"))

    assert [len(items) for items in trip_items()] == [2]


def test_who_signs_out_leaves_no_trip_behind(asha, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)
    trip = asha.add(on_sale())

    asha.site.submit(trip, "/logout")

    assert "Nothing in it yet" in asha.site.get("/trip").text


# ---- what it costs now


def test_prices_of_a_few_minutes_ago_are_not_asked_for_again(asha, flight_and_hotel, wires, clock):
    clock.forward(minutes=4)
    asked = len(wires["flights"].requests) + len(wires["hotels"].requests)

    asha.site.get("/trip")

    assert len(wires["flights"].requests) + len(wires["hotels"].requests) == asked


def test_older_prices_are_asked_for_and_kept_when_they_are_the_same(asha, flight_and_hotel, wires, clock):
    clock.forward(minutes=6)
    asked = len(wires["flights"].requests) + len(wires["hotels"].requests)

    for _ in range(2):
        page = asha.site.get("/trip")

    assert len(wires["flights"].requests) + len(wires["hotels"].requests) == asked + 2
    assert "Continue to travellers" in page.text


def test_all_prices_are_asked_for_when_she_wants_to_know(asha, flight_and_hotel, fare_is_now):
    fare_is_now(500_000)
    assert "₹5,250" not in asha.site.get("/trip").text

    page = asha.site.get("/trip?prices=now")

    assert "₹5,250" in page.text


def test_one_of_three_prices_changed_is_shown_and_costs_more_only_when_it_is_accepted(
    asha, three_items, rate_is_now, clock, books
):
    rate_is_now(16_000_00)
    clock.forward(minutes=6)

    page = asha.site.get("/trip")

    for words in ("The price has gone up", "What has changed", "₹35,400", "₹37,760", "₹2,360 more"):
        assert words in page.text
    for total in ("₹49,014", "₹51,374"):  # 4,410 + 35,400 + 9,204
        assert total in page.text
    assert "Continue to travellers" not in page.text
    [(reference, _)] = books.all()
    assert books.total_minor(reference) == 4_901_400
    accepted = asha.follow(asha.site.submit(page, "/trip/prices"))
    assert "You accepted the new price" in accepted.text
    assert "Continue to travellers" in accepted.text
    assert books.total_minor(reference) == 5_137_400


def test_a_price_that_went_down_is_shown_too(asha, three_items, fare_is_now):
    fare_is_now(400_000)

    page = asha.site.get("/trip?prices=now")

    assert "The price has gone down" in page.text
    assert len(prices_of(page)) == 2


def test_prices_that_moved_again_are_shown_again(asha, three_items, rate_is_now, books):
    rate_is_now(16_000_00)
    page = asha.site.get("/trip?prices=now")
    rate_is_now(17_000_00)

    answer = asha.site.submit(page, "/trip/prices")

    assert answer.status_code == 409
    assert "₹40,120" in answer.text
    assert books.total_minor(books.all()[0][0]) == 4_901_400


def test_a_price_that_nobody_asks_is_not_accepted(asha, three_items, rate_is_now, books):
    rate_is_now(16_000_00)
    page = asha.site.get("/trip?prices=now")
    [(name, _)] = prices_of(page).items()

    for price in ("", "1", "-3776000", "3776000.00", "३७", "✈" * 1000, "9" * 5000, "\x00"):
        assert asha.site.submit(page, "/trip/prices", **{name: price}).status_code == 409, price[:20]

    assert books.total_minor(books.all()[0][0]) == 4_901_400


def test_what_sold_out_is_said_and_can_only_be_removed(asha, three_items, fare_is_now):
    fare_is_now(seats=0, seats_available=0)

    page = asha.site.get("/trip?prices=now")

    assert page.text.count("Look for another") == 2
    assert "Sold out." in page.text
    assert "Continue to travellers" not in page.text
    assert "/flights/search?from=BLR&amp;to=BOM&amp;depart=2026-12-11&amp;adults=1" in page.text
    for airline in ("IndiGo", "Vistara"):
        page = asha.follow(asha.site.submit(page, removal(page, airline)))
    assert "Continue to travellers" in page.text


def test_what_is_not_sold_any_more_is_said_without_the_codes_of_its_provider(
    asha, three_items, fare_is_now, wires, tampering
):
    fare_is_now(on_sale=False)
    tampering("hotels", "select")
    tampering.change = refusal("30004", f"{DELUXE} is closed on 11 December")

    page = asha.site.get("/trip?prices=now")

    assert page.text.count("No longer on sale.") == 3
    assert "6E-5678 on 11 December is not on sale in economy." in page.text
    assert "Deluxe room at Taj Mahal Palace is closed on 11 December." in page.text
    for code in ("ECONOMY", "taj-mahal-palace-mumbai", "DELUXE"):
        assert code not in page.text


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_a_dead_provider_breaks_nothing(asha, three_items, rate_is_now, wires, fault):
    rate_is_now(16_000_00)
    getattr(wires["flights"], fault)()

    page = asha.site.get("/trip?prices=now")

    assert page.status_code == 200
    assert page.text.count("this price could not be checked now") == 2
    assert "₹37,760" in page.text


def test_an_accepted_price_is_the_one_that_is_held(asha, on_sale, fare_is_now, books):
    asha.add(on_sale())
    fare_is_now(500_000)
    trip = asha.follow(asha.site.submit(asha.site.get("/trip?prices=now"), "/trip/prices"))

    pay = asha.hold(asha.follow(asha.name_them(asha.go_on(trip), ADULT)))

    assert "Pay ₹5,250" in pay.text


# ---- what does not fit, and what may be missing


def test_a_hotel_for_the_wrong_night_is_said_and_not_forbidden(asha, on_sale, room_on_sale):
    asha.add(on_sale())
    room_on_sale(nights=4)

    page = asha.add("taj-mahal-palace-mumbai.DELUXE", "hotels", STAY.replace("-11", "-12"))

    assert "No room in Mumbai for the night of Fri 11 Dec 2026." in page.text
    assert "Continue to travellers" in page.text


def test_a_flight_wants_a_room_and_a_flight_back(asha, on_sale):
    page = asha.add(on_sale(), party="adults=2&children=1")

    assert "A hotel in Mumbai from Fri 11 Dec 2026" in page.text
    assert (
        "/hotels/search?city=Mumbai&amp;checkin=2026-12-11&amp;checkout=2026-12-14&amp;rooms=2&amp;adults=2"
        "&amp;children=1" in page.text
    )
    assert "A flight back to Bengaluru on Mon 14 Dec 2026" in page.text
    assert "/flights/search?from=BOM&amp;to=BLR&amp;depart=2026-12-14&amp;adults=2" in page.text


def test_who_asked_for_a_round_trip_is_led_on_to_the_way_back(asha, on_sale):
    item = on_sale()
    asha.site.get("/flights/search?from=BLR&to=Mumbai&depart=2026-12-11&return=2026-12-16&cabin=ECONOMY")
    asha.site.get(f"/hotels/search?city=Mumbai&{STAY}")

    page = asha.add(item, party="adults=2")

    assert "You asked for a flight back to Bengaluru on Wed 16 Dec 2026." in page.text
    [button] = [part for part in page.text.split("<a ") if "Choose the way back" in part]
    _, _, asked = button.partition('href="')[2].partition('"')[0].replace("&amp;", "&").partition("?")
    assert dict(parse_qsl(asked)) == {
        "from": "Bengaluru",
        "to": "Mumbai",
        "depart": "2026-12-11",
        "return": "2026-12-16",
        "leg": "back",
        "cabin": "ECONOMY",
        "adults": "2",
        "children": "0",
        "infants": "0",
    }
    assert page.text.count("return=2026-12-16") == 1
    assert "Continue without it" in page.text
    assert "Continue to travellers" not in page.text
    assert "city=Mumbai&amp;checkin=2026-12-11&amp;checkout=2026-12-16" in page.text


def test_a_day_back_before_the_landing_and_one_of_another_way_are_not_asked_for(asha, on_sale):
    item = on_sale()
    for way in (
        "from=BLR&to=BOM&depart=2026-12-08&return=2026-12-10",
        "from=BLR&to=DEL&depart=2026-12-11&return=2026-12-16",
    ):
        asha.site.get(f"/flights/search?{way}")

    pages = [asha.add(item)]
    asha.site.get("/flights/search?from=BLR&to=BOM&depart=2026-12-11")  # and none back
    pages.append(asha.site.get("/trip"))

    for page in pages:
        assert "Next: the way back" not in page.text
        assert "A flight back to Bengaluru on Mon 14 Dec 2026" in page.text


def test_the_suggested_searches_are_good_ones(asha, on_sale):
    page = asha.add(on_sale(), party="adults=2&children=1&infants=1")

    links = [
        part.split('"')[0].replace("&amp;", "&")
        for part in page.text.split('href="')
        if "/search?" in part.split('"')[0]
    ]

    assert {asha.site.get(link).status_code for link in links} == {200}
    assert len(links) == 2
