"""Which airports are asked when a city has several: no end is asked for one of its airports alone."""

import pytest

from tests.factories import MORNING
from webapp.places import directory as places
from webapp.search import fares
from webapp.search.forms import FlightForm
from webapp.search.pairs import MOST_PAIRS, airport_pairs


def pairs(origin: str, destination: str) -> list[str]:
    return ["-".join(pair) for pair in airport_pairs(places.find(origin), places.find(destination))]


def test_the_largest_airports_come_first_and_both_ends_have_a_turn():
    assert pairs("Delhi", "London") == ["DEL-LHR", "DEL-LGW", "DXN-LHR", "DEL-STN", "DXN-LGW", "DEL-LTN"]
    assert pairs("London", "Delhi")[:3] == ["LHR-DEL", "LHR-DXN", "LGW-DEL"]


@pytest.mark.parametrize(
    ("origin", "destination"), [("Delhi", "Mumbai"), ("Goa", "New York"), ("BLR", "Milan")]
)
def test_between_most_cities_every_pair_is_asked(origin, destination):
    ends = places.find(origin).airports, places.find(destination).airports

    assert len(set(pairs(origin, destination))) == len(ends[0]) * len(ends[1]) <= MOST_PAIRS


def test_from_an_airport_to_the_same_nobody_flies():
    assert pairs("DEL", "DEL") == []


def test_a_day_and_the_days_around_it_are_asked_for_the_same_airports(clock):
    clock.set(MORNING)
    form = FlightForm(data={"from_": "Delhi", "to": "London"})
    form.understand()
    one = form._searches(form.origin, form.destination, MORNING.date())
    days = fares.day_searches(
        form.origin, form.destination, fares.Days(MORNING.date(), MORNING.date()), fares.ONE, None
    )

    assert [(each.origin, each.destination) for each in one] == [
        (each.origin, each.destination) for each in days
    ]
    assert len(one) == MOST_PAIRS
