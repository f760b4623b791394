"""Addresses that several scenes begin at, all on 11 December 2026."""

PARTY = "adults=1&children=0&infants=0"
FAMILY = "adults=2&children=1&infants=1"
FLIGHT = "6E-5678.20261211.ECONOMY"
FLIGHT_BACK = "UK-9013.20261213.PREMIUM_ECONOMY"
ABROAD = "BA-201.20261211.BUSINESS"
ROOM = "taj-mahal-palace-mumbai.DELUXE"
STAY = "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=1"

FLIGHTS = f"/flights/search?from=BLR&to=BOM&depart=2026-12-11&{PARTY}"
HOTELS = "/hotels/search?city=Mumbai&checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=2&children=0"


def offer(provider: str, item: str, query: str = "adults=1") -> str:
    """The address of an offer's page."""
    return f"/offers/{provider}~{item}?{query}"
