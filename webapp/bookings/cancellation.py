"""Cancelling a booking or one of its items: each at its provider's own terms, which are asked for and shown first."""

import time
from concurrent.futures import Future, wait
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for

from chassis import faults
from chassis.database import db, let_go, writing
from webapp.admin.models import record
from webapp.bookings import access, problems
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import CANCELLABLE, Overtaken
from webapp.bookings.views import ItemView, item_views
from webapp.checkout import saga
from webapp.checkout.saga import Unknown
from webapp.checkout.steps import cancelling
from webapp.checkout.steps.cancelling import Preview
from webapp.providers import directory
from webapp.providers.client import ProviderRefused, ProviderUnavailable
from webapp.search.results import threads

bp = Blueprint("cancellation", __name__, url_prefix="/bookings/<reference>/cancellation")
bp.after_request(access.keep_no_copy)
bp.register_error_handler(404, access.not_here)

DEADLINE = (
    4.0  # seconds for the previews of all items together; whoever looks at a page does not wait for ten
)

_points = faults.Points("site", "cancel_asked")


@dataclass(frozen=True)
class Asked:
    """What a provider said to a preview: its figures, or why there are none (`reason` None: it did not answer)."""

    preview: Preview | None
    reason: str | None = None


@bp.get("")
def show(reference: str):
    """What the providers would give back now, before anything is done: of the items that were chosen, or to choose."""
    booking = access.find_to_change(reference)
    if booking.state not in CANCELLABLE:
        return redirect(url_for("bookings.show", reference=reference), 303)
    named = request.args.getlist("item")
    chosen = _chosen(booking, named)
    if named and not chosen:  # it was cancelled meanwhile
        return redirect(url_for("bookings.show", reference=reference), 303)
    return _confirm_page(reference, chosen) if chosen else _choose_page(reference, "chosen" in request.args)


@bp.post("")
def cancel(reference: str):
    """Cancel what was chosen, for what was shown; for less she is asked again. A second click finds the first at work."""
    booking = access.find_to_change(reference)
    if booking.state not in CANCELLABLE:
        return redirect(url_for("bookings.show", reference=reference), 303)
    booking_id, named = booking.id, request.form.getlist("item")
    chosen = _chosen(booking, named)
    if named and not chosen:
        return redirect(url_for("bookings.show", reference=reference), 303)
    asked = _ask(booking, chosen or _confirmed(booking))
    if any(each.preview is None for each in asked.values()) or not chosen or _keeps_more(asked):
        return _confirm_page(reference, list(asked), asked, has_changed=True)
    agreed = {item_id: each.preview.kept_minor for item_id, each in asked.items() if each.preview}
    try:
        _begin(booking_id, agreed)
    except Overtaken:
        return redirect(url_for("bookings.show", reference=reference), 303)
    _points.reached("cancel_asked")
    saga.drive(booking_id)
    return _what_came_of_it(access.find(reference))


def _chosen(booking: Booking, texts: list[str]) -> list[int]:
    """The ids of the confirmed items that are named; all there is to cancel when there is only one.

    Aborts with 404 for what is no item of this booking.
    """
    confirmed, own = _confirmed(booking), {str(item.id) for item in booking.current_items}
    if not set(texts) <= own:
        abort(404)
    if not texts and len(confirmed) == 1:
        return confirmed
    return [item_id for item_id in confirmed if str(item_id) in texts]


def _confirmed(booking: Booking) -> list[int]:
    return [item.id for item in booking.current_items if item.state == "CONFIRMED"]


