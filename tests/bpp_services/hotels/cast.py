"""The cast at the hotels service: two houses in Mumbai and Arjun Mehta, as in the demo and the examples.

Inside an app context of the service.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from beckn.people import BilledTo, Traveller
from bpp_services.hotels.models import Hotel, RoomNight, RoomType
from chassis.database import db, writing

# Ten in the morning in Mumbai, the day on which the examples begin; and the first night of most stays.
MORNING = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
NIGHT = date(2026, 12, 11)

ARJUN = Traveller("ADULT", "Arjun Mehta", "MALE", date(1990, 2, 11), "+919876500003", "arjun@example.org")
BILLED_TO_ARJUN = BilledTo(ARJUN.name, ARJUN.phone, ARJUN.email)

MUMBAI = ("Mumbai", "Maharashtra", "022", "Asia/Kolkata")
# name, stars, address, area code, city, state, STD code, zone, latitude, longitude
HOTELS = {
    "taj-mahal-palace-mumbai": ("Taj Mahal Palace", 5, "Apollo Bunder", "400001", *MUMBAI, 18.9217, 72.8330),
    "lemon-tree-mumbai": ("Lemon Tree", 4, "Andheri East", "400059", *MUMBAI, 19.1123, 72.8668),
}
HOTEL_COLUMNS = (
    "name",
    "stars",
    "address",
    "area_code",
    "city",
    "state",
    "std_code",
    "zone",
    "latitude",
    "longitude",
)


class Kind(NamedTuple):
    name: str
    capacity: int
    board: str
    size_m2: int
    rate_minor: int


KINDS = {
    "taj-mahal-palace-mumbai.DELUXE": Kind("Deluxe room", 3, "BREAKFAST", 32, 15_000_00),
    "taj-mahal-palace-mumbai.SUITE": Kind("Suite", 4, "BREAKFAST", 58, 26_000_00),
    "lemon-tree-mumbai.EXECUTIVE": Kind("Executive room", 3, "BREAKFAST", 22, 6_500_00),
}
DELUXE, SUITE, EXECUTIVE = KINDS


def nights_on_sale(item: str = DELUXE, first: date = NIGHT, nights: int = 7, **night) -> str:
    """Put rooms of the cast on sale for `nights` from `first` on; the item.

    `night` overrides columns of each: rooms=2, rooms_available, rate_minor.
    """
    rooms = night.setdefault("rooms", 6)
    facts = {
        "rate_minor": KINDS[item].rate_minor,
        "currency": "INR",
        "rooms_available": rooms,
    } | night
    with writing() as session:
        room_type = _room_type(item)
        for number in range(nights):
            session.add(RoomNight(room_type=room_type, night=first + timedelta(number), **facts))
    return item


def change_night(item: str, night: date, **changes) -> None:
    """Change columns of one night, as an operator would."""
    with writing():
        row = db.session.scalars(
            select(RoomNight).where(RoomNight.room_type_id == _room_type(item).id, RoomNight.night == night)
        ).one()
        for column, value in changes.items():
            setattr(row, column, value)


def _room_type(item: str) -> RoomType:
    hotel_id, _, code = item.partition(".")
    query = select(RoomType).where(RoomType.hotel_id == hotel_id, RoomType.code == code)
    room_type = db.session.scalar(query)
    if room_type is None:
        kind = KINDS[item]
        room_type = RoomType(
            hotel=_hotel(hotel_id),
            hotel_id=hotel_id,
            code=code,
            name=kind.name,
            capacity=kind.capacity,
            board=kind.board,
            size_m2=kind.size_m2,
        )
        db.session.add(room_type)
        db.session.flush()
    return room_type


def _hotel(hotel_id: str) -> Hotel:
    hotel = db.session.get(Hotel, hotel_id)
    if hotel is None:
        columns = dict(zip(HOTEL_COLUMNS, HOTELS[hotel_id], strict=True))
        hotel = Hotel(id=hotel_id, check_in_time=time(14), check_out_time=time(11), **columns)
        db.session.add(hotel)
        db.session.flush()
    return hotel
