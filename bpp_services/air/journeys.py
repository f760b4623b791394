"""What is told of a departure, the same whether a row of a search or a booking's own model tells it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Place(NamedTuple):
    """An airport; `country` is ISO 3166 alpha-3, `zone` an IANA zone, `std_code` the trunk dialling code in India."""

    iata: str
    name: str
    city: str
    country: str
    zone: str
    std_code: str | None
    latitude: float
    longitude: float


@dataclass(slots=True)
class Journey:
    """One flight on one local day in one cabin. Amounts in minor units."""

    flight_number: str
    airline_code: str
    airline_name: str
    aircraft: str
    duration_minutes: int
    start: Place
    end: Place
    departs_on: date  # local
    departs_at_utc: datetime
    cabin: str
    fare_minor: int
    airport_charges_minor: int
    currency: str

    departs_at: datetime = field(init=False)  # local at the origin, with its offset
    arrives_at: datetime = field(init=False)  # local at the destination, with its offset
    trip_id: str = field(init=False)  # on the wire: `6E-5678.20261211`
    item_id: str = field(init=False)  # on the wire: `6E-5678.20261211.ECONOMY`

    def __post_init__(self):
        lands = self.departs_at_utc + timedelta(minutes=self.duration_minutes)
        self.departs_at = self.departs_at_utc.astimezone(ZoneInfo(self.start.zone))
        self.arrives_at = lands.astimezone(ZoneInfo(self.end.zone))
        self.trip_id = f"{self.flight_number}.{self.departs_on.isoformat().replace('-', '')}"
        self.item_id = f"{self.trip_id}.{self.cabin}"
