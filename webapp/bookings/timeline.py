"""A booking as the days it will be: departures, arrivals, check-ins and check-outs by local time, and what lies between. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from webapp.bookings.views import ItemView
from webapp.filters import duration

GONE = ("CANCELLED", "RELEASED")
SHORT = timedelta(minutes=90)  # to change between flights that do not wait for each other


@dataclass(frozen=True)
class Moment:
    """Something happens at a place, at `at` by its local time.

    `kind`: departs, arrives, check_in or check_out. `then`: what lies between it and the next, in words; `then_tone` is
    "warn" when that cannot go well.
    """

    at: datetime
    kind: str
    place: str
    view: ItemView
    then: str = ""
    then_tone: str = ""

    @property
    def is_gone(self) -> bool:
        """Of what was cancelled, or never booked."""
        return self.view.item.state in GONE


def days_of(views: Iterable[ItemView]) -> list[tuple[date, list[Moment]]]:
    """The moments day by day, each day that of the place; what lies between two is told with the first.

    None of a trip of which nothing stands: those days will not be.
    """
    views = list(views)
    if all(view.item.state in GONE for view in views):
        return []
    moments = _with_what_lies_between(sorted(_moments(views), key=lambda each: each[0]))
    return [(day, list(group)) for day, group in groupby(moments, key=lambda each: each.at.date())]


def next_of(days: Iterable[tuple[date, list[Moment]]], now: datetime) -> tuple[Moment, str] | None:
    """The first moment that is still to come of what stands, and when that is in words; None when all is over."""
    coming = [each for _, moments in days for each in moments if each.at > now and not each.is_gone]
    return (coming[0], _how_soon(coming[0].at, now)) if coming else None


def _how_soon(at: datetime, now: datetime) -> str:
    """By the calendar of the place: what departs at one in the night departs tomorrow, not in five hours."""
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    return {0: "Today", 1: "Tomorrow"}.get(days, f"In {days} days")


def _moments(views: Iterable[ItemView]) -> list[tuple[tuple, Moment]]:
    """Each with what it is sorted by. A room is taken when one is there: after the flight that lands on that day."""
    views = list(views)
    found = []
    for view in views:
        offer = view.offer
        if offer.kind == "flights":
            found.append(Moment(offer.origin.at, "departs", _airport(offer.origin), view))
            found.append(Moment(offer.destination.at, "arrives", _airport(offer.destination), view))
        else:
            found.append(Moment(offer.check_in, "check_in", offer.hotel_name, view))
            found.append(Moment(offer.check_out, "check_out", offer.hotel_name, view))
    return [((_when(each, views), each.kind == "check_in"), each) for each in found]


def _airport(stop) -> str:
    return f"{stop.city}, {stop.name} ({stop.code})"


def _when(moment: Moment, views: Sequence[ItemView]) -> datetime:
    if moment.kind != "check_in":
        return moment.at
    landings = [
        view.ends_at
        for view in views
        if view.offer.kind == "flights"
        and view.offer.destination.city == moment.view.offer.city
        and view.ends_at.date() == moment.at.date()
    ]
    return max([moment.at, *landings])


def _with_what_lies_between(ordered: list[tuple[tuple, Moment]]) -> list[Moment]:
    moments = [each for _, each in ordered]
    standing = [each for each in moments if not each.is_gone]
    said = {id(one): _between(one, other) for one, other in pairwise(standing)}
    return [
        replace(each, then=words, then_tone=tone)
        for each in moments
        for words, tone in [said.get(id(each), ("", ""))]
    ]


def _between(one: Moment, other: Moment) -> tuple[str, str]:
    """(words, tone) of what lies between two moments that follow each other."""
    if one.view is other.view:
        return _within(one), ""
    if one.kind == "departs":
        return "The next begins before this one has landed", "warn"
    if one.kind == "arrives" and other.kind == "departs":
        return _change(one, other)
    nights = (other.at.date() - one.at.date()).days
    if one.kind == "check_in" or not nights:
        return "", ""
    return f"{_nights(nights)} with nothing booked here", ""


def _within(moment: Moment) -> str:
    offer = moment.view.offer
    if moment.kind == "departs":
        return f"{duration(offer.duration_minutes)} in the air"
    return _nights(offer.nights) if moment.kind == "check_in" else ""


def _change(one: Moment, other: Moment) -> tuple[str, str]:
    """From one flight to the next. They are booked one by one, so that the second does not wait for the first."""
    wait = other.at - one.at
    nights = (other.at.date() - one.at.date()).days
    if nights and wait >= timedelta(hours=8):
        return f"{_nights(nights)} with nothing booked here", ""
    words = f"{duration(int(wait.total_seconds() // 60))} to change"
    if one.view.offer.destination.code != other.view.offer.origin.code:
        return f"{words}, from {one.view.offer.destination.code} to {other.view.offer.origin.code}", "warn"
    return (
        (f"{words}: that is short, and the second flight does not wait", "warn")
        if wait < SHORT
        else (words, "")
    )


def _nights(count: int) -> str:
    return "1 night" if count == 1 else f"{count} nights"
