"""Days with their fares as pages show them: the seven around a date, and a month as a table and as a line."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from beckn.days import Days
from webapp.search.fares import DayFare

AROUND = 3


@dataclass(frozen=True)
class Day:
    """A day of a page: its fare in minor units when there is one, and where it leads; None for a day nobody can ask for."""

    day: date
    total_minor: int | None
    url: str | None
    is_chosen: bool = False
    is_cheapest: bool = False


def around(day: date, first: date, last: date) -> Days | None:
    """The days beside `day` of which a fare can be asked, between the first and the last day that can be searched."""
    start, end = max(day - timedelta(AROUND), first), min(day + timedelta(AROUND), last)
    return Days(start, end) if start <= end else None


def week(
    chosen: date, fares: Mapping[date, DayFare], asked: Days | None, address: Callable[[date], str]
) -> list[Day]:
    """The seven days around the chosen one."""
    days = [chosen + timedelta(number) for number in range(-AROUND, AROUND + 1)]
    return [_day(day, fares, asked, address, chosen) for day in days]


def _day(
    day: date,
    fares: Mapping[date, DayFare],
    asked: Days | None,
    address: Callable[[date], str],
    chosen: date | None = None,
    cheapest: int | None = None,
) -> Day:
    fare = fares.get(day)
    can_be_asked = asked is not None and day in asked
    return Day(
        day,
        fare.total_minor if fare else None,
        address(day) if can_be_asked else None,
        day == chosen,
        fare is not None and fare.total_minor == cheapest,
    )


@dataclass(frozen=True)
class Month:
    """Weeks of seven days, None for those of other months; `cheapest`: the days with the lowest fare, when others cost more."""

    first: date
    weeks: Sequence[Sequence[Day | None]]
    cheapest: Sequence[Day]
    same_minor: int | None = None  # what each of several days costs when no day is cheaper than another

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week if day]


def month(
    first: date, fares: Mapping[date, DayFare], asked: Days | None, address: Callable[[date], str]
) -> Month:
    """The month that begins on `first`, with the fares of its days."""
    totals = {fare.total_minor for fare in fares.values()}
    same = totals.pop() if len(fares) > 1 and len(totals) == 1 else None
    lowest = min(totals, default=None)
    weeks = [
        [_day(day, fares, asked, address, None, lowest) if day.month == first.month else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks, [day for week in weeks for day in week if day and day.is_cheapest], same)


def next_month(first: date, by: int = 1) -> date:
    """The first day of the month `by` months later."""
    years, months = divmod(first.month - 1 + by, 12)
    return date(first.year + years, months + 1, 1)


# ---- the line: the same figures as the table, for the eye

WIDTH, HEIGHT, TOP, BOTTOM = 720, 200, 30, 172


@dataclass(frozen=True)
class Line:
    """What an SVG of WIDTH by HEIGHT draws: a path with a break at each day without a fare, dots, and the two ends in price."""

    path: str
    dots: Sequence[tuple[float, float, Day]]
    lowest_minor: int
    highest_minor: int


def line(month: Month) -> Line | None:
    """The fares of a month as a line; None when fewer than two days have one."""
    days = month.days
    told = [day.total_minor for day in days if day.total_minor is not None]
    if len(told) < 2:
        return None
    low, high = min(told), max(told)
    dots, path, is_down = [], [], False
    for place, day in enumerate(days):
        if day.total_minor is None:
            is_down = False
            continue
        x = round(12 + (WIDTH - 24) * place / (len(days) - 1), 1)
        y = round(BOTTOM - (BOTTOM - TOP) * (day.total_minor - low) / ((high - low) or 1), 1)
        path.append(f"{'L' if is_down else 'M'}{x:g} {y:g}")
        dots.append((x, y, day))
        is_down = True
    return Line("".join(path), dots, low, high)
