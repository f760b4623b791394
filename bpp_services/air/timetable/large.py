"""A network of any size, for measuring: flights between all the airports of a market, most of them between the big ones.

The same on every machine, and the network of a smaller size is the beginning of that of a larger one.
"""

from collections.abc import Iterator
from datetime import time
from itertools import count, permutations

from bpp_services.air.timetable import demo, network
from bpp_services.air.timetable.airlines import AIRLINES
from bpp_services.air.timetable.airports import AIRPORTS, AirportRow
from bpp_services.air.timetable.distance import kilometres
from bpp_services.air.timetable.flights import DOMESTIC, PlannedFlight, plan

HOME = "IND"
NEAREST_KM = 200  # nearer than this people drive

# How much an airport weighs when it is not 1; a route weighs what its two ends make together.
WEIGHTS = {
    "DEL": 6, "BOM": 6, "BLR": 5, "HYD": 4, "MAA": 3, "CCU": 3, "PNQ": 2, "AMD": 2, "COK": 2,
    "DXB": 6, "SIN": 5, "LHR": 4, "DOH": 3, "BKK": 3, "AUH": 2, "KTM": 2,
}  # fmt: skip

# Above the numbers of the network.
FIRST_NUMBER, LAST_NUMBER = 3_000, 9_999

# Primes, so that walking in these steps comes to every route and every hour.
ROUTE_STEP, HOUR_STEP = 7_919, 41
FIRST_MINUTE, LAST_MINUTE = 5 * 60, 23 * 60


class NoNumberLeft(Exception):
    """An airline has used up its flight numbers of four digits: the network cannot grow further."""


def flights(market: str) -> Iterator[PlannedFlight]:
    """One flight after another, each on every day of the week. Raises NoNumberLeft after some tens of thousands."""
    routes = _routes(market)
    numbers = {code: _free_numbers(code) for code in AIRLINES}
    for turn in count():
        start, end = routes[turn * ROUTE_STEP % len(routes)]
        airlines = _airlines(start, end)
        number = next(numbers[airlines[turn % len(airlines)]], None)
        if number is None:
            raise NoNumberLeft
        minute = FIRST_MINUTE + turn * HOUR_STEP * 5 % (LAST_MINUTE - FIRST_MINUTE)
        yield plan(number, start.iata, end.iata, time(*divmod(minute, 60)))


def _routes(market: str) -> list[tuple[AirportRow, AirportRow]]:
    """Every pair that is flown, as often as it weighs."""
    return [
        (start, end)
        for start, end in permutations(AIRPORTS.values(), 2)
        if _is_flown(start, end, market)
        for _ in range(WEIGHTS.get(start.iata, 1) * WEIGHTS.get(end.iata, 1))
    ]


def _is_flown(start: AirportRow, end: AirportRow, market: str) -> bool:
    at_home = [start.country, end.country].count(HOME)
    return at_home == (2 if market == DOMESTIC else 1) and kilometres(start, end) >= NEAREST_KM


def _airlines(start: AirportRow, end: AirportRow) -> list[str]:
    """Those that are at home at either end."""
    return [code for code, airline in AIRLINES.items() if airline.country in (start.country, end.country)]


def _free_numbers(code: str) -> Iterator[str]:
    taken = {flight.number for flight in (*demo.FLIGHTS, *network.FLIGHTS)}
    every = (f"{code}-{number}" for number in range(FIRST_NUMBER, LAST_NUMBER + 1))
    return (number for number in every if number not in taken)
