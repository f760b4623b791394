"""Results and one offer; the home page is in home.py."""

import secrets
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from beckn.errors import ERROR_40002_SOLD_OUT
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.providers.directory import Provider
from webapp.search import home, offers, recent
from webapp.search.kinds import KINDS
from webapp.search.results import ProviderState, search
from webapp.search.selection import offer_url, selected

bp = Blueprint("search", __name__)
home.add_to(bp)


@bp.get("/flights/search")
def flights():
    return _results("flights")


@bp.get("/hotels/search")
def hotels():
    return _results("hotels")


def _results(key: str):
    kind = KINDS[key]
    if not request.args:
        return redirect(url_for("search.home", kind=key if key != "flights" else None), 303)
    form = kind.form(request.args)
    found: list[Any] = []
    states: list[ProviderState] = []
    sort = request.args.get("sort", "price")
    valid = form.validate()
    if valid:
        recent.remember(key, form)
        pairs, states = search(key, form.searches())
        shown = [
            offers.shown(offer, each.key, each.name, _address(each, offer, form)) for each, offer in pairs
        ]
        found = (
            offers.in_order(shown, sort) if key == "flights" else sorted(shown, key=lambda o: o.total_minor)
        )
    page = render_template(kind.results, form=form, offers=found, states=states, sort=sort, valid=valid)
    return page, 200 if valid else 422


def _address(provider: Provider, offer, form) -> str:
    choice = _choice(provider, offer.item, form.data)
    return offer_url(provider, offer.item, choice)


def _choice(provider: Provider, item: str, args):
    texts = {key: str(value) for key, value in args.items() if value is not None}
    return provider.wire.choice_of(item, texts)


@bp.get("/offers/<provider>~<item>")
def offer(provider: str, item: str):
    """The provider is asked when the page is opened: a price in an address is never a price."""
    seller = directory.find(provider) or abort(404)
    try:
        choice = _choice(seller, item, request.args)
    except (ValueError, OverflowError):
        abort(404)
    kind = KINDS[seller.kind]
    try:
        found = selected(seller, choice)
    except ProviderRefused as refusal:
        status = 409 if refusal.code == ERROR_40002_SOLD_OUT else 404
        return render_template(
            "search/gone.html", kind=kind, reason=refusal.reason, sold_out=status == 409
        ), status
    except ProviderUnavailable:
        return render_template(
            "search/unavailable.html", kind=kind, provider=seller, again=request.full_path
        ), 503
    return render_template(
        kind.offer,
        offer=offers.shown(found, seller.key, seller.name, request.full_path),
        provider=seller,
        query=seller.wire.query_of(choice),
        nonce=secrets.token_urlsafe(24),
    )


@bp.get("/terms")
def terms():
    """Where the link in our messages leads."""
    return render_template("search/terms.html")
