"""The airlines that fly in the timetable: their names, aircraft and the cabins they sell."""

from typing import NamedTuple

ECONOMY, PREMIUM_ECONOMY, BUSINESS = "ECONOMY", "PREMIUM_ECONOMY", "BUSINESS"

TWO_CABINS = (ECONOMY, BUSINESS)


class Airline(NamedTuple):
    """`fare_percent` of the usual fare; `country` (ISO 3166 alpha-3) is its home, `long_haul` flies five hours and more."""

    name: str
    country: str
    fare_percent: int
    aircraft: str
    long_haul: str
    cabins: tuple[str, ...] = (ECONOMY,)


# By IATA designator.
AIRLINES = {
    "AI": Airline("Air India", "IND", 108, "A320neo", "B787-8", TWO_CABINS),
    "IX": Airline("Air India Express", "IND", 92, "B737-8", "B737-8"),
    "6E": Airline("IndiGo", "IND", 100, "A320neo", "A321neo"),
    "UK": Airline("Vistara", "IND", 112, "A320neo", "A321neo", (ECONOMY, PREMIUM_ECONOMY)),
    "SG": Airline("SpiceJet", "IND", 90, "B737-800", "B737-800"),
    "QP": Airline("Akasa Air", "IND", 94, "B737-8", "B737-8"),
    "AC": Airline("Air Canada", "CAN", 104, "B787-9", "B787-9", TWO_CABINS),
    "AF": Airline("Air France", "FRA", 108, "B777-300ER", "B777-300ER", TWO_CABINS),
    "BA": Airline("British Airways", "GBR", 110, "B787-9", "B777-300ER", TWO_CABINS),
    "BG": Airline("Biman Bangladesh Airlines", "BGD", 88, "B737-800", "B787-8"),
    "CX": Airline("Cathay Pacific", "HKG", 106, "A350-900", "A350-900", TWO_CABINS),
    "EK": Airline("Emirates", "ARE", 108, "B777-300ER", "A380-800", TWO_CABINS),
    "EY": Airline("Etihad Airways", "ARE", 104, "A321neo", "B787-9", TWO_CABINS),
    "JL": Airline("Japan Airlines", "JPN", 110, "B787-9", "B787-9", TWO_CABINS),
    "KL": Airline("KLM Royal Dutch Airlines", "NLD", 106, "B787-9", "B787-9", TWO_CABINS),
    "LH": Airline("Lufthansa", "DEU", 108, "A350-900", "B747-8", TWO_CABINS),
    "LX": Airline("Swiss International Air Lines", "CHE", 110, "A330-300", "A330-300", TWO_CABINS),
    "MH": Airline("Malaysia Airlines", "MYS", 94, "B737-800", "A330-300", TWO_CABINS),
    "NH": Airline("All Nippon Airways", "JPN", 110, "B787-9", "B787-9", TWO_CABINS),
    "QF": Airline("Qantas", "AUS", 106, "A330-200", "A330-200", TWO_CABINS),
    "QR": Airline("Qatar Airways", "QAT", 110, "B787-8", "A350-900", TWO_CABINS),
    "RA": Airline("Nepal Airlines", "NPL", 90, "A320", "A330-200"),
    "SQ": Airline("Singapore Airlines", "SGP", 112, "A350-900", "A350-900", TWO_CABINS),
    "TG": Airline("Thai Airways", "THA", 100, "A350-900", "A350-900", TWO_CABINS),
    "TK": Airline("Turkish Airlines", "TUR", 100, "A321neo", "A350-900", TWO_CABINS),
    "UL": Airline("SriLankan Airlines", "LKA", 90, "A320neo", "A330-300", TWO_CABINS),
    "WY": Airline("Oman Air", "OMN", 96, "B737-8", "B787-9", TWO_CABINS),
}
