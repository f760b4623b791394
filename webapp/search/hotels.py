"""The page of hotels: the list, and where else one can stay when there is nothing."""

from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from webapp.providers.hotels import query_of
from webapp.search import fares, narrowing
from webapp.search.address import Address
from webapp.search.fares import CityRate
from webapp.search.listing import Listing, page_of
from webapp.search.results import Asking

OTHER_CITIES = 8


class HotelsPage:
    """What is asked when it is made is waited for when the page comes to it."""

    def __init__(self, form: Any, args: Any, path: str):
        """`form` has been validated."""
        names = [*(field.name for field in form), *narrowing.names("hotels")]
        self.form = form
        self.address = Address.read(path, args, names, partial(narrowing.knows, "hotels"))
        wanted = narrowing.read("hotels", args)
        number = page_of(args.get("page", ""))
        self.listing = Listing(
            "hotels",
            Asking("hotels", form.searches(), alone=True),
            query_of(form.stay),
            wanted,
            self.address,
            number,
        )

    @cached_property
    def cities(self) -> list[CityRate]:
        """Where one can stay around these nights, the cheapest first."""
        stay = self.form.stay
        last = min(stay.check_out - timedelta(1), stay.check_in + timedelta(30))
        found = fares.by_city(stay.check_in, last)
        return [each for each in found if each.key != self.form.where.key][:OTHER_CITIES]

    def in_city(self, city: CityRate) -> str:
        plain = Address(self.address.path, self.address.hidden(set(narrowing.names("hotels")) - {"sort"}))
        return plain.with_(city=city.key)