def _ask(booking: Booking, item_ids: list[int]) -> dict[int, Asked]:
    """What each provider would keep now. All are asked at the same time, and at the deadline nobody is waited for."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    wanted = {item.id: item.provider for item in booking.current_items if item.id in item_ids}
    let_go()
    until = time.monotonic() + DEADLINE
    futures = {
        item_id: threads(app, provider).submit(_asked_in_context, app, item_id, until)
        for item_id, provider in wanted.items()
    }
    wait(futures.values(), DEADLINE)
    return {item_id: _in_time(future) for item_id, future in futures.items()}


def _in_time(future: Future[Asked]) -> Asked:
    if not future.done():
        future.cancel()
        return Asked(None)
    return future.result()


def _asked_in_context(app: Flask, item_id: int, until: float) -> Asked:
    with app.app_context():
        return _asked(db.session.get_one(BookingItem, item_id), until)


def _asked(item: BookingItem, until: float) -> Asked:
    if directory.find(item.provider) is None:
        return Asked(
            None, "We have no connection to its provider any more. Ask there, with its own reference"
        )
    try:
        return Asked(cancelling.preview(item, until))
    except ProviderRefused as refusal:
        return Asked(None, refusal.reason or "It gave no reason")
    except (ProviderUnavailable, Unknown):
        return Asked(None)


def _keeps_more(asked: dict[int, Asked]) -> bool:
    """Than the form says was shown. Who writes something else there gets what the provider gives, and is asked first."""
    return any(
        each.preview.kept_minor > request.form.get(f"kept-{item_id}", -1, int)
        for item_id, each in asked.items()
        if each.preview
    )


def _begin(booking_id: int, agreed: dict[int, int]) -> None:
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        items = [item for item in booking.current_items if item.id in agreed]
        if booking.state not in CANCELLABLE or any(item.state != "CONFIRMED" for item in items):
            raise Overtaken("nothing is left to cancel")
        cancelling.begin(booking, items, agreed)
        record(access.actor(), "cancelled", booking_id, items=", ".join(str(item.id) for item in items))


def _what_came_of_it(booking: Booking):
    problem, reference = problems.of(booking), booking.public_reference
    if problem is not None and problem.code == "NOT_CANCELLED" and booking.state == "CONFIRMED":
        return _not_possible(reference, problem.words, 409)
    is_over = booking.state in ("CANCELLED", "PARTIALLY_CANCELLED")  # the page itself says it, as its heading
    if not is_over and problem is None:
        flash("It is being cancelled.", "ok")
    return redirect(url_for("bookings.show", reference=reference), 303)


# ---- pages


def _choose_page(reference: str, nothing_chosen: bool):
    """Every item that stands, with what each would give back."""
    booking = access.find(reference)
    asked = _ask(booking, _confirmed(booking))
    booking = access.find(reference)
    views = [view for view in item_views(booking) if view.item.id in asked]
    page = render_template(
        "bookings/cancellation_choice.html",
        booking=booking,
        items=views,
        asked=asked,
        nothing_chosen=nothing_chosen,
    )
    return page, 422 if nothing_chosen else 200


def _confirm_page(
    reference: str, chosen: list[int], asked: dict[int, Asked] | None = None, has_changed: bool = False
):
    if asked is None:
        asked = _ask(access.find(reference), chosen)
    failed = [each for each in asked.values() if each.preview is None]
    if failed:
        return _not_possible(reference, failed[0].reason, 409 if failed[0].reason else 503)
    booking = access.find(reference)
    views = item_views(booking)
    page = render_template(
        "bookings/cancellation.html",
        booking=booking,
        items=[view for view in views if view.item.id in asked],
        stays=[view for view in views if view.item.id not in asked and view.item.state == "CONFIRMED"],
        previews={item_id: each.preview for item_id, each in asked.items()},
        sums=_sums(views, asked),
        has_changed=has_changed,
    )
    return page, 409 if has_changed else 200


def _sums(views: list[ItemView], asked: dict[int, Asked]) -> tuple[int, int, int]:
    """(paid, kept, given back) of all that is asked about, in minor units."""
    previews = [each.preview for each in asked.values() if each.preview]
    paid = sum(view.item.total_minor for view in views if view.item.id in asked)
    return paid, sum(each.kept_minor for each in previews), sum(each.refund_minor for each in previews)


def _not_possible(reference: str, reason: str | None, status: int):
    page = render_template("bookings/not_cancellable.html", booking=access.find(reference), reason=reason)
    return page, status
