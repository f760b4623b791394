"""Addresses of our own styles, scripts, fonts and icons, each made once: a page has twenty of them."""

from functools import lru_cache

from flask import Flask, url_for
from markupsafe import Markup


def set_up(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset


@lru_cache(512)
def asset(name: str) -> Markup:
    """The address of the file `name` under static/, safe to stand in a page."""
    return Markup(url_for("static", filename=name))  # noqa: S704 - url_for has quoted it
