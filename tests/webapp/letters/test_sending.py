"""Each letter once: whoever dies, refuses, hangs or is down, and however many send at the same time."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.database import db, writing
from tests.at_once import in_parallel
from tests.webapp.letters.conftest import read
from webapp.bookings.models import Booking
from webapp.checkout import letters
from webapp.checkout.models import Outbox
from webapp.checkout.worker import worker
from webapp.letters import post, sending
from webapp.letters.post import NotSentNow, NotWanted


class Killed(BaseException):
    """What no `except` of the site can hold up."""


class Box:
    """A post that keeps what it was given, and does `first` with it; what it raises is raised once."""

    def __init__(self):
        self.got: list[bytes] = []
        self.trouble: list[BaseException] = []

    def send(self, message) -> None:
        if self.trouble and not isinstance(self.trouble[0], Killed):
            raise self.trouble.pop(0)
        self.got.append(post.as_bytes(message))
        if self.trouble:
            raise self.trouble.pop(0)


@pytest.fixture
def box(monkeypatch) -> Box:
    box = Box()
    monkeypatch.setattr(sending, "post", lambda: box)
    return box


@pytest.fixture
def booked(a_trip):
    """A trip with the letter that it is booked."""
    trip = a_trip()
    trip.book()
    return trip


def state(rows) -> list[tuple[str, int]]:
    return [(row.state, row.attempts) for row in rows]


def test_the_confirmation_mail_twice(database, booked, mail, outbox, instance):
    """One of the nine bugs: whatever is repeated, she has one letter that she is booked."""
    with writing() as session:
        assert letters.write(session.get_one(Booking, booked.booking_id), "booked") is False
    booked.come_back()
    booked.drive()

    assert len(mail()) == 1
    assert not sending.send_next()
    assert state(outbox()) == [("SENT", 1)]
    assert outbox()[0].sent_at is not None


def test_many_who_send_at_once_send_it_once(database, booked, in_site, box):
    def send(_number):
        with in_site.app_context():
            done = sending.send_next()
            db.session.remove()
            return done

    db.session.rollback()
    answers = in_parallel(6, send)

    assert len(box.got) == 1
    assert answers.count(True) == 1


def test_many_letters_and_many_senders_and_each_is_sent_once(database, booked, in_site, box):
    with writing() as session:
        for number in range(12):
            letters.write(session.get_one(Booking, booked.booking_id), "refunded", about=str(number))

    def send(_number):
        with in_site.app_context():
            while sending.send_next():
                pass
            db.session.remove()

    db.session.rollback()
    in_parallel(4, send)

    assert len(box.got) == len(set(box.got)) == 13


def test_killed_after_each_write_it_is_sent_all_the_same(database, booked, box, outbox, clock, monkeypatch):
    """After the claim nothing had been sent; after the last write it is written as sent."""
    commit, left = Session.commit, [1]

    def commit_and_die(session):
        commit(session)
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    monkeypatch.setattr(Session, "commit", commit_and_die)
    with pytest.raises(Killed):
        sending.send_next()
    assert (box.got, state(outbox())) == ([], [("READY", 1)])
    assert not sending.send_next()  # somebody may be at it

    clock.forward(seconds=61)
    left[0] = 2
    with pytest.raises(Killed):
        sending.send_next()

    assert len(box.got) == 1
    assert state(outbox()) == [("SENT", 2)]
    assert not sending.send_next()


def test_what_died_between_the_servers_250_and_our_commit_comes_again_as_the_same_message(
    booked, box, outbox, clock
):
    box.trouble = [Killed()]
    with pytest.raises(Killed):
        sending.send_next()
    assert state(outbox()) == [("READY", 1)]

    clock.forward(seconds=61)
    sending.send_next()

    assert len(box.got) == 2
    assert box.got[0] == box.got[1]
    assert state(outbox()) == [("SENT", 2)]


def test_in_a_folder_the_same_message_is_the_same_file(booked, mail, outbox, instance, clock, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_sent", lambda claimed: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            sending.send_next()
    assert len(read(instance / "mail")) == 1

    clock.forward(seconds=61)

    assert len(mail()) == 1
    assert state(outbox()) == [("SENT", 2)]
    assert [each.name.startswith(".") for each in (instance / "mail").iterdir()] == [False]


def test_who_was_overtaken_writes_nothing(database, booked, in_site, outbox, clock, monkeypatch):
    """It hung for longer than its lease; another has sent it since, and its own failure is no news."""

    class Slow:
        def send(self, message):
            clock.forward(seconds=61)
            monkeypatch.setattr(sending, "post", lambda: Box())
            sending.send_next()
            raise NotSentNow("gone")

    monkeypatch.setattr(sending, "post", Slow)
    with writing() as session:
        session.execute(update(Outbox).values(attempts=sending.MANY_TRIES))

    sending.send_next()

    assert state(outbox()) == [("SENT", sending.MANY_TRIES + 2)]
    assert outbox()[0].last_error is None
    assert booked.booking.needs_attention is None


def test_it_is_tried_ever_more_slowly_and_an_admin_is_asked_to_look(booked, box, outbox, clock):
    box.trouble = [NotSentNow("451 greylisted") for _ in range(9)]
    pauses = []
    for attempt in range(1, 10):
        assert sending.send_next()
        [row] = outbox()
        assert row.last_error == "451 greylisted"
        pauses.append((row.run_at - clock.now()).total_seconds())
        asked = booked.booking.needs_attention
        assert (asked is not None) == (attempt >= sending.MANY_TRIES)
        assert not sending.send_next()
        clock.set(row.run_at)

    assert pauses == pytest.approx([5, 15, 60, 300, 600, 1800, 3600, 3600, 3600], abs=5)
    assert asked == "The letter “booked” could not be sent: see Letters"

    sending.send_next()
    assert state(outbox()) == [("SENT", 10)]
    assert booked.booking.needs_attention is None


def test_what_others_ask_an_admin_for_is_left_alone(booked, box, outbox, clock):
    with writing() as session:
        session.get_one(Booking, booked.booking_id).needs_attention = "REFUND was tried 8 times"
    box.trouble = [NotWanted("550 no such box")]

    sending.send_next()

    assert booked.booking.needs_attention == (
        "REFUND was tried 8 times · The letter “booked” could not be sent: see Letters"
    )


def test_a_box_that_does_not_exist_is_not_tried_for_ever(booked, box, outbox, clock):
    box.trouble = [NotWanted("550 5.1.1 no such box")]
    sending.send_next()
    clock.forward(days=1)

    assert not sending.send_next()

    assert state(outbox()) == [("FAILED", 1)]
    assert outbox()[0].last_error == "550 5.1.1 no such box"
    assert "could not be sent" in booked.booking.needs_attention


def test_a_letter_that_cannot_be_laid_out_holds_up_no_other(booked, box, outbox, clock, caplog):
    with writing() as session:
        letters.write(session.get_one(Booking, booked.booking_id), "refunded")
        session.scalars(select(Outbox).where(Outbox.template == "booked")).one().payload = {"reference": "x"}

    while sending.send_next():
        pass

    assert state(outbox()) == [("READY", 1), ("SENT", 1)]
    assert len(box.got) == 1
    assert "a letter failed" in caplog.text
    broken = outbox()[0]
    assert (broken.lease_until, broken.last_error is None) == (None, False)
    assert 0 < (broken.run_at - clock.now()).total_seconds() <= sending.BACKOFF[0]


def test_while_our_own_database_is_away_nothing_is_said_of_the_letter(booked, box, outbox, clock):
    box.trouble = [OperationalError("COMMIT", {}, Exception("gone"))]
    with pytest.raises(OperationalError):
        sending.send_next()
    assert (state(outbox()), outbox()[0].last_error) == ([("READY", 1)], None)
    assert not sending.send_next()

    clock.forward(seconds=61)
    sending.send_next()

    assert state(outbox()) == [("SENT", 2)]


def test_the_oldest_goes_first(booked, box, outbox, clock):
    with writing() as session:
        booking = session.get_one(Booking, booked.booking_id)
        letters.write(booking, "refunded")
        rows = session.scalars(select(Outbox).order_by(Outbox.id)).all()
        rows[1].run_at = rows[0].run_at.replace(year=2025)

    sending.send_next()

    assert b"gone back" in box.got[0]


def test_a_folder_that_cannot_be_written_to_is_tried_again(booked, in_site, outbox, instance):
    (instance / "mail").write_text("in the way")

    sending.send_next()

    assert state(outbox()) == [("READY", 1)]
    assert "mail" in outbox()[0].last_error


def test_the_worker_sends_what_is_due(booked, in_site, outbox, instance):
    result = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert "1 letters" in result.output
    [letter] = read(instance / "mail")
    assert letter["Message-ID"].startswith(f"<{booked.booking.public_reference}.booked.")


def test_a_mail_server_in_trouble_holds_up_no_booking(booked, in_site, a_trip, clock, monkeypatch):
    monkeypatch.setattr(sending, "send_next", lambda: 1 / 0)
    late = a_trip()
    late.hold()
    clock.forward(minutes=13)

    result = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert result.exit_code == 0
    assert late.state == "EXPIRED"
