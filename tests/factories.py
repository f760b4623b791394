"""The one cast of all tests: a few airports and flights, and the Raos and James Whitfield who travel.

Everything is as in the demo data and in the example messages. Inside an app context of the service that sells it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from beckn.people import BilledTo, Passport, Traveller
from bpp_services.air.models import Airport, Departure, Flight
from chassis import clock
from chassis.database import db, writing

# Ten in the morning in Bengaluru, the day on which the example messages begin; and the day most of them fly.
MORNING = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
DAY = date(2026, 12, 11)

PHONE, EMAIL = "+919876500001", "asha@example.org"
ASHA = Traveller("ADULT", "Asha Rao", "FEMALE", date(1988, 3, 23), PHONE, EMAIL)
RAVI = Traveller("ADULT", "Ravi Rao", "MALE", date(1986, 7, 2), PHONE, EMAIL)
MIRA = Traveller("CHILD", "Mira Rao", "FEMALE", date(2019, 1, 15), PHONE, EMAIL)
KABIR = Traveller("INFANT", "Kabir Rao", "MALE", date(2025, 6, 30), PHONE, EMAIL)
JAMES = Traveller(
    "ADULT",
    "James Whitfield",
    "MALE",
    date(1979, 11, 5),
    "+447700900123",
    "james@example.org",
    Passport("123456789", "GBR", date(2029, 2, 28)),
)
ASHA_ABROAD = replace(ASHA, passport=Passport("Z1234567", "IND", date(2031, 5, 14)))
THE_RAOS = (ASHA, RAVI, MIRA, KABIR)
BILLED_TO_ASHA = BilledTo(ASHA.name, PHONE, EMAIL)

INDIA = ("IND", "Asia/Kolkata")
# IATA code: name, city, country, zone, trunk dialling code, latitude, longitude
AIRPORTS = {
    "BLR": ("Kempegowda International Airport", "Bengaluru", *INDIA, "080", 13.1986, 77.7066),
    "BOM": ("Chhatrapati Shivaji Maharaj International Airport", "Mumbai", *INDIA, "022", 19.0887, 72.8679),
    "DEL": ("Indira Gandhi International Airport", "Delhi", *INDIA, "011", 28.5665, 77.1031),
    "HYD": ("Rajiv Gandhi International Airport", "Hyderabad", *INDIA, "040", 17.2313, 78.4299),
    "LHR": ("Heathrow Airport", "London", "GBR", "Europe/London", None, 51.47, -0.4543),
    "DXB": ("Dubai International Airport", "Dubai", "ARE", "Asia/Dubai", None, 25.2528, 55.3644),
}
AIRPORT_COLUMNS = ("name", "city", "country", "zone", "std_code", "latitude", "longitude")


class Timetabled(NamedTuple):
    airline: str
    origin: str
    destination: str
    departs_at: time
    minutes: int
    cabin: str
    fare_minor: int
    aircraft: str = "A320neo"


FLIGHTS = {
    "AI-1234": Timetabled("Air India", "BLR", "BOM", time(10, 0), 120, "ECONOMY", 550_000),
    "6E-5678": Timetabled("IndiGo", "BLR", "BOM", time(14, 30), 120, "ECONOMY", 420_000),
    "UK-9012": Timetabled("Vistara", "BLR", "BOM", time(18, 0), 120, "PREMIUM_ECONOMY", 780_000),
    "UK-9013": Timetabled("Vistara", "BOM", "BLR", time(20, 0), 120, "PREMIUM_ECONOMY", 780_000),
    "AI-7890": Timetabled("Air India", "HYD", "BOM", time(12, 0), 90, "BUSINESS", 620_000),
    "BA-201": Timetabled(
        "British Airways", "BOM", "LHR", time(2, 35), 600, "BUSINESS", 4_500_000, "B777-300ER"
    ),
    "EK-501": Timetabled("Emirates", "BOM", "DXB", time(4, 30), 180, "ECONOMY", 1_500_000, "B777-300ER"),
}
SEATS = {"ECONOMY": 180, "PREMIUM_ECONOMY": 24, "BUSINESS": 12}


def a_departure(number: str, on: date | None = None, **departure) -> str:
    """Put a flight of the cast on sale `on` a local day (ten days ahead); its item, as AI-1234.20261211.ECONOMY.

    `departure` overrides columns: seats=2, seats_available, cabin, fare_minor, airport_charges_minor, on_sale.
    """
    planned = FLIGHTS[number]
    zone = AIRPORTS[planned.origin][3]
    on = on or clock.today(zone) + timedelta(days=10)
    cabin = departure.setdefault("cabin", planned.cabin)
    seats = departure.setdefault("seats", SEATS[cabin])
    facts = {
        "departs_on": on,
        "departs_at_utc": datetime.combine(on, planned.departs_at, ZoneInfo(zone)).astimezone(UTC),
        "fare_minor": planned.fare_minor,
        "airport_charges_minor": 0,
        "currency": "INR",
        "seats_available": seats,
        "on_sale": True,
    } | departure
    with writing() as session:
        sold = Departure(flight=_flight(number), **facts)
        session.add(sold)
        session.flush()
        return sold.journey.item_id


def a_flight(number: str) -> int:
    """A flight of the cast in the timetable, its airports with it, and nothing of it on sale; its id."""
    with writing():
        return _flight(number).id


def an_airport(code: str) -> None:
    with writing():
        _airport(code)


def _flight(number: str) -> Flight:
    planned = FLIGHTS[number]
    flight = db.session.scalar(select(Flight).where(Flight.flight_number == number))
    if flight is None:
        origin, destination = _airport(planned.origin), _airport(planned.destination)
        flight = Flight(
            flight_number=number,
            airline_code=number[:2],
            airline_name=planned.airline,
            origin=origin.iata,
            destination=destination.iata,
            origin_country=origin.country,
            destination_country=destination.country,
            market=current_app.config["MARKET"],
            departs_at=planned.departs_at,
            duration_minutes=planned.minutes,
            aircraft=planned.aircraft,
            days_of_week="1234567",
            valid_from=date(2025, 1, 1),
            valid_to=date(2099, 12, 31),
        )
        db.session.add(flight)
        db.session.flush()
    return flight


def _airport(code: str) -> Airport:
    airport = db.session.get(Airport, code)
    if airport is None:
        airport = Airport(iata=code, **dict(zip(AIRPORT_COLUMNS, AIRPORTS[code], strict=True)))
        db.session.add(airport)
        db.session.flush()
    return airport
