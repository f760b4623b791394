"""The fares of several days as the site asks for them: over all airports and providers, and the same as the results."""

from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from beckn.air import Party
from tests.bpp_services.hotels.cast import DELUXE, EXECUTIVE, nights_on_sale
from webapp.places import directory as places
from webapp.search import fares
from webapp.search.forms import FlightForm
from webapp.search.results import search

DAY = date(2026, 12, 11)
WEEK = (DAY, DAY + timedelta(days=6))


@pytest.fixture
def at_the_site(site_app):
    with site_app.app_context():
        yield site_app


def test_a_week_of_fares_is_what_its_searches_find(on_sale, at_the_site):
    on_sale("6E-5678", DAY), on_sale("AI-1234", DAY), on_sale("AI-1234", DAY + timedelta(days=3))
    bengaluru, mumbai = places.find("Bangalore"), places.find("Bombay")
    party = Party(2, 1, 1)

    found = fares.by_day(bengaluru, mumbai, *WEEK, party)

    assert list(found) == [DAY, DAY + timedelta(days=3)]
    for day, fare in found.items():
        said = {
            "from": "BLR",
            "to": "Bombay",
            "depart": f"{day}",
            "adults": "2",
            "children": "1",
            "infants": "1",
        }
        form = FlightForm(MultiDict(said))
        assert form.validate()
        offers = [offer.total_minor for _, offer in search("flights", form.searches())[0]]
        assert fare.total_minor == min(offers)
    assert found[DAY].item == f"6E-5678.{DAY:%Y%m%d}.ECONOMY"
    assert fares.by_day(bengaluru, mumbai, *WEEK, party, "BUSINESS") == {}


def test_where_one_can_go_is_told_by_price_with_the_cheapest_day(on_sale, at_the_site):
    (
        on_sale("6E-5678", DAY),
        on_sale("BA-201", DAY),
        on_sale("BA-201", DAY + timedelta(days=1), fare_minor=4_000_000),
    )
    on_sale("EK-501", DAY), on_sale("UK-9013", DAY)

    found = fares.by_destination(places.find("mumbai"), *WEEK)

    assert [(each.key, each.city, each.departs_on) for each in found] == [
        ("bengaluru", "Bengaluru", DAY),
        ("dubai", "Dubai", DAY),
        ("london", "London", DAY + timedelta(days=1)),
    ]
    assert fares.by_day(places.find("mumbai"), places.find("london"), *WEEK)[
        found[2].departs_on
    ].total_minor == (found[2].total_minor)


def test_where_one_can_stay_is_told_with_the_cheapest_night(services, on_sale, at_the_site):
    with services["hotels"].app_context():
        nights_on_sale(DELUXE), nights_on_sale(EXECUTIVE)

    found = fares.by_city(*WEEK)

    assert [(each.key, each.city, each.night, each.total_minor, each.hotel_name) for each in found] == [
        ("mumbai", "Mumbai", DAY, 682_500, "Lemon Tree")
    ]


def test_a_silent_provider_is_told_apart_from_one_that_sells_nothing(on_sale, wires, at_the_site):
    bengaluru, mumbai = places.find("BLR"), places.find("BOM")
    days = fares.Days(*WEEK)

    asked = fares.ask_by_day(bengaluru, mumbai, days)
    wires["flights"].down()
    silent = fares.ask_by_day(bengaluru, mumbai, days)

    assert ([each.state for each in asked.states], asked.by_day) == (["answered"], {})
    assert ([each.state for each in silent.states], silent.by_day) == (["unavailable"], {})
    assert fares.by_destination(bengaluru, *WEEK) == []
