"""Which revision a database stands at and which is the newest, asked without Alembic: a served app need not carry it."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

ROOT = Path(__file__).resolve().parent.parent
_NAMED = re.compile(r"^(revision|down_revision)\b[^=]*=\s*[\"'](\w+)[\"']", re.MULTILINE)


def folder(key: str) -> Path:
    """Where the revisions of the schema `key` are."""
    return ROOT / "sql" / "migrations" / key


def head(key: str) -> str | None:
    """The newest revision of the schema `key`: the one on which no other is built."""
    named = [
        name for path in (folder(key) / "versions").glob("*.py") for name in _NAMED.findall(path.read_text())
    ]
    built_on = {revision for word, revision in named if word == "down_revision"}
    return next(
        (revision for word, revision in named if word == "revision" and revision not in built_on), None
    )


def current(connection) -> str | None:
    """The revision that a database stands at; None when nothing was migrated."""
    try:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        connection.rollback()
        return None
