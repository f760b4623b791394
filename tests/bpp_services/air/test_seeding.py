"""What the seeds put on sale: the demo flights exactly, a living network around them, and networks of any size."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from bpp_services.air import seeding
from bpp_services.air.models import Airport, Departure, Flight
from bpp_services.air.timetable import demo, large, network
from bpp_services.air.timetable.airlines import AIRLINES
from bpp_services.air.timetable.airports import AIRPORTS
from bpp_services.air.timetable.distance import kilometres
from bpp_services.air.timetable.fares import fare_on
from bpp_services.air.timetable.flights import SEATS, of_market
from chassis.database import db, writing

NOON = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # in India
YESTERDAY, LAST_DAY = date(2026, 11, 21), date(2027, 11, 22)

DOMESTIC_DEMO = {
    ("AI-1234", "Air India", "BLR", "BOM", time(10, 0), 120, "ECONOMY", 5_500_00),
    ("6E-5678", "IndiGo", "BLR", "BOM", time(14, 30), 120, "ECONOMY", 4_200_00),
    ("UK-9012", "Vistara", "BLR", "BOM", time(18, 0), 120, "PREMIUM_ECONOMY", 7_800_00),
    ("SG-2345", "SpiceJet", "DEL", "BLR", time(6, 0), 150, "ECONOMY", 4_800_00),
    ("AI-7890", "Air India", "HYD", "BOM", time(12, 0), 90, "BUSINESS", 6_200_00),
}
INTERNATIONAL_DEMO = {
    ("EK-501", "Emirates", "BOM", "DXB", time(4, 30), 180, "ECONOMY", 15_000_00),
    ("BA-201", "British Airways", "BOM", "LHR", time(2, 35), 600, "BUSINESS", 45_000_00),
    ("SQ-405", "Singapore Airlines", "DEL", "SIN", time(22, 30), 330, "ECONOMY", 22_000_00),
    ("QR-570", "Qatar Airways", "BLR", "DOH", time(3, 55), 270, "ECONOMY", 18_000_00),
}

PLANNED = (*demo.FLIGHTS, *network.FLIGHTS)


@pytest.fixture(autouse=True)
def _at_noon(clock):
    clock.set(NOON)


@pytest.fixture
def flights(flights_app):
    with flights_app.app_context():
        yield flights_app


@pytest.fixture
def abroad(international_flights_app):
    with international_flights_app.app_context():
        yield international_flights_app


def seed(app, *words):
    result = app.test_cli_runner().invoke(args=["seed", *words])
    assert result.exit_code == 0, result.output
    return result.output


def sold_flights():
    """What is on sale on any day, as the rows of rules.md."""
    query = select(
        Flight.flight_number,
        Flight.airline_name,
        Flight.origin,
        Flight.destination,
        Flight.departs_at,
        Flight.duration_minutes,
        Departure.cabin,
        Departure.fare_minor,
    ).join(Departure.flight)
    return {tuple(row) for row in db.session.execute(query.distinct())}


def departures_of(number):
    query = select(Departure).join(Departure.flight).where(Flight.flight_number == number)
    return list(db.session.scalars(query.order_by(Departure.departs_on)))


def days_of(number):
    return [departure.departs_on for departure in departures_of(number)]


# ---- the demo


def test_the_demo_of_each_market_is_what_the_rules_list(database, flights, abroad):
    with flights.app_context():
        seed(flights, "demo")
        assert sold_flights() == DOMESTIC_DEMO

    with abroad.app_context():
        seed(abroad, "demo")
        assert sold_flights() == INTERNATIONAL_DEMO


def test_the_demo_is_on_sale_from_yesterday_to_a_year_ahead(flights):
    seed(flights, "demo")

    for departures in (departures_of(number) for number, *_ in DOMESTIC_DEMO):
        assert [each.departs_on for each in departures] == [
            YESTERDAY + timedelta(days) for days in range((LAST_DAY - YESTERDAY).days + 1)
        ]
        assert {(each.seats, each.seats_available) for each in departures} == {
            (SEATS[departures[0].cabin],) * 2
        }
        assert {(each.airport_charges_minor, each.currency, each.on_sale) for each in departures} == {
            (0, "INR", True)
        }


def test_seats_by_cabin():
    assert SEATS == {"ECONOMY": 180, "PREMIUM_ECONOMY": 24, "BUSINESS": 12}


def test_airports_carry_the_names_of_the_wire(flights):
    seed(flights, "demo")

    bengaluru = db.session.get(Airport, "BLR")
    assert (bengaluru.name, bengaluru.city) == ("Kempegowda International Airport", "Bengaluru")
    assert (bengaluru.country, bengaluru.zone, bengaluru.std_code) == ("IND", "Asia/Kolkata", "080")


def test_a_flight_to_london_lands_an_hour_later_in_july(abroad):
    seed(abroad, "demo")

    by_day = {departure.departs_on: departure.journey for departure in departures_of("BA-201")}
    winter, summer = (by_day[date(2027, month, 15)] for month in (1, 7))

    assert winter.departs_at.time() == summer.departs_at.time() == time(2, 35)
    assert (winter.arrives_at.time(), summer.arrives_at.time()) == (time(7, 5), time(8, 5))


# ---- seeding again


def test_seeding_again_adds_nothing(database, flights):
    seed(flights, "demo")

    again = seed(flights, "demo")

    assert again == "demo: 0 airports, 0 flights and 0 departures added\n"
    assert db.session.scalar(select(func.count(Departure.id))) == 5 * 367


def test_three_days_later_three_dates_are_added(database, flights, clock):
    seed(flights, "demo")
    clock.forward(days=3)

    again = seed(flights, "demo")

    assert again == "demo: 0 airports, 0 flights and 15 departures added\n"
    assert days_of("AI-1234")[0] == YESTERDAY
    assert days_of("AI-1234")[-1] == LAST_DAY + timedelta(3)


def test_a_date_that_is_missing_in_between_comes_back(flights):
    seed(flights, "demo")
    lost = departures_of("AI-1234")[40]
    with writing() as session:
        session.execute(delete(Departure).where(Departure.id == lost.id))

    again = seed(flights, "demo")

    assert again == "demo: 0 airports, 0 flights and 1 departures added\n"
    assert lost.departs_on in days_of("AI-1234")


@pytest.mark.by_hand("what is left was written, not sold")
def test_what_was_sold_or_changed_is_left_alone(flights, clock):
    seed(flights, "demo")
    changed = departures_of("6E-5678")[10].id
    with writing() as session:
        values = {"seats_available": 3, "fare_minor": 9_999_00, "on_sale": False}
        session.execute(update(Departure).where(Departure.id == changed).values(**values))
        session.execute(update(Airport).where(Airport.iata == "BOM").values(name="Bombay"))
    clock.forward(days=1)

    seed(flights, "demo")

    row = db.session.get(Departure, changed, populate_existing=True)
    assert (row.seats_available, row.fare_minor, row.on_sale) == (3, 9_999_00, False)
    assert db.session.get(Airport, "BOM", populate_existing=True).name == "Bombay"


def test_a_flight_that_was_moved_or_ended_stays_so(flights, clock):
    seed(flights, "demo")
    with writing() as session:
        session.execute(
            update(Flight).where(Flight.flight_number == "AI-1234").values(departs_at=time(11, 15))
        )
        session.execute(update(Flight).where(Flight.flight_number == "SG-2345").values(valid_to=LAST_DAY))
    clock.forward(days=2)

    again = seed(flights, "demo")

    assert again == "demo: 0 airports, 0 flights and 8 departures added\n"
    assert departures_of("AI-1234")[-1].journey.departs_at.time() == time(11, 15)
    assert days_of("SG-2345")[-1] == LAST_DAY


def test_yesterday_is_that_of_the_origin(abroad, clock):
    clock.set(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))  # the 23rd in India, still the 22nd in London

    seeding.put_on_sale([flight for flight in PLANNED if flight.number in ("BA-201", "BA-202")])

    assert days_of("BA-201")[0] == date(2026, 11, 22)
    assert days_of("BA-202")[0] == date(2026, 11, 21)


# ---- the network


def test_the_network_leaves_the_demo_as_it_is(flights):
    seed(flights, "network")
    seed(flights, "demo")

    assert {
        row for row in sold_flights() if row[0] in {number for number, *_ in DOMESTIC_DEMO}
    } == DOMESTIC_DEMO
    assert seed(flights, "network") == "network: 0 airports, 0 flights and 0 departures added\n"
    assert set(db.session.scalars(select(Flight.market).distinct())) == {"domestic"}


def test_every_flight_number_is_given_once():
    counts = Counter(flight.number for flight in PLANNED)

    assert [number for number, count in counts.items() if count > 1] == []


def test_a_service_plans_only_what_its_market_allows():
    for market in ("domestic", "international"):
        for flight in of_market(PLANNED, market):
            assert (flight.start.country == flight.end.country) == (market == "domestic")

    assert {flight.start.country for flight in of_market(PLANNED, "domestic")} == {"IND"}
    assert len(of_market(demo.FLIGHTS, "domestic")) == 5
    assert len(of_market(demo.FLIGHTS, "international")) == 4


def test_every_demo_flight_has_a_way_back_in_its_cabin():
    ways_back = {
        (flight.origin, flight.destination, cabin) for flight in network.FLIGHTS for cabin in flight.fares
    }

    for flight in demo.FLIGHTS:
        for cabin in flight.fares:
            assert (flight.destination, flight.origin, cabin) in ways_back


def test_every_route_is_flown_both_ways():
    routes = {(flight.origin, flight.destination) for flight in PLANNED}

    assert routes == {(destination, origin) for origin, destination in routes}
    assert len(routes) > 120


@pytest.mark.parametrize(
    "route", [("DEL", "BOM"), ("BOM", "DEL"), ("DEL", "BLR"), ("BLR", "BOM"), ("BOM", "BLR")]
)
def test_trunk_routes_have_six_departures_on_every_day(route):
    flown = [flight.days for flight in PLANNED if (flight.origin, flight.destination) == route]

    assert all(sum(day in days for days in flown) >= 6 for day in "1234567")


def test_planned_flights_are_as_long_as_their_distance_says():
    for flight in PLANNED:
        away = kilometres(flight.start, flight.end)
        hours_in_the_air = (flight.minutes - 25) / 60

        assert away >= 200, flight.number
        assert 250 < away / hours_in_the_air < 950, flight.number


def test_domestic_flights_keep_to_the_hours_of_the_day():
    for flight in of_market(PLANNED, "domestic"):
        leaves = flight.departs_at.hour * 60 + flight.departs_at.minute

        assert leaves >= 5 * 60, flight.number
        assert leaves + flight.minutes <= 24 * 60 + 45, flight.number


def test_some_flights_have_two_cabins_and_some_do_not_fly_every_day():
    for market in ("domestic", "international"):
        planned = of_market(network.FLIGHTS, market)

        assert {len(flight.fares) for flight in planned} == {1, 2}
        assert any(len(flight.days) < 7 for flight in planned)


def test_airports_and_airlines_are_complete():
    for airport in AIRPORTS.values():
        assert len(airport.country) == 3
        assert ZoneInfo(airport.zone)
        assert (airport.country == "IND") == (airport.std_code is not None)
    assert {flight.airline_code for flight in PLANNED} <= set(AIRLINES)


# ---- fares


def test_fares_are_the_same_on_every_machine():
    assert fare_on(4_000, date(2026, 12, 24), "AI-2401") == 6_130
    assert fare_on(4_000, date(2027, 7, 14), "AI-2401") == 3_100
    assert fare_on(4_000, date(2027, 7, 14), "UK-801") == 3_230


def test_fares_of_the_network_move_and_are_whole_tens_of_rupees():
    [flight] = [flight for flight in network.FLIGHTS if flight.number == "AI-2401"]
    days = [date(2027, 1, 1) + timedelta(days) for days in range(365)]

    fares = [flight.fare_minor("ECONOMY", day) for day in days]

    assert all(fare % 10_00 == 0 for fare in fares)
    assert len(set(fares)) > 50
    assert max(fares) < 3 * min(fares)
    assert all(flight.fare_minor("BUSINESS", day) > fare for day, fare in zip(days, fares, strict=True))


def test_fares_of_the_demo_never_move():
    for flight in demo.FLIGHTS:
        for cabin in flight.fares:
            assert len({flight.fare_minor(cabin, YESTERDAY + timedelta(days)) for days in range(367)}) == 1


# ---- networks of any size


def test_a_large_network_has_at_least_as_many_departures_as_asked(database, flights):
    seed(flights, "demo")

    added = seed(flights, "large", "--departures", "2000")

    departures = db.session.scalar(select(func.count(Departure.id))) - 5 * 367
    assert 2000 <= departures < 2000 + 2 * 367
    assert f"{departures:,} departures added" in added
    assert (
        seed(flights, "large", "--departures", "2000")
        == "large: 0 airports, 0 flights and 0 departures added\n"
    )
    assert seed(flights, "demo") == "demo: 0 airports, 0 flights and 0 departures added\n"


@pytest.mark.parametrize("market", ["domestic", "international"])
def test_a_large_network_grows_without_changing(market):
    small, big = (list(islice(large.flights(market), count)) for count in (50, 3_000))

    assert big[:50] == small
    assert {flight.market for flight in big} == {market}
    assert len({flight.number for flight in (*PLANNED, *big)}) == len(PLANNED) + len(big)


def test_a_network_too_large_for_its_flight_numbers_is_refused(flights):
    result = flights.test_cli_runner().invoke(args=["seed", "large", "--departures", "1000000000"])

    assert result.exit_code == 2
    assert "flight numbers run out" in result.output
