"""A hotel as it is planned: what the portfolio says before any of its nights is on sale."""

import re
from dataclasses import dataclass
from datetime import date, time

from bpp_services.hotels.portfolio.cities import City
from bpp_services.hotels.portfolio.rates import rate_on

BREAKFAST, ROOM_ONLY = "BREAKFAST", "ROOM_ONLY"
ZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class PlannedRoomType:
    """`rooms` of one kind; `rate` is rupees for a room and night before GST, `capacity` its guests."""

    code: str
    name: str
    capacity: int
    board: str
    size_m2: int
    rooms: int
    rate: int


@dataclass(frozen=True)
class PlannedHotel:
    """With `rates_move` a rate is a base that moves with the night; without, every night costs the same."""

    name: str
    stars: int
    address: str
    area_code: str
    city: City
    latitude: float
    longitude: float
    room_types: tuple[PlannedRoomType, ...]
    check_in: time = time(14)
    check_out: time = time(11)
    rates_move: bool = True

    @property
    def id(self) -> str:
        """The name and the city as one word, which the city does not end twice."""
        word = _one_word(self.name)
        city = _one_word(self.city.name)
        return word if word.endswith(f"-{city}") else f"{word}-{city}"

    def rate(self, room_type: PlannedRoomType, night: date) -> int:
        """Rupees for a room and `night` before GST."""
        if not self.rates_move:
            return room_type.rate
        return rate_on(room_type.rate, night, self.city.leisure, self.id)


def _one_word(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
