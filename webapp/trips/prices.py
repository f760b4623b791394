"""What the items of a draft cost now: every provider is asked at the same time, and a price in a form is never a price."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from beckn.errors import ERROR_40002_SOLD_OUT
from chassis import clock
from chassis.database import db, writing
from webapp.admin.models import record
from webapp.bookings import problems
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import known
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.providers.directory import Provider
from webapp.search.selection import selected_of_all
from webapp.trips import drafts

FRESH = timedelta(minutes=5)


@dataclass(frozen=True)
class Checked:
    """An item's price. `state`: SAME, CHANGED (to `now_minor`), SOLD_OUT, REFUSED or NO_ANSWER; `words` say why."""

    item_id: int
    state: str
    was_minor: int
    now_minor: int
    asked_at: datetime
    offer: Any = None
    words: str = ""

    @property
    def more_minor(self) -> int:
        return self.now_minor - self.was_minor


def known_of(booking: Booking) -> dict[int, Checked]:
    """What was found when each item was asked for last, by its id."""
    return {item.id: _known(item) for item in booking.current_items}


def _known(item: BookingItem) -> Checked:
    return Checked(item.id, "SAME", item.total_minor, item.total_minor, item.updated_at)


def look(booking: Booking, everything: bool = False) -> dict[int, Checked]:
    """The prices of a draft by item, those of more than a few minutes ago (or all) asked for anew and kept if the same.

    Only accepting (`accept`) changes what a trip costs.
    """
    booking_id, stale_before = booking.id, clock.now() - FRESH
    stale = [item for item in booking.current_items if everything or item.updated_at <= stale_before]
    found = known_of(booking) | ask(stale)
    if stale:
        _keep_unchanged(booking_id, found)
    return found


def ask(items: Iterable[BookingItem]) -> dict[int, Checked]:
    """The prices of these items now, by their ids; no transaction is open while their providers are asked."""
    wanted = [(item.id, item.total_minor, _wanted(item)) for item in items]
    db.session.rollback()
    asked_at = clock.now()
    answers = selected_of_all([asked for _, _, asked in wanted])
    return {
        item_id: _checked(item_id, was_minor, asked_at, answer)
        for (item_id, was_minor, _), answer in zip(wanted, answers, strict=True)
    }


def _wanted(item: BookingItem) -> tuple[Provider, Any, Any]:
    provider = known(directory.find(item.provider))
    wire = provider.wire
    return provider, wire.choice_from_store(item.choice), wire.offer_from_store(item.offer)


def _checked(item_id: int, was_minor: int, asked_at: datetime, answer: Any) -> Checked:
    if isinstance(answer, ProviderUnavailable):
        return Checked(item_id, "NO_ANSWER", was_minor, was_minor, asked_at, words=answer.provider.name)
    if isinstance(answer, ProviderRefused):
        state = "SOLD_OUT" if answer.code == ERROR_40002_SOLD_OUT else "REFUSED"
        return Checked(item_id, state, was_minor, was_minor, asked_at, words=answer.reason)
    state = "SAME" if answer.total_minor == was_minor else "CHANGED"
    return Checked(item_id, state, was_minor, answer.total_minor, asked_at, answer)


def _keep_unchanged(booking_id: int, found: dict[int, Checked]) -> None:
    """What costs the same is kept as it is sold now: its terms and its seats may be other ones."""
    same = {each.item_id: each for each in found.values() if each.state == "SAME" and each.offer is not None}
    if not same:
        return
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        if booking.state != "DRAFT":
            return
        for item in booking.current_items:
            if item.id in same and item.total_minor == same[item.id].was_minor:
                _sell_at(item, same[item.id])


def accept(booking_id: int, accepted: dict[int, Checked], actor: str) -> None:
    """The trip costs what its changed items cost now; nothing, when it is no draft any more."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        if booking.state != "DRAFT":
            return
        for item in booking.current_items:
            each = accepted.get(item.id)
            if each is not None and item.total_minor == each.was_minor:
                _sell_at(item, each)
                record(actor, "accepted a new price", booking_id, item=item.id, total_minor=each.now_minor)
        drafts.add_up(booking)
        problems.clear(booking)


def _sell_at(item: BookingItem, checked: Checked) -> None:
    """Of an item whose provider was asked to hold nothing yet: one that was is a new item by now (`drafts.renew`)."""
    wire = directory.wire_of(item.kind)
    item.offer, item.total_minor = wire.to_store(checked.offer), checked.now_minor
    item.updated_at = checked.asked_at


def are_accepted(changed: Iterable[Checked], form: Any) -> bool:
    """Whether a form accepts these very prices: a field `price-<item>` for each says what was shown."""
    return all(form.get(f"price-{each.item_id}") == str(each.now_minor) for each in changed)
