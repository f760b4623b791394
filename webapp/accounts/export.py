"""Everything the site holds of one user, as one document: table by table, every column, nothing that somebody has to add.

A table stands in MINE with how its rows are hers, or in NOBODYS with why it says nothing of her; a test compares both with
the models, so that no table can be forgotten. A new column comes along by itself, unless it is LEFT_OUT.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from chassis import clock
from chassis.database import db
from webapp.accounts.models import User

BIND_KEY = "travel_discovery"


def _is_her(user: User, table: Table) -> ColumnElement[bool]:
    return table.c.id == user.id


def _of_her(user: User, table: Table) -> ColumnElement[bool]:
    return table.c.user_id == user.id


def _of_her_bookings(user: User, table: Table) -> ColumnElement[bool]:
    bookings = _table("bookings")
    return table.c.booking_id.in_(select(bookings.c.id).where(bookings.c.user_id == user.id))


def _to_her(user: User, table: Table) -> ColumnElement[bool]:
    return or_(_of_her(user, table), _of_her_bookings(user, table))


def _by_her(user: User, table: Table) -> ColumnElement[bool]:
    """What she did, whoever's booking it was; an admin's acts are hers too."""
    return table.c.actor.in_([f"user {user.id}", f"admin {user.id}"])


MINE: dict[str, Callable[[User, Table], ColumnElement[bool]]] = {
    "users": _is_her,
    "user_words": _of_her,
    "user_sessions": _of_her,
    "account_tokens": _of_her,
    "saved_travellers": _of_her,
    "bookings": _of_her,
    "booking_items": _of_her_bookings,
    "travellers": _of_her_bookings,
    "booking_words": _of_her_bookings,
    "name_corrections": _of_her_bookings,
    "payments": _of_her_bookings,
    "ledger_entries": _of_her_bookings,
    "invoices": _of_her_bookings,
    "outbox": _to_her,
    "audit_log": _by_her,
}
NOBODYS = {
    "service_identity": "whose database it is",
    "attempts": "digests, kept for a day: nobody can tell whose",
    "inbox": "the numbers of messages from the gateway",
    "saga_steps": "what the site had to do for a booking, by numbers",
    "differences": "amounts and states, compared with a provider's or the gateway's",
    "reconciliations": "when the site compared",
}
# Secrets that open something, of no use to her and of use to a thief of the file; and notes of ours to ourselves.
LEFT_OUT = {
    "users": {"password_hash"},
    "user_sessions": {"token_digest"},
    "account_tokens": {"token_digest"},
    "outbox": {"secret", "lease_until", "fence", "dedupe_key", "last_error"},
    "bookings": {"checkout_nonce", "needs_attention"},
}


def of(user: User) -> dict[str, Any]:
    """{"exported_at": …, "users": [row, …], …}: what JSON can say, instants in UTC, amounts in minor units."""
    tables = {name: _rows(_table(name), belongs(user, _table(name))) for name, belongs in MINE.items()}
    return {"exported_at": _plain(clock.now()), **tables}


def _table(name: str) -> Table:
    return db.metadatas[BIND_KEY].tables[name]


def _rows(table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [each for each in table.columns if each.name not in LEFT_OUT.get(table.name, ())]
    found = db.session.execute(
        select(*columns).where(where).order_by(*table.primary_key.columns),
        bind_arguments={"bind": db.engines[BIND_KEY]},
    )
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
