"""`seed demo` and `seed network`: what the hotels service has on sale in development."""

from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from bpp_services.hotels import seeding
from bpp_services.hotels.portfolio import demo, network
from bpp_services.hotels.portfolio.hotels import PlannedHotel


def seed_commands() -> list[click.Command]:
    """The commands under `seed`."""
    return [
        _seed("demo", demo.HOTELS, "The demo hotels, from last night to a year ahead."),
        _seed("network", network.HOTELS, "Forty more hotels in twelve cities, for as long."),
    ]


def _seed(name: str, hotels: Sequence[PlannedHotel], help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @with_appcontext
    def seed():
        click.echo(f"{name}: {seeding.put_on_sale(hotels)}")

    return seed
