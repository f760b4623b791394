"""A flight as it is planned: what the timetable says before any of its departures is on sale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from bpp_services.air.timetable.airlines import AIRLINES, BUSINESS, ECONOMY, PREMIUM_ECONOMY
from bpp_services.air.timetable.airports import AIRPORTS, AirportRow
from bpp_services.air.timetable.distance import block_minutes, usual_fare
from bpp_services.air.timetable.fares import fare_on

DOMESTIC, INTERNATIONAL = "domestic", "international"

DAILY = "1234567"
LONG_HAUL_MINUTES = 300
SEATS = {ECONOMY: 180, PREMIUM_ECONOMY: 24, BUSINESS: 12}
CABIN_PERCENT = {ECONOMY: 100, PREMIUM_ECONOMY: 160, BUSINESS: 210}


@dataclass(frozen=True)
class PlannedFlight:
    """`departs_at` is local; `fares` are rupees by cabin, and those it sells; `days` are ISO weekdays.

    With `fares_move` a fare is a base that moves with the date; without, every departure costs the same.
    """

    number: str
    origin: str
    destination: str
    departs_at: time
    minutes: int
    aircraft: str
    fares: Mapping[str, int]
    days: str = DAILY
    fares_move: bool = True

    @property
    def airline_code(self) -> str:
        return airline_of(self.number)

    @property
    def airline_name(self) -> str:
        return AIRLINES[self.airline_code].name

    @property
    def start(self) -> AirportRow:
        return AIRPORTS[self.origin]

    @property
    def end(self) -> AirportRow:
        return AIRPORTS[self.destination]

    @property
    def market(self) -> str:
        """The countries decide it."""
        return DOMESTIC if self.start.country == self.end.country else INTERNATIONAL

    def fare_minor(self, cabin: str, day: date) -> int:
        """In paise, on a local date of departure."""
        base = self.fares[cabin]
        return 100 * (fare_on(base, day, self.number) if self.fares_move else base)


def plan(number: str, origin: str, destination: str, departs_at: time, days: str = DAILY) -> PlannedFlight:
    """A flight as its airline would fly it: time, aircraft, cabins and fares follow from the airline and the distance."""
    airline = AIRLINES[airline_of(number)]
    start, end = AIRPORTS[origin], AIRPORTS[destination]
    minutes = block_minutes(start, end)
    aircraft = airline.long_haul if minutes >= LONG_HAUL_MINUTES else airline.aircraft
    economy = usual_fare(start, end) * airline.fare_percent * _hour_percent(departs_at) // 10_000
    fares = {cabin: economy * CABIN_PERCENT[cabin] // 100 for cabin in airline.cabins}
    return PlannedFlight(number, origin, destination, departs_at, minutes, aircraft, fares, days)


def of_market(flights: Iterable[PlannedFlight], market: str) -> list[PlannedFlight]:
    return [flight for flight in flights if flight.market == market]


def airline_of(number: str) -> str:
    """The designator that a flight number begins with: 6E of 6E-5678."""
    return number.partition("-")[0]


def _hour_percent(departs_at: time) -> int:
    """Dearer when people go to work and come home, cheaper in the night."""
    if departs_at.hour in (7, 8, 9, 17, 18, 19):
        return 106
    return 94 if departs_at.hour < 6 or departs_at.hour >= 22 else 100
