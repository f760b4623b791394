"""Which of the offers found are shown and in which order: the filters and sorts of an address. Pure.

Answers to one question (two airlines) are any of them, several questions all of them. What an address says and no page
offers is not there.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from beckn.air import CABINS
from beckn.hotels import BOARDS
from webapp.wording import say_how_many

MOST_MINOR = 10**11
_RUPEES = re.compile(r"\d{1,9}", re.ASCII)
_AIRLINE = re.compile(r"[A-Z0-9]{2}", re.ASCII)

BANDS = {
    "night": "00:00 to 05:59",
    "morning": "06:00 to 11:59",
    "afternoon": "12:00 to 17:59",
    "evening": "18:00 to 23:59",
}


def band(at: datetime) -> str:
    """The quarter of the local day."""
    return tuple(BANDS)[at.hour // 6]


@dataclass(frozen=True)
class Facet:
    """A question about an offer: its name in the address, its title, an offer's answer, and the words of the answers.

    `words`: of the answers there are, in their order; None: the offers' own (`word_of`), by name.
    """

    name: str
    title: str
    answer_of: Callable[[Any], str]
    words: Mapping[str, str] | None
    word_of: Callable[[Any], str] = str
    shape: re.Pattern[str] = _AIRLINE

    def knows(self, answer: str) -> bool:
        return bool(answer in self.words if self.words is not None else self.shape.fullmatch(answer))


@dataclass(frozen=True)
class Sort:
    """An order: `words` on its link, `formula` said when it is chosen."""

    key: Callable[[Any], Any]
    words: str
    formula: str


def _free(offer: Any) -> str:
    return "yes" if offer.terms and offer.terms[0].fee_percent == 0 and offer.terms[0].until else "no"


FACETS = {
    "flights": (
        Facet("leave", "Departure", lambda offer: band(offer.origin.at), BANDS),
        Facet("arrive", "Arrival", lambda offer: band(offer.destination.at), BANDS),
        Facet("airline", "Airline", lambda offer: offer.airline_code, None, lambda offer: offer.airline_name),
        Facet("in", "Cabin", lambda offer: offer.cabin, CABINS),
    ),
    "hotels": (
        Facet(
            "stars",
            "Stars",
            lambda offer: str(offer.stars),
            {
                str(n): str(say_how_many("%(num)d star", "%(num)d stars", n)) if n else "None"
                for n in (5, 4, 3, 2, 1, 0)
            },
        ),
        Facet("board", "Meals", lambda offer: offer.board, BOARDS),
        Facet(
            "free", "If you cancel", _free, {"yes": "Free until a day that we say", "no": "Costs something"}
        ),
    ),
}

# What an hour on the way is worth to the order "best", for each traveller with a seat; and what a star is to a stay.
HOUR_MINOR, STAR_PERCENT, EXTRA_PERCENT = 600_00, 8, 5


def _best_flight(offer: Any) -> int:
    return offer.total_minor + offer.party.seats * offer.duration_minutes * HOUR_MINOR // 60


def _best_stay(offer: Any) -> int:
    extras = (offer.board == "BREAKFAST") + (_free(offer) == "yes")
    return offer.total_minor * (100 - STAR_PERCENT * offer.stars - EXTRA_PERCENT * extras)


SORTS = {
    "flights": {
        "price": Sort(
            lambda o: (o.total_minor, o.duration_minutes, o.origin.at),
            "Cheapest",
            "The lowest total first.",
        ),
        "duration": Sort(
            lambda o: (o.duration_minutes, o.total_minor, o.origin.at),
            "Shortest",
            "The least time on the way first.",
        ),
        "departure": Sort(lambda o: (o.origin.at, o.total_minor), "Earliest", "By time of departure."),
        "best": Sort(
            lambda o: (_best_flight(o), o.origin.at),
            "Best",
            "Best adds ₹600 to the total for each hour on the way of each traveller with a seat, and puts the lowest first.",
        ),
    },
    "hotels": {
        "price": Sort(
            lambda o: (o.total_minor, -o.stars, o.hotel_name), "Cheapest", "The lowest total first."
        ),
        "stars": Sort(
            lambda o: (-o.stars, o.total_minor, o.hotel_name),
            "Most stars",
            "The most stars first, then the lowest total.",
        ),
        "best": Sort(
            lambda o: (_best_stay(o), o.hotel_name),
            "Best",
            "Best takes 8 % off the total for each star and 5 % each for breakfast and free cancellation, and puts the"
            " lowest first.",
        ),
    },
}


def names(kind: str) -> list[str]:
    """What an address of results may say besides the search."""
    return [*(facet.name for facet in FACETS[kind]), "max", "sort", "page"]


def knows(kind: str, name: str, value: str) -> bool:
    """Whether a page can do something with what its address says; of a name that is no filter's it can."""
    facet = next((each for each in FACETS[kind] if each.name == name), None)
    if name == "sort":
        return value in SORTS[kind]
    return facet is None or facet.knows(value)


