"""The cheapest night of each city: never another figure than the search of that night shows."""

from datetime import timedelta

import msgspec
import pytest

from beckn import hotels
from beckn.context import ANYWHERE
from beckn.hotels import RateSearch
from beckn.messages import CatalogMessage
from tests.bpp_services.hotels.cast import DELUXE, MORNING, NIGHT, SUITE, change_night, nights_on_sale
from tests.bpp_services.hotels.desk import SITE, Desk, a_stay

ONE_ROOM = {"rooms": 1, "adults": 2, "children": 0}


@pytest.fixture
def desk(hotels_app, clock):
    clock.set(MORNING)
    with hotels_app.app_context():
        yield Desk(hotels_app)


def asked(desk, nights=3, **party):
    search = RateSearch(**vars(a_stay(nights, **ONE_ROOM | party)))
    return desk.bap.ask(
        "search", hotels.write_search(search, SITE), location={"city": {"code": ANYWHERE}}
    ), search


def rates(desk, nights=3, **party) -> dict:
    """(night, total) by city."""
    reply, search = asked(desk, nights, **party)
    offers, faults = hotels.read_catalog(msgspec.convert(reply.body["message"], CatalogMessage), search)
    assert faults == []
    return {each.city: (each.check_in.date(), each.total_minor) for each in offers}


def searched(desk, nights=3, **party) -> int | None:
    """The cheapest total of a single night in Mumbai among those `nights`."""
    totals = []
    for number in range(nights):
        stay = a_stay(1, NIGHT + timedelta(days=number), **ONE_ROOM | party)
        found = msgspec.convert(desk.search(stay).body["message"], CatalogMessage)
        totals += [each.total_minor for each in hotels.read_catalog(found, stay)[0]]
    return min(totals, default=None)


@pytest.mark.by_hand("what is left was written, not sold")
def test_the_rate_of_a_city_is_what_the_search_of_its_night_shows(database, desk, clock):
    nights_on_sale(DELUXE), nights_on_sale(SUITE)
    change_night(DELUXE, NIGHT, rooms_available=1)
    change_night(DELUXE, NIGHT + timedelta(days=1), rate_minor=740_000)
    change_night(DELUXE, NIGHT + timedelta(days=2), rate_minor=500_000, rooms_available=0)

    for party in ({}, {"rooms": 2, "adults": 2}, {"adults": 3, "rooms": 1}, {"adults": 30}):
        found = rates(desk, **party).get("Mumbai")
        assert (found and found[1]) == searched(desk, **party), party
    assert rates(desk)["Mumbai"] == (NIGHT + timedelta(days=1), 777_000)
    clock.set(MORNING.replace(year=NIGHT.year, month=NIGHT.month, day=NIGHT.day + 1, hour=18, minute=30))
    assert rates(desk, 2) == {}, "sales close at 23:59 of the day of check-in"


def test_too_many_nights_are_said_with_their_path(desk):
    reply, _ = asked(desk, 63)

    assert (reply.status, reply.path) == (400, "$.message.intent.category.time.range")
    assert "at most 62 nights" in reply.body["error"]["message"]
