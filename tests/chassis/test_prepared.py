"""A prepared statement does what SQLAlchemy's would, and leaves the connection as it was."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    event,
    func,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound, OperationalError

from chassis import clock
from chassis.database import Instant, WriteOutsideWriting, db, engine, writing
from chassis.objects import Objects
from chassis.prepared import Command, Prepared, insert_once
from tests.chassis.conftest import Note, Stranger

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


def test_what_the_database_cannot_answer_is_an_error_of_sqlalchemys(database, trial):
    nowhere = Prepared(select(Stranger.id))

    with pytest.raises(DBAPIError, match="strangers"):
        nowhere.rows()

    with suppress(ZeroDivisionError), writing() as session:
        session.add(Note(text="one"))
        session.flush()
        raise ZeroDivisionError
    assert BY_TEXT.rows(wanted="one") == ()


def test_who_has_none_open_begins_none_by_asking(database, trial):
    """It would last until the end of the request, and what is read would be of its beginning."""
    db.session.remove()
    BY_TEXT.rows(wanted="one")
    assert not db.session.registry.has()

    assert not db.session().in_transaction()
    BY_TEXT.rows(wanted="one")
    assert not db.session().in_transaction()


def test_who_has_a_transaction_open_asks_in_it(database, trial):
    """With a connection of its own besides, as many threads as there are connections would wait for each other for ever."""
    with suppress(ZeroDivisionError), writing() as session:
        session.add(Note(text="one"))
        session.flush()
        assert len(BY_TEXT.rows(wanted="one")) == 1
        assert engine().pool.checkedout() == 1  # type: ignore[attr-defined]
        raise ZeroDivisionError

    assert BY_TEXT.rows(wanted="one") == ()


@pytest.mark.postgresql
def test_a_question_on_a_connection_that_was_ended_is_an_error_of_sqlalchemys(trial):
    with engine().connect() as another, pytest.raises(OperationalError), writing() as session:
        _is_ended_and_goes_on(session.info["writing"], another, lambda: BY_TEXT.rows(wanted="one"))

    assert BY_TEXT.rows(wanted="one") == ()


def test_one_reads_the_rows_of_another_with_the_same_columns(database, trial):
    """Whichever is asked first."""
    every = Prepared(select(Note.written_at, Note.text).order_by(Note.id))
    one = Prepared(select(Note.written_at, Note.text).where(Note.text == bindparam("wanted")), like=every)
    now = clock.now()
    with writing() as session:
        session.add(Note(text="one", written_at=now))

    rows = one.rows(wanted="one")

    assert [every.read(row) for row in rows] == [(now, "one")]


# ---- what is read as objects

NOTES_OF = Objects(Note, select(Note).where(Note.text == bindparam("wanted")).order_by(Note.id))


def test_rows_become_objects_in_the_session(database, trial):
    now = clock.now()
    with writing() as session:
        session.add(Note(text="one", secret="a passport", written_at=now))

    [found] = NOTES_OF.all(wanted="one")

    assert (found.text, found.secret, found.written_at) == ("one", "a passport", now)
    assert db.session.get(Note, found.id) is found
    assert NOTES_OF.one(wanted="one") is NOTES_OF.one_or_none(wanted="one") is found
    assert not db.session.dirty


def test_what_is_not_there_is_none_or_an_error(database, trial):
    assert NOTES_OF.all(wanted="one") == []
    assert NOTES_OF.one_or_none(wanted="one") is None
    with pytest.raises(NoResultFound):
        NOTES_OF.one(wanted="one")


def test_an_object_that_was_read_before_is_as_it_is_now(database, trial):
    """Also one that the session holds to be out of date since its last transaction."""
    some_notes("one")
    found = NOTES_OF.one(wanted="one")
    db.session.rollback()
    with engine().begin() as another:
        another.execute(update(Note.__table__).values(written_at=clock.now()))

    assert NOTES_OF.one(wanted="one") is found
    assert found.written_at is not None
    with writing():
        AGAIN.rows(was="one", secret="changed")
        assert NOTES_OF.one(wanted="one").secret == found.secret == "changed"


def test_an_object_that_was_read_again_is_not_asked_for_once_more(database, trial):
    """The session holds it to be up to date from then on."""
    some_notes("one")
    found, asked = NOTES_OF.one(wanted="one"), []
    db.session.rollback()
    NOTES_OF.one(wanted="one")
    event.listen(engine(), "before_cursor_execute", lambda *args: asked.append(args[2]))

    assert db.session.get(Note, found.id) is found

    assert asked == []


def test_what_was_changed_and_not_written_yet_is_written_before(database, trial):
    some_notes("one")

    with writing() as session:
        NOTES_OF.one(wanted="one").secret = "mine"
        session.add(Note(text="one", secret="also mine"))
        assert [each.secret for each in NOTES_OF.all(wanted="one")] == ["mine", "also mine"]

    assert [each.secret for each in NOTES_OF.all(wanted="one")] == ["mine", "also mine"]


def test_an_object_that_was_read_can_be_changed(database, trial):
    some_notes("one")

    with writing():
        NOTES_OF.one(wanted="one").text = "two"

    assert texts() == ["two"]


# ---- what is written

NOTES = Note.__table__
AGAIN = Command(update(NOTES).where(NOTES.c.text == bindparam("was")).returning(NOTES.c.id))
GONE = Command(delete(NOTES).where(NOTES.c.text == bindparam("was")))


def texts() -> list[str]:
    return sorted(db.session.scalars(select(Note.text)))


def test_a_command_changes_the_rows_of_its_bound_values(database, trial):
    some_notes("one", "two", "one")

    with writing():
        changed = AGAIN.rows(was="one", text="three")
        gone = GONE.change(was="two")

    assert (len(changed), gone) == (2, 1)
    assert texts() == ["three", "three"]


def test_a_command_writes_instants_and_secrets_as_its_columns_do(database, trial):
    some_notes("one")
    now = clock.now()

    with writing():
        AGAIN.rows(was="one", text="two", written_at=now, secret="a passport")

    note = db.session.scalars(select(Note)).one()
    assert (note.written_at, note.secret) == (now, "a passport")
    kept = db.session.scalar(select(type_coerce(NOTES.c.secret, String)).select_from(Note))
    assert kept
    assert "passport" not in kept


def test_a_command_may_have_values_of_its_own(database, trial):
    some_notes("one", "two")
    marks = Command(update(NOTES).where(NOTES.c.text == bindparam("was")).values(secret="known"))

    with writing():
        assert marks.change(was="one") == 1

    assert [note.secret for note in NOTES_OF.all(wanted="one")] == ["known"]


def test_a_default_that_is_made_anew_for_each_row_must_be_given(database, trial):
    made = Table(
        "made", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant, default=clock.now)
    )

    with pytest.raises(TypeError, match="whose default is made"), writing():
        insert_once(made, id=1)


def test_a_command_is_undone_with_its_transaction(database, trial):
    some_notes("one")

    with suppress(ZeroDivisionError), writing():
        GONE.change(was="one")
        raise ZeroDivisionError

    assert texts() == ["one"]


def test_a_command_is_given_only_inside_writing(database, trial):
    with pytest.raises(WriteOutsideWriting):
        GONE.change(was="one")


def test_a_command_wants_all_of_its_values(trial):
    with pytest.raises(TypeError, match="was"), writing():
        GONE.change()


def test_what_the_database_refuses_is_an_error_of_sqlalchemys_without_the_values(database, trial):
    some_notes("one")

    with pytest.raises(IntegrityError) as refused, writing():
        AGAIN.rows(was="one", text=None, secret="a passport")

    assert "a passport" not in str(refused.value)
    assert texts() == ["one"]


def _asks_in_a_transaction() -> None:
    with writing():
        BY_TEXT.rows(wanted="one")


def _gives_a_command() -> None:
    with writing():
        GONE.change(was="none")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "speaks", [lambda: BY_TEXT.rows(wanted="one"), _asks_in_a_transaction, _gives_a_command]
)
def test_when_the_server_is_started_anew_one_fails_and_the_next_ones_do_not(trial, speaks):
    """All connections of the pool are gone with the one that was spoken on."""
    held = [engine().connect() for _ in range(4)]
    ours = [each.connection.driver_connection.info.backend_pid for each in held[:3]]
    for each in held[:3]:
        each.close()
    with held[3] as another:  # it stays out of the pool
        another.execute(select(*(func.pg_terminate_backend(each) for each in ours)))

        with pytest.raises(OperationalError):
            speaks()

        for _ in range(3):
            speaks()


@pytest.mark.postgresql
def test_a_command_on_a_connection_that_was_ended_fails_and_the_next_one_is_given(trial):
    some_notes("one")
    with engine().connect() as another, pytest.raises(OperationalError), writing() as session:
        _is_ended_and_goes_on(session.info["writing"], another, lambda: GONE.change(was="one"))

    with writing():
        assert GONE.change(was="one") == 1


def _is_ended_and_goes_on(connection, another, go_on: Callable) -> None:
    ours = connection.connection.driver_connection.info.backend_pid
    another.execute(select(func.pg_terminate_backend(ours)))
    go_on()


def test_the_same_row_is_inserted_once(database, trial):
    some_notes("one")
    there = db.session.scalars(select(Note.id)).one()

    with writing():
        again = insert_once(NOTES, id=there, text="two")
        another = insert_once(NOTES, id=there + 1, text="two")

    assert (again, another) == (None, there + 1)
    assert texts() == ["one", "two"]
