"""The home page: its two forms, the swap, the searches of this browser, and where one can go."""

import re
from html import unescape

import pytest

from tests.pages import the_form

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
    hotels = asha.site.get("/?kind=hotels&city=bombay&checkin=2026-12-11&checkout=2026-12-14&rooms=2")

    assert 'value="Delhi (DEL, DXN)"' in flights.text
    assert "Mon 14 Dec 2026" in flights.text
    assert "2 adults, 1 child, Business" in flights.text
    assert 'value="lots"' in flights.text
    assert 'value="Mumbai (BOM, NMI)"' in hotels.text
    assert "Mon 14 Dec 2026, 3 nights" in hotels.text
    assert "2 rooms, 2 adults" in hotels.text


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

    link = unescape(re.search(r'<a href="([^"]*)">Mumbai \(BOM, NMI\)</a>', page.text)[1])
    assert page.status_code == unclear.status_code == 422
    assert unclear.text.count('<a href="/flights/search?') == 4
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
