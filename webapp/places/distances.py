"""How far two airports are from each other, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

from webapp.places.airports import Airport

EARTH_KM = 6371.0  # the mean radius (IUGG)


def kilometres(here: Airport, there: Airport) -> float:
    """Along the great circle (haversine formula)."""
    north, east = radians(there.latitude - here.latitude), radians(there.longitude - here.longitude)
    across = cos(radians(here.latitude)) * cos(radians(there.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(sin(north / 2) ** 2 + across))
