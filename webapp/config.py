"""The site's own settings, and what its production refuses."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask

from chassis.security import UnsafeSettings


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
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
    }


def content_security_policy(app: Flask) -> str:
    """Everything from ourselves; forms may lead to the gateway's page too, or Pay would be blocked."""
    parts = urlsplit(app.config["GATEWAY_URL"])
    return (
        "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )


def refuse_unsafe(app: Flask) -> None:
    """Raises UnsafeSettings for a production that pays with the sandbox or has demo accounts."""
    if not app.config["PRODUCTION"]:
        return
    if app.config["GATEWAY"] == "sandbox":
        raise UnsafeSettings("The site refuses to start in production with the sandbox gateway: set GATEWAY")
    from webapp.accounts.demo import demo_accounts_exist

    with app.app_context():
        if demo_accounts_exist():
            raise UnsafeSettings("The site refuses to start in production while demo accounts exist")
