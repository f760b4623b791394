"""Puts planned hotels on sale: adds the hotels, room types and nights that are missing, nothing else.

Nights are counted before anything is written: seeding a full database again costs a few queries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from bpp_services.hotels.models import Hotel, RoomNight, RoomType
from bpp_services.hotels.portfolio.hotels import ZONE, PlannedHotel, PlannedRoomType
from chassis import clock
from chassis.database import db, insert, writing

DAYS_BEHIND, DAYS_AHEAD = 1, 365

CURRENCY = "INR"
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Added:
    """How many rows a seeding added."""

    hotels: int
    room_types: int
    nights: int

    def __str__(self) -> str:
        return f"{self.hotels:,} hotels, {self.room_types:,} room types and {self.nights:,} nights added"


def put_on_sale(hotels: Sequence[PlannedHotel]) -> Added:
    """Add what is missing of `hotels` from yesterday to 365 days ahead (rules.md, Demo data)."""
    return Added(
        hotels=_add(Hotel, _missing_hotels(hotels)),
        room_types=_add(RoomType, _missing_room_types(hotels)),
        nights=_add(RoomNight, _missing_nights(hotels)),
    )


def _add(model: Any, rows: Iterable[Mapping]) -> int:
    """Insert in chunks, each one commit; a row that another seeding added meanwhile is left as it is."""
    rows, count = iter(rows), 0
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        with writing() as session:
            session.execute(insert(model.__table__).on_conflict_do_nothing(), chunk)
        count += len(chunk)
    return count


def _missing_hotels(hotels: Iterable[PlannedHotel]) -> list[dict]:
    there = set(db.session.scalars(select(Hotel.id)))
    return [_hotel_row(hotel) for hotel in hotels if hotel.id not in there]


def _hotel_row(hotel: PlannedHotel) -> dict:
    return {
        "id": hotel.id,
        "name": hotel.name,
        "stars": hotel.stars,
        "address": hotel.address,
        "area_code": hotel.area_code,
        "city": hotel.city.name,
        "state": hotel.city.state,
        "std_code": hotel.city.std_code,
        "latitude": hotel.latitude,
        "longitude": hotel.longitude,
        "zone": ZONE,
        "check_in_time": hotel.check_in,
        "check_out_time": hotel.check_out,
    }


def _missing_room_types(hotels: Iterable[PlannedHotel]) -> list[dict]:
    there = _room_type_ids()
    return [
        _room_type_row(hotel, room_type)
        for hotel in hotels
        for room_type in hotel.room_types
        if (hotel.id, room_type.code) not in there
    ]


def _room_type_row(hotel: PlannedHotel, room_type: PlannedRoomType) -> dict:
    return {
        "hotel_id": hotel.id,
        "code": room_type.code,
        "name": room_type.name,
        "capacity": room_type.capacity,
        "board": room_type.board,
        "size_m2": room_type.size_m2,
    }


def _room_type_ids() -> dict[tuple[str, str], int]:
    rows = db.session.execute(select(RoomType.hotel_id, RoomType.code, RoomType.id))
    return {(row.hotel_id, row.code): row.id for row in rows}


def _missing_nights(hotels: Iterable[PlannedHotel]) -> Iterator[dict]:
    """Only of room types that lack a night; all is read first, since each chunk ends the transaction."""
    on_sale = _nights_on_sale()
    ids, counts = _room_type_ids(), _counts(on_sale)
    lacking = [
        (hotel, room_type, ids[hotel.id, room_type.code])
        for hotel in hotels
        for room_type in hotel.room_types
        if counts.get(ids[hotel.id, room_type.code], 0) < len(on_sale)
    ]
    there = _nights_there([room_type_id for *_, room_type_id in lacking], on_sale)
    for hotel, room_type, room_type_id in lacking:
        for night in on_sale:
            if (room_type_id, night) not in there:
                yield _night_row(hotel, room_type, room_type_id, night)


def _nights_on_sale() -> list[date]:
    today = clock.today(ZONE)
    return [today + timedelta(days=days) for days in range(-DAYS_BEHIND, DAYS_AHEAD + 1)]


def _counts(on_sale: Sequence[date]) -> dict[int, int]:
    """How many of the nights on sale each room type has."""
    rows = db.session.execute(
        select(RoomNight.room_type_id, func.count())
        .where(RoomNight.night.between(on_sale[0], on_sale[-1]))
        .group_by(RoomNight.room_type_id)
    )
    return {row[0]: row[1] for row in rows}


def _nights_there(room_type_ids: Sequence[int], on_sale: Sequence[date]) -> set[tuple[int, date]]:
    rows = db.session.execute(
        select(RoomNight.room_type_id, RoomNight.night).where(
            RoomNight.room_type_id.in_(room_type_ids), RoomNight.night.between(on_sale[0], on_sale[-1])
        )
    )
    return {(row[0], row[1]) for row in rows}


def _night_row(hotel: PlannedHotel, room_type: PlannedRoomType, room_type_id: int, night: date) -> dict:
    return {
        "room_type_id": room_type_id,
        "night": night,
        "rate_minor": hotel.rate(room_type, night) * 100,
        "currency": CURRENCY,
        "rooms": room_type.rooms,
        "rooms_available": room_type.rooms,
    }