@dataclass(frozen=True)
class Wanted:
    """The filters and the order of an address: answers by facet, the highest total, and the name of the order."""

    kind: str
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    most_minor: int | None = None
    sort: str = "price"

    @property
    def is_narrow(self) -> bool:
        return bool(self.answers) or self.most_minor is not None


def read(kind: str, args: MultiDict[str, str]) -> Wanted:
    """What `args` say that is known; the rest is passed over."""
    answers = {
        facet.name: frozenset(each for each in args.getlist(facet.name)[:20] if facet.knows(each))
        for facet in FACETS[kind]
    }
    most = args.get("max", "").replace(",", "").removeprefix("₹").strip()
    sort = args.get("sort", "")
    return Wanted(
        kind,
        {name: chosen for name, chosen in answers.items() if chosen},
        int(most) * 100 if _RUPEES.fullmatch(most) and int(most) else None,
        sort if sort in SORTS[kind] else "price",
    )


@dataclass(frozen=True)
class Option:
    """An answer, and how many offers would be left with it."""

    value: str
    words: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Narrowed:
    """The offers that are left, in order, and the questions with their answers (those of which there is more than one)."""

    offers: Sequence[Any]
    facets: Sequence[tuple[Facet, Sequence[Option]]]


def narrow(offers: Iterable[Any], wanted: Wanted) -> Narrowed:
    """Beside each answer stands how many offers it would leave, the other questions as they are answered."""
    facets = FACETS[wanted.kind]
    counts: dict[str, Counter[str]] = {facet.name: Counter() for facet in facets}
    words: dict[str, dict[str, str]] = {facet.name: {} for facet in facets}
    kept = []
    for offer in offers:
        answers = [(facet.name, facet.answer_of(offer)) for facet in facets]
        for facet, (name, answer) in zip(facets, answers, strict=True):
            if facet.words is None:
                words[name].setdefault(answer, facet.word_of(offer))
        misses = [name for name, answer in answers if answer not in wanted.answers.get(name, (answer,))]
        if wanted.most_minor is not None and offer.total_minor > wanted.most_minor:
            misses.append("max")
        for name, answer in answers:
            counts[name][answer] += not misses or misses == [name]
        if not misses:
            kept.append(offer)
    kept.sort(key=SORTS[wanted.kind][wanted.sort].key)
    asked = [(facet, _options(facet, counts[facet.name], words[facet.name], wanted)) for facet in facets]
    return Narrowed(kept, [(facet, options) for facet, options in asked if _matters(options)])


def _matters(options: Sequence[Option]) -> bool:
    return len(options) > 1 or any(option.is_chosen for option in options)


def _options(facet: Facet, counts: Counter[str], own: Mapping[str, str], wanted: Wanted) -> list[Option]:
    chosen = wanted.answers.get(facet.name, frozenset())
    known = facet.words if facet.words is not None else dict(sorted(own.items(), key=lambda each: each[1]))
    all_words = {**known, **{answer: answer for answer in sorted(chosen - known.keys())}}
    return [
        Option(answer, word, counts[answer], answer in chosen)
        for answer, word in all_words.items()
        if answer in counts or answer in chosen
    ]
