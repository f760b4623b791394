"""What a search may say, and the sentence for each thing that is wrong with one."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.factories import MORNING
from webapp.search.forms import FlightForm, HotelForm

FLIGHT = {"from": "BLR", "to": "BOM", "depart": "2026-12-11", "adults": "1", "children": "0", "infants": "0"}
STAY = {"city": "Mumbai", "checkin": "2026-12-11", "checkout": "2026-12-14", "rooms": "1", "adults": "2"}

HUGE = "x" * 10_000
EMOJI = "🛫" * 20
PLANE_AND_NUL = "BLR\x00🛩"


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


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"from_": "Bangalroe"}, "from_", "Did you mean Bengaluru?"),
        ({"from_": "Mumbay"}, "from_", "Did you mean Mumbai?"),
        ({"to": "Qqqqqq"}, "to", "We do not know “Qqqqqq”. Try a city, or an airport’s three letters."),
        ({"to": EMOJI}, "to", "We do not know"),
        ({"to": HUGE}, "to", "We do not know “xxxx"),
        ({"to": "\x00"}, "to", "We do not know"),
        ({"to": "' OR 1=1 --"}, "to", "We do not know"),
        ({"to": ""}, "to", "Enter where you go"),
        ({"from_": None}, "from_", "Enter where you leave from"),
        ({"to": "Bengaluru"}, "to", "You leave from there: choose another place to go"),
        ({"from_": "NMI", "to": "Mumbai"}, "to", "You leave from there"),
        ({"depart": "2026-11-30"}, "depart", "The departure date is in the past: choose today or later"),
        ({"depart": "0001-01-01"}, "depart", "in the past"),
        ({"depart": "2027-12-02"}, "depart", "more than a year away"),
        ({"depart": "9999-12-31"}, "depart", "more than a year away"),
        ({"depart": "tomorrow"}, "depart", "Enter a departure date, like 2026-12-15"),
        ({"depart": "2026-02-29"}, "depart", "Enter a departure date"),
        ({"depart": "２０２６-12-11 🎉"}, "depart", "Enter a departure date"),
        ({"depart": HUGE}, "depart", "Enter a departure date"),
        ({"depart": None}, "depart", "Enter a departure date"),
        ({"adults": "0"}, "adults", "Adults must be between 1 and 9"),
        ({"adults": "10"}, "adults", "Adults must be between 1 and 9"),
        ({"adults": "-1"}, "adults", "Adults must be between 1 and 9"),
        ({"children": "-1"}, "children", "Children must be between 0 and 8"),
        ({"adults": "two"}, "adults", "Adults must be a whole number"),
        ({"adults": "1.5"}, "adults", "Adults must be a whole number"),
        ({"adults": "1e3"}, "adults", "Adults must be a whole number"),
        ({"adults": "9" * 10_000}, "adults", "Adults must be between 1 and 9"),
        ({"adults": PLANE_AND_NUL}, "adults", "Adults must be a whole number"),
        ({"adults": "6", "children": "4"}, "infants", "At most 9 people can be booked together"),
        ({"adults": "1", "infants": "2"}, "infants", "no more infants than adults"),
        ({"cabin": "STEERAGE"}, "cabin", "Choose a cabin from the list"),
    ],
)
def test_a_flight_search_says_what_is_wrong_with_it(changes, field, sentence):
    found = faults(FlightForm, FLIGHT, **changes)

    assert list(found) == [field]
    assert sentence in found[field]
    assert "Not a valid" not in found[field]
    assert len(found[field]) < 200


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"city": "Mumbay"}, "city", "Did you mean Mumbai?"),
        ({"city": None}, "city", "Enter the city you want to stay in"),
        ({"city": HUGE}, "city", "We do not know"),
        ({"checkin": "2026-11-30"}, "checkin", "The check-in date is in the past"),
        ({"checkin": "2028-01-01", "checkout": "2028-01-02"}, "checkin", "more than a year away"),
        ({"checkin": None}, "checkin", "Enter a check-in date"),
        ({"checkout": "2026-12-11"}, "checkout", "Check-out has to be after check-in"),
        ({"checkout": "2026-12-10"}, "checkout", "Check-out has to be after check-in"),
        ({"checkout": "2027-01-11"}, "checkout", "At most 30 nights can be booked together"),
        ({"checkout": "9999-12-31"}, "checkout", "At most 30 nights can be booked together"),
        ({"checkout": None}, "checkout", "Enter a check-out date, after check-in"),
        ({"rooms": "0"}, "rooms", "Rooms must be between 1 and 8"),
        ({"rooms": "9"}, "rooms", "Rooms must be between 1 and 8"),
        ({"rooms": "3"}, "children", "Each room needs an adult: no more rooms than adults"),
        ({"adults": "0"}, "adults", "Adults must be between 1 and 30"),
        ({"adults": "many"}, "adults", "Adults must be a whole number"),
        ({"adults": "20", "children": "20"}, "children", "At most 30 guests can be booked together"),
        ({"children": "-3"}, "children", "Children must be between 0 and 30"),
    ],
)
def test_a_hotel_search_says_what_is_wrong_with_it(changes, field, sentence):
    found = faults(HotelForm, STAY, **changes)

    assert list(found) == [field]
    assert sentence in found[field]


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
