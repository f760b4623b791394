"""What should be in a database on either engine: whose it is, how far it was migrated, the rows that everybody counts on."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from chassis import revisions
from chassis.identity import read_identity
from run.databases.finding import Finding
from run.databases.known import Database

# The demo by its codes, as the rules of the product list it, and not as the seeds say: these are what is being proven.
FLIGHTS: Mapping[str, Sequence[str]] = {
    "domestic": ("AI-1234", "6E-5678", "UK-9012", "SG-2345", "AI-7890"),
    "international": ("EK-501", "BA-201", "SQ-405", "QR-570"),
}
HOTELS: Mapping[str, Sequence[str]] = {
    "Mumbai": (
        "taj-mahal-palace-mumbai",
        "oyo-rooms-marine-drive-mumbai",
        "hyatt-regency-mumbai",
        "lemon-tree-mumbai",
    ),
    "Bengaluru": ("itc-gardenia-bengaluru", "treebo-trend-bengaluru"),
    "Delhi": ("the-oberoi-delhi",),
    "Hyderabad": ("radisson-blu-hyderabad",),
}
FLIGHTS_ON_SALE = """SELECT flight_number FROM flights WHERE flight_number IN :codes AND market = :market
    AND EXISTS (SELECT 1 FROM departures WHERE flight_id = flights.id)"""
HOTELS_ON_SALE = """SELECT hotels.id FROM hotels WHERE id IN :codes AND city = :city
    AND EXISTS (SELECT 1 FROM room_types JOIN room_nights ON room_type_id = room_types.id WHERE hotel_id = hotels.id)"""


def identity(connection: Connection, database: Database) -> Finding:
    """Whose database it says that it is."""
    found = read_identity(connection, database.schema)
    connection.rollback()
    if found is None:
        return Finding("none", ["nothing says whose it is: run `flask db upgrade` as its owner."])
    service, market = found
    if found != (database.service, database.market):
        wanted = f"{database.service} ({database.market})"
        return Finding(f"{service}: WRONG", [f"it belongs to {service} ({market}), and should to {wanted}."])
    return Finding(market)


def migration(connection: Connection, database: Database) -> Finding:
    """How far it was migrated."""
    found, head = revisions.current(connection), revisions.head(database.schema)
    connection.rollback()
    if found != head:
        where = found or "nothing"
        return Finding(f"{where}: NOT {head}", [f"migrations stand at {where}, the newest is {head}."])
    return Finding(str(head))


def demo(connection: Connection, database: Database, settings: Mapping[str, str]) -> Finding:
    """The demo's rows, each with something on sale; others may be beside them. Production has none."""
    if settings.get("APP_ENV") == "production" or database.schema == "travel_discovery":
        return Finding("–")
    try:
        return _hotels(connection) if database.schema == "hotels" else _flights(connection, database.market)
    except SQLAlchemyError as error:
        return Finding(
            "NO", [f"the demo's rows cannot be read: {str(error.__cause__ or error).splitlines()[0]}"]
        )
    finally:
        connection.rollback()


def _flights(connection: Connection, market: str) -> Finding:
    codes = FLIGHTS[market]
    found = _found(connection, FLIGHTS_ON_SALE, codes, market=market)
    missing = [code for code in codes if code not in found]
    problems = [
        f"the demo's flight {code} is not there with departures: `seed demo` adds it." for code in missing
    ]
    return Finding(f"{len(found)} of {len(codes)} {market} flights", problems)


def _hotels(connection: Connection) -> Finding:
    found = {city: _found(connection, HOTELS_ON_SALE, codes, city=city) for city, codes in HOTELS.items()}
    problems = [
        f"the demo's hotel {code} is not there in {city} with rooms: `seed demo` adds it."
        for city, codes in HOTELS.items()
        for code in codes
        if code not in found[city]
    ]
    wanted, there = sum(map(len, HOTELS.values())), sum(map(len, found.values()))
    return Finding(f"{there} of {wanted} hotels in {sum(map(bool, found.values()))} cities", problems)


def _found(connection: Connection, query: str, codes: Sequence[str], **values: str) -> set[str]:
    statement = text(query).bindparams(bindparam("codes", expanding=True))
    return set(connection.scalars(statement, {"codes": list(codes)} | values))
