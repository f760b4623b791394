"""Who of a booking's travellers is on which of its items: each item takes the first of each kind, as many as it is for."""

from collections import Counter
from collections.abc import Iterable, Mapping

from beckn.air import KINDS
from webapp.bookings import reading
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.providers import directory

GUEST = "GUEST"


def places_of(item: BookingItem) -> list[str]:
    """A kind for each person the item's provider wants to know of, adults first; a hotel wants one GUEST."""
    wire = directory.wire_of(item.kind)
    return wire.places_of(wire.choice_from_store(item.choice))


def needed(booking: Booking) -> list[str]:
    """A kind for each person the trip is for: of each kind the most that any item takes.

    Who flies can answer for a room too, so that a GUEST is needed only where nobody flies.
    """
    most: Counter[str] = Counter()
    for item in booking.current_items:
        most |= Counter(places_of(item))
    kinds = [kind for kind in KINDS for _ in range(most[kind])]
    return kinds or [GUEST] * most[GUEST]


def aboard(booking: Booking) -> list[Traveller]:
    """Who is on any item; who was named for one that was taken out since is not."""
    wanted = {each.id for item in booking.current_items for each in on(item)}
    return [each for each in booking.travellers if each.id in wanted]


def are_named(booking: Booking) -> bool:
    """Whether everybody is named with all that the items ask of them, so that everything can be held."""
    return booking.contact_email is not None and all(_is_filled(item) for item in booking.current_items)


def _is_filled(item: BookingItem) -> bool:
    places, aboard = places_of(item), on(item)
    if len(aboard) < len(places):
        return False
    asked = [each for place, each in zip(places, aboard, strict=True) if place != GUEST]
    return all(each.born_on and each.gender for each in asked) and (
        not asks_passport(item) or all(each.passport for each in asked)
    )


def asks_passport(item: BookingItem) -> bool:
    wire = directory.wire_of(item.kind)
    return wire.asks_passport(wire.offer_from_store(item.offer))


def on(item: BookingItem) -> list[Traveller]:
    """The travellers of one item, in the order of its places; fewer than places while they are not all named."""
    reading.know_travellers(item.booking)
    people = sorted(item.booking.travellers, key=lambda each: each.position)
    return [each for kind, count in Counter(places_of(item)).items() for each in _first(people, kind, count)]


def ticketed(travellers: Iterable[Traveller], tickets: Mapping[str, str]) -> list[tuple[Traveller, str]]:
    """Each with the number of the airline's ticket, empty where it gave none.

    The nth adult has the nth adult's: `tickets` is by ids that end in ".ADULT-n".
    """
    found, seen = [], Counter[str]()
    for each in travellers:
        seen[each.kind] += 1
        ending = f".{each.kind}-{seen[each.kind]}"
        found.append((each, next((text for key, text in tickets.items() if key.endswith(ending)), "")))
    return found


def _first(people: list[Traveller], kind: str, count: int) -> list[Traveller]:
    if kind != GUEST:
        return [each for each in people if each.kind == kind][:count]
    return sorted(people, key=_answers_for_a_room)[:count]


def _answers_for_a_room(traveller: Traveller) -> int:
    """An adult before the guest of a trip that had no flight then, and a child never before either."""
    return ["ADULT", GUEST, "CHILD", "INFANT"].index(traveller.kind)
