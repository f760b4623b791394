"""What is said about stays, apart from how it is written: searches, choices, orders and offers."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from beckn import terms
from beckn.context import ANYWHERE
from beckn.days import MOST_DAYS
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller

GENDERS = {"FEMALE": "F", "MALE": "M", "OTHER": "O"}
BOARDS = {"BREAKFAST": "Breakfast included", "ROOM_ONLY": "Room only"}
MOST_NIGHTS = 30
MOST_ROOMS = 8
MOST_GUESTS = 30

_ITEM = re.compile(r"([a-z0-9][a-z0-9-]{0,59})\.([A-Z][A-Z0-9_]{0,19})", re.ASCII)


@dataclass(frozen=True)
class Hours:
    """When rooms are taken and given back, in the hotel's own time."""

    check_in: time
    check_out: time
    zone: str

    def arrival(self, day: date) -> datetime:
        return datetime.combine(day, self.check_in, ZoneInfo(self.zone))

    def departure(self, day: date) -> datetime:
        return datetime.combine(day, self.check_out, ZoneInfo(self.zone))


# What is written while the hotel's own hours are not known; of a choice only the dates count.
USUAL_HOURS = Hours(time(14), time(11), "Asia/Kolkata")


@dataclass(frozen=True, kw_only=True)
class Stay:
    """Local dates at the hotel, and for whom; the night of `check_out` is not part of it."""

    check_in: date
    check_out: date
    rooms: int
    adults: int
    children: int = 0

    @property
    def guests(self) -> int:
        return self.adults + self.children

    @property
    def nights(self) -> list[date]:
        count = (self.check_out - self.check_in).days
        return [self.check_in + timedelta(days=number) for number in range(count)]

    def dates_fault(self) -> str | None:
        """What is wrong with the dates (rules.md), as a sentence; None when nothing is."""
        nights = (self.check_out - self.check_in).days
        if nights < 1:
            return "check-out has to be after check-in"
        if nights > MOST_NIGHTS:
            return f"at most {MOST_NIGHTS} nights can be booked together"
        return None

    def party_fault(self) -> str | None:
        """What is wrong with the party (rules.md), as a sentence; None when nothing is."""
        if not 1 <= self.rooms <= MOST_ROOMS:
            return f"between 1 and {MOST_ROOMS} rooms can be booked together"
        if self.adults < self.rooms:
            return "each room needs an adult: no more rooms than adults"
        if self.guests > MOST_GUESTS:
            return f"at most {MOST_GUESTS} guests can be booked together"
        return None


@dataclass(frozen=True, kw_only=True)
class Search(Stay):
    """`city` is its STD code, as "022"; it travels in the context."""

    city: str

    @property
    def city_code(self) -> str:
        """The city as the context says it."""
        return f"std:{self.city}"


@dataclass(frozen=True, kw_only=True)
class RateSearch(Stay):
    """The cheapest single night of each city, among all those from `check_in` until `check_out`."""

    @property
    def city(self) -> str:
        return ANYWHERE

    def dates_fault(self) -> str | None:
        if (self.check_out - self.check_in).days < 1:
            return "the last day has to come after the first"
        too_many = (self.check_out - self.check_in).days > MOST_DAYS
        return f"at most {MOST_DAYS} nights can be asked for together" if too_many else None

    def one(self, night: date) -> Stay:
        """The stay of that night alone. Raises ValueError for a night that was not asked for."""
        if not self.check_in <= night < self.check_out:
            raise ValueError("a night that was not asked for")
        return Stay(
            check_in=night,
            check_out=night + timedelta(days=1),
            rooms=self.rooms,
            adults=self.adults,
            children=self.children,
        )


@dataclass(frozen=True, kw_only=True)
class Choice(Stay):
    """Rooms of one type at one hotel."""

    hotel_id: str
    room_code: str
    hours: Hours = field(default=USUAL_HOURS, compare=False)

    @property
    def item_id(self) -> str:
        return f"{self.hotel_id}.{self.room_code}"

    @property
    def fulfillment_id(self) -> str:
        return f"{self.hotel_id}.{self.check_in:%Y%m%d}-{self.check_out:%Y%m%d}"


@dataclass(frozen=True)
class HotelOrder:
    """What init and confirm ask for; `guest` answers for all. `order_id` is there from confirm on."""

    choice: Choice
    guest: Traveller
    billed_to: BilledTo
    paid: Paid
    platform_reference: str
    order_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A room type with its price for the whole stay and all rooms; `nightly` is per room before tax."""

    item: str
    hotel_id: str
    hotel_name: str
    stars: int
    address: str
    city: str
    room_code: str
    room_name: str
    board: str
    size_m2: int | None
    max_guests: int
    check_in: datetime
    check_out: datetime
    rooms: int
    adults: int
    children: int
    nightly: tuple[tuple[date, int], ...]
    base_minor: int
    tax_minor: int
    currency: str
    terms: tuple[terms.Window, ...]
    rooms_left: int | None = None

    @property
    def nights(self) -> int:
        return len(self.nightly)

    @property
    def total_minor(self) -> int:
        return self.base_minor + self.tax_minor

    @property
    def board_name(self) -> str:
        return BOARDS[self.board]


def parse_item(text: str) -> tuple[str, str]:
    """(hotel id, room code) of an item id such as `taj-mahal-palace-mumbai.DELUXE`. Raises ValueError."""
    match = _ITEM.fullmatch(text)
    if not match:
        raise ValueError(f"no such item: {text[:60]!r}")
    return match[1], match[2]


def choice_of(item: str, stay: Stay, hours: Hours = USUAL_HOURS) -> Choice:
    """The choice that an offer's item names, for `stay`. Raises ValueError."""
    hotel_id, room_code = parse_item(item)
    return Choice(
        hotel_id=hotel_id,
        room_code=room_code,
        check_in=stay.check_in,
        check_out=stay.check_out,
        rooms=stay.rooms,
        adults=stay.adults,
        children=stay.children,
        hours=hours,
    )
