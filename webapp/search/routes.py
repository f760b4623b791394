"""Results and one offer; the home page is in home.py."""

import secrets

from flask import Blueprint, abort, redirect, render_template, request, url_for

from beckn.errors import ERROR_40002_SOLD_OUT
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.providers.directory import Provider
from webapp.search import home, months, offers, recent
from webapp.search.cards import card
from webapp.search.flights import FlightsPage
from webapp.search.hotels import HotelsPage
from webapp.search.kinds import KINDS
from webapp.search.months import MonthPage
from webapp.search.selection import back_of, search_url, selected
from webapp.search.streaming import streamed
from webapp.wording import say as _

bp = Blueprint("search", __name__)
home.add_to(bp)
bp.add_app_template_global(search_url)
bp.add_app_template_global(card)


@bp.get("/flights/search")
def flights():
    return _results("flights", FlightsPage)


@bp.get("/hotels/search")
def hotels():
    return _results("hotels", HotelsPage)


def _results(key: str, page: type[FlightsPage] | type[HotelsPage]):
    """The head of the page and its form at once, then what the providers answer."""
    kind = KINDS[key]
    if not request.args:
        return redirect(url_for("search.home", kind=key if key != "flights" else None), 303)
    form = kind.form(request.args)
    if not form.validate():
        return render_template(kind.results, form=form, page=None), 422
    if request.method == "HEAD":
        return ""
    recent.remember(key, form)
    return streamed(kind.results, form=form, page=page(form, request.args, request.path))


@bp.get("/flights/calendar")
def calendar():
    """A month of fares between two places, for the party and the cabin of the address."""
    form = months.form_of(request.args)
    said = request.args.get("month", "")
    first, last = months.on_sale()
    month = months.month_of(said) if said else first
    is_good = form.validate()
    if month is None:
        form.form_errors.append(
            _("“%(text)s” is no month. Write it like %(like)s.", text=said[:20], like=f"{first:%Y-%m}")
        )
    if not is_good or month is None:
        return render_template("search/calendar.html", form=form, page=None), 422
    if not first <= month <= last:
        return render_template(
            "search/no_month.html",
            month=month,
            is_over=month < first,
            nearest=first if month < first else last,
        ), 404
    if request.method == "HEAD":
        return ""
    page = MonthPage(form, month, request.args, request.path, url_for("search.flights"))
    return streamed("search/calendar.html", form=form, page=page)


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
        query=back_of(request.args) | seller.wire.query_of(choice),
        nonce=secrets.token_urlsafe(24),
    )


@bp.get("/terms")
def terms():
    """Where the link in our messages leads."""
    return render_template("search/terms.html")
