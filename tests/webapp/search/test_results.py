"""The pages of results: what is wrong said on the page, and every provider's state in words."""

from dataclasses import replace

import pytest

from tests.apps import ADDRESSES

SEARCH = "/flights/search?from=BLR&to=BOM&depart=2026-12-11&adults=1"

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
