"""What a search may say; what is wrong with one, and its sentence, stands in tests/webapp/test_wrong_inputs.py."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.factories import MORNING
from webapp.search.forms import FlightForm, HotelForm

FLIGHT = {"from": "BLR", "to": "BOM", "depart": "2026-12-11", "adults": "1", "children": "0", "infants": "0"}
STAY = {"city": "Mumbai", "checkin": "2026-12-11", "checkout": "2026-12-14", "rooms": "1", "adults": "2"}


@pytest.fixture(autouse=True)
def the_day(clock):
    clock.set(MORNING)


def faults(kind, good, **changes) -> dict[str, str]:
    """{field: its sentences} of a good search with `changes`; None leaves a parameter out, a list repeats it."""
    args = MultiDict()
    for name, value in {key.rstrip("_"): value for key, value in changes.items()}.items():
        good = {**good, name: value}
    for name, value in good.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                args.add(name, each)
    form = kind(args)
    form.validate()
    return {name: " ".join(sentences) for name, sentences in form.errors.items()}


def test_a_good_search_has_no_fault():
    assert faults(FlightForm, FLIGHT) == {}
    assert faults(HotelForm, STAY) == {}


def test_thirty_nights_are_not_too_many():
    assert faults(HotelForm, STAY, checkout="2027-01-10") == {}


def test_numbers_that_are_left_out_have_their_usual_values():
    form = FlightForm(MultiDict(FLIGHT | {"adults": "", "children": " "}))

    assert form.validate()
    assert (form.party.adults, form.party.children, form.party.infants) == (1, 0, 0)


def test_of_a_repeated_parameter_the_first_counts():
    assert (
        faults(FlightForm, FLIGHT, adults=["2", "99"], to=["BOM", "nowhere"], depart=["2026-12-11", "x"])
        == {}
    )


def test_today_is_the_day_where_the_journey_begins(clock):
    clock.set(
        MORNING.replace(hour=20)
    )  # half past one at night on 2 December in India, still the 1st in London

    assert "in the past" in faults(FlightForm, FLIGHT, depart="2026-12-01")["depart"]
    assert faults(FlightForm, FLIGHT, from_="LHR", depart="2026-12-01") == {}
