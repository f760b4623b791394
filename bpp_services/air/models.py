"""The tables of a flight service's database; the same for domestic and international flights."""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from beckn.air import CABINS, KINDS
from bpp_services.air.journeys import Journey, Place
from bpp_services.core.orders import BookingColumns, OrderColumns, booking_constraints
from chassis.database import BigId, Instant, Model, one_of
from chassis.identity import identity_table
from chassis.security import Encrypted

identity_table("air")

# Which columns a Journey tells; the rest of it are the places.
FLIGHT_TOLD = ("flight_number", "airline_code", "airline_name", "aircraft", "duration_minutes")
DEPARTURE_TOLD = (
    "departs_on",
    "departs_at_utc",
    "cabin",
    "fare_minor",
    "airport_charges_minor",
    "currency",
)


class Airport(Model):
    __bind_key__ = "air"
    __tablename__ = "airports"
    __table_args__ = (UniqueConstraint("iata", "country", name="airport_in_country"),)

    iata: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(3))  # ISO 3166 alpha-3
    zone: Mapped[str] = mapped_column(String(40))
    std_code: Mapped[str | None] = mapped_column(String(8))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)

    @property
    def place(self) -> Place:
        return Place(*(getattr(self, name) for name in Place._fields))


class Flight(Model):
    """A flight of the timetable: the same number at the same local time on some days of the week."""

    __bind_key__ = "air"
    __tablename__ = "flights"
    __table_args__ = (
        UniqueConstraint("flight_number", "valid_from", name="flight_number_from"),
        ForeignKeyConstraint(["origin", "origin_country"], ["airports.iata", "airports.country"]),
        ForeignKeyConstraint(["destination", "destination_country"], ["airports.iata", "airports.country"]),
        CheckConstraint("origin <> destination", name="goes_somewhere"),
        CheckConstraint(
            "(market = 'domestic') = (origin_country = destination_country)", name="market_fits_countries"
        ),
        CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration_plausible"),
        CheckConstraint("valid_from <= valid_to", name="valid_in_order"),
        Index("ix_flights_origin_destination", "origin", "destination"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flight_number: Mapped[str] = mapped_column(String(7))
    airline_code: Mapped[str] = mapped_column(String(2))
    airline_name: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(3))
    destination: Mapped[str] = mapped_column(String(3))
    origin_country: Mapped[str] = mapped_column(String(3))
    destination_country: Mapped[str] = mapped_column(String(3))
    market: Mapped[str] = mapped_column(ForeignKey("service_identity.market"))
    departs_at: Mapped[time] = mapped_column(Time)  # local
    duration_minutes: Mapped[int] = mapped_column(Integer)
    aircraft: Mapped[str] = mapped_column(String(40))
    days_of_week: Mapped[str] = mapped_column(String(7))  # ISO: 1 is Monday
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)

    start: Mapped[Airport] = relationship(foreign_keys=[origin, origin_country], viewonly=True)
    end: Mapped[Airport] = relationship(foreign_keys=[destination, destination_country], viewonly=True)


class Departure(Model):
    """One flight on one local day in one cabin: what is sold."""

    __bind_key__ = "air"
    __tablename__ = "departures"
    __table_args__ = (
        UniqueConstraint("flight_id", "departs_on", "cabin", name="one_departure_per_cabin_and_day"),
        CheckConstraint("seats_available BETWEEN 0 AND seats", name="seats_available_within_seats"),
        CheckConstraint(one_of("cabin", CABINS), name="cabin_known"),
        CheckConstraint("fare_minor > 0 AND airport_charges_minor >= 0", name="price_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flight_id: Mapped[int] = mapped_column(ForeignKey("flights.id"))
    departs_on: Mapped[date] = mapped_column(Date)  # local
    departs_at_utc: Mapped[datetime] = mapped_column(Instant)
    cabin: Mapped[str] = mapped_column(String(16))
    fare_minor: Mapped[int] = mapped_column(BigInteger)
    airport_charges_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    seats: Mapped[int] = mapped_column(Integer)
    seats_available: Mapped[int] = mapped_column(Integer)
    on_sale: Mapped[bool] = mapped_column(Boolean, default=True)

    flight: Mapped[Flight] = relationship(lazy="joined", innerjoin=True)

    @property
    def journey(self) -> Journey:
        """What is told of it."""
        flight = self.flight
        return Journey(
            **{name: getattr(flight, name) for name in FLIGHT_TOLD},
            start=flight.start.place,
            end=flight.end.place,
            **{name: getattr(self, name) for name in DEPARTURE_TOLD},
        )


class Order(OrderColumns, Model):
    __bind_key__ = "air"


class Booking(BookingColumns, Model):
    __bind_key__ = "air"
    __table_args__ = (
        *booking_constraints("departure_id"),
        CheckConstraint("seats BETWEEN 1 AND 9", name="seats_plausible"),
    )

    flight_id: Mapped[int] = mapped_column(ForeignKey("flights.id"))
    departure_id: Mapped[int] = mapped_column(ForeignKey("departures.id"))
    seats: Mapped[int] = mapped_column(Integer)

    departure: Mapped[Departure] = relationship()
    passengers: Mapped[list["Passenger"]] = relationship(
        back_populates="booking", order_by=lambda: Passenger.id, cascade="all"
    )


class Passenger(Model):
    """`place` is the end of the ticket's id, as ADULT-1; the document is encrypted and later erased."""

    __bind_key__ = "air"
    __tablename__ = "passengers"
    __table_args__ = (
        UniqueConstraint("booking_id", "place", name="one_passenger_per_place"),
        UniqueConstraint("ticket_number", name="ticket_number"),
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bpp_bookings.id"))
    place: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(120))
    gender: Mapped[str | None] = mapped_column(String(6))
    born_on: Mapped[date] = mapped_column(Date)
    phone: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254))
    document: Mapped[str | None] = mapped_column(Encrypted(1000))
    ticket_number: Mapped[str | None] = mapped_column(String(13))

    booking: Mapped[Booking] = relationship(back_populates="passengers")
