"""The site's own settings, and what its production refuses."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask

from chassis.security import UnsafeSettings
from chassis.settings import setting

STRIPES_PAGE = "https://checkout.stripe.com"


def defaults() -> dict:
    """The settings that only the site has, as the environment gives them."""
    gateway = os.environ.get("GATEWAY_URL") or f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '')}"
    site = os.environ.get("SITE_URL") or f"http://127.0.0.1:{os.environ.get('WEBAPP_PORT', '')}"
    return {
        "SITE_URL": site.rstrip("/"),
        "GATEWAY": os.environ.get("GATEWAY", "sandbox"),
        "GATEWAY_URL": gateway.rstrip("/"),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "WTF_CSRF_TIME_LIMIT": None,  # a form may stay open for as long as the session lives
        "BABEL_DEFAULT_LOCALE": "en_IN",
        "RATELIMIT_STORAGE_URI": os.environ.get("RATELIMIT_STORAGE_URI", "memory://"),
        "RATELIMIT_HEADERS_ENABLED": False,
        "MAX_FORM_MEMORY_SIZE": 200_000,
        "MAX_FORM_PARTS": 400,
        "PATIENCE_AFTER_PAYING": 2.0,  # seconds that who comes back from paying waits for another who is at her booking
        "HOME_PATIENCE": 0.6,  # seconds that the home page waits for prices it has not got; None: nobody is asked
    }


def content_security_policy(app: Flask) -> str:
    """Everything from ourselves; forms may lead to the gateway's page too, or Pay would be blocked."""
    return (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {_hosted_pages(app)}"
    )


def _hosted_pages(app: Flask) -> str:
    """The origin of the pages where travellers pay; what plays Stripe in a test has its own."""
    stripes = setting(app, "STRIPE_API_BASE") or STRIPES_PAGE
    parts = urlsplit(stripes if app.config["GATEWAY"] == "stripe" else app.config["GATEWAY_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def refuse_unsafe(app: Flask) -> None:
    """Raises UnsafeSettings for settings of a gateway that do not fit, and for a production with demo accounts."""
    from webapp.payments import selected

    selected.refuse_unknown(app)
    if app.config["GATEWAY"] == "stripe":
        _refuse_unsafe_stripe(app)
    if not app.config["PRODUCTION"]:
        return
    if app.config["GATEWAY"] == "sandbox":
        raise UnsafeSettings("The site refuses to start in production with the sandbox gateway: set GATEWAY")
    from webapp.accounts.demo import demo_accounts_exist

    with app.app_context():
        if demo_accounts_exist():
            raise UnsafeSettings("The site refuses to start in production while demo accounts exist")


def _refuse_unsafe_stripe(app: Flask) -> None:
    """A live key belongs to production and a test key to everything else: else tickets cost nothing, or trials cost money.

    STRIPE_API_BASE is for something on this machine that plays Stripe: a key is sent to nobody else.
    """
    secret_key = setting(app, "STRIPE_SECRET_KEY") or ""
    api_base = setting(app, "STRIPE_API_BASE")
    kind = "live" if app.config["PRODUCTION"] else "test"
    problems = [
        (
            not secret_key.startswith((f"sk_{kind}_", f"rk_{kind}_")),
            f"STRIPE_SECRET_KEY must be a {kind} key here (sk_{kind}_… or rk_{kind}_…)",
        ),
        (
            not (setting(app, "STRIPE_WEBHOOK_SECRET") or "").startswith("whsec_"),
            "STRIPE_WEBHOOK_SECRET must be the signing secret of the webhook endpoint (whsec_…)",
        ),
        (api_base and app.config["PRODUCTION"], "STRIPE_API_BASE is for tests"),
        (
            api_base and urlsplit(api_base).hostname not in ("127.0.0.1", "::1", "localhost"),
            "STRIPE_API_BASE must be on this machine",
        ),
    ]
    for wrong, sentence in problems:
        if wrong:
            raise UnsafeSettings(f"The site refuses to start with GATEWAY=stripe: {sentence}")
