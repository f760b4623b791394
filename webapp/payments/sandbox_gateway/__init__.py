"""The sandbox gateway: a payment gateway of our own, in a process of its own, that moves no money.

It stands in for a real one: an API with keys, a hosted page, manual capture, refunds, signed webhooks. It knows
nothing of the site, and the site knows it by its API alone.
"""

from collections.abc import Mapping

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from chassis import app as chassis_app
from chassis.app import Foundation
from chassis.security import UnsafeSettings
from chassis.settings import shared_secret
from webapp.payments.sandbox_gateway import api, commands, hosted_page

FOUNDATION = Foundation("sandbox_gateway", "sandbox_gateway", "sandbox_gateway", "payments")


def create_app(config: Mapping | None = None) -> Flask:
    """The gateway's app. Raises UnsafeSettings in production: there nobody may buy without paying.

    Settings: SANDBOX_API_KEY and SANDBOX_WEBHOOK_SECRET (made in instance/secrets/ when not given), and
    SANDBOX_WEBHOOKS_INLINE: send webhooks before the answer (tests) and not behind it.
    """
    app = chassis_app.create_app(__name__, FOUNDATION, config)
    if app.config["PRODUCTION"]:
        raise UnsafeSettings("The sandbox gateway takes no money and refuses to start in production")
    for name in ("SANDBOX_API_KEY", "SANDBOX_WEBHOOK_SECRET"):
        app.config[name] = shared_secret(app, name)
    app.config.setdefault("SANDBOX_WEBHOOKS_INLINE", app.testing)

    CSRFProtect(app).exempt(api.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(hosted_page.bp)
    app.cli.add_command(commands.deliver)
    chassis_app.settle()
    return app
