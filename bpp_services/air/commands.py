"""`seed demo`, `seed network` and `seed large`: what a flight service has on sale in development."""

from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from bpp_services.air import seeding
from bpp_services.air.timetable import demo, large, network
from bpp_services.air.timetable.flights import PlannedFlight, of_market


def seed_commands(market: str) -> list[click.Command]:
    """The commands under `seed` of the service that serves `market`."""
    return [
        _seed("demo", of_market(demo.FLIGHTS, market), "The demo flights, from yesterday to a year ahead."),
        _seed("network", of_market(network.FLIGHTS, market), "Their returns and many more routes."),
        _seed_large(market),
    ]


def _seed(name: str, flights: Sequence[PlannedFlight], help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @with_appcontext
    def seed():
        click.echo(f"{name}: {seeding.put_on_sale(flights)}")

    return seed


def _seed_large(market: str) -> click.Command:
    @click.command("large", help="A network of any size, for measuring.")
    @click.option("--departures", type=click.IntRange(min=1), required=True, help="At least so many.")
    @with_appcontext
    def seed(departures: int):
        try:
            flights = seeding.enough(large.flights(market), departures)
        except large.NoNumberLeft as error:
            raise click.BadParameter("too many: flight numbers run out", param_hint="--departures") from error
        click.echo(f"large: {seeding.put_on_sale(flights)}")

    return seed
