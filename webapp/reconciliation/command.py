"""`flask reconcile`: look at everything that may differ, now; what is left is printed and makes the exit code."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from chassis.database import db
from webapp.bookings.models import Booking
from webapp.reconciliation import running
from webapp.reconciliation.differences import WORDS
from webapp.reconciliation.models import Difference
from webapp.reconciliation.running import Tally

MOST_SHOWN = 200
HEADS = ("Booking", "What", "Subject", "We say", "They say", "Since")


@click.command()
@with_appcontext
def reconcile():
    """Compare bookings with their providers and the gateway, and put right what is clear; 1 when anything is left."""
    tally = running.run_all()
    left = _left()
    click.echo(
        f"{tally.looked} bookings looked at: {tally.found} differences found, {tally.repairs} repairs begun, "
        f"{tally.resolved} differences resolved"
    )
    for line in _table(left):
        click.echo(line)
    _say_what_was_missed(tally)
    if left or tally.missed:
        sys.exit(1)
    click.echo("Nothing is left.")


def _left() -> list[tuple]:
    wanted = (
        select(Difference, Booking.public_reference)
        .join(Booking, Booking.id == Difference.booking_id)
        .where(Difference.resolved_at.is_(None))
        .order_by(Difference.id)
    )
    return [
        (
            reference,
            WORDS[each.kind],
            each.subject_key,
            each.ours,
            each.theirs,
            f"{each.first_seen:%Y-%m-%d %H:%M} UTC",
        )
        for each, reference in db.session.execute(wanted)
    ]


def _table(rows: list[tuple]) -> list[str]:
    """Columns as wide as they need to be."""
    if not rows:
        return []
    shown = [HEADS, *rows[:MOST_SHOWN]]
    widths = [max(len(row[place]) for row in shown) for place in range(len(HEADS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]
    more = [f"… and {len(rows) - MOST_SHOWN} more"] if len(rows) > MOST_SHOWN else []
    return lines + more + [f"{len(rows)} left."]


def _say_what_was_missed(tally: Tally) -> None:
    for why, number in sorted(tally.missed.items()):
        click.echo(f"Not asked, {number}: {why}")
