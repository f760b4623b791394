"""The pages of results: what is wrong said on the page, and every provider's state in words."""

from dataclasses import replace
from datetime import date

import pytest

from bpp_services.air.models import Departure
from bpp_services.hotels.models import RoomNight, RoomType
from chassis.database import db, writing
from tests.apps import ADDRESSES
from tests.bpp_services.hotels import cast
from tests.factories import MORNING
from tests.pages import Page

SEARCH = "/flights/search?from=BLR&to=BOM&depart=2026-12-11&adults=1"

STAY = "/hotels/search?city=mumbai&checkin=2026-12-11&checkout=2026-12-12&adults=2"

HOSTILE = [
    "sort=__class__",
    "sort=price&sort=duration",
    "sort=%00",
    "sort='%20OR%201=1",
    "endpoint=admin.index",
    "_external=1",
    "_scheme=javascript",
    "_method=DELETE",
    "_anchor=%22%3E",
    "self=1&request=2&values=3",
    "%F0%9F%9B%AB=%FF%FE",
    "=&&==",
    "x=" + "y" * 10_000,
]


@pytest.fixture
def a_second_provider(site_app) -> str:
    """Another seller of domestic flights, behind the hotels' wire, where it can be broken alone."""
    providers = site_app.extensions["providers"]
    providers["other"] = replace(
        providers["flights"], key="other", name="Other flights", url=ADDRESSES["hotels"]
    )
    return "hotels"


def test_a_wrong_search_is_said_on_the_page_with_what_was_typed_and_nobody_is_asked(asha, wires):
    page = asha.site.get(
        '/flights/search?from=Mumbay&to="><script>alert(1)</script>&depart=tomorrow&adults=ten'
    )

    assert page.status_code == 422
    assert '<a href="#from">We do not know “Mumbay”. Did you mean Mumbai?</a>' in page.text
    assert '<a href="#depart">Enter a departure date' in page.text
    assert 'value="Mumbay"' in page.text
    assert 'value="ten"' in page.text
    assert "<script>alert" not in page.text
    assert wires["flights"].requests == []


def test_a_wrong_hotel_search_is_said_on_the_page(asha, wires):
    page = asha.site.get("/hotels/search?city=Mumbay&checkin=2026-12-11&checkout=2026-12-01&rooms=3&adults=2")

    assert page.status_code == 422
    assert '<a href="#city">' in page.text
    assert '<a href="#checkout">Check-out has to be after check-in</a>' in page.text
    assert wires["hotels"].requests == []


@pytest.mark.parametrize("path", ["/flights/search", "/hotels/search"])
def test_a_search_without_anything_leads_to_the_form(asha, path):
    assert asha.site.get(path).status_code == 303
    assert asha.site.get(f"{path}?utm=1").status_code == 422


def test_an_offer_is_found_by_any_name_of_its_cities(asha, on_sale):
    item = on_sale()

    page = asha.site.get("/flights/search?from=bangalore&to=BOMBAY&depart=2026-12-11")

    assert f"/offers/flights~{item}?" in page.text
    assert "₹4,410" in page.text
    assert "1 offer, " in page.text


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_a_provider_that_fails_hides_nobody_elses_offers_and_is_said_in_words(
    asha, on_sale, wires, a_second_provider, fault
):
    item = on_sale()
    getattr(wires[a_second_provider], fault)()

    page = asha.site.get(SEARCH)

    assert page.status_code == 200
    assert f"/offers/flights~{item}?" in page.text
    assert "Other flights" in page.text
    assert "Try again" in page.text


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_when_nobody_answers_the_page_says_so_and_offers_to_try_again(asha, on_sale, wires, fault):
    on_sale()
    getattr(wires["flights"], fault)()

    page = asha.site.get(SEARCH)

    assert page.status_code == 200
    assert "Nobody could answer just now" in page.text
    assert SEARCH.replace("&", "&amp;") in page.text
    wires["flights"].restore()
    assert "6E-5678" in asha.site.get(SEARCH).text


def test_a_route_that_nobody_serves_asks_nobody(asha, wires):
    page = asha.site.get("/flights/search?from=LHR&to=CDG&depart=2026-12-11")

    assert page.status_code == 200
    assert "Nobody flies this route" in page.text or "No flights" in page.text


def test_no_parameter_of_an_address_breaks_the_results(asha, on_sale):
    item = on_sale()

    for hostile in HOSTILE:
        page = asha.site.get(f"{SEARCH}&{hostile}")

        assert page.status_code == 200, hostile
        assert f"/offers/flights~{item}?" in page.text
        assert "javascript:" not in page.text.replace("_scheme=javascript", "")


def test_offers_are_sorted_as_the_address_says(asha, on_sale):
    on_sale("6E-5678"), on_sale("AI-1234")

    cheapest = asha.site.get(SEARCH).text
    earliest = asha.site.get(f"{SEARCH}&sort=departure").text

    assert cheapest.index("6E-5678") < cheapest.index("AI-1234")
    assert earliest.index("AI-1234") < earliest.index("6E-5678")


