"""Where one can go or stay, and from what price: asked of the providers now and then, shown at once, with its moment."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from beckn.days import Days
from chassis import clock
from chassis.database import let_go
from webapp.places.directory import Place
from webapp.search import fares
from webapp.search.results import ProviderState

FRESH = timedelta(minutes=10)  # so long nobody is asked again
USABLE = timedelta(hours=6)  # so long older figures are better than none
AGAIN = timedelta(seconds=30)  # after a question that somebody left unanswered
MOST_BOARDS = 200
WEEKS_AHEAD = 6
INDIA = ZoneInfo("Asia/Kolkata")


@dataclass(frozen=True)
class Board:
    """What is on sale, the cheapest first, as of a moment in Indian time; `silent`: who did not answer."""

    lines: Sequence[Any]
    asked_at: datetime
    silent: tuple[str, ...] = ()


@dataclass
class _Known:
    board: Board | None = None
    tried_at: datetime | None = None
    asking: Future | None = None


@dataclass
class Boards:
    """The boards of a process, by what they are of. Each is asked for by one thread at a time, and by no page twice."""

    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "boards"))
    _known: OrderedDict[Hashable, _Known] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def board(self, of: Hashable, ask: Callable[[], Board], patience: float) -> Board | None:
        """The board as it is known; without one, what `ask` brings within `patience` seconds, or None.

        An old one is shown while a newer is asked for. One with somebody silent takes no place of a usable whole one.
        """
        known, begun = self._begin(of, ask)
        if begun and known.board is None:
            let_go()  # nobody else's change waits for a reader who waits
            wait([begun], patience)
        board = known.board
        return board if board and clock.now() - board.asked_at <= USABLE else None

    def _begin(self, of: Hashable, ask: Callable[[], Board]) -> tuple[_Known, Future | None]:
        """What is known, and the question when this page is the one to put it."""
        with self._lock:
            known = self._known.setdefault(of, _Known())
            self._known.move_to_end(of)
            if len(self._known) > MOST_BOARDS:
                self._known.popitem(last=False)
            if not _is_due(known):
                return known, None
            known.tried_at = clock.now()
            known.asking = self.threads.submit(_keep, known, ask)
            return known, known.asking


def _is_due(known: _Known) -> bool:
    if known.asking and not known.asking.done():
        return False
    now, board = clock.now(), known.board
    if board and not board.silent and now - board.asked_at <= FRESH:
        return False
    return known.tried_at is None or now - known.tried_at > AGAIN


def _keep(known: _Known, ask: Callable[[], Board]) -> None:
    new, old = ask(), known.board
    if new.silent and old and not old.silent and clock.now() - old.asked_at <= USABLE:
        return
    if new.lines or not new.silent:
        known.board = new


def flights_from(origin: Place) -> Board | None:
    """Where one can fly from `origin` in the coming weeks, with the cheapest fare of each city; None when nobody says."""
    return _board(("flights", origin.key), lambda days: fares.ask_by_destination(origin, days))


def stays() -> Board | None:
    """In which cities one can stay in the coming weeks, with the cheapest night of each; None when nobody says."""
    return _board(("hotels",), fares.ask_by_city)


def _board(
    of: Hashable, ask: Callable[[Days], tuple[Sequence[Any], Sequence[ProviderState]]]
) -> Board | None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    patience: float | None = app.config["HOME_PATIENCE"]
    if patience is None:
        return None

    def asked() -> Board:
        with app.app_context():
            try:
                return _ask(ask)
            except Exception:
                app.logger.exception("a board could not be made")
                raise

    boards: Boards = app.extensions.setdefault("boards", Boards())
    return boards.board(of, asked, patience)


def _ask(ask: Callable[[Days], tuple[Sequence[Any], Sequence[ProviderState]]]) -> Board:
    now = clock.now().astimezone(INDIA)
    first = now.date() + timedelta(days=1)
    lines, states = ask(Days(first, first + timedelta(weeks=WEEKS_AHEAD, days=-1)))
    return Board(lines, now, tuple(state.name for state in states if state.state != "answered"))
