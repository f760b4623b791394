"""How far apart two airports are, and what follows from it: how long a flight takes and what a seat costs."""

from math import acos, cos, radians, sin

from bpp_services.air.timetable.airports import AirportRow

EARTH_RADIUS_KM = 6371
ON_THE_GROUND_MINUTES = 42  # taxiing, climb and approach

# A jet stream lengthens a flight to the west and shortens one to the east.
WIND_PERCENT = 6


def kilometres(start: AirportRow, end: AirportRow) -> float:
    """Along the great circle."""
    north, south = radians(start.latitude), radians(end.latitude)
    between = radians(start.longitude - end.longitude)
    return EARTH_RADIUS_KM * acos(sin(north) * sin(south) + cos(north) * cos(south) * cos(between))


def block_minutes(start: AirportRow, end: AirportRow) -> int:
    """Gate to gate, in whole five minutes."""
    away = kilometres(start, end)
    km_per_minute = 13.5 if away < 2_500 else 14.2
    flown = away / km_per_minute * (100 + _wind(start, end)) / 100
    return 5 * round((ON_THE_GROUND_MINUTES + flown) / 5)


def usual_fare(start: AirportRow, end: AirportRow) -> int:
    """Rupees in economy before GST, in whole hundreds; fits the demo fares."""
    away = kilometres(start, end)
    fare = 2_400 + 1.8 * away if start.country == end.country else 9_500 + 3 * away
    return 100 * round(fare / 100)


def _wind(start: AirportRow, end: AirportRow) -> int:
    east = (end.longitude - start.longitude + 180) % 360 - 180
    return 0 if abs(east) < 3 else WIND_PERCENT * (-1 if east > 0 else 1)
