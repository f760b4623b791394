"""The gateways that the settings choose among."""

from collections.abc import Callable

from flask import Flask, current_app

from chassis.security import UnsafeSettings
from chassis.settings import setting, shared_secret
from webapp.payments.gateway import PaymentGateway
from webapp.payments.sandbox import SandboxGateway


def gateway(name: str | None = None) -> PaymentGateway:
    """The one that GATEWAY chooses, or the one called `name`: a payment stays with the gateway that took it.

    One of each for the app, made on first use. Raises RuntimeError for one that there is not.
    """
    app: Flask = current_app
    name = name or app.config["GATEWAY"]
    made = app.extensions.setdefault("gateways", {})
    if name not in made:
        if name not in GATEWAYS:
            raise RuntimeError(f"There is no payment gateway {name!r}; GATEWAY may be: {', '.join(GATEWAYS)}")
        made[name] = GATEWAYS[name](app)
    return made[name]


def refuse_unknown(app: Flask) -> None:
    """Raises UnsafeSettings when GATEWAY names none of ours: else it would be found out by the first who pays."""
    name = app.config["GATEWAY"]
    if name not in GATEWAYS:
        raise UnsafeSettings(
            f"There is no payment gateway {name!r}: set GATEWAY to {' or '.join(GATEWAYS)}, or leave it out"
        )


def _sandbox(app: Flask) -> PaymentGateway:
    return SandboxGateway(
        app.config["GATEWAY_URL"],
        shared_secret(app, "SANDBOX_API_KEY"),
        shared_secret(app, "SANDBOX_WEBHOOK_SECRET"),
        f"{app.config['SITE_URL']}/payments/webhooks/sandbox",
    )


def _stripe(app: Flask) -> PaymentGateway:
    from webapp.payments.stripe import StripeGateway  # only here: without it a worker saves 2 MB and 25 ms

    return StripeGateway(
        setting(app, "STRIPE_SECRET_KEY") or "",
        setting(app, "STRIPE_WEBHOOK_SECRET") or "",
        setting(app, "STRIPE_API_BASE"),
    )


GATEWAYS: dict[str, Callable[[Flask], PaymentGateway]] = {"sandbox": _sandbox, "stripe": _stripe}
