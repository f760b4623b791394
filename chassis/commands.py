"""Commands that every service has, and how the services add theirs to `seed`."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from chassis import health


def set_up(app: Flask) -> None:
    """`seed …` is empty until the service fills it; `check` prints what `/readyz` would say."""
    app.cli.add_command(AppGroup("seed", help="Fill the database; rows that are there are never touched."))
    app.cli.add_command(check)


@click.command()
@with_appcontext
def check():
    """Say whether this service's database can serve; exit 1 when not."""
    problems, revision = health.examine()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo(f"ready, at migration {revision}")
