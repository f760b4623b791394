"""The cheapest of several days: never another figure than the search of that day shows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from beckn import air
from beckn.air import Party
from beckn.days import Days
from beckn.messages import CatalogMessage
from tests.bpp_services.air.desk import ONE, SITE, Desk
from tests.factories import ASHA, DAY, MORNING, a_departure

WEEK = Days(DAY, DAY + timedelta(days=6))


def asked(desk: Desk, origin="BLR", destination: str | None = "BOM", days=WEEK, party=ONE, cabin=None):
    search = air.FareSearch(origin, destination, days, party, cabin)
    zone = ZoneInfo("Asia/Kolkata")
    midnights = (datetime.combine(day, datetime.min.time(), zone) for day in (days.first, days.last))
    return desk.bap.ask("search", air.write_fare_search(search, *midnights, SITE))


def read(reply, party: Party) -> list[air.Offer]:
    offers, faults = air.read_catalog(msgspec.convert(reply.body["message"], CatalogMessage), party)
    assert faults == []
    return offers


def fares(desk: Desk, party=ONE, **question) -> dict:
    """Total by day, as a question about the week says it."""
    found = read(asked(desk, party=party, **question), party)
    by_day = {each.origin.at.date(): each.total_minor for each in found}
    assert len(by_day) == len(found)
    return by_day


def searched(desk: Desk, party=ONE, days=WEEK, cabin=None, route=("BLR", "BOM")) -> dict:
    """The cheapest total of each day, as the searches of single days say it."""
    count = (days.last - days.first).days + 1
    by_day = {
        day: desk.search(*route, day, party, cabin)
        for day in (days.first + timedelta(n) for n in range(count))
    }
    totals = {day: [each.total_minor for each in read(reply, party)] for day, reply in by_day.items()}
    return {day: min(found) for day, found in totals.items() if found}


@pytest.mark.by_hand("what is left was written, not sold")
def test_the_fare_of_a_day_is_what_its_search_shows(database, desk, clock):
    def on(number):
        return WEEK.first + timedelta(days=number)

    a_departure("AI-1234", on(0)), a_departure("6E-5678", on(0)), a_departure("UK-9012", on(0))
    a_departure("6E-5678", on(1), seats_available=1), a_departure("AI-1234", on(1), seats_available=3)
    a_departure("6E-5678", on(2), seats_available=0), a_departure("UK-9012", on(2))
    a_departure("6E-5678", on(3), on_sale=False)
    a_departure("6E-5678", on(4), fare_minor=550_000, airport_charges_minor=90_000)
    a_departure("AI-1234", on(4), fare_minor=590_000, airport_charges_minor=10_000)
    # With 18 % on it the lower fare is the higher price.
    a_departure("UK-9012", on(5), fare_minor=500_000), a_departure("AI-1234", on(5), fare_minor=520_000)
    held = a_departure("6E-5678", on(6), seats=2)
    desk.held(held, ASHA)
    a_departure("AI-7890", on(0), fare_minor=100), a_departure("6E-5678", on(7), fare_minor=100)

    for party in (Party(1), Party(2), Party(3, 0, 2), Party(1, 1, 1)):
        for cabin in (None, "ECONOMY", "PREMIUM_ECONOMY", "BUSINESS"):
            assert fares(desk, party, cabin=cabin) == searched(desk, party, cabin=cabin), (party, cabin)
    assert len(fares(desk)) == 6
    assert on(6) not in fares(desk, Party(2))
    clock.forward(minutes=16)
    assert fares(desk, Party(2)) == searched(desk, Party(2))
    assert on(6) in fares(desk, Party(2)), "the seats of a hold that is over are free"


def test_a_day_whose_sales_have_closed_has_no_fare(desk, clock):
    a_departure("AI-1234", DAY), a_departure("6E-5678", DAY)
    clock.set(MORNING.replace(day=11, hour=3, minute=31))  # 09:01: the first leaves at 10:00

    assert fares(desk) == searched(desk) == {DAY: 441_000}
    clock.set(MORNING.replace(day=11, hour=8, minute=1))
    assert fares(desk) == searched(desk) == {}


@pytest.mark.by_hand("what is left was written, not sold")
def test_without_a_destination_each_one_is_told_with_its_cheapest_day(database, abroad):
    a_departure("BA-201", DAY), a_departure("BA-201", DAY + timedelta(days=1), fare_minor=4_400_000)
    a_departure("BA-201", DAY + timedelta(days=2), fare_minor=10, seats_available=0)
    a_departure("EK-501", DAY), a_departure("EK-501", DAY + timedelta(days=9), fare_minor=10)

    found = read(asked(abroad, "BOM", None), Party(1))

    assert {each.destination.code: each.origin.at.date() for each in found} == {
        "DXB": DAY,
        "LHR": DAY + timedelta(days=1),
    }
    for each in found:
        days = searched(abroad, route=("BOM", each.destination.code))
        assert each.total_minor == min(days.values())


@pytest.mark.parametrize(
    ("start", "end", "path", "sentence"),
    [
        ("2026-12-11T00:00:00+05:30", "2027-02-11T00:00:00+05:30", "range", "at most 62 days"),
        ("2026-12-11T00:00:00+05:30", "2026-12-10T00:00:00+05:30", "range", "has to come after"),
        ("2026-12-11", "2026-12-12T00:00:00+05:30", "range.start", "is not a local time"),
        ("2026-12-11T00:00:00+05:30", "soon", "range.end", "is not a local time"),
    ],
)
def test_days_that_cannot_be_asked_for_are_said_with_their_path(desk, start, end, path, sentence):
    stop = {
        "type": "START",
        "location": {"descriptor": {"code": "BLR"}},
        "time": {"range": {"start": start, "end": end}},
    }

    answer = desk.bap.ask("search", {"intent": {"fulfillment": {"stops": [stop]}}})

    assert (answer.status, answer.error) == (400, "30000")
    assert answer.path == f"$.message.intent.fulfillment.stops[0].time.{path}"
    assert sentence in answer.body["error"]["message"]
