"""A month of fares: what is asked for it, and what can be wrong with the question."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from beckn.days import Days
from chassis import clock
from webapp.places import directory as places
from webapp.search import days, fares
from webapp.search.address import Address
from webapp.search.days import Line, Month
from webapp.search.fares import DayFares
from webapp.search.forms import DAYS_AHEAD, INDIA, FlightForm
from webapp.search.results import Asking, ProviderState, how_long

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


def month_of(text: str) -> date | None:
    """The first day of a month written 2026-12; None for what is none."""
    match = _MONTH.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None


def form_of(args: MultiDict[str, str]) -> FlightForm:
    """The search of a month: places, party and cabin as in any other; its days are those that can be asked for."""
    said = MultiDict([pair for pair in args.items(multi=True) if pair[0] not in ("depart", "return")])
    said["depart"] = (clock.today(INDIA) + timedelta(1)).isoformat()
    return FlightForm(said)


def on_sale() -> tuple[date, date]:
    """The first days of the first and of the last month in which something can be on sale."""
    today = clock.today(INDIA)
    return today.replace(day=1), (today + timedelta(DAYS_AHEAD)).replace(day=1)


class MonthPage:
    """The fares are asked when it is made, and waited for when the page comes to them."""

    def __init__(self, form: Any, first: date, args: MultiDict[str, str], path: str, results: str):
        """`form` has been validated, `first` is a month on sale; `results`: the path of the page of results."""
        self.first = first
        names = [field.name for field in form if field.name not in ("depart", "return")]
        self.address = Address.read(path, args, [*names, "month"])
        self._results = Address(results, [pair for pair in self.address.pairs if pair[0] != "month"])
        last = days.next_month(first) - timedelta(1)
        self._days = Days(max(first, form.first_day), min(last, form.last_day))
        cabin = form.cabin.data or None
        searches = fares.day_searches(form.origin, form.destination, self._days, form.party, cabin)
        self._asking = Asking("flights", searches)
        self.back = self.address.with_(
            from_=places.plain_name(form.destination), to=places.plain_name(form.origin)
        )

    @property
    def before(self) -> tuple[date, str] | None:
        return self._other(-1)

    @property
    def after(self) -> tuple[date, str] | None:
        return self._other(1)

    def _other(self, by: int) -> tuple[date, str] | None:
        """Another month and its address; None when nothing can be on sale in it."""
        month = days.next_month(self.first, by)
        first, last = on_sale()
        return (month, self.address.with_(month=f"{month:%Y-%m}")) if first <= month <= last else None

    @property
    def asked(self) -> list[str]:
        return list(dict.fromkeys(provider.name for provider, _ in self._asking.questions))

    # ---- from here on the answers are waited for

    @cached_property
    def _answers(self) -> DayFares:
        pairs, states = self._asking.answers()
        return DayFares(fares.fares_of_days(pairs), states)

    @property
    def states(self) -> list[ProviderState]:
        """How each did; how many offers that took says nothing here."""
        return [
            replace(each, message=f"answered, {how_long(each.seconds)}") if each.state == "answered" else each
            for each in self._answers.states
        ]

    @property
    def is_anybody_silent(self) -> bool:
        return any(state.state == "unavailable" for state in self.states)

    @cached_property
    def month(self) -> Month:
        return days.month(
            self.first,
            self._answers.by_day,
            self._days,
            lambda day: self._results.with_(depart=day.isoformat()),
        )

    @cached_property
    def line(self) -> Line | None:
        return days.line(self.month)