def test_nothing_is_on_sale_an_hour_before_departure(asha, on_sale, clock):
    on_sale()
    clock.set(clock.now().replace(day=11, hour=8, minute=5))  # 13:35 in Bengaluru; it leaves at 14:30

    assert "No flights that day" in asha.site.get(SEARCH).text


def test_filters_stand_in_the_address_and_each_can_be_taken_off(asha, on_sale):
    on_sale("6E-5678"), on_sale("AI-1234")

    page = asha.site.get(f"{SEARCH}&airline=AI&sort=departure&leave=noon&x=1")

    assert ("AI-1234" in page.text, "6E-5678 ·" in page.text) == (True, False)
    assert "1 of 2 offers" in page.text
    off = page.text.split('<ul class="chosen"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert off == f"{SEARCH}&sort=departure"
    form = [each for each in Page(page.text).forms if "airline" in each.values][0]
    assert form.values["airline"] == ["AI"]
    assert (form.values["from"], form.values["sort"]) == (["BLR"], ["departure"])


def test_a_filter_that_leaves_nothing_says_so_and_how_to_take_it_off(asha, on_sale):
    on_sale("6E-5678")

    page = asha.site.get(f"{SEARCH}&airline=AI&max=100")

    assert page.status_code == 200
    assert "Nothing is left with these filters" in page.text
    assert page.text.count("Airline: AI") == page.text.count("At most ₹100") == 2
    assert f'class="btn" href="{SEARCH.replace("&", "&amp;")}"' in page.text


def test_many_offers_come_in_pages_of_bounded_size(asha, services, clock):
    clock.set(MORNING)
    with services["hotels"].app_context(), writing():
        cast._hotel("lemon-tree-mumbai")
        for number in range(45):
            room = RoomType(
                hotel_id="lemon-tree-mumbai", code=f"R{number}", name="Room", capacity=3, board="BREAKFAST"
            )
            facts = {"rate_minor": 2_000_00 + number, "currency": "INR", "rooms": 3, "rooms_available": 3}
            db.session.add(RoomNight(room_type=room, night=cast.NIGHT, **facts))

    first = asha.site.get(STAY)
    last = asha.site.get(f"{STAY}&page=3")
    beyond = asha.site.get(f"{STAY}&page=99")

    assert len(first.data) <= 60_000
    assert (
        "1 to 18 of 45" in first.text,
        "37 to 45 of 45" in last.text,
        "37 to 45 of 45" in beyond.text,
    ) == (True,) * 3
    assert 'rel="next" href="' + f"{STAY}&page=2".replace("&", "&amp;") in first.text
    assert 'rel="next"' not in last.text


def test_what_is_sold_instead_is_offered_where_nothing_is(asha, on_sale):
    on_sale("6E-5678", date(2026, 12, 14)), on_sale("AI-7890"), on_sale("UK-9013")

    other_day = asha.site.get(SEARCH).text
    other_place = asha.site.get("/flights/search?from=HYD&to=Pune&depart=2026-12-11&adults=1").text

    assert "No flights that day" in other_day
    assert "depart=2026-12-14" in other_day.split("On other days")[1]
    assert "to Mumbai (BOM), 1" in other_place.split("Airports nearby")[1]
    assert "km away, from ₹7,316" in other_place
    assert "Mumbai, Fri 11 Dec, ₹7,316" in other_place.split("Where you can go from Hyderabad")[1]


def test_a_round_trip_shows_each_way_with_its_own_days(asha, on_sale):
    on_sale("6E-5678"), on_sale("UK-9013", date(2026, 12, 14))
    trip = f"{SEARCH}&return=2026-12-14"

    out, back = asha.site.get(trip).text, asha.site.get(f"{trip}&leg=back&sort=best").text

    assert ("6E-5678" in out, "UK-9013" in out) == (True, False)
    assert ("6E-5678" in back, "UK-9013" in back) == (False, True)
    assert "<h1>Mumbai to Bengaluru, Mon 14 Dec 2026</h1>" in back
    assert "return=2026-12-15&amp;leg=back" in back
    link = back.split('<a class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    offer = asha.site.get(link).text
    assert (
        "leg=back" in offer.split('<p class="back">')[1].split("</p>")[0]
    )  # the results that it was chosen among
    assert "depart=2026-12-14&amp;adults=1&amp;return=2026-12-14" in out


def test_an_offer_leads_back_to_its_search_also_when_it_is_gone(asha, on_sale, flights_app):
    on_sale("6E-5678")
    link = asha.site.get(SEARCH).text.split('<a class="btn" href="')[1].split('"')[0].replace("&amp;", "&")

    offer = asha.site.get(link)
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(on_sale=False))
    gone = asha.site.get(link)

    back = f'href="{SEARCH.replace("&", "&amp;")}'
    assert (offer.status_code, back in offer.text) == (200, True)
    assert (gone.status_code, back in gone.text) == (404, True)


def test_a_search_that_lacks_something_is_summed_up_without_gaps(site):
    page = site.get("/flights/search?from=Atlantis&to=&depart=2026-12-11&adults=0")

    assert page.status_code == 422
    assert "<b>Atlantis to …</b>" in page.text
    assert "<span>Fri 11 Dec 2026 · Any cabin</span>" in page.text
