"""`flask worker`: does what nobody visits; any number of them may run, on any machine that reaches the database.

Each kind of work has a thread of its own, so that a mail server that hangs holds up no booking, and trouble in one stops
none of the others. Whatever a worker was at when it died is claimed again when its lease ends.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from chassis.database import db
from webapp.accounts import closing
from webapp.bookings import erasure
from webapp.checkout import saga
from webapp.letters import post, sending
from webapp.reconciliation import running
from webapp.trips import left

GRACE_SECONDS = 20.0  # in which what was begun may be finished


@dataclass(frozen=True)
class Kind:
    """A kind of work: `next` does the piece that is due the longest and says how much that was, 0 when nothing is due."""

    name: str
    next: Callable[[], int]
    pause_seconds: float = 1.0


def _next_booking() -> int:
    """The longest due step of a booking that nobody visits, and what follows from it."""
    claim = saga.claim_forgotten()
    return saga.go_on(claim) if claim else 0


def _next_letter() -> int:
    return int(sending.send_next())


def _next_erasure() -> int:
    """Passports whose time is over, who travelled on the bookings of closed accounts, and letters to those."""
    return erasure.do_what_is_due() + closing.erase_what_was_sent()


KINDS = (
    Kind("steps done", _next_booking),
    Kind("letters", _next_letter),
    Kind("bookings reconciled", running.do_what_is_due, pause_seconds=30.0),
    Kind("erasures", _next_erasure, pause_seconds=3600.0),
    Kind("left drafts deleted", left.delete_some, pause_seconds=3600.0),
)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@with_appcontext
def worker(once: bool):
    """Do the due steps of all bookings, send their letters, reconcile and erase each hour, until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if once:
        click.echo(", ".join(f"{_while_due(kind, stopping)} {kind.name}" for kind in KINDS))
    else:
        _until_told_to_stop(current_app._get_current_object(), stopping)  # type: ignore[attr-defined]


def _until_told_to_stop(app: Flask, stopping: threading.Event) -> None:
    threads = [
        threading.Thread(target=_again_and_again, args=(app, kind, stopping), name=kind.name, daemon=True)
        for kind in KINDS
    ]
    app.logger.info("the worker begins", extra={"facts": {"letters": str(post.post())}})
    for thread in threads:
        thread.start()
    stopping.wait()
    end = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _again_and_again(app: Flask, kind: Kind, stopping: threading.Event) -> None:
    with app.app_context():
        while not stopping.is_set():
            _while_due(kind, stopping)
            stopping.wait(kind.pause_seconds)


def _while_due(kind: Kind, stopping: threading.Event) -> int:
    """How much was done until nothing was due; trouble ends it until the next time."""
    done = 0
    try:
        while not stopping.is_set() and (more := kind.next()):
            done += more
    except OperationalError as error:
        current_app.logger.error("the database does not answer", exc_info=error)
    except (
        Exception
    ):  # one row's trouble must not end the work on all others; its lease ends, and it comes again
        current_app.logger.exception(
            "a piece of work could not even be put off", extra={"facts": {"kind": kind.name}}
        )
    finally:
        db.session.remove()
    return done
