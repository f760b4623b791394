"""The site (BAP): accounts, search over independent providers, and one checkout for what is chosen."""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Mapping | None = None) -> Flask:
    """The site's app. Imports wait until here, so that the sandbox gateway beside it loads nothing of the site."""
    from chassis import app as chassis
    from chassis import clock
    from webapp import assets, commands, errors, extensions, filters, packing, wording
    from webapp import config as settings
    from webapp.accounts import sessions, theme
    from webapp.checkout import worker
    from webapp.letters import post
    from webapp.providers import directory
    from webapp.reconciliation import command
    from webapp.speaker import site_speaker

    foundation = chassis.Foundation("webapp", "travel_discovery", "travel_discovery", "travellers")
    app = chassis.create_app(
        __name__,
        foundation,
        settings.defaults() | dict(config or {}),
        template_folder=str(ROOT / "templates"),
        static_folder=None,  # assets serves it
    )
    app.config["CONTENT_SECURITY_POLICY"] = settings.content_security_policy(app)
    settings.refuse_unsafe(app)
    post.refuse_unsafe(app)
    app.extensions["providers"] = directory.from_environment() | app.config.get("PROVIDERS", {})
    app.extensions["speaker"] = site_speaker(app, clock.now())

    packing.set_up(app)  # first of what is done after a request, so the last that is done
    app.jinja_env.filters.update(filters.FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    extensions.babel.init_app(app)
    assets.set_up(app)
    wording.set_up(app)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    extensions.login_manager.init_app(app)
    sessions.set_up(extensions.login_manager)
    theme.set_up(app)
    errors.set_up(app)
    commands.set_up(app)
    app.cli.add_command(worker.worker)
    app.cli.add_command(command.reconcile)
    _register(app)
    if not chassis.is_command():
        _warm_up()
    chassis.settle()
    return app


def _register(app: Flask) -> None:
    import webapp.checkout.steps  # noqa: F401 (makes every kind of step known)
    import webapp.reconciliation.repairs  # noqa: F401 (and these too)
    from webapp.accounts.data import bp as data
    from webapp.accounts.mailbox import passwords, proofs
    from webapp.accounts.routes import bp as accounts
    from webapp.accounts.saved_pages import bp as saved
    from webapp.accounts.security import bp as security
    from webapp.accounts.theme import bp as theme
    from webapp.admin.routes import bp as admin
    from webapp.admin.user_pages import bp as users
    from webapp.bookings.cancellation import bp as cancellation
    from webapp.bookings.routes import bp as bookings
    from webapp.checkout.routes import bp as checkout
    from webapp.documents.routes import bp as tickets
    from webapp.invoices.routes import bp as invoices
    from webapp.payments.routes import bp as payments
    from webapp.places.routes import bp as places
    from webapp.search.routes import bp as search
    from webapp.trips.routes import bp as trips

    if not app.config["PRODUCTION"]:
        from webapp.styleguide import bp as styleguide

        app.register_blueprint(styleguide)
    for blueprint in (search, places, trips, checkout, payments, admin, users):
        app.register_blueprint(blueprint)
    for blueprint in (bookings, cancellation, tickets, invoices):
        app.register_blueprint(blueprint)
    for blueprint in (accounts, security, saved, data, proofs, passwords, theme):
        app.register_blueprint(blueprint)


def _warm_up() -> None:
    """A server builds the index of places before its first visitor; a command does without."""
    from webapp.places import directory

    directory.find("DEL")
