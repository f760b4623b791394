"""Where a traveller may stay at the end of a flight: a few hotels for those nights, asked beside the flights."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import url_for

from beckn import hotels
from webapp.places.directory import Place
from webapp.providers import hotels as wire
from webapp.search import offers
from webapp.search.results import Asking, ProviderState
from webapp.search.selection import offer_url

SHOWN = 3
USUAL_NIGHTS = 2
BEDS = 2  # adults in a room, until somebody says otherwise


class Stays:
    """The cheapest room of the cheapest hotels; what is asked is waited for when the page comes to it."""

    def __init__(self, place: Place, check_in: date, check_out: date, adults: int, children: int):
        self.place, self.check_in, self.check_out = place, check_in, check_out
        self._search = hotels.Search(
            city=place.std_code or "",
            check_in=check_in,
            check_out=check_out,
            rooms=-(-adults // BEDS),
            adults=adults,
            children=children,
        )
        self._asking = Asking(wire.KIND, [self._search])

    @property
    def nights(self) -> int:
        return len(self._search.nights)

    @property
    def rooms(self) -> int:
        return self._search.rooms

    @property
    def url(self) -> str:
        """All of them, as a search of their own."""
        stay = self._search
        return url_for(
            "search.hotels",
            city=self.place.name,
            checkin=stay.check_in,
            checkout=stay.check_out,
            rooms=stay.rooms,
            adults=stay.adults,
            children=stay.children or None,
        )

    @cached_property
    def _answers(self) -> tuple[list[Any], list[ProviderState]]:
        pairs, states = self._asking.answers()
        cheapest: dict[str, Any] = {}
        for provider, offer in sorted(pairs, key=lambda pair: (pair[1].total_minor, pair[1].item)):
            cheapest.setdefault(offer.hotel_id, (provider, offer))
        return [self._shown(*pair) for pair in list(cheapest.values())[:SHOWN]], states

    def _shown(self, provider: Any, offer: Any) -> Any:
        choice = hotels.choice_of(offer.item, self._search)
        url = offer_url(provider, offer.item, choice, {"city": self.place.name})
        return offers.shown(offer, provider.key, provider.name, url)

    @property
    def offers(self) -> list[Any]:
        return self._answers[0]

    @property
    def states(self) -> list[ProviderState]:
        return self._answers[1]


def stays_for(
    place: Place, arrives_on: date, leaves_on: date | None, adults: int, children: int
) -> Stays | None:
    """The stays between a flight and the way back; None where or when there are none to ask for."""
    until = leaves_on or arrives_on + timedelta(USUAL_NIGHTS)
    can_be_asked = place.std_code and 1 <= (until - arrives_on).days <= hotels.MOST_NIGHTS
    return Stays(place, arrives_on, until, adults, children) if can_be_asked else None
