"""The travellers that an account keeps, so that nobody types a passport twice: at most twenty, each person once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.database import db, writing
from webapp.accounts import standing
from webapp.accounts.models import MOST_SAVED, SavedTraveller
from webapp.admin.models import record


class TooManySaved(Exception):
    """The account keeps as many as it can."""

    def __init__(self):
        super().__init__(f"You can keep {MOST_SAVED} travellers. Remove one first.")


class SavedAlready(Exception):
    """The account keeps somebody of this name and this date of birth."""

    def __init__(self):
        super().__init__("You keep a traveller of this name and date of birth already")


def of_user(user_id: int) -> Sequence[SavedTraveller]:
    """In the order of their names."""
    mine = select(SavedTraveller).where(SavedTraveller.user_id == user_id)
    return db.session.scalars(mine.order_by(SavedTraveller.given_name, SavedTraveller.family_name)).all()


def find(user_id: int, place: int) -> SavedTraveller | None:
    """The one that the account keeps at this place."""
    if not 1 <= place <= MOST_SAVED:  # as big as the column can be asked for
        return None
    mine = (SavedTraveller.user_id == user_id, SavedTraveller.place == place)
    return db.session.scalar(select(SavedTraveller).where(*mine))


def add(user_id: int, details: Mapping[str, Any]) -> None:
    """Keep one more. Raises TooManySaved, SavedAlready."""
    try:
        with writing() as session:
            session.add(SavedTraveller(user_id=user_id, place=_free_place(user_id), **details))
            record(f"user {user_id}", "saved a traveller")
    except IntegrityError as error:
        raise SavedAlready from error


def change(user_id: int, place: int, details: Mapping[str, Any]) -> None:
    """Keep other details of the one at this place; one that is gone stays gone. Raises SavedAlready."""
    try:
        with writing():
            if (traveller := find(user_id, place)) is not None:
                _write(traveller, details)
                record(f"user {user_id}", "changed a saved traveller")
    except IntegrityError as error:
        raise SavedAlready from error


def remove(user_id: int, place: int) -> str | None:
    """The name of the one that is kept no longer; None when there was none."""
    with writing() as session:
        traveller = find(user_id, place)
        if traveller is None:
            return None
        session.delete(traveller)
        record(f"user {user_id}", "removed a saved traveller")
        return traveller.name


def keep(user_id: int, people: Sequence[Mapping[str, Any]]) -> int:
    """Keep who is named in a checkout, inside `writing()`: whom we have already with the newer details. How many had no
    place any more."""
    standing.locked(user_id)
    left_out = 0
    for details in people:
        known = _same_person(user_id, details)
        if known is not None:
            _write(known, {name: value for name, value in details.items() if value})
        elif (place := _first_free(user_id)) is not None:
            db.session.add(SavedTraveller(user_id=user_id, place=place, **details))
        else:
            left_out += 1
    return left_out


def _write(traveller: SavedTraveller, details: Mapping[str, Any]) -> None:
    for name, value in details.items():
        setattr(traveller, name, value)


def _same_person(user_id: int, details: Mapping[str, Any]) -> SavedTraveller | None:
    same = {name: details[name] for name in ("given_name", "family_name", "born_on")}
    return db.session.scalar(select(SavedTraveller).filter_by(user_id=user_id, **same))


def _free_place(user_id: int) -> int:
    """Of two who add at once the second waits for the first. Raises TooManySaved."""
    standing.locked(user_id)
    place = _first_free(user_id)
    if place is None:
        raise TooManySaved
    return place


def _first_free(user_id: int) -> int | None:
    taken = set(db.session.scalars(select(SavedTraveller.place).where(SavedTraveller.user_id == user_id)))
    return next((place for place in range(1, MOST_SAVED + 1) if place not in taken), None)
