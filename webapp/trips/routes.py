"""Putting an offer into a trip."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from beckn.errors import ERROR_40002_SOLD_OUT
from webapp.bookings import access
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.search.kinds import KINDS
from webapp.search.selection import offer_url, selected
from webapp.trips import drafts, nonces

bp = Blueprint("trips", __name__)


@bp.post("/trip")
def add():
    """The offer is asked for again: the form says what is wanted, never what it costs."""
    nonce, item = nonces.of_form(), request.form.get("item", "")
    provider = directory.find(request.form.get("provider", "")) or abort(404)
    try:
        choice = provider.wire.choice_of(item, request.form)
    except (ValueError, OverflowError):
        abort(404)
    try:
        offer = selected(provider, choice)
    except ProviderRefused as refusal:
        sold_out = refusal.code == ERROR_40002_SOLD_OUT
        page = render_template(
            "search/gone.html", kind=KINDS[provider.kind], reason=refusal.reason, sold_out=sold_out
        )
        return page, 409
    except ProviderUnavailable:
        again = offer_url(provider, item, choice)
        page = render_template(
            "search/unavailable.html", kind=KINDS[provider.kind], provider=provider, again=again
        )
        return page, 503
    booking = drafts.begin(nonce, offer.currency, access.user_id(), access.actor())
    booking = drafts.add(booking, nonce, provider, choice, offer, access.actor())
    access.grant(booking.public_reference)
    return redirect(url_for("checkout.travellers", reference=booking.public_reference), 303)
