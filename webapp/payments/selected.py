"""The gateway that the settings choose."""

from flask import Flask, current_app

from chassis.settings import shared_secret
from webapp.payments.gateway import PaymentGateway
from webapp.payments.sandbox import SandboxGateway


def gateway() -> PaymentGateway:
    """One for the app, made on first use."""
    app: Flask = current_app
    if "gateway" not in app.extensions:
        app.extensions["gateway"] = _make(app)
    return app.extensions["gateway"]


def _make(app: Flask) -> PaymentGateway:
    name = app.config["GATEWAY"]
    if name != "sandbox":
        raise RuntimeError(f"There is no payment gateway {name!r}; GATEWAY may be: sandbox")
    return SandboxGateway(
        app.config["GATEWAY_URL"],
        shared_secret(app, "SANDBOX_API_KEY"),
        shared_secret(app, "SANDBOX_WEBHOOK_SECRET"),
        f"{app.config['SITE_URL']}/payments/webhooks/sandbox",
    )
