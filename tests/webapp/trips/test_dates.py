"""What does not fit together in a trip is said in plain words, and what fits is not."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from webapp.search.recent import WayBack
from webapp.trips.dates import notes
from webapp.trips.suggestions import suggestions

INDIA = ZoneInfo("Asia/Kolkata")
CODES = {"Bengaluru": "BLR", "Mumbai": "BOM", "Delhi": "DEL", "Dubai": "DXB"}
IN_MUMBAI = "No room in Mumbai for "


def at(text: str) -> datetime:
    """ "11 14:30" of December."""
    return datetime.strptime(f"2026-12-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=INDIA)


def flight(
    origin: str, destination: str, leaves: str, lands: str, adults=1, children=0, infants=0, number="6E-1"
):
    def stop(city: str, when: str):
        return SimpleNamespace(city=city, code=CODES[city], at=at(when))

    return SimpleNamespace(
        kind="flights",
        item=f"{number}.{leaves}",
        flight_number=number,
        origin=stop(origin, leaves),
        destination=stop(destination, lands),
        party=SimpleNamespace(adults=adults, children=children, infants=infants),
    )


def stay(city: str, first: int, last: int, adults=1, children=0):
    return SimpleNamespace(
        kind="hotels",
        item=f"{city}.{first}",
        hotel_name=f"The {city}",
        city=city,
        check_in=at(f"{first} 14:00"),
        check_out=at(f"{last} 11:00"),
        adults=adults,
        children=children,
    )


OUT = flight("Bengaluru", "Mumbai", "11 14:30", "11 16:30", number="6E-11")
BACK = flight("Mumbai", "Bengaluru", "14 18:00", "14 20:00", number="6E-14")
AT_NIGHT = flight("Bengaluru", "Mumbai", "10 23:50", "11 02:00", number="6E-10")
BEFORE_DAWN = flight("Mumbai", "Bengaluru", "14 02:35", "14 04:35", number="6E-15")


@pytest.mark.parametrize(
    "trip",
    [
        [],
        [OUT],
        [stay("Mumbai", 11, 14)],
        [OUT, stay("Mumbai", 11, 14), BACK],
        [OUT, stay("Mumbai", 11, 12), stay("Mumbai", 12, 14), BACK],
        [AT_NIGHT, stay("Mumbai", 10, 14), BACK],
        [AT_NIGHT, stay("Mumbai", 11, 14), BACK],
        [OUT, stay("Mumbai", 11, 13), BEFORE_DAWN],
        [OUT, stay("Mumbai", 11, 14), BEFORE_DAWN],
        [stay("Bengaluru", 9, 11), OUT, stay("Mumbai", 11, 14), BACK],
        [OUT, stay("Mumbai", 11, 14), BACK, stay("Bengaluru", 14, 16)],
        [OUT, flight("Mumbai", "Dubai", "11 18:00", "11 21:00")],
    ],
    ids=lambda trip: f"{len(trip)} items",
)
def test_what_fits_together_is_not_commented_on(trip):
    assert notes(trip) == []


@pytest.mark.parametrize(
    ("trip", "note"),
    [
        ([OUT, stay("Mumbai", 12, 14)], IN_MUMBAI + "the night of Fri 11 Dec 2026."),
        ([OUT, stay("Mumbai", 11, 12), BACK], IN_MUMBAI + "2 nights, Sat 12 Dec 2026 to Sun 13 Dec 2026."),
        (
            [OUT, stay("Mumbai", 11, 12), stay("Mumbai", 13, 14), BACK],
            IN_MUMBAI + "the night of Sat 12 Dec 2026.",
        ),
        (
            [OUT, stay("Mumbai", 10, 14)],
            "The Mumbai is booked from Thu 10 Dec 2026, and you land in Mumbai on Fri 11 Dec 2026.",
        ),
        (
            [OUT, stay("Mumbai", 11, 16), BACK],
            "The Mumbai is booked until Wed 16 Dec 2026, and 6E-14 to Bengaluru leaves on Mon 14 Dec 2026.",
        ),
        (
            [stay("Bengaluru", 9, 13), OUT],
            "6E-11 to Mumbai leaves on Fri 11 Dec 2026, before your stay at The Bengaluru ends on "
            "Sun 13 Dec 2026.",
        ),
        (
            [OUT, flight("Bengaluru", "Mumbai", "11 15:00", "11 17:00", number="AI-1")],
            "AI-1 to Mumbai leaves at 15:00 on Fri 11 Dec 2026, before 6E-11 to Mumbai lands at 16:30.",
        ),
        ([OUT, OUT], "6E-11 on Fri 11 Dec 2026 is in this trip twice."),
        (
            [OUT, flight("Delhi", "Bengaluru", "14 10:00", "14 12:30", number="AI-2")],
            "6E-11 to Mumbai lands in Mumbai, and the next flight, AI-2, leaves from Delhi.",
        ),
        (
            [OUT, flight("Mumbai", "Dubai", "11 17:10", "11 20:00", number="EK-1")],
            "Only 40 minutes from landing in Mumbai to EK-1 to Dubai: these are separate tickets, and the "
            "second does not wait.",
        ),
        (
            [OUT, stay("Delhi", 11, 14)],
            "The Delhi is in Delhi, and no flight of this trip goes there.",
        ),
        (
            [OUT, stay("Mumbai", 5, 7)],
            "The Mumbai in Mumbai is for Sat 5 Dec 2026 to Mon 7 Dec 2026, and the flights of this trip take "
            "you there at another time.",
        ),
        (
            [stay("Mumbai", 11, 14), stay("Delhi", 12, 13)],
            "On Sat 12 Dec 2026 there is a room in Mumbai and one in Delhi.",
        ),
        (
            [flight("Bengaluru", "Mumbai", "11 14:30", "11 16:30", adults=2), BACK],
            "The flights are not all for the same number of people: the next page says who is on which.",
        ),
        (
            [
                flight("Bengaluru", "Mumbai", "11 14:30", "11 16:30", adults=2, children=1),
                stay("Mumbai", 11, 14, adults=2),
            ],
            "3 people fly, and The Mumbai is for 2.",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_said_and_nothing_else(trip, note):
    assert notes(trip) == [note]


def test_it_does_not_matter_in_which_order_things_were_chosen():
    trip = [BACK, stay("Mumbai", 12, 14), OUT]

    assert notes(trip) == [IN_MUMBAI + "the night of Fri 11 Dec 2026."]


def test_a_month_without_a_room_is_one_sentence():
    back = flight("Mumbai", "Bengaluru", "31 18:00", "31 20:00")

    [note] = notes([OUT, stay("Mumbai", 11, 12), back])

    assert note == IN_MUMBAI + "19 nights, Sat 12 Dec 2026 to Wed 30 Dec 2026."


# ---- what may be missing


def wanted(*trip) -> list[str]:
    return [each.words for each in suggestions(trip)]


def test_a_flight_out_wants_a_room_and_a_flight_back():
    assert wanted(OUT) == [
        "A hotel in Mumbai from Fri 11 Dec 2026",
        "A flight back to Bengaluru on Mon 14 Dec 2026",
    ]


def test_the_flight_back_is_when_the_room_is_given_back():
    assert wanted(OUT, stay("Mumbai", 11, 20)) == ["A flight back to Bengaluru on Sun 20 Dec 2026"]


def test_the_room_is_until_the_flight_back():
    [room] = suggestions([OUT, flight("Mumbai", "Bengaluru", "15 18:00", "15 20:00")])

    assert room.query == {
        "city": "Mumbai",
        "checkin": "2026-12-11",
        "checkout": "2026-12-15",
        "rooms": "1",
        "adults": "1",
        "children": "0",
    }


@pytest.mark.parametrize(
    ("party", "rooms"),
    [((1, 0), "1"), ((2, 0), "1"), ((2, 1), "2"), ((3, 0), "2"), ((1, 5), "1"), ((9, 0), "5")],
)
def test_there_are_rooms_for_everybody_and_an_adult_in_each(party, rooms):
    adults, children = party
    out = flight("Bengaluru", "Mumbai", "11 14:30", "11 16:30", adults=adults, children=children)

    assert suggestions([out])[0].query["rooms"] == rooms


def test_the_way_back_that_was_asked_for_is_to_where_that_flight_left_from():
    asked = WayBack(at("16 00:00").date(), {"from": "Bengaluru", "to": "Mumbai", "leg": "back"})
    to_delhi = flight("Bengaluru", "Delhi", "08 14:30", "08 16:30")
    onward = flight("Delhi", "Mumbai", "11 14:30", "11 16:30", adults=2)

    *_, back = suggestions([to_delhi, onward], lambda *way: asked if way == ("DEL", "BOM") else None)

    assert (back.words, back.is_next) == ("A flight back to Delhi on Wed 16 Dec 2026", True)
    assert back.query == asked.query | {"adults": "2", "children": "0", "infants": "0"}


@pytest.mark.parametrize(
    ("day", "is_asked", "checkout"),
    [(16, True, "2026-12-16"), (12, True, "2026-12-12"), (11, True, "2026-12-14"), (10, False, "2026-12-14")],
)
def test_the_day_back_that_was_asked_for_counts_from_the_landing_on(day, is_asked, checkout):
    asked = WayBack(at(f"{day} 00:00").date(), {"leg": "back"})

    room, back = suggestions([OUT], lambda *_way: asked)

    assert room.query["checkout"] == checkout
    assert (back.is_next, "leg" in back.query) == (is_asked, is_asked)


def test_a_whole_trip_wants_nothing():
    assert wanted(OUT, stay("Mumbai", 11, 14), BACK) == []


def test_no_room_is_suggested_where_none_is_sold_or_nobody_stays():
    assert wanted(flight("Mumbai", "Dubai", "11 04:30", "11 07:30")) == [
        "A flight back to Mumbai on Mon 14 Dec 2026"
    ]
    assert wanted(OUT, flight("Mumbai", "Bengaluru", "11 20:00", "11 22:00")) == []


def test_a_stay_alone_says_nothing_of_where_she_comes_from():
    assert wanted(stay("Mumbai", 11, 14)) == []
