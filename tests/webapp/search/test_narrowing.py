"""Filters and orders of an address: which offers they leave, and what stands beside each choice."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from beckn.air import Party
from webapp.search import narrowing

TWO = Party(2)


def a_flight(airline="6E", hour=14, minutes=120, total=4_000_00, cabin="ECONOMY", party=TWO):
    leaves = datetime(2026, 12, 11, hour, tzinfo=ZoneInfo("Asia/Kolkata"))
    return SimpleNamespace(
        airline_code=airline,
        airline_name={"6E": "IndiGo", "AI": "Air India"}[airline],
        cabin=cabin,
        party=party,
        origin=SimpleNamespace(at=leaves),
        destination=SimpleNamespace(at=leaves + timedelta(minutes=minutes)),
        duration_minutes=minutes,
        total_minor=total,
    )


def a_room(stars=4, total=20_000_00, board="ROOM_ONLY", free=True, name="Lemon Tree"):
    until = datetime(2026, 12, 9, tzinfo=ZoneInfo("Asia/Kolkata")) if free else None
    terms = (SimpleNamespace(fee_percent=0 if free else 50, until=until),)
    return SimpleNamespace(stars=stars, total_minor=total, board=board, terms=terms, hotel_name=name)


MORNING = a_flight("6E", 7, total=6_000_00)
NOON = a_flight("AI", 12, minutes=100, total=5_000_00)
NIGHT = a_flight("6E", 23, minutes=90, total=4_000_00)
DAY = [MORNING, NOON, NIGHT]


def narrowed(query, offers=DAY, kind="flights"):
    return narrowing.narrow(offers, narrowing.read(kind, MultiDict(query)))


def counts(found) -> dict:
    """{facet: {answer: count}}"""
    return {facet.name: {each.value: each.count for each in options} for facet, options in found.facets}


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ([], [NIGHT, NOON, MORNING]),
        ([("airline", "6E")], [NIGHT, MORNING]),
        ([("airline", "6E"), ("airline", "AI")], [NIGHT, NOON, MORNING]),
        ([("leave", "morning")], [MORNING]),
        ([("leave", "morning"), ("airline", "AI")], []),
        ([("arrive", "night")], [NIGHT]),  # 00:30 on the next day
        ([("max", "5000")], [NIGHT, NOON]),
        ([("max", "₹5,000")], [NIGHT, NOON]),
        ([("in", "BUSINESS")], []),
        ([("sort", "duration")], [NIGHT, NOON, MORNING]),
        ([("sort", "departure")], [MORNING, NOON, NIGHT]),
        ([("airline", "ZZ")], []),
    ],
)
def test_filters_and_orders_leave_what_they_say(query, left):
    assert narrowed(query).offers == left


@pytest.mark.parametrize(
    "query",
    [("airline", "<script>"), ("leave", "noon"), ("max", "-1"), ("max", "1e9"), ("max", "0"), ("in", "FIRST"), ("sort", "x")],
)  # fmt: skip
def test_what_no_page_offers_is_passed_over(query):
    assert narrowing.read("flights", MultiDict([query])) == narrowing.read("flights", MultiDict())


def test_beside_each_choice_stands_how_many_it_would_leave():
    found = narrowed([("airline", "6E"), ("max", "5000")])

    assert counts(found)["airline"] == {"AI": 1, "6E": 1}
    assert counts(found)["leave"] == {"morning": 0, "afternoon": 0, "evening": 1}
    assert "in" not in counts(found), "all are in one cabin: there is nothing to choose"


def test_a_choice_that_nothing_answers_can_still_be_taken_off():
    found = narrowed([("airline", "ZZ")])

    assert counts(found)["airline"] == {"AI": 1, "6E": 2, "ZZ": 0}


def test_the_best_flight_is_the_one_whose_price_and_hours_are_least():
    # Two travellers: an hour more is 1,200 rupees.
    quick, slow = a_flight(minutes=60, total=6_000_00), a_flight(minutes=120, total=4_790_00)
    slower = a_flight(minutes=180, total=3_500_00)

    assert narrowed([("sort", "best")], [quick, slow, slower]).offers == [slower, slow, quick]
    assert narrowed([("sort", "best")], [quick, a_flight(minutes=120, total=4_700_00)]).offers[1] == quick


def test_stays_are_filtered_by_stars_meals_and_what_cancelling_costs():
    five, plain, strict = (
        a_room(5, 30_000_00, "BREAKFAST"),
        a_room(3, 12_000_00),
        a_room(4, 11_000_00, free=False),
    )
    rooms = [five, plain, strict]

    assert narrowed([], rooms, "hotels").offers == [strict, plain, five]
    assert narrowed([("stars", "5"), ("stars", "3")], rooms, "hotels").offers == [plain, five]
    assert narrowed([("board", "BREAKFAST")], rooms, "hotels").offers == [five]
    assert narrowed([("free", "yes"), ("sort", "stars")], rooms, "hotels").offers == [five, plain]
    # 11,000 less 32 % is 7,480; 12,000 less 29 % is 8,520; 30,000 less 50 % is 15,000.
    assert narrowed([("sort", "best")], rooms, "hotels").offers == [strict, plain, five]
    assert narrowed([("sort", "best")], [a_room(5, 12_500_00), plain], "hotels").offers[1] == plain
