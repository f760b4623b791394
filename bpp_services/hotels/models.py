"""The tables of the hotels service's database."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from beckn.hotels import BOARDS, Hours, Stay
from bpp_services.core.orders import BookingColumns, OrderColumns, booking_constraints
from chassis.database import BigId, Json, Model, one_of
from chassis.identity import identity_table

identity_table("hotels")


class Hotel(Model):
    """`id` is the hotel's name on the wire, as taj-mahal-palace-mumbai."""

    __bind_key__ = "hotels"
    __tablename__ = "hotels"
    __table_args__ = (CheckConstraint("stars BETWEEN 0 AND 5", name="stars_plausible"),)

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    stars: Mapped[int] = mapped_column(Integer)
    address: Mapped[str] = mapped_column(String(120))
    area_code: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(80))
    std_code: Mapped[str] = mapped_column(String(8), index=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    zone: Mapped[str] = mapped_column(String(40))
    check_in_time: Mapped[time] = mapped_column(Time)  # local
    check_out_time: Mapped[time] = mapped_column(Time)  # local

    @property
    def hours(self) -> Hours:
        return Hours(self.check_in_time, self.check_out_time, self.zone)

    def sales_close(self, check_in: date) -> datetime:
        """23:59 hotel time on the day of check-in (rules.md)."""
        return datetime.combine(check_in, time(23, 59), ZoneInfo(self.zone))


class RoomType(Model):
    __bind_key__ = "hotels"
    __tablename__ = "room_types"
    __table_args__ = (
        UniqueConstraint("hotel_id", "code", name="one_type_per_code"),
        CheckConstraint("capacity BETWEEN 1 AND 8", name="capacity_plausible"),
        CheckConstraint(one_of("board", BOARDS), name="board_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hotel_id: Mapped[str] = mapped_column(ForeignKey("hotels.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    capacity: Mapped[int] = mapped_column(Integer)  # guests in one room
    board: Mapped[str] = mapped_column(String(16))
    size_m2: Mapped[int | None] = mapped_column(Integer)

    hotel: Mapped[Hotel] = relationship(lazy="joined", innerjoin=True)

    @property
    def item_id(self) -> str:
        return f"{self.hotel_id}.{self.code}"


class RoomNight(Model):
    """The rooms of one type on one local night: what is sold."""

    __bind_key__ = "hotels"
    __tablename__ = "room_nights"
    __table_args__ = (
        UniqueConstraint("room_type_id", "night", name="one_row_per_night"),
        CheckConstraint("rooms_available BETWEEN 0 AND rooms", name="rooms_available_within_rooms"),
        CheckConstraint("rate_minor > 0", name="rate_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"))
    night: Mapped[date] = mapped_column(Date)  # local
    rate_minor: Mapped[int] = mapped_column(BigInteger)  # a room, before tax
    currency: Mapped[str] = mapped_column(String(3))
    rooms: Mapped[int] = mapped_column(Integer)
    rooms_available: Mapped[int] = mapped_column(Integer)

    room_type: Mapped[RoomType] = relationship(lazy="joined", innerjoin=True)


class Order(OrderColumns, Model):
    __bind_key__ = "hotels"


class Booking(BookingColumns, Model):
    """`bap_terms` is what the site said of its terms; every answer repeats it."""

    __bind_key__ = "hotels"
    __table_args__ = (
        *booking_constraints("room_type_id"),
        CheckConstraint("check_out > check_in", name="check_out_after_check_in"),
        CheckConstraint("rooms BETWEEN 1 AND 8", name="rooms_plausible"),
        CheckConstraint("adults >= rooms AND children >= 0", name="an_adult_in_each_room"),
    )

    hotel_id: Mapped[str] = mapped_column(ForeignKey("hotels.id"))
    room_type_id: Mapped[int] = mapped_column(ForeignKey("room_types.id"))
    check_in: Mapped[date] = mapped_column(Date)  # local
    check_out: Mapped[date] = mapped_column(Date)  # local
    rooms: Mapped[int] = mapped_column(Integer)
    adults: Mapped[int] = mapped_column(Integer)
    children: Mapped[int] = mapped_column(Integer)
    bap_terms: Mapped[Any] = mapped_column(Json)

    room_type: Mapped[RoomType] = relationship()
    guest: Mapped["Guest"] = relationship(back_populates="booking", cascade="all")

    @property
    def fulfillment_id(self) -> str:
        return f"{self.hotel_id}.{self.check_in:%Y%m%d}-{self.check_out:%Y%m%d}"

    @property
    def stay(self) -> Stay:
        return Stay(
            check_in=self.check_in,
            check_out=self.check_out,
            rooms=self.rooms,
            adults=self.adults,
            children=self.children,
        )


class Guest(Model):
    """The guest in whose name a booking stands, and who answers for all of its party."""

    __bind_key__ = "hotels"
    __tablename__ = "guests"
    __table_args__ = (UniqueConstraint("booking_id", name="one_guest_per_booking"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bpp_bookings.id"))
    name: Mapped[str] = mapped_column(String(120))
    gender: Mapped[str | None] = mapped_column(String(6))
    born_on: Mapped[date | None] = mapped_column(Date)
    phone: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254))

    booking: Mapped[Booking] = relationship(back_populates="guest")
