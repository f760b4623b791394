"""The page of flights: the list, the days around it, the way back, where to stay, and what is sold instead of nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from beckn.days import Days
from webapp.places import directory as places
from webapp.places.directory import Neighbour, Place
from webapp.search import days, fares, narrowing
from webapp.search.address import Address
from webapp.search.days import Day
from webapp.search.fares import AskingByDay, DestinationFare
from webapp.search.listing import Listing, page_of
from webapp.search.results import Asking
from webapp.search.stays import Stays, stays_for

PATIENCE = 0.15  # seconds that the offers wait for the fares of the days around
OTHER_DAYS, OTHER_PLACES, NEIGHBOURS = 30, 8, 3


@dataclass(frozen=True)
class Leg:
    """A way of a round trip: its words, its day and the address that shows its flights."""

    words: str
    day: date
    url: str
    is_shown: bool


class FlightsPage:
    """Everything is asked when it is made; each answer is waited for when the page comes to it."""

    def __init__(self, form: Any, args: Any, path: str):
        """`form` has been validated."""
        own = [*narrowing.names("flights"), "leg", "stay"]
        self.form = form
        self.address = Address.read(
            path, args, [*(field.name for field in form), *own], partial(narrowing.knows, "flights")
        )
        self.is_back = form.is_round_trip and args.get("leg") == "back"
        self.origin, self.destination = self._ends()
        searches = form.searches_back() if self.is_back else form.searches()
        self._asked_days = days.around(self.day, max(form.first_day, self._earliest), form.last_day)
        self._week = self._ask_week(self._asked_days) if self._asked_days else None
        self.stays = self._ask_stays(args.get("stay"))
        alone = self.stays is None and (self._week is None or self._week.is_known)
        asking = Asking("flights", searches, alone)
        wanted = narrowing.read("flights", args)
        number = page_of(args.get("page", ""))
        self.listing = Listing("flights", asking, _party_of(form), wanted, self.address, number)

    def _ends(self) -> tuple[Place, Place]:
        ends = (self.form.origin, self.form.destination)
        return ends[::-1] if self.is_back else ends

    @property
    def day(self) -> date:
        return self.form.return_.data if self.is_back else self.form.depart.data

    @property
    def _earliest(self) -> date:
        """Nobody comes back before leaving."""
        return self.form.depart.data if self.is_back else self.form.first_day

    def _ask_week(self, asked: Days) -> AskingByDay:
        cabin = self.form.cabin.data or None
        return AskingByDay(self.origin, self.destination, asked, self.form.party, cabin)

    def _ask_stays(self, wish: str | None) -> Stays | None:
        form = self.form
        if not (form.is_round_trip or wish == "1") or wish == "0":
            return None
        party = form.party
        return stays_for(form.destination, form.depart.data, form.return_.data, party.adults, party.children)

    @property
    def legs(self) -> list[Leg]:
        """Both ways of a round trip; nothing for a single one."""
        form = self.form
        if not form.is_round_trip:
            return []
        there = Address(self.address.path, self.address.hidden([*narrowing.names("flights"), "leg"]))
        return [
            Leg(
                f"{form.origin.name} to {form.destination.name}",
                form.depart.data,
                there.with_(),
                not self.is_back,
            ),
            Leg(
                f"{form.destination.name} to {form.origin.name}",
                form.return_.data,
                there.with_(leg="back"),
                self.is_back,
            ),
        ]

    # ---- from here on the answers are waited for

    @cached_property
    def week(self) -> Sequence[Day]:
        """The seven days around; of the chosen one the fare is that of its cheapest flight on this page."""
        cheapest = self.listing.cheapest
        found = dict(self._week.fares(PATIENCE)) if self._week else {}
        found.pop(self.day, None)
        told = days.week(self.day, found, self._asked_days, self._on)
        return [_priced(each, cheapest.total_minor) if cheapest and each.is_chosen else each for each in told]

    def _on(self, day: date) -> str:
        """The same search on another day; the way back moves along rather than coming first."""
        address = self._all_days
        if self.is_back:
            return address.with_(return_=day.isoformat())
        back = self.form.return_.data
        if back and back < day:
            later = min(day + (back - self.form.depart.data), self.form.last_day)
            return address.with_(depart=day.isoformat(), return_=later.isoformat())
        return address.with_(depart=day.isoformat())

    @cached_property
    def _all_days(self) -> Address:
        """Seven links differ from it by their days."""
        return Address(self.address.path, self.address.hidden(["page"]))

    @property
    def month_url(self) -> dict[str, Any]:
        """What the address of the month of fares says."""
        party = self.form.party
        said = {
            "from": places.plain_name(self.origin),
            "to": places.plain_name(self.destination),
            "month": f"{self.day:%Y-%m}",
            "cabin": self.form.cabin.data or None,
        }
        counts = {
            "adults": party.adults,
            "children": party.children or None,
            "infants": party.infants or None,
        }
        return said | counts

    # ---- instead of nothing

    @cached_property
    def instead(self) -> "Instead":
        return Instead(self)

    def to(self, place: Place) -> str:
        """The same search to another place."""
        name = places.plain_name(place)
        return self._from_first_page(from_=name) if self.is_back else self._from_first_page(to=name)

    def from_(self, place: Place) -> str:
        """The same search from another place."""
        name = places.plain_name(place)
        return self._from_first_page(to=name) if self.is_back else self._from_first_page(from_=name)

    def to_fare(self, fare: DestinationFare) -> str:
        """The same search to another city on the day of its fare; one way."""
        plain = Address(
            self.address.path, self.address.hidden({*narrowing.names("flights"), "leg", "return", "stay"})
        )
        name = places.plain_name(self.origin)
        return plain.with_(from_=name, to=fare.key, depart=fare.departs_on.isoformat())

    @property
    def nearby(self) -> list[tuple[str, Neighbour, str]]:
        """(from or to, an airport nearby, the search with it), the nearest of each end."""
        found = [("from", each, self.from_(each.place)) for each in places.nearby(self.origin)[:2]]
        return found + [("to", each, self.to(each.place)) for each in places.nearby(self.destination)[:2]]

    @property
    def stay_url(self) -> str | None:
        """This page with stays at the destination, where there are any to ask for."""
        return self.address.with_(stay="1") if self.form.destination.std_code else None

    def _from_first_page(self, **changes: str) -> str:
        return self._plain.with_(**changes)

    @cached_property
    def _plain(self) -> Address:
        """The first page without filters."""
        return Address(self.address.path, self.address.hidden(set(narrowing.names("flights")) - {"sort"}))


class Instead:
    """What is sold when nothing is sold on the day: other days, airports nearby, other places to go."""

    def __init__(self, page: FlightsPage):
        self._page = page
        form = page.form
        first = max(page.day - timedelta(7), form.first_day)
        self._days = Days(first, min(first + timedelta(OTHER_DAYS), form.last_day))
        asking = None
        if first <= self._days.last and page.listing.asked:
            asking = AskingByDay(
                page.origin, page.destination, self._days, form.party, form.cabin.data or None
            )
        self._places = fares.by_destination(page.origin, self._days.first, self._days.last)
        self._fares = asking.fares() if asking else {}

    @property
    def days(self) -> list[Day]:
        """The nearest days with a flight, in order."""
        near = sorted(self._fares, key=lambda day: (abs(day - self._page.day), day))[:5]
        return [Day(day, self._fares[day].total_minor, self._page._on(day)) for day in sorted(near)]

    @property
    def places(self) -> list[DestinationFare]:
        """Where one can go from there, the cheapest first."""
        return self._places[:OTHER_PLACES]

    @cached_property
    def nearby(self) -> list[tuple[Neighbour, DestinationFare]]:
        """Airports near the destination that are flown to, with the fare."""
        sold = {each.airport: each for each in self._places}
        near = places.nearby(self._page.destination)
        return [(each, sold[code]) for each in near for code in each.place.codes if code in sold][:NEIGHBOURS]

    @property
    def nearby_origins(self) -> list[Neighbour]:
        return list(places.nearby(self._page.origin)[:NEIGHBOURS])


def _priced(day: Day, total_minor: int) -> Day:
    return Day(day.day, total_minor, day.url, day.is_chosen)


def _party_of(form: Any) -> dict[str, str]:
    party = form.party
    return {"adults": str(party.adults), "children": str(party.children), "infants": str(party.infants)}
