"""What a search shows: what is on sale, to whom, until when, and at which local times."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from beckn.air import Party
from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.factories import DAY, a_departure, a_flight

DEPARTURE = datetime(2026, 12, 11, 4, 30, tzinfo=UTC)  # AI-1234, 10:00 in Bengaluru


@pytest.mark.by_hand("what is left was written, not sold")
def test_a_day_is_shown_by_time_of_departure_with_the_seats_left(desk):
    later, earlier = a_departure("6E-5678", seats_available=62), a_departure("AI-1234", seats_available=118)
    a_departure("AI-1234", DAY + timedelta(days=1))

    assert list(desk.offers().items()) == [(earlier, 118), (later, 62)]


def test_a_route_nobody_flies_has_no_offers(desk):
    a_departure("AI-1234")

    answer = desk.search("BLR", "XYZ")

    assert (answer.status, answer.body["message"]["catalog"]["providers"]) == (200, [])


def test_the_way_back_is_another_route(desk):
    a_departure("AI-1234")

    assert desk.offers("BOM", "BLR") == {}


@pytest.mark.parametrize(
    ("party", "shown"), [(Party(1, 1), True), (Party(2, 1), False), (Party(2, 0, 2), True)]
)
def test_only_what_has_seats_for_the_whole_party_is_shown(desk, party, shown):
    item = a_departure("AI-1234", seats=2)

    assert (item in desk.offers(party=party)) is shown


@pytest.mark.parametrize(
    ("cabin", "flights"), [(None, 2), ("ECONOMY", 1), ("PREMIUM_ECONOMY", 1), ("BUSINESS", 0)]
)
def test_any_cabin_unless_one_is_chosen(desk, cabin, flights):
    a_departure("AI-1234")
    a_departure("UK-9012")

    assert len(desk.offers(cabin=cabin)) == flights


def test_a_flight_with_two_cabins_is_one_trip_with_two_items(desk):
    a_departure("AI-1234")
    a_departure("AI-1234", cabin="BUSINESS", fare_minor=900_000)

    (seller,) = desk.search().body["message"]["catalog"]["providers"]

    assert [each["id"] for each in seller["fulfillments"]] == ["AI-1234.20261211"]
    assert [each["id"] for each in seller["categories"]] == ["ECONOMY", "BUSINESS"]
    assert len(seller["items"]) == 2


@pytest.mark.parametrize(
    ("before", "on_sale"), [(timedelta(minutes=60, seconds=1), True), (timedelta(minutes=60), False)]
)
def test_sales_close_an_hour_before_departure(desk, clock, before, on_sale):
    item = a_departure("AI-1234", DAY)
    order = desk.order(item)

    clock.set(DEPARTURE - before)

    assert (item in desk.offers()) is on_sale
    assert desk.select(item).error == (None if on_sale else "30004")
    assert order.init().error == (None if on_sale else "30004")


def test_who_holds_may_confirm_after_sales_closed(desk, clock):
    item = a_departure("AI-1234", DAY)
    clock.set(DEPARTURE - timedelta(minutes=61))
    order = desk.held(item)

    clock.set(DEPARTURE - timedelta(minutes=50))

    assert order.init().state == "HELD"
    assert order.confirm().state == "CONFIRMED"


def test_what_is_taken_off_sale_is_not_sold(desk):
    item = a_departure("AI-1234", on_sale=False)

    assert desk.offers() == {}
    refused = desk.select(item)
    assert (refused.error, refused.path) == ("30004", "$.message.order.items[0].id")


def test_what_nobody_flies_is_not_sold(desk):
    a_flight("AI-1234")

    assert desk.select("AI-1234.20261211.ECONOMY").error == "30004"
    assert desk.select("ZZ-1.20261211.ECONOMY").error == "30004"


def test_another_airline_does_not_sell_it(desk):
    item = a_departure("AI-1234")
    message = {
        "order": {
            "provider": {"id": "6E"},
            "items": [{"id": f"{item}.ADULT", "quantity": {"selected": {"count": 1}}}],
        }
    }

    refused = desk.bap.ask("select", message)

    assert (refused.error, refused.path) == ("30001", "$.message.order.provider.id")


def test_a_select_holds_nothing(desk):
    item = a_departure("AI-1234", seats=1)

    assert desk.select(item).order["quote"]["ttl"] == "PT15M"

    assert desk.seats_left(item) == 1
    assert "id" not in desk.select(item).order


def test_a_select_of_too_many_is_refused_with_what_is_left(desk):
    item = a_departure("AI-1234", seats=1)

    refused = desk.bap.ask(
        "select",
        {
            "order": {
                "provider": {"id": "AI"},
                "items": [{"id": f"{item}.ADULT", "quantity": {"selected": {"count": 2}}}],
            }
        },
    )

    assert refused.error == "40002"
    assert refused.body["error"]["message"] == "Sold out: 1 seat left in economy on AI-1234, 11 December"


@pytest.mark.parametrize(
    ("on", "departs", "lands"),
    [
        (date(2026, 12, 18), "2026-12-18T02:35:00+05:30", "2026-12-18T07:05:00+00:00"),
        (date(2027, 7, 15), "2027-07-15T02:35:00+05:30", "2027-07-15T08:05:00+01:00"),
        # London puts its clocks forward at 01:00 UTC on 28 March 2027, while BA-201 is in the air.
        (date(2027, 3, 27), "2027-03-27T02:35:00+05:30", "2027-03-27T07:05:00+00:00"),
        (date(2027, 3, 28), "2027-03-28T02:35:00+05:30", "2027-03-28T08:05:00+01:00"),
    ],
)
def test_an_arrival_is_right_across_summer_time(abroad, on, departs, lands):
    a_departure("BA-201", on)

    (seller,) = abroad.search("BOM", "LHR", on).body["message"]["catalog"]["providers"]

    stops = seller["fulfillments"][0]["stops"]
    assert [stop["time"]["timestamp"] for stop in stops] == [departs, lands]


def test_the_links_in_an_answer_lead_somewhere(desk):
    a_departure("AI-1234")
    order = desk.booked(a_departure("6E-5678"))
    catalog = desk.search().body["message"]["catalog"]
    settlement = {
        pair["descriptor"]["code"]: pair["value"]
        for pair in catalog["providers"][0]["payments"][0]["tags"][1]["list"]
    }

    links = [
        catalog["descriptor"]["images"][0]["url"],
        catalog["providers"][0]["descriptor"]["images"][0]["url"],
        settlement["STATIC_TERMS"],
        order.support().body["message"]["support"]["url"],
    ]

    for link in links:
        assert desk.app.test_client().get(link.removeprefix(desk.app.config["BASE_URL"])).status_code == 200


@pytest.mark.by_hand("what is left was written, not sold")
def test_the_same_search_again_shows_what_changed_meanwhile(desk):
    """The answer is kept for as long as the same is found, and not a moment longer."""
    item = a_departure("AI-1234", seats_available=9)
    first = desk.search().body["message"]
    again = desk.search().body["message"]
    with writing():
        departure = db.session.scalar(select(Departure))
        departure.seats_available, departure.fare_minor = 7, departure.fare_minor + 100

    changed = desk.search().body["message"]

    assert first == again
    assert desk.offers() == {item: 7}
    assert changed != first
