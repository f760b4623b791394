"""The home page: its two forms, the swap, the searches of this browser, and where one can go."""

import re
from datetime import date
from html import unescape

import pytest

from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.factories import MORNING
from tests.pages import the_form
from tests.webapp.accounts.people import an_account, sign_in
from webapp.places import directory as places
from webapp.search.destinations import Board
from webapp.search.fares import DestinationFare
from webapp.search.where_to import Card, of_flights

FLIGHT = "from=delhi&to=Mumbai&depart=2026-12-11&return=2026-12-14&adults=2&children=1&cabin=BUSINESS"


def recent(page) -> list[tuple[str, str]]:
    """(words, address) of the searches that are offered again."""
    links = re.findall(r'<a class="again" href="([^"]*)">(.*?)</a>', page.text, re.DOTALL)
    return [(" ".join(re.sub(r"<[^>]*>", " ", words).split()), unescape(url)) for url, words in links]


def typed(page, action: str = "/flights/search") -> dict[str, str]:
    """What stands in the search form."""
    return {name: values[0] for name, values in the_form(page, action).values.items() if values[0]}


def test_the_forms_are_tabs_and_keep_what_the_address_says(asha):
    flights = asha.site.get(f"/?{FLIGHT}&infants=lots")
    hotels = asha.site.get("/?kind=hotels&city=bom&checkin=2026-12-11&checkout=2026-12-14&rooms=2")

    assert 'value="Delhi (DEL, DXN)"' in flights.text
    assert "Mon 14 Dec 2026" in flights.text
    assert "2 adults, 1 child, Business" in flights.text
    assert 'value="lots"' in flights.text
    assert typed(hotels, "/hotels/search")["city"] == "Mumbai"
    assert "Mon 14 Dec 2026, 3 nights" in hotels.text
    assert "2 rooms, 2 adults" in hotels.text
    assert re.search(r'name="depart"[^>]* min="2026-12-01" max="2027-12-01"', flights.text)
    assert re.search(r'name="return"[^>]* min="2026-12-11"', flights.text)


def test_without_javascript_a_button_exchanges_the_places_and_loses_nothing(asha):
    home = asha.site.get(f"/flights/swap?{FLIGHT}&on=home", follow_redirects=True)
    results = asha.site.get(f"/flights/swap?{FLIGHT}&on=results&sort=price&_external=1&endpoint=x")

    assert home.request.path == "/"
    assert typed(home) == {
        "from": "Mumbai (BOM, NMI)",
        "to": "Delhi (DEL, DXN)",
        "depart": "2026-12-11",
        "return": "2026-12-14",
        "adults": "2",
        "children": "1",
        "infants": "0",
        "cabin": "BUSINESS",
    }
    assert results.status_code == 303
    assert results.location == f"/flights/search?{FLIGHT}".replace("delhi&to=Mumbai", "Mumbai&to=delhi")


def test_half_a_search_can_be_exchanged_too(asha):
    page = asha.site.get("/flights/swap?from=&to=Atlantis", follow_redirects=True)

    assert typed(page)["from"] == "Atlantis"
    assert "to" not in typed(page)


def test_a_place_that_is_unknown_is_asked_back_with_links_that_keep_the_rest(asha, wires):
    page = asha.site.get(f"/flights/search?{FLIGHT}".replace("Mumbai", "Mumbay"))
    unclear = asha.site.get(f"/flights/search?{FLIGHT}".replace("Mumbai", "beng"))

    link = unescape(re.search(r'<a class="pill" href="([^"]*)">Mumbai \(BOM, NMI\)</a>', page.text)[1])
    assert page.status_code == unclear.status_code == 422
    assert unclear.text.count('<a class="pill" href="/flights/search?') == 4
    assert wires["flights"].requests == []
    assert "2 adults, 1 child" in asha.site.get(link).text
    assert wires["flights"].requests != []


def test_searches_of_this_browser_are_offered_again_the_latest_first(asha, stranger):
    asha.site.get(f"/flights/search?{FLIGHT}")
    asha.site.get("/hotels/search?city=Goa&checkin=2026-12-11&checkout=2026-12-12")
    asha.site.get(f"/flights/search?{FLIGHT}".replace("2026-12-11", "2026-12-10"))  # the same route
    asha.site.get(f"/flights/search?{FLIGHT}".replace("delhi", "Mumbay"))  # not understood

    offered = recent(asha.site.get("/"))

    assert [words for words, _ in offered] == [
        "Delhi to Mumbai Thu 10 Dec 2026, back Mon 14 Dec 2026 · 2 adults, 1 child",
        "Hotels in Goa Fri 11 Dec 2026 to Sat 12 Dec 2026 · 1 room, 2 adults",
    ]
    assert "2 adults, 1 child" in asha.site.get(offered[0][1]).text
    assert recent(stranger.site.get("/")) == []


def test_searches_stay_with_who_signs_in_and_go_with_who_signs_out(asha, site_app):
    an_account(site_app)
    asha.site.get(f"/flights/search?{FLIGHT}")

    sign_in(asha.site)

    home = asha.site.get("/")
    assert len(recent(home)) == 1
    asha.site.submit(home, "/logout")
    assert recent(asha.site.get("/")) == []


def test_suggestions_carry_no_cookie_even_to_a_browser_that_has_one(asha):
    asha.site.get(f"/flights/search?{FLIGHT}")

    assert "Set-Cookie" in asha.site.get("/").headers
    answer = asha.site.get("/places?q=mum")

    assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys())


