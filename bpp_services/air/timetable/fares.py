"""How a fare moves through the year: dearer at week-ends, on holidays and in the high season, the same on every machine."""

from datetime import date
from math import prod
from zlib import crc32

# Per cent of the base fare, Monday first.
WEEK = (98, 92, 90, 96, 112, 104, 115)

# Per cent by month: the school holidays of May, Diwali and the weddings of November, Christmas; the rains are cheap.
YEAR = (100, 94, 98, 104, 118, 106, 88, 86, 90, 108, 112, 124)

# (month, day) of the first and last day, and per cent: when half the country travels.
RUSHES = (((12, 20), (12, 31), 125), ((1, 1), (1, 5), 130), ((8, 13), (8, 17), 115), ((10, 1), (10, 4), 112))


def fare_on(base: int, day: date, number: str = "") -> int:
    """`base` rupees as they stand for departures of a local `day`, in whole ₹10.

    `number` sets flights of one route apart by a few per cent from day to day.
    """
    percents = (WEEK[day.weekday()], YEAR[day.month - 1], _rush(day), _own_way(day, number))
    tens = 10 * 100 ** len(percents)
    return max(10, (base * prod(percents) + tens // 2) // tens * 10)


def _rush(day: date) -> int:
    return next((percent for first, last, percent in RUSHES if first <= (day.month, day.day) <= last), 100)


def _own_way(day: date, number: str) -> int:
    """92 to 108 per cent. A checksum, since Python's `hash` differs from one process to the next."""
    return 92 + crc32(f"{number} {day.toordinal()}".encode()) % 17
