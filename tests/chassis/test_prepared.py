"""A prepared SELECT finds what SQLAlchemy would, and leaves the connection as it was."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Float, bindparam, func, literal, select

from chassis import clock
from chassis.database import engine, writing
from chassis.prepared import Prepared
from tests.chassis.conftest import Note

BY_TEXT = Prepared(
    select(Note.id, Note.text, func.coalesce(Note.secret, "none").label("kept"))
    .where(Note.text == bindparam("wanted"))
    .order_by(Note.id)
)
SINCE = Prepared(
    select(Note.written_at, Note.text, literal(1.5, Float)).where(Note.written_at >= bindparam("since"))
)


def some_notes(*texts: str) -> None:
    with writing() as session:
        session.add_all([Note(text=text) for text in texts])


def test_the_rows_are_those_of_the_bound_values(database, trial):
    some_notes("one", "two", "one")

    assert [row[1:] for row in BY_TEXT.rows(wanted="one")] == [("one", "none"), ("one", "none")]
    assert BY_TEXT.rows(wanted="three") == ()


def test_rows_are_equal_as_long_as_the_databases_are(database, trial):
    some_notes("one")
    before = BY_TEXT.rows(wanted="one")

    assert BY_TEXT.rows(wanted="one") == before
    assert hash(before) == hash(BY_TEXT.rows(wanted="one"))
    some_notes("one")
    assert BY_TEXT.rows(wanted="one") != before


def test_a_row_is_read_in_the_types_of_its_columns(database, trial):
    now = clock.now()
    with writing() as session:
        session.add(Note(text="one", written_at=now))

    rows = SINCE.rows(since=now - timedelta(hours=1))

    assert [SINCE.read(row) for row in rows] == [(now, "one", 1.5)]
    assert SINCE.read(rows[0])[0].tzinfo is not None
    assert SINCE.rows(since=now + timedelta(hours=1)) == ()


def test_the_connection_that_asked_writes_as_before(database, trial):
    for _ in range(3):
        BY_TEXT.rows(wanted="one")
        with suppress(ZeroDivisionError), writing() as session:
            session.add(Note(text="one"))
            session.flush()
            raise ZeroDivisionError

    assert BY_TEXT.rows(wanted="one") == ()


def test_a_connection_that_failed_is_not_used_again(database, trial):
    """The server went away: one question fails, the next one has a connection of its own."""
    some_notes("one")
    BY_TEXT.rows(wanted="one")
    pooled = engine().raw_connection()
    pooled.driver_connection.close()
    pooled.close()

    with suppress(Exception):
        BY_TEXT.rows(wanted="one")

    assert len(BY_TEXT.rows(wanted="one")) == 1


def test_one_reads_the_rows_of_another_with_the_same_columns(database, trial):
    """Whichever is asked first."""
    every = Prepared(select(Note.written_at, Note.text).order_by(Note.id))
    one = Prepared(select(Note.written_at, Note.text).where(Note.text == bindparam("wanted")), like=every)
    now = clock.now()
    with writing() as session:
        session.add(Note(text="one", written_at=now))

    rows = one.rows(wanted="one")

    assert [every.read(row) for row in rows] == [(now, "one")]