def test_five_are_kept_and_can_be_forgotten(asha):
    for city in ("Goa", "Pune", "Delhi", "Kochi", "Agra", "Surat"):
        asha.site.get(f"/hotels/search?city={city}&checkin=2026-12-11&checkout=2026-12-12")
    page = asha.site.get("/?kind=hotels")

    cleared = asha.site.submit(page, "/searches/removal")

    assert len(recent(page)) == 5
    assert "Surat" in recent(page)[0][0]
    assert (cleared.status_code, cleared.location) == (303, "/?kind=hotels")
    assert recent(asha.site.get("/")) == []


@pytest.mark.parametrize(
    ("search", "words", "url"),
    [
        (f"/flights/search?{FLIGHT}", "Delhi to Mumbai", "/?from=Delhi&to=Mumbai&adults=2&children=1"),
        (
            "/hotels/search?city=Goa&checkin=2026-12-11&checkout=2026-12-12",
            "Hotels in Goa",
            "/?kind=hotels&city=Goa",
        ),
    ],
)
def test_of_days_that_have_passed_only_the_places_and_the_party_are_offered(asha, clock, search, words, url):
    asha.site.get(search)
    clock.forward(days=20)

    [(said, address)] = recent(asha.site.get("/"))

    assert said.startswith(words)
    assert "2026" not in said
    assert address.startswith(url)
    form = typed(asha.site.get(address), "/search")
    assert form["adults"] == "2"
    assert not {"depart", "return", "checkin", "checkout"} & set(form)


@pytest.fixture
def prices(site_app):
    """The home page asks what there is, and waits for it as long as it takes."""
    site_app.config["HOME_PATIENCE"] = 30


def cards(page) -> list[str]:
    """The words of every poster and row."""
    section = page.text.split('id="where-to"')[1].split("</section>")[0]
    links = re.findall(r'<a href="/(?:flights|hotels)/search[^"]*">.*?</a>', section, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in links]


def test_home_says_where_one_can_fly_and_from_what_price(asha, on_sale, prices):
    on_sale("6E-5678"), on_sale("AI-1234"), on_sale("BA-201")

    delhi, mumbai = asha.site.get("/"), asha.site.get("/?from=BOM")
    bengaluru = asha.site.get("/?from=bangalore")

    assert "Nobody sells flights from Delhi" in delhi.text
    assert "Agra (AGR), 119 km away" in delhi.text
    assert cards(mumbai) == ["London BOM – LHR from ₹53,100 Fri 11 Dec 2026"]
    assert cards(bengaluru) == ["Mumbai BLR – BOM from ₹4,410 Fri 11 Dec 2026"]
    assert "As of 10:00 IST." in bengaluru.text
    link = unescape(re.search(r'<a href="(/flights/search\?from=bengaluru[^"]*)"', bengaluru.text)[1])
    assert "₹4,410" in asha.site.get(link).text
    again = asha.site.get("/")
    assert "From Bengaluru: where to" in again.text  # the latest search began there
    assert typed(again)["from"] == "Bengaluru (BLR)"


def test_home_says_where_one_can_stay_and_from_what_price(asha, hotels_app, prices):
    with hotels_app.app_context():
        nights_on_sale(DELUXE, date(2026, 12, 11), nights=1)

    page = asha.site.get("/?kind=hotels")

    assert cards(page) == ["Mumbai Taj Mahal Palace from ₹17,700 a night Fri 11 Dec 2026"]


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_home_is_whole_when_nobody_answers(asha, wires, prices, fault):
    for provider in ("flights", "international_flights", "hotels"):
        getattr(wires[provider], fault)()

    for page in (asha.site.get("/"), asha.site.get("/?kind=hotels")):
        assert page.status_code == 200
        assert "Nobody has told us their prices just now" in page.text


def test_home_names_who_did_not_answer(asha, on_sale, wires, prices):
    on_sale("6E-5678")
    wires["international_flights"].down()

    page = asha.site.get("/?from=bengaluru")

    assert len(cards(page)) == 1
    assert "International flights did not answer, so some prices are missing." in page.text


def test_a_price_on_a_card_is_whole_and_never_too_low():
    assert Card("Goa", "", 131_201, date(2026, 12, 11), "/").price_minor == 131_300
    assert Card("Goa", "", 131_200, date(2026, 12, 11), "/").price_minor == 131_200


@pytest.mark.parametrize(
    ("cities", "posters", "groups"),
    [
        (
            "Pune Goa Kochi Surat Dubai Doha",
            "Pune Goa Dubai",
            {"India": "Kochi Surat", "Other countries": "Doha"},
        ),
        ("Pune Goa Kochi Surat", "Pune Goa Kochi", {"India": "Surat"}),
        ("Pune Dubai Doha Paris", "Pune Dubai Doha", {"Other countries": "Paris"}),
        ("Dubai", "Dubai", {}),
    ],
)
def test_posters_lead_with_the_cheapest_at_home_and_one_abroad(site_app, cities, posters, groups):
    abroad = ("Dubai", "Doha", "Paris")
    lines = [
        DestinationFare(
            city.lower(), city, "XXX" if city in abroad else "IND", "XXX", date(2026, 12, 11), 1, "INR"
        )
        for city in cities.split()
    ]

    with site_app.test_request_context():
        shown = of_flights(places.find("Delhi"), Board(lines, MORNING))

    assert [card.city for card in shown.posters] == posters.split()
    assert {title: " ".join(card.city for card in each) for title, each in shown.groups} == groups
