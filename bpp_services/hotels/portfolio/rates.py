"""How a rate moves through the year: by weekday, season and holidays, and the same on every machine."""

from datetime import date
from zlib import crc32

# Per cent of the base rate, Monday night first: offices fill a city in the week, families at its end.
WORK_WEEK = (106, 110, 110, 106, 94, 88, 90)
LEISURE_WEEK = (90, 88, 90, 96, 118, 124, 104)

# Per cent by month: the rains are cheap, winter and its weddings dear.
YEAR = (112, 108, 100, 96, 98, 90, 84, 86, 90, 102, 114, 122)

# (month, day) of the first and last night, and per cent: when half the country travels.
RUSHES = (((12, 23), (12, 31), 140), ((1, 1), (1, 2), 130), ((8, 13), (8, 16), 115), ((10, 1), (10, 3), 112))


def rate_on(base: int, night: date, leisure: bool, hotel_id: str = "") -> int:
    """`base` rupees as they stand for a local `night`, in whole ₹50.

    `hotel_id` sets hotels of one city apart by a few per cent from night to night.
    """
    week = LEISURE_WEEK if leisure else WORK_WEEK
    percents = (week[night.weekday()], YEAR[night.month - 1], _rush(night), _own_way(night, hotel_id))
    rate = base
    for percent in percents:
        rate = rate * percent
    return max(50, round(rate / 100 ** len(percents) / 50) * 50)


def _rush(night: date) -> int:
    return next(
        (percent for first, last, percent in RUSHES if first <= (night.month, night.day) <= last), 100
    )


def _own_way(night: date, hotel_id: str) -> int:
    """94 to 106 per cent. A checksum, since Python's `hash` differs from one process to the next."""
    return 94 + crc32(f"{hotel_id} {night:%Y%m%d}".encode()) % 13
