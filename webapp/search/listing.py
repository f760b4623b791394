"""A page of results while it is made: what was asked is waited for when the page comes to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webapp.providers.directory import Provider
from webapp.search import narrowing, offers
from webapp.search.address import Address
from webapp.search.narrowing import Facet, Option, Wanted
from webapp.search.results import Asking, ProviderState
from webapp.search.selection import back_of, offer_url

PAGE = 18  # so many cards fit into 60 KB with whatever stands around them


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its words, and where it leads when it is taken off."""

    words: str
    url: str


class Listing:
    """The offers of one search, narrowed and in order, page by page, with each provider's state in words."""

    def __init__(
        self,
        kind: str,
        asking: Asking,
        choice_args: dict[str, str],
        wanted: Wanted,
        address: Address,
        page: int = 1,
    ):
        """`choice_args`: what the address of an offer says of the search."""
        self.kind, self.wanted, self.address = kind, wanted, address
        self._asking, self._args, self._page = asking, choice_args, page
        self.sorts = narrowing.SORTS[kind]

    @property
    def asked(self) -> list[str]:
        """The names of those who are asked."""
        return list(dict.fromkeys(provider.name for provider, _ in self._asking.questions))

    # ---- from here on the answers are waited for

    @cached_property
    def _answers(self) -> tuple[list[Any], list[ProviderState]]:
        pairs, states = self._asking.answers()
        return [self._shown(provider, offer) for provider, offer in pairs], states

    def _shown(self, provider: Provider, offer: Any) -> Any:
        choice = provider.wire.choice_of(offer.item, self._args)
        return offers.shown(
            offer, provider.key, provider.name, offer_url(provider, offer.item, choice, self._back)
        )

    @cached_property
    def _back(self) -> dict[str, str]:
        """What leads back from an offer to its search; the rest of it the offer says itself."""
        return back_of(dict(self.address.pairs))

    @property
    def all(self) -> list[Any]:
        """Every offer, whatever is filtered."""
        return self._answers[0]

    @property
    def states(self) -> list[ProviderState]:
        return self._answers[1]

    @property
    def is_anybody_silent(self) -> bool:
        return any(state.state == "unavailable" for state in self.states)

    @cached_property
    def _narrowed(self) -> narrowing.Narrowed:
        return narrowing.narrow(self.all, self.wanted)

    @property
    def left(self) -> Sequence[Any]:
        """The offers that the filters leave."""
        return self._narrowed.offers

    @property
    def facets(self) -> Sequence[tuple[Facet, Sequence[Option]]]:
        return self._narrowed.facets

    @property
    def cheapest(self) -> Any:
        """The cheapest of all, or None."""
        return min(self.all, key=lambda offer: offer.total_minor, default=None)

    @property
    def dearest(self) -> Any:
        return max(self.all, key=lambda offer: offer.total_minor, default=None)

    # ---- the filters that are on

    @property
    def chips(self) -> list[Chip]:
        chips = [
            Chip(f"{facet.title}: {option.words}", self._first_page.without(facet.name, option.value))
            for facet, options in self.facets
            for option in options
            if option.is_chosen
        ]
        if self.wanted.most_minor is not None:
            chips.append(Chip(f"At most ₹{self.wanted.most_minor // 100:,}", self._first_page.without("max")))
        return chips

    @property
    def without_filters(self) -> str:
        return self._first_page.without_all(set(narrowing.names(self.kind)) - {"sort"})

    @property
    def said_besides(self) -> list[tuple[str, str]]:
        """What the form of the filters repeats: the search and the order."""
        return self._first_page.hidden(set(narrowing.names(self.kind)) - {"sort"})

    def sorted_by(self, sort: str) -> str:
        return self._first_page.with_(sort=None if sort == "price" else sort)

    @cached_property
    def _first_page(self) -> Address:
        return Address(self.address.path, self.address.hidden(["page"]))

    # ---- pages

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.left) // PAGE))

    @property
    def number(self) -> int:
        return min(max(self._page, 1), self.pages)

    @property
    def offers(self) -> Sequence[Any]:
        """Those of this page."""
        return self.left[(self.number - 1) * PAGE : self.number * PAGE]

    @property
    def span(self) -> tuple[int, int]:
        """The numbers of its first and last offer."""
        first = (self.number - 1) * PAGE
        return first + 1, first + len(self.offers)

    def page_url(self, number: int) -> str | None:
        """The address of another page; None when there is none of that number."""
        return self.address.with_(page=str(number)) if 1 <= number <= self.pages else None


def page_of(text: str) -> int:
    """The page that an address says; the first for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 1
