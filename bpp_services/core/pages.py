"""The pages that links in messages lead to: a provider's terms, and help with a booking."""

from flask import Blueprint, current_app

bp = Blueprint("pages", __name__)


@bp.get("/")
def about():
    return _plain(f"{current_app.config['SERVICE']}: a Beckn provider. It answers POST /beckn/<action>.")


@bp.get("/terms")
def show_terms():
    return _plain(
        "The terms of a booking stand in its messages: what is kept in which window, and what comes back."
    )


@bp.get("/help/<order_id>")
def help_with(order_id: str):
    return _plain(
        "Booked through a travel site: changes, cancellation and refunds are made there, under My trips."
    )


@bp.get("/logo/<code>.svg")
def logo(code: str):
    """A badge with the seller's letters, which its descriptor's image links to."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())[:2]
    badge = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#2f2c7e"/>'
        '<text x="32" y="42" font-family="sans-serif" font-size="28" font-weight="700" text-anchor="middle" '
        f'fill="#ffffff">{letters}</text></svg>'
    )
    return current_app.response_class(badge, mimetype="image/svg+xml")


def _plain(sentence: str):
    return current_app.response_class(sentence + "\n", mimetype="text/plain")
