"""What an engineer asks the site to do: make an admin, and the accounts of a demonstration."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from chassis.database import db, writing
from webapp.accounts import demo, emails, passwords, registration
from webapp.accounts.models import User
from webapp.admin.models import record

DEMO_FILE = "demo-accounts.txt"


def set_up(app: Flask) -> None:
    """`create-admin`, `seed demo` and `seed network`."""
    app.cli.add_command(create_admin)
    seed = app.cli.commands["seed"]
    if not isinstance(seed, AppGroup):
        raise TypeError("`seed` is a group")
    seed.add_command(seed_demo)
    seed.add_command(seed_network)


@click.command("create-admin")
@click.argument("email")
@click.option("--name", default="Admin", show_default=True)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)
@click.option(
    "--promote", is_flag=True, help="Make the account that has this e-mail an admin; its password stays."
)
@with_appcontext
def create_admin(email: str, name: str, password_stdin: bool, promote: bool):
    """Make an account that may see every booking."""
    try:
        address = emails.read(email)
    except emails.NotAnEmail as error:
        raise click.ClickException(f"{email} is not an e-mail address") from error
    if promote:
        _promote(address)
    else:
        _create(address, name, password_stdin)
    click.echo(f"{address.address} is an admin")


def _promote(address: emails.Email) -> None:
    with writing() as session:
        user = session.scalar(select(User).where(User.email_key == address.key))
        if user is None:
            raise click.ClickException(f"Nobody has the e-mail {address.address}")
        user.is_admin = True
        record("command line", "made an admin", user_id=user.id)


def _create(address: emails.Email, name: str, password_stdin: bool) -> None:
    if db.session.scalar(select(User.id).where(User.email_key == address.key)):
        raise click.ClickException(f"{address.address} has an account already; --promote makes it an admin's")
    password = _from_stdin() if password_stdin else _ask()
    try:
        passwords.refuse_unfit(password, address.address)
        registration.register(address, password, name, is_admin=True)
    except (passwords.UnfitPassword, registration.EmailTaken) as refused:
        raise click.ClickException(str(refused)) from refused


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _ask() -> str:
    return click.prompt("Password", hide_input=True, confirmation_prompt=True)


@click.command("demo")
@with_appcontext
def seed_demo():
    """A traveller and an admin with random passwords, for a demonstration."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("Demo accounts are not for production")
    file = Path(current_app.instance_path) / DEMO_FILE
    try:
        made = demo.seed(file)
    except demo.NotADemoAccount as refused:
        raise click.ClickException(str(refused)) from refused
    if made is None:
        click.echo(f"The demo accounts are there; their passwords are in {file}")
    else:
        click.echo(f"{made}Kept in {file}")


@click.command("network")
def seed_network():
    """Nothing: flights and hotels are the providers' to seed."""
    click.echo("Nothing to add: the site has no flights or hotels of its own")
