"""The days of a trip in order, by each place's own time, and what lies between: a night, a change, nothing booked."""

from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace as Said

import pytest

from webapp.bookings import refunds, timeline

INDIA, GULF = timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=4))


def at(day: int, hour: int, minute: int = 0, zone=INDIA) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=zone)


def flight(departs: datetime, arrives: datetime, origin="BLR", destination="BOM", state="CONFIRMED"):
    city = {"BLR": "Bengaluru", "BOM": "Mumbai", "DXB": "Dubai"}
    ends = [
        Said(at=when, code=code, city=city[code], name=f"Airport of {code}")
        for when, code in ((departs, origin), (arrives, destination))
    ]
    minutes = int((arrives - departs).total_seconds() // 60)
    offer = Said(kind="flights", origin=ends[0], destination=ends[1], duration_minutes=minutes)
    return Said(offer=offer, item=Said(state=state), begins_at=departs, ends_at=arrives)


def stay(check_in: datetime, check_out: datetime, city="Mumbai", state="CONFIRMED"):
    nights = (check_out.date() - check_in.date()).days
    offer = Said(
        kind="hotels", hotel_name="Taj", city=city, check_in=check_in, check_out=check_out, nights=nights
    )
    return Said(offer=offer, item=Said(state=state), begins_at=check_in, ends_at=check_out)


def told(*views) -> list[tuple]:
    """(day, kind, hour, what lies between) of each moment."""
    return [
        (day.day, each.kind, each.at.hour, each.then)
        for day, moments in timeline.days_of(views)
        for each in moments
    ]


def test_a_room_is_taken_after_landing_and_its_nights_are_told():
    assert told(stay(at(11, 14), at(13, 11)), flight(at(11, 14, 30), at(11, 16, 30))) == [
        (11, "departs", 14, "2 h in the air"),
        (11, "arrives", 16, ""),
        (11, "check_in", 14, "2 nights"),
        (13, "check_out", 11, ""),
    ]


def test_a_room_elsewhere_waits_for_no_flight():
    assert [kind for _, kind, _, _ in told(stay(at(11, 14), at(12, 11), city="Delhi"), flight(at(11, 14, 30), at(11, 16, 30)))] == [
        "check_in", "departs", "arrives", "check_out",
    ]  # fmt: skip


def test_each_moment_stands_at_the_day_of_its_place():
    overnight = flight(at(11, 22), at(12, 0, 30, GULF), destination="DXB")

    assert told(overnight) == [(11, "departs", 22, "4 h in the air"), (12, "arrives", 0, "")]


@pytest.mark.parametrize(
    ("onward", "words", "tone"),
    [
        (
            flight(at(11, 17, 59), at(11, 20), "BOM", "DXB"),
            "1 h 29 m to change: that is short, and the second flight does not wait",
            "warn",
        ),
        (flight(at(11, 18), at(11, 20), "BOM", "DXB"), "1 h 30 m to change", ""),
        (flight(at(11, 20), at(11, 22), "BLR", "DXB"), "3 h 30 m to change, from BOM to BLR", "warn"),
        (flight(at(12, 9), at(12, 11), "BOM", "DXB"), "1 night with nothing booked here", ""),
        (flight(at(14, 9), at(14, 11), "BOM", "DXB"), "3 nights with nothing booked here", ""),
    ],
)
def test_what_lies_between_two_flights(onward, words, tone):
    [landed] = [
        each
        for _, moments in timeline.days_of([flight(at(11, 14, 30), at(11, 16, 30)), onward])
        for each in moments
        if each.kind == "arrives" and each.at == at(11, 16, 30)
    ]

    assert (landed.then, landed.then_tone) == (words, tone)


def test_two_flights_at_once_are_told():
    days = timeline.days_of([flight(at(11, 14), at(11, 16)), flight(at(11, 15), at(11, 17), "BOM", "DXB")])

    assert days[0][1][0].then == "The next begins before this one has landed"
    assert days[0][1][0].then_tone == "warn"


def test_what_was_cancelled_stays_in_its_place_and_counts_for_nothing():
    gone = flight(at(11, 9), at(11, 11), state="CANCELLED")
    days = timeline.days_of([gone, flight(at(11, 14), at(11, 16))])

    moments = days[0][1]
    assert [each.is_gone for each in moments] == [True, True, False, False]
    assert [each.then for each in moments] == ["", "", "2 h in the air", ""]
    assert timeline.days_of([gone]) == []


def test_what_comes_next_is_told_by_the_calendar_of_the_place():
    days = timeline.days_of([flight(at(11, 1), at(11, 3)), stay(at(11, 14), at(13, 11))])

    soon = [
        timeline.next_of(days, now.astimezone(UTC))
        for now in (at(1, 10), at(10, 23), at(11, 2), at(12, 10), at(13, 12))
    ]

    assert [(each[0].kind, each[1]) for each in soon if each] == [
        ("departs", "In 10 days"),
        ("departs", "Tomorrow"),
        ("arrives", "Today"),
        ("check_out", "Tomorrow"),
    ]
    assert soon[-1] is None


def test_banks_work_from_monday_to_friday():
    friday = date(2026, 12, 4)

    assert refunds.working_days_after(friday, 1) == date(2026, 12, 7)
    assert refunds.working_days_after(friday, 5) == date(2026, 12, 11)
    assert refunds.working_days_after(date(2026, 12, 5), 7) == date(2026, 12, 15)
