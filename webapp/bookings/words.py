"""The words by which a booking is found: of the names of its contact and travellers, and of its e-mail.

They are written with the names, whoever writes those: a search that misses a booking looks like a booking that is lost.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from webapp.bookings.models import LONGEST_WORD, Booking, BookingWord, Traveller
from webapp.places.spelling import fold

W = TypeVar("W")

NAMES_OF: dict[type, tuple[str, ...]] = {
    Booking: ("contact_name", "contact_email", "travellers", "erased_at"),
    Traveller: ("given_name", "family_name", "booking"),
}


def of(names: Iterable[str], email: str | None = None) -> set[str]:
    """Every word of the names and of the e-mail's first part, and the whole e-mail."""
    address = (email or "").casefold()
    texts = (*names, address.partition("@")[0])
    found = {word for text in texts for word in fold(text).split()} | {address}
    return {word[:LONGEST_WORD] for word in found if word}


def typed(text: str) -> list[str]:
    """What a person looks for, word by word, the longest first; an e-mail, or the beginning of one with its @, is a word."""
    words = {word[:LONGEST_WORD] for part in text.split() for word in _words_of(part.strip("<>,;"))}
    return sorted(words, key=lambda word: (-len(word), word))


def _words_of(part: str) -> list[str]:
    return [part.casefold()] if "@" in part else fold(part).split()


def of_booking(booking: Booking) -> set[str]:
    """None of one that is erased: the name that its invoice keeps finds nobody."""
    if booking.erased_at is not None:
        return set()
    names = (booking.contact_name or "", *(traveller.name for traveller in booking.travellers))
    return of(names, booking.contact_email)


def keep(booking: Booking) -> None:
    """Make a booking's words those of its names; inside `writing()`."""
    booking.words = renewed(booking.words, of_booking(booking), BookingWord)


def renewed(rows: Iterable[Any], wanted: set[str], kind: Callable[..., W]) -> list[W]:
    """The rows of the wanted words: those that are there stay, and of the others each gets one."""
    there = {each.word: each for each in rows}
    return [there.get(word) or kind(word=word) for word in sorted(wanted)]


@event.listens_for(Session, "before_flush")
def keep_those_of_changed_names(session: Session, _context, _instances) -> None:
    """Nobody who writes a name has to remember this. What passes it by: names written in SQL, travellers tied by id."""
    changed = [each for each in (*session.new, *session.dirty, *session.deleted) if _has_another_name(each)]
    bookings = {each if isinstance(each, Booking) else each.booking for each in changed}
    for booking in bookings - {None}:
        if booking not in session.deleted:
            keep(booking)


def _has_another_name(row: object) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in NAMES_OF.get(type(row), ()))
