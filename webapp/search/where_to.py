"""What the home page shows of a board: a few posters, and the rest in groups. Each is a link to the search that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import url_for

from webapp.places.directory import Place
from webapp.search import destinations
from webapp.search.destinations import Board
from webapp.search.fares import CityRate, DestinationFare

POSTERS = 3


@dataclass(frozen=True)
class Card:
    """A city, the cheapest price that leads to it, and its day."""

    city: str
    about: str
    total_minor: int
    day: date
    url: str

    @property
    def price_minor(self) -> int:
        """In whole rupees, never less than what will be asked."""
        return -(-self.total_minor // 100) * 100


@dataclass(frozen=True)
class WhereTo:
    """`posters` lead; `groups` are (title, cards); `silent`: the providers whose prices are missing."""

    asked_at: datetime
    silent: Sequence[str]
    posters: Sequence[Card]
    groups: Sequence[tuple[str, Sequence[Card]]]


def flights_from(origin: Place) -> WhereTo | None:
    """Where one can fly; None when nobody says."""
    board = destinations.flights_from(origin)
    return of_flights(origin, board) if board else None


def of_flights(origin: Place, board: Board) -> WhereTo:
    """Posters of the cheapest cities at home and of one abroad; then the rest of both."""
    at_home = [_flight(origin, each) for each in board.lines if each.country == origin.country]
    abroad = [_flight(origin, each) for each in board.lines if each.country != origin.country]
    near = POSTERS - 1 if abroad else POSTERS
    far = POSTERS - len(at_home[:near])
    groups = [(origin.country_name, at_home[near:]), ("Other countries", abroad[far:])]
    return _shown(board, at_home[:near] + abroad[:far], groups)


def stays() -> WhereTo | None:
    """Where one can stay; None when nobody says."""
    board = destinations.stays()
    if board is None:
        return None
    cards = [_stay(each) for each in board.lines]
    return _shown(board, cards[:POSTERS], [("More cities", cards[POSTERS:])])


def _shown(board: Board, posters: list[Card], groups: list[tuple[str, list[Card]]]) -> WhereTo:
    return WhereTo(board.asked_at, board.silent, posters, [group for group in groups if group[1]])


def _flight(origin: Place, fare: DestinationFare) -> Card:
    search = {"from": origin.key, "to": fare.key, "depart": fare.departs_on.isoformat()}
    url = f"{url_for('search.flights')}?{urlencode(search)}"
    return Card(fare.city, f"{origin.codes[0]} – {fare.airport}", fare.total_minor, fare.departs_on, url)


def _stay(rate: CityRate) -> Card:
    leaves = rate.night + timedelta(days=1)
    url = url_for("search.hotels", city=rate.key, checkin=rate.night.isoformat(), checkout=leaves.isoformat())
    return Card(rate.city, rate.hotel_name, rate.total_minor, rate.night, url)
