"""A setting of a service: its config first, then the environment, where the service's own name wins over the plain one.

One environment can so serve all services and still give each its own secret and keys: FLIGHTS_BPP_SECRET_KEY is the
domestic flights', and SECRET_KEY is that of every service that has none of its own.
"""

import os
from pathlib import Path

from flask import Flask

from chassis.security import UnsafeSettings, secret_from_file


def from_environment(service: str, name: str, default: str | None = None) -> str | None:
    """`<SERVICE>_<NAME>`, else `<NAME>`, else `default`; an empty text is nothing."""
    return os.environ.get(f"{service.upper()}_{name}") or os.environ.get(name) or default


def setting(app: Flask, name: str, default: str | None = None) -> str | None:
    """What the app's config says, else the environment, else `default`."""
    return app.config.get(name) or from_environment(app.config["SERVICE"], name, default)


def needed_file(app: Flask, name: str, development: str) -> Path:
    """The file that a setting names; in development one in the instance folder. Raises UnsafeSettings in production."""
    given = setting(app, name)
    if app.config["PRODUCTION"] and not given:
        raise UnsafeSettings(f"{app.config['SERVICE']} needs {name} in production")
    return Path(given or Path(app.instance_path) / development)


def shared_secret(app: Flask, name: str) -> str:
    """A secret that two services share: where it is not given, both read one file of the instance folder."""
    return setting(app, name) or secret_from_file(Path(app.instance_path) / "secrets" / name.lower())
