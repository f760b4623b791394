"""Every named constraint refuses what it is there to refuse, on both engines, whoever writes."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from bpp_services.air.models import Airport, Booking, Departure, Flight, Order, Passenger
from chassis.database import db, engine
from chassis.identity import identity_table
from tests.factories import ASHA, a_departure, an_airport

pytestmark = pytest.mark.by_hand("rows are written as no service would")

IDENTITY = identity_table("air")
NOW = datetime(2026, 12, 1, tzinfo=UTC)

# A row that is allowed, by table; `id` is free, and the rows that it refers to are there.
FLIGHT = {
    "flight_number": "AI-1",
    "airline_code": "AI",
    "airline_name": "Air India",
    "origin": "DEL",
    "destination": "HYD",
    "origin_country": "IND",
    "destination_country": "IND",
    "market": "domestic",
    "departs_at": time(10, 0),
    "duration_minutes": 120,
    "aircraft": "A320neo",
    "days_of_week": "1234567",
    "valid_from": date(2026, 1, 1),
    "valid_to": date(2027, 1, 1),
}
DEPARTURE = {
    "flight_id": 1,
    "departs_on": date(2027, 1, 1),
    "departs_at_utc": NOW,
    "cabin": "ECONOMY",
    "fare_minor": 1,
    "airport_charges_minor": 0,
    "currency": "INR",
    "seats": 2,
    "seats_available": 2,
    "on_sale": True,
}
ORDER = {"bap_id": "bap", "transaction_id": "2", "content_digest": None, "first_seen": NOW}
BOOKING = {
    "bpp_booking_id": "AI-222222",
    "platform_booking_id": "X",
    "bap_id": "bap",
    "beckn_transaction_id": "1",
    "beckn_message_id": "1",
    "flight_id": 1,
    "departure_id": 1,
    "seats": 1,
    "fare_minor": 100,
    "tax_minor": 5,
    "total_minor": 105,
    "refund_minor": 0,
    "currency": "INR",
    "sold": [],
    "terms": [],
    "billed_to": {},
    "booking_status": "HELD",
    "held_until": NOW,
    "created_at": NOW,
    "updated_at": NOW,
}
PASSENGER = {
    "booking_id": 1,
    "place": "ADULT-2",
    "kind": "ADULT",
    "name": "Asha Rao",
    "born_on": date(1988, 3, 23),
    "phone": "+91",
    "email": "a@b",
    "ticket_number": "0980000000009",
}

# constraint: table, and how the allowed row is spoiled
REFUSED = {
    "ck_service_identity_one_row": (IDENTITY, {"id": 2, "service": "x", "market": "y"}),
    "uq_service_identity_market": (IDENTITY, {"id": 1, "service": "x", "market": "domestic"}),
    "uq_airports_airport_in_country": (Airport, {"iata": "BLR", "country": "IND"}),
    "uq_flights_flight_number_from": (Flight, {"flight_number": "AI-1234", "valid_from": date(2025, 1, 1)}),
    "fk_flights_origin_origin_country": (Flight, {"origin": "XXX"}),
    "fk_flights_destination_destination_country": (Flight, {"destination": "XXX"}),
    "fk_flights_market": (
        Flight,
        {"market": "international", "destination": "LHR", "destination_country": "GBR"},
    ),
    "ck_flights_goes_somewhere": (Flight, {"destination": "DEL"}),
    "ck_flights_market_fits_countries": (Flight, {"destination": "LHR", "destination_country": "GBR"}),
    "ck_flights_duration_plausible": (Flight, {"duration_minutes": 0}),
    "ck_flights_valid_in_order": (Flight, {"valid_to": date(2025, 12, 31)}),
    "uq_departures_one_departure_per_cabin_and_day": (Departure, {"departs_on": date(2026, 12, 11)}),
    "ck_departures_seats_available_within_seats": (Departure, {"seats_available": -1}),
    "ck_departures_cabin_known": (Departure, {"cabin": "FIRST"}),
    "ck_departures_price_positive": (Departure, {"fare_minor": 0}),
    "fk_departures_flight_id": (Departure, {"flight_id": 99}),
    "uq_bpp_bookings_bpp_booking_id": (Booking, {"bpp_booking_id": "AI-111111"}),
    "uq_bpp_bookings_one_booking_per_order": (Booking, {"beckn_transaction_id": "0"}),
    "fk_bpp_bookings_bap_id_beckn_transaction_id": (Booking, {"beckn_transaction_id": "no order"}),
    "fk_bpp_bookings_departure_id": (Booking, {"departure_id": 99}),
    "fk_bpp_bookings_flight_id": (Booking, {"flight_id": 99}),
    "ck_bpp_bookings_booking_status_known": (Booking, {"booking_status": "LOST"}),
    "ck_bpp_bookings_held_has_an_end": (Booking, {"held_until": None}),
    "ck_bpp_bookings_confirmed_has_no_end": (Booking, {"booking_status": "CONFIRMED"}),
    "ck_bpp_bookings_total_adds_up": (Booking, {"total_minor": 106}),
    "ck_bpp_bookings_refund_within_total": (Booking, {"refund_minor": 106}),
    "ck_bpp_bookings_seats_plausible": (Booking, {"seats": 0}),
    "uq_passengers_one_passenger_per_place": (Passenger, {"place": "ADULT-1"}),
    "uq_passengers_ticket_number": (Passenger, {"ticket_number": "0980000000001"}),
    "ck_passengers_kind_known": (Passenger, {"kind": "SENIOR"}),
    "fk_passengers_booking_id": (Passenger, {"booking_id": 99}),
}
# The other side of a constraint that has two.
REFUSED_TOO = {
    "more seats left than there are": (Departure, {"seats_available": 3}),
    "airport charges below nothing": (Departure, {"airport_charges_minor": -1}),
    "a flight of more than a day": (Flight, {"duration_minutes": 1441}),
    "more seats than a party has": (Booking, {"seats": 10}),
    "a refund below nothing": (Booking, {"refund_minor": -1}),
    "a tax below nothing": (Booking, {"tax_minor": -5, "total_minor": 95}),
    "an order twice": (Order, {"transaction_id": "1"}),
    "an airport twice": (Airport, {"iata": "BLR", "country": "GBR"}),
}
ALLOWED = {
    "flights": FLIGHT,
    "departures": DEPARTURE,
    "orders": ORDER,
    "bpp_bookings": BOOKING,
    "passengers": PASSENGER,
    "airports": {"name": "", "city": "", "country": "IND", "zone": "", "latitude": 0, "longitude": 0},
    "service_identity": {},
}


def write(model, row: dict) -> None:
    """In a transaction that is never committed, by a plain INSERT."""
    table = getattr(model, "__table__", model)
    with engine().connect() as connection:
        connection.execute(insert(table).values(ALLOWED[table.name] | row))


@pytest.fixture
def rows(desk):
    """Rows for the others to refer to and to clash with."""
    a_departure("AI-1234", date(2026, 12, 11))
    for code in ("DEL", "HYD", "LHR"):
        an_airport(code)
    with engine().begin() as connection:
        for number in ("0", "1"):
            connection.execute(insert(Order.__table__).values(ORDER | {"transaction_id": number}))
        booking = BOOKING | {"beckn_transaction_id": "0", "bpp_booking_id": "AI-111111"}
        connection.execute(insert(Booking.__table__).values(booking))
        passenger = PASSENGER | {"place": "ADULT-1", "ticket_number": "0980000000001"}
        connection.execute(insert(Passenger.__table__).values(passenger))


@pytest.mark.usefixtures("database", "rows")
def test_what_is_allowed_can_be_written():
    """The control: what the next tests spoil is refused for what was spoiled."""
    for model in (Flight, Departure, Order, Booking, Passenger):
        write(model, {})
    write(Airport, {"iata": "CCU"})


@pytest.mark.usefixtures("rows")
def test_each_constraint_refuses(database):
    silent = []
    for name, (model, row) in (REFUSED | REFUSED_TOO).items():
        try:
            write(model, row)
            silent.append(name)
        except IntegrityError as error:
            table = getattr(model, "__table__", model).name
            expected = (name, f"pk_{table}")  # some are there for foreign keys and the primary key is first
            if (
                database == "postgresql"
                and name in REFUSED
                and not any(each in str(error.orig) for each in expected)
            ):
                silent.append(f"{name}: {error.orig}")

    assert silent == []


def test_no_constraint_is_forgotten():
    named = {
        constraint.name
        for table in db.metadatas["air"].tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint | ForeignKeyConstraint)
    }

    assert named == REFUSED.keys()


@pytest.mark.usefixtures("database")
def test_a_domestic_flight_does_not_get_into_the_international_database(abroad):
    for code in ("DEL", "HYD"):
        an_airport(code)

    for row in ({}, {"market": "international"}):
        with pytest.raises(IntegrityError):
            write(Flight, row)


def test_a_moment_without_a_zone_is_not_written(desk):
    with pytest.raises(StatementError, match="needs a zone"):
        write(Order, {"first_seen": datetime(2026, 12, 1)})  # noqa: DTZ001


@pytest.mark.usefixtures("database")
def test_a_booking_refers_to_the_order_that_made_it(desk):
    order = desk.booked(a_departure("AI-1234"), ASHA)

    booking = db.session.scalars(select(Booking)).one()

    row = db.session.get(Order, (booking.bap_id, booking.beckn_transaction_id))
    assert (row.transaction_id, len(row.content_digest)) == (order.transaction, 64)
