"""The trip that is being put together: what is in it, what it costs now, and putting something in or taking it out."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from beckn.errors import ERROR_40002_SOLD_OUT
from chassis import faults
from webapp.bookings import access, party
from webapp.bookings.models import Booking
from webapp.bookings.states import Overtaken
from webapp.bookings.views import item_views
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.search import recent
from webapp.search.kinds import KINDS
from webapp.search.selection import offer_url, selected
from webapp.trips import current, drafts, nonces, prices
from webapp.trips.dates import notes
from webapp.trips.suggestions import suggestions

bp = Blueprint("trips", __name__)
bp.after_request(access.keep_no_copy)

LARGEST_ID = 2**63 - 1


@bp.get("/trip")
def show():
    """The visitor's trip; `prices=now` asks for every price, else only for those of more than a few minutes ago."""
    booking = current.find()
    current.note(booking)
    if booking is None or not booking.current_items:
        return render_template("trips/empty.html")
    return _page(booking, prices.look(booking, everything=request.args.get("prices") == "now"))


def _page(booking: Booking, found: dict[int, prices.Checked], status: int = 200):
    items = item_views(booking)
    offers = [view.offer for view in items]
    page = render_template(
        "trips/show.html",
        booking=booking,
        items=items,
        found=found,
        changed=[each for each in found.values() if each.state == "CHANGED"],
        can_go_on=not any(each.state in ("CHANGED", "SOLD_OUT", "REFUSED") for each in found.values()),
        notes=notes(offers),
        suggestions=suggestions(offers, recent.way_back),
        are_named=party.are_named(booking),
    )
    return page, status


_put_in = faults.Points("site", "added")


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
    try:
        booking = _put(nonce, provider, choice, offer)
    except drafts.NotAdded as why:
        return render_template("trips/not_added.html", why=why), 409
    _put_in.reached("added")
    access.grant(booking.public_reference)
    current.note(booking)
    if booking.state != "DRAFT":  # an old page of a trip that has moved on
        return redirect(url_for("checkout.travellers", reference=booking.public_reference), 303)
    return redirect(url_for("trips.show"), 303)


def _put(nonce: str, provider: directory.Provider, choice, offer) -> Booking:
    """Into the visitor's trip, once for each form; into a new one, when it went on to be booked just now.

    Raises drafts.NotAdded.
    """
    if there := drafts.added(nonce):
        return there
    for _ in range(2):
        booking = current.find_or_begin(offer.currency)
        try:
            return drafts.add(booking, nonce, provider, choice, offer, access.actor())
        except Overtaken:
            continue
    raise Overtaken("two trips went on to be booked at the same time")


@bp.post("/trip/items/<int:item_id>/removal")
def remove(item_id: int):
    """A second click, and what another tab has removed, leads to the trip as it is now; anybody else's item is a 404."""
    booking = current.find() or abort(404)
    if item_id > LARGEST_ID or all(item.id != item_id for item in booking.items):
        abort(404)
    if drafts.remove(booking.id, item_id, access.actor()):
        flash("It is out of your trip.", "ok")
    return redirect(url_for("trips.show"), 303)


@bp.post("/trip/prices")
def accept():
    """The new prices as they were shown; other ones by now are shown again, and nothing costs more until then."""
    booking = current.find() or abort(404)
    found = prices.ask(booking.current_items)
    changed = {each.item_id: each for each in found.values() if each.state == "CHANGED"}
    booking = current.find() or abort(404)
    if not prices.are_accepted(changed.values(), request.form):
        return _page(booking, found, 409)
    if changed:
        prices.accept(booking.id, changed, access.actor())
        flash("You accepted the new price. Nothing is held yet.", "ok")
    return redirect(url_for("trips.show"), 303)
