"""The gateway's own command: send again what did not arrive."""

import click
from flask.cli import with_appcontext

from webapp.payments.sandbox_gateway import webhooks
from webapp.payments.sandbox_gateway.event import Event


@click.command()
@with_appcontext
def deliver():
    """Send the webhooks again that no shop has acknowledged, oldest first."""
    waiting = Event.undelivered()
    delivered = sum(webhooks.deliver(*each) for each in waiting)
    click.echo(f"{delivered} delivered, {len(waiting) - delivered} still waiting")
