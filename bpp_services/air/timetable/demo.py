"""The nine flights that everybody may count on, with fares that never move (rules.md, Demo data)."""

from datetime import time

from bpp_services.air.timetable.airlines import BUSINESS, ECONOMY, PREMIUM_ECONOMY
from bpp_services.air.timetable.flights import PlannedFlight


def _flight(
    number: str,
    origin: str,
    destination: str,
    departs_at: time,
    minutes: int,
    aircraft: str,
    cabin: str,
    fare: int,
) -> PlannedFlight:
    """`fare` in rupees, before GST."""
    return PlannedFlight(
        number, origin, destination, departs_at, minutes, aircraft, {cabin: fare}, fares_move=False
    )


FLIGHTS = (
    _flight("AI-1234", "BLR", "BOM", time(10, 0), 120, "A320neo", ECONOMY, 5_500),
    _flight("6E-5678", "BLR", "BOM", time(14, 30), 120, "A320neo", ECONOMY, 4_200),
    _flight("UK-9012", "BLR", "BOM", time(18, 0), 120, "A320neo", PREMIUM_ECONOMY, 7_800),
    _flight("SG-2345", "DEL", "BLR", time(6, 0), 150, "B737-800", ECONOMY, 4_800),
    _flight("AI-7890", "HYD", "BOM", time(12, 0), 90, "A320neo", BUSINESS, 6_200),
    _flight("EK-501", "BOM", "DXB", time(4, 30), 180, "B777-300ER", ECONOMY, 15_000),
    _flight("BA-201", "BOM", "LHR", time(2, 35), 600, "B777-300ER", BUSINESS, 45_000),
    _flight("SQ-405", "DEL", "SIN", time(22, 30), 330, "A350-900", ECONOMY, 22_000),
    _flight("QR-570", "BLR", "DOH", time(3, 55), 270, "B787-8", ECONOMY, 18_000),
)
