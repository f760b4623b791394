import fcntl
import threading
import time
from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError, UnboundExecutionError

from chassis.database import (
    CONNECTIONS,
    TransactionOpen,
    WriteOutsideWriting,
    db,
    engine,
    keep,
    let_go,
    writing,
)
from chassis.prepared import transaction
from run.__main__ import SITES_THREADS
from tests.chassis.conftest import Note, Stranger


def a_note(text="hello"):
    with writing():
        note = Note(text=text)
        db.session.add(note)
    return note


def how_many():
    return db.session.scalar(select(func.count()).select_from(Note))


def test_what_is_written_in_writing_stays(database, trial):
    a_note()

    assert how_many() == 1


def test_adding_outside_writing_raises(database, trial):
    db.session.add(Note(text="hello"))

    with pytest.raises(WriteOutsideWriting):
        db.session.commit()


def test_changing_outside_writing_raises(database, trial):
    note = a_note()
    note.text = "changed"

    with pytest.raises(WriteOutsideWriting):
        db.session.flush()


def test_what_was_typed_stands_in_no_error(database, trial):
    note = a_note("a passport number")

    with pytest.raises(IntegrityError) as error, writing():
        db.session.execute(insert(Note).values(id=note.id, text="a passport number"))

    assert "INSERT INTO" in str(error.value)
    assert "a passport number" not in str(error.value)


@pytest.mark.parametrize("statement", [insert(Note).values(text="x"), update(Note).values(text="x")])
def test_a_statement_that_writes_outside_writing_raises(database, trial, statement):
    with pytest.raises(WriteOutsideWriting):
        db.session.execute(statement)


def test_a_change_made_before_writing_is_not_smuggled_in(database, trial):
    db.session.add(Note(text="hello"))

    with pytest.raises(WriteOutsideWriting), writing():
        pass


def test_leaving_by_an_exception_leaves_nothing(database, trial):
    with suppress(ZeroDivisionError), writing():
        db.session.add(Note(text="hello"))
        db.session.flush()
        raise ZeroDivisionError

    assert how_many() == 0


def test_a_constraint_that_says_no_leaves_nothing_and_the_next_write_works(database, trial):
    with pytest.raises(IntegrityError), writing():
        db.session.add(Note(text=""))

    a_note()

    assert how_many() == 1


def test_writing_inside_writing_raises(database, trial):
    with pytest.raises(WriteOutsideWriting), writing(), writing():
        pass


def test_no_request_is_sent_inside_writing(database, trial):
    with pytest.raises(TransactionOpen), writing():
        let_go()


def test_after_letting_go_no_transaction_is_open(database, trial):
    how_many()

    let_go()

    assert not db.session().in_transaction()


def test_what_is_kept_is_read_after_the_commit_without_asking(database, trial):
    with writing() as session:
        note = Note(text="one")
        session.add(note)
        session.flush()
        keep()

    assert note.text == "one"
    assert not db.session().in_transaction()


@pytest.mark.parametrize("forgetting", [let_go, lambda: an_empty_write()], ids=["a request", "a write"])
def test_what_was_kept_is_read_anew_after(database, trial, forgetting):
    with writing() as session:
        note = Note(text="one")
        session.add(note)
        session.flush()
        keep()
    with engine().begin() as another:
        another.execute(update(Note.__table__).values(text="two"))

    forgetting()

    assert note.text == "two"


def an_empty_write() -> None:
    with writing():
        pass


def test_nothing_is_kept_of_what_was_not_committed(database, trial):
    with suppress(ZeroDivisionError), writing():
        keep()
        raise ZeroDivisionError
    with writing() as session:
        note = Note(text="one")
        session.add(note)

    assert inspect(note).expired


@pytest.mark.parametrize("first_reads", [False, True])
def test_two_writers_wait_for_each_other_and_lose_nothing(database, trial, first_reads):
    """On SQLite without BEGIN IMMEDIATE the writer that read first fails at once with "database is locked"."""
    note = a_note("0")
    number, failures = note.id, []

    def count_up():
        try:
            with trial.app_context():
                for _ in range(5):
                    if first_reads:
                        how_many()
                    with writing():
                        mine = db.session.get(Note, number, with_for_update=True)
                        time.sleep(0.01)
                        mine.text = str(int(mine.text) + 1)
        except Exception as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    db.session.rollback()
    assert db.session.get(Note, number).text == "20"


def test_a_write_that_holds_makes_the_next_one_wait(trial):
    let_in, began = threading.Event(), threading.Event()
    order = []

    def hold():
        with trial.app_context(), writing():
            began.set()
            let_in.wait(5)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    began.wait(5)
    threading.Timer(0.2, let_in.set).start()
    with writing():
        order.append("second")
    thread.join()

    assert order == ["first", "second"]


def test_writers_of_one_file_take_turns(trial):
    """Whoever has the file's turn keeps the next writer out, before SQLite is asked."""
    file = trial.config["DATABASE_URL"].removeprefix("sqlite:///")
    done = threading.Event()

    def write():
        with trial.app_context():
            a_note()
        done.set()

    with open(f"{file}-queue", "ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        writer = threading.Thread(target=write)
        writer.start()
        assert not done.wait(0.2)
    writer.join(10)

    assert done.is_set()


def test_a_service_has_no_engine_for_anothers_tables(database, trial):
    with pytest.raises(UnboundExecutionError):
        db.session.scalars(select(Stranger)).all()


@pytest.mark.postgresql
def test_what_began_outside_writing_only_reads(trial):
    """Not even by what our guards do not see."""
    how_many()

    with pytest.raises(InternalError, match="read-only transaction"):
        transaction(db.session()).execute(text("INSERT INTO notes (text) VALUES ('smuggled')"))
    db.session.rollback()

    a_note()
    assert how_many() == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("end", [let_go, lambda: a_note(), lambda: db.session.remove()])
def test_what_is_asked_often_stays_prepared(trial, end):
    for _ in range(10):
        how_many()
        end()

    prepared = transaction(db.session()).scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("count" in each for each in prepared)


def test_a_write_that_fails_is_rolled_back_after_reading_on_the_same_connection(database, trial):
    how_many()
    with suppress(ZeroDivisionError), writing() as session:
        session.add(Note(text="hello"))
        session.flush()
        raise ZeroDivisionError

    assert how_many() == 0


def test_as_many_connections_are_kept_as_the_site_has_threads(database, trial):
    assert SITES_THREADS <= CONNECTIONS
    with ExitStack() as stack:
        for _ in range(SITES_THREADS):
            stack.enter_context(engine().connect())

    assert engine().pool.checkedin() == SITES_THREADS


def test_a_connection_that_was_read_on_can_be_written_on_by_who_takes_it_himself(database, trial):
    how_many()
    let_go()

    with engine().begin() as connection:
        connection.execute(insert(Note).values(text="hello"))

    assert how_many() == 1
