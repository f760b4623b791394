"""`flask worker`: drives what nobody visits; any number of them may run, on any machine that reaches the database."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from chassis.database import db
from webapp.checkout import saga

PAUSE_SECONDS = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@with_appcontext
def worker(once: bool):
    """Do the due steps of all bookings until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        done = _work_while_due(stopping)
        if once:
            click.echo(f"{done} steps done")
            return
        stopping.wait(PAUSE_SECONDS)


def _work_while_due(stopping: threading.Event) -> int:
    done = 0
    try:
        while not stopping.is_set() and (claim := saga.claim_forgotten()):
            done += saga.go_on(claim)
    except OperationalError as error:
        current_app.logger.error("the database does not answer", exc_info=error)
    except (
        Exception
    ):  # one booking's trouble must not end the worker of all others; its lease ends, and it comes again
        current_app.logger.exception("a step could not even be put off")
    finally:
        db.session.remove()
    return done
