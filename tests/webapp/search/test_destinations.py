"""The boards of the home page: asked now and then, never waited for long, old figures with their moment."""

from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from chassis import clock as now
from chassis.database import db
from tests.factories import MORNING
from webapp.accounts.models import User
from webapp.search.destinations import AGAIN, FRESH, USABLE, Board, Boards

LONG = 10  # seconds, of which none are spent
SHORT = 0.01


@pytest.fixture
def boards(clock):
    clock.set(MORNING)
    boards = Boards()
    yield boards
    boards.threads.shutdown()


class Provider:
    """What providers say, how often they were asked, and when they are slow."""

    def __init__(self):
        self.asked = 0
        self.silent = ()
        self.lines = ["Goa"]
        self.may_answer = Event()
        self.may_answer.set()

    def __call__(self) -> Board:
        self.asked += 1
        self.may_answer.wait(LONG)
        return Board(self.lines, now.now(), self.silent)


def test_within_minutes_nobody_is_asked_again(boards, clock):
    provider = Provider()
    first = boards.board("DEL", provider, LONG)
    clock.set(MORNING + FRESH - timedelta(seconds=1))

    again = boards.board("DEL", provider, LONG)

    assert first is again
    assert provider.asked == 1
    boards.board("BOM", provider, LONG)
    assert provider.asked == 2


def test_old_figures_are_shown_at_once_while_new_ones_are_asked_for(boards, clock):
    provider = Provider()
    boards.board("DEL", provider, LONG)
    clock.set(MORNING + FRESH + timedelta(seconds=1))
    provider.may_answer.clear()

    shown = boards.board("DEL", provider, LONG)
    boards.board("DEL", provider, LONG)  # one question is on its way: nobody puts another

    assert (shown.asked_at - MORNING) < timedelta(seconds=1)
    provider.may_answer.set()
    boards.threads.shutdown()
    assert provider.asked == 2
    assert boards.board("DEL", provider, LONG).asked_at > MORNING + FRESH


def test_without_figures_a_page_waits_a_moment_and_the_next_one_not_at_all(boards):
    provider = Provider()
    provider.may_answer.clear()

    assert boards.board("DEL", provider, SHORT) is None
    assert boards.board("DEL", provider, LONG) is None
    assert provider.asked == 1
    provider.may_answer.set()
    boards.threads.shutdown()
    assert boards.board("DEL", provider, LONG).lines == ["Goa"]


def test_whole_figures_are_better_than_new_ones_with_a_gap(boards, clock):
    provider = Provider()
    boards.board("DEL", provider, LONG)
    clock.set(MORNING + FRESH + timedelta(seconds=1))
    provider.silent, provider.lines = ("Domestic flights",), []
    boards.board("DEL", provider, LONG)
    boards.threads.shutdown()

    assert boards.board("DEL", provider, LONG).lines == ["Goa"]
    clock.set(MORNING + USABLE + timedelta(seconds=1))
    boards.threads = type(boards.threads)(1)
    assert boards.board("DEL", provider, LONG) is None


def test_figures_with_a_gap_are_shown_when_there_are_no_better_ones_and_asked_for_again_soon(boards, clock):
    provider = Provider()
    provider.silent = ("International flights",)

    assert boards.board("DEL", provider, LONG).silent == ("International flights",)
    boards.board("DEL", provider, LONG)
    assert provider.asked == 1
    clock.set(MORNING + AGAIN + timedelta(seconds=1))
    provider.silent = ()
    boards.board("DEL", provider, LONG)
    boards.threads.shutdown()
    assert boards.board("DEL", provider, LONG).silent == ()


def test_when_nobody_answers_there_is_no_board_and_nobody_is_asked_at_every_look(boards, clock):
    provider = Provider()
    provider.silent, provider.lines = ("Hotels",), []

    assert boards.board("hotels", provider, LONG) is None
    assert boards.board("hotels", provider, LONG) is None
    assert provider.asked == 1


def test_a_question_that_breaks_off_is_put_again_later(boards, clock):
    provider = Provider()

    def broken() -> Board:
        provider()
        raise ValueError("an answer that nobody foresaw")

    assert boards.board("DEL", broken, LONG) is None
    assert boards.board("DEL", broken, LONG) is None
    assert provider.asked == 1
    clock.set(MORNING + AGAIN + timedelta(seconds=1))
    assert boards.board("DEL", provider, LONG).lines == ["Goa"]


def test_no_transaction_is_open_while_a_page_waits(boards, site_app):
    provider = Provider()
    provider.may_answer.clear()
    with site_app.app_context():
        db.session.scalars(select(User)).all()

        boards.board("DEL", provider, SHORT)

        assert not db.session().in_transaction()
    provider.may_answer.set()


def test_only_so_many_boards_are_kept(boards, monkeypatch):
    monkeypatch.setattr("webapp.search.destinations.MOST_BOARDS", 2)
    provider = Provider()

    for of in ("DEL", "BOM", "BLR", "DEL"):
        boards.board(of, provider, LONG)

    assert provider.asked == 4
