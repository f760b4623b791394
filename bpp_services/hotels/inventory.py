"""Rooms: what is left of each night, and the guarded statements that take a stay and put it back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, select, text, update
from sqlalchemy.orm import contains_eager

from beckn import quotes
from beckn.errors import ERROR_40003_QUOTE, Refused
from beckn.hotels import RateSearch, Stay
from bpp_services.core.inventory import SoldOut
from bpp_services.core.orders import IS_HELD
from bpp_services.hotels import pricing
from bpp_services.hotels.models import Booking, Hotel, RoomNight, RoomType
from chassis import clock
from chassis.database import db
from chassis.prepared import Command, Prepared


@dataclass(frozen=True)
class Vacancy:
    """A room type on every night of a stay, and how many rooms are left on each."""

    room_type: RoomType
    nights: tuple[RoomNight, ...]
    left: tuple[int, ...]

    @property
    def fewest(self) -> int:
        """The rooms that are left on every night."""
        return min(self.left)

    @property
    def by_night(self) -> list[tuple[date, int]]:
        return [(each.night, left) for each, left in zip(self.nights, self.left, strict=True)]


# Rooms of a night that expired holds still keep: search counts them as free.
_DEAD_HOLDS = (
    select(func.coalesce(func.sum(Booking.rooms), 0))
    .where(
        Booking.room_type_id == RoomNight.room_type_id,
        Booking.check_in <= RoomNight.night,
        Booking.check_out > RoomNight.night,
        text(IS_HELD),
        Booking.held_until <= bindparam("now"),
    )
    .scalar_subquery()
)

# The statements are made once: making one takes longer than running it.
_NIGHTS = (
    select(RoomNight, (RoomNight.rooms_available + _DEAD_HOLDS).label("left"))
    .join(RoomNight.room_type)
    .join(RoomType.hotel)
    .where(RoomNight.night >= bindparam("check_in"), RoomNight.night < bindparam("check_out"))
    .order_by(RoomNight.room_type_id, RoomNight.night)
    .options(contains_eager(RoomNight.room_type).contains_eager(RoomType.hotel))
)
_NIGHTS_IN_CITY = _NIGHTS.where(Hotel.std_code == bindparam("city"))
_NIGHTS_OF_ROOMS = _NIGHTS.where(
    RoomType.hotel_id == bindparam("hotel_id"), RoomType.code == bindparam("room_code")
)


# The lowest rate of each city and night; a higher one is no lower price, whatever the tax on it.
_RANKED = (
    select(
        RoomNight.id,
        (RoomNight.rooms_available + _DEAD_HOLDS).label("left"),
        func.row_number()
        .over(
            partition_by=(Hotel.std_code, Hotel.zone, RoomNight.night),
            order_by=(RoomNight.rate_minor, RoomNight.id),
        )
        .label("rank"),
    )
    .join(RoomNight.room_type)
    .join(RoomType.hotel)
    .where(
        RoomNight.night >= bindparam("check_in"),
        RoomNight.night < bindparam("check_out"),
        RoomType.capacity * bindparam("rooms") >= bindparam("guests"),
        RoomNight.rooms_available + _DEAD_HOLDS >= bindparam("rooms"),
    )
    .subquery()
)
_CHEAPEST = (
    select(RoomNight, _RANKED.c.left)
    .join(_RANKED, _RANKED.c.id == RoomNight.id)
    .join(RoomNight.room_type)
    .join(RoomType.hotel)
    .where(_RANKED.c.rank == 1)
    .order_by(RoomNight.rate_minor, RoomNight.night, RoomNight.id)
    .options(contains_eager(RoomNight.room_type).contains_eager(RoomType.hotel))
)


def cheapest_nights(search: RateSearch) -> list[Vacancy]:
    """The cheapest night on sale in each city, the cheapest city first."""
    now = clock.now()
    wanted = {"check_in": search.check_in, "check_out": search.check_out, "now": now}
    found: dict[str, Vacancy] = {}
    party = {"rooms": search.rooms, "guests": search.guests}
    for night, left in db.session.execute(_CHEAPEST, wanted | party):
        if now < night.room_type.hotel.sales_close(night.night):
            found.setdefault(night.room_type.hotel.std_code, Vacancy(night.room_type, (night,), (left,)))
    return list(found.values())


def vacancies_in(city: str, stay: Stay) -> list[Vacancy]:
    """What is on sale for `stay` in the city with this STD code, by hotel and price; some may be sold out."""
    found = _on_sale(_NIGHTS_IN_CITY, stay, city=city)
    return sorted(found, key=lambda each: (each.room_type.hotel_id, each.nights[0].rate_minor))


def find_vacancy(hotel_id: str, room_code: str, stay: Stay) -> Vacancy | None:
    """The rooms of one type, or None when they are not on sale for the whole stay (any more)."""
    return next(_on_sale(_NIGHTS_OF_ROOMS, stay, hotel_id=hotel_id, room_code=room_code), None)


def _on_sale(query: Select, stay: Stay, **where: str) -> Iterator[Vacancy]:
    now = clock.now()
    wanted = {"check_in": stay.check_in, "check_out": stay.check_out, "now": now, **where}
    for _, group in groupby(db.session.execute(query, wanted), key=lambda row: row[0].room_type_id):
        nights, left = zip(*group, strict=True)
        room_type = nights[0].room_type
        if len(nights) == len(stay.nights) and now < room_type.hotel.sales_close(stay.check_in):
            yield Vacancy(room_type, nights, left)


def sold_out(room_type: RoomType, wanted: Stay, left: Iterable[tuple[date, int]]) -> SoldOut:
    """`left` says how many rooms each night has; the sentence names the first night that has too few."""
    short = ((night, rooms) for night, rooms in left if rooms < wanted.rooms)
    night, rooms = next(short, (wanted.check_in, 0))
    name = room_type.name.lower() + ("" if rooms == 1 else "s")
    sentence = (
        f"Sold out: {rooms} {name} left on the night of {night.day} {night:%B}, {wanted.rooms} asked for"
    )
    return SoldOut(sentence, _overlapping(room_type.id, wanted.check_in, wanted.check_out))


def _overlapping(room_type_id: int, check_in: date, check_out: date) -> ColumnElement[bool]:
    return and_(
        Booking.room_type_id == room_type_id, Booking.check_in < check_out, Booking.check_out > check_in
    )


class Rooms:
    """The nights of a stay, as the order book takes them and puts them back."""

    def take(self, booking: Booking) -> None:
        """Two buyers of the last room cannot both succeed: the guard is in the statement, for every night."""
        left = _lock_nights(booking)
        taken = _TAKE.change(**_nights_held(booking), wanted=booking.rooms)
        if taken != (booking.check_out - booking.check_in).days:
            raise sold_out(booking.room_type, booking.stay, left)

    def put_back(self, booking: Booking) -> None:
        _lock_nights(booking)
        _PUT_BACK.change(**_nights_held(booking), wanted=booking.rooms)

    def refuse_when_over(self, booking: Booking) -> None:
        if clock.now() >= booking.room_type.hotel.sales_close(booking.check_in):
            raise Refused(
                ERROR_40003_QUOTE,
                "The hold has expired and the stay is no longer on sale",
                "$.message.order.id",
            )

    def kept_minor(self, booking: Booking, percent: Decimal) -> int:
        return quotes.total(pricing.kept_lines("", pricing.from_store(booking.sold), booking.rooms, percent))

    def over_sentence(self, booking: Booking) -> str:
        at = booking.room_type.hotel.hours.arrival(booking.check_in)
        return f"The stay began on {at.day} {at:%B} at {at:%H:%M}; it can no longer be cancelled"


def _lock_nights(booking: Booking) -> list[tuple[Any, ...]]:
    """Every night and its rooms, locked in order of the nights: overlapping stays never wait in a circle."""
    return [_LOCK.read(row) for row in _LOCK.rows(**_nights_held(booking))]


def _nights_held(booking: Booking) -> dict[str, Any]:
    return {
        "room_type": booking.room_type_id,
        "first_night": booking.check_in,
        "until_night": booking.check_out,
    }


# The statements are made once: making one takes longer than running it.
_HELD = (
    RoomNight.room_type_id == bindparam("room_type"),
    RoomNight.night >= bindparam("first_night"),
    RoomNight.night < bindparam("until_night"),
)
_LOCK = Prepared(
    select(RoomNight.night, RoomNight.rooms_available)
    .where(*_HELD)
    .order_by(RoomNight.night, RoomNight.id)
    .with_for_update()
)
_nights = cast(Table, RoomNight.__table__)
_rooms = _nights.c.rooms_available
_TAKE = Command(
    update(_nights)
    .where(*_HELD, _rooms >= bindparam("wanted"))
    .values(rooms_available=_rooms - bindparam("wanted"))
)
_PUT_BACK = Command(update(_nights).where(*_HELD).values(rooms_available=_rooms + bindparam("wanted")))
