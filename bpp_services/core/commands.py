"""What an engineer asks a provider to do: seed and sweep."""

import click
from flask import Flask
from flask.cli import AppGroup

from bpp_services.core.provider import Service


def set_up(app: Flask, service: Service) -> None:
    """`sweep`, and the `seed` commands that the provider brings."""

    @app.cli.command()
    def sweep():
        """Take back expired holds and erase the documents of journeys long over."""
        click.echo(f"{service.provider.sweep()} holds taken back")

    seed = app.cli.commands["seed"]
    if not isinstance(seed, AppGroup):
        raise TypeError("`seed` is a group")
    for command in service.provider.seed_commands(service.market):
        seed.add_command(command)
