"""The checkout page by page: travellers, review, pay, progress."""

import secrets

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from chassis import clock, faults
from chassis.database import writing
from webapp.admin.models import record
from webapp.bookings import access, party, problems, reading
from webapp.bookings.models import Booking
from webapp.bookings.states import AT_REST, Overtaken
from webapp.bookings.views import in_india, item_views, steps_of
from webapp.checkout import saga, waiting
from webapp.checkout.steps import holding, late, paying, undoing
from webapp.checkout.travellers import TravellersPage
from webapp.trips import current, drafts, nonces, prices

bp = Blueprint("checkout", __name__, url_prefix="/checkout/<reference>")
bp.after_request(access.keep_no_copy)
bp.register_error_handler(404, access.not_here)

# Where a checkout in this state goes on.
PAGES = {
    "DRAFT": "checkout.review",
    "HOLDING": "checkout.progress",
    "AWAITING_PAYMENT": "checkout.pay",
    "CONFIRMING": "checkout.progress",
    "CAPTURING": "checkout.progress",
    "COMPENSATING": "checkout.progress",
}

# Only what will surely not be booked is begun again: an old page must not buy a trip twice.
CAN_BEGIN_AGAIN = ("AWAITING_PAYMENT", "COMPENSATING", "EXPIRED", "ABANDONED", "FAILED")

_asked = faults.Points("site", "named", "hold_asked", "pay_asked", "let_go", "price_accepted", "begun_again")

# How a checkout that waits for its payment ends when she lets it go or begins it again, and why.
LET_GO = ("ABANDONED", "you released it", "abandoned")
ANOTHER_HOLD = ("EXPIRED", "a new hold was asked for")
OTHER_TRAVELLERS = ("ABANDONED", "the travellers were to be changed")


def go_on(booking: Booking):
    """To the page where this booking stands; while somebody else (the webhook, a worker) is at it, to the progress."""
    current.note(booking)
    page = PAGES.get(booking.state, "bookings.show")
    if booking.state == "AWAITING_PAYMENT" and paying.is_looked_at(booking):
        page = "checkout.progress"
    if booking.state == "DRAFT" and not booking.current_items:
        return redirect(url_for("trips.show"), 303)
    if booking.state == "DRAFT" and not party.are_named(booking):
        page = "checkout.travellers"
    return redirect(url_for(page, reference=booking.public_reference), 303)


def _draft(reference: str) -> Booking | None:
    """The draft that the visitor is at, with something in it; None for a booking that has moved on."""
    booking = access.find(reference)
    if booking.state != "DRAFT":
        return None
    access.demand_own(booking)
    current.note(booking)
    return booking if booking.current_items else None


@bp.route("/travellers", methods=["GET", "POST"])
def travellers(reference: str):
    booking = _draft(reference)
    if booking is None:
        return go_on(access.find(reference))
    views = item_views(booking)
    account = current_user.user if current_user.is_authenticated else None
    page = TravellersPage(booking, views, account)
    if request.method == "POST" and page.wants_filling:
        status = 200 if page.fill() else 422
    elif request.method == "POST" and page.validate():
        page.save(booking, access.user_id(), access.actor())
        _asked.reached("named")
        if page.not_saved:
            flash("Your account keeps no more travellers: remove one there to save others.", "warn")
        return redirect(url_for("checkout.review", reference=reference), 303)
    else:
        status = 422 if request.method == "POST" else 200
    return render_template("checkout/travellers.html", booking=booking, items=views, page=page), status


@bp.get("/review")
def review(reference: str):
    booking = _draft(reference)
    if booking is None or not party.are_named(booking):
        return go_on(access.find(reference))
    problem = problems.of(booking)
    if problem is not None and problem.code == "PRICE_CHANGED":
        return redirect(url_for("checkout.price", reference=reference), 303)
    return render_template(
        "checkout/review.html",
        booking=booking,
        items=item_views(booking),
        people=party.aboard(booking),
        aboard={item.id: party.on(item) for item in booking.current_items},
        problem=problem,
    )


@bp.post("/hold")
def hold(reference: str):
    """Continue to payment: hold everything at its provider. A second click finds the first at work."""
    booking = _draft(reference)
    if booking is None or not party.are_named(booking):
        return go_on(access.find(reference))
    booking_id = booking.id
    try:
        with writing():
            booking = reading.whole(booking_id, lock=True)
            if not booking.current_items or not party.are_named(booking):
                raise Overtaken("another tab changed the trip")
            if booking.travellers != (aboard := party.aboard(booking)):
                booking.travellers = aboard  # nobody's passport is kept who does not travel
            holding.begin(booking)
            record(access.actor(), "asked to hold", booking_id)
            claim = saga.claim_here(booking)
    except (Overtaken, ValueError):
        return go_on(access.find(reference))
    _asked.reached("hold_asked")
    if claim:
        saga.go_on(claim)
    return go_on(access.find(reference))


@bp.route("/price", methods=["GET", "POST"])
def price(reference: str):
    """A price changed: all are asked for, and shown old, new, difference. Accepting posts what was shown; nothing is
    held until then."""
    booking = _draft(reference)
    if booking is None or booking.problem != "PRICE_CHANGED":
        return go_on(access.find(reference))
    booking_id = booking.id
    found = prices.ask(booking.current_items)
    for each in found.values():
        if each.state not in ("SAME", "CHANGED"):
            return _say(booking_id, each)
    changed = {each.item_id: each for each in found.values() if each.state == "CHANGED"}
    if not changed:
        return _say(booking_id, None)  # it went back
    if request.method == "POST" and prices.are_accepted(changed.values(), request.form):
        prices.accept(booking_id, changed, access.actor())
        _asked.reached("price_accepted")
        flash("You accepted the new price. Nothing is held yet.", "ok")
        return redirect(url_for("checkout.review", reference=reference), 303)
    booking = access.find(reference)
    page = render_template(
        "checkout/price.html", booking=booking, items=item_views(booking), changed=list(changed.values())
    )
    return page, 409 if request.method == "POST" else 200


def _say(booking_id: int, found: prices.Checked | None):
    """On the review: that an item cannot be had, or that nothing is wrong any more."""
    with writing() as session:
        booking = session.get_one(Booking, booking_id, with_for_update=True)
        problems.clear(booking)
        item = next((each for each in booking.current_items if found and each.id == found.item_id), None)
        if found is not None and item is not None:
            problems.write(booking, found.state, found.words, item)
        reference = booking.public_reference
    return redirect(url_for("checkout.review", reference=reference), 303)


@bp.route("/pay", methods=["GET", "POST"])
def pay(reference: str):
    booking = access.find_to_change(reference)
    if booking.state != "AWAITING_PAYMENT" or paying.is_looked_at(booking):
        return go_on(booking)
    if not paying.may_still_pay(booking):
        return _too_late(booking)
    if request.method == "POST":
        return _to_the_gateway(booking)
    return _pay_page(booking)


def _pay_page(booking: Booking, status: int = 200):
    page = render_template(
        "checkout/pay.html",
        booking=booking,
        items=item_views(booking),
        pay_by=in_india(booking.pay_by),
        seconds_left=_seconds_left(booking),
        problem=problems.of(booking),
        is_own=access.is_own(booking),
        nonce=secrets.token_urlsafe(24),
    )
    return page, status


def _seconds_left(booking: Booking) -> int:
    """By our clock, which is the one that counts: a traveller's own may be set wrong."""
    return int((booking.pay_by - clock.now()).total_seconds()) if booking.pay_by else 0


def _too_late(booking: Booking):
    """Under two minutes left: a new hold is offered, and nothing has to be typed again."""
    page = render_template(
        "checkout/too_late.html",
        booking=booking,
        items=item_views(booking),
        is_own=access.is_own(booking),
        nonce=secrets.token_urlsafe(24),
    )
    return page, 409


def _to_the_gateway(booking: Booking):
    booking_id, reference = booking.id, booking.public_reference
    with writing():
        booking = reading.whole(booking_id, lock=True)
        if booking.state == "AWAITING_PAYMENT":
            begun = paying.begin(booking, _return_url(reference))
            record(access.actor(), "went to pay", booking_id, payment=begun.reference)
        claim = saga.claim_here(booking)
    _asked.reached("pay_asked")
    waiting.drive_until_done(booking_id, "OPEN_PAYMENT", claim)
    booking = access.find(reference)
    payment = paying.live_payment(booking)
    if booking.state != "AWAITING_PAYMENT" or (payment and payment.state != "OPEN"):
        return go_on(booking)
    if (payment is None or payment.url is None) and saga.is_driven(booking_id):
        return redirect(url_for("checkout.progress", reference=reference), 303)
    if payment is None or payment.url is None:
        return _gateway_away(booking)
    return redirect(payment.url, 303)


def _return_url(reference: str) -> str:
    """Back to the very address the traveller uses: on this machine it has two names, and a cookie knows only one."""
    path = url_for("checkout.returned", reference=reference)
    is_here = request.host.partition(":")[0] in ("localhost", "127.0.0.1")
    return (request.host_url.rstrip("/") if is_here else current_app.config["SITE_URL"]) + path


def _gateway_away(booking: Booking):
    with writing():
        problems.write(booking, "GATEWAY_AWAY")
    return _pay_page(access.find(booking.public_reference), 503)


@bp.get("/return")
def returned(reference: str):
    """Where the gateway sends the traveller back; what became of the payment is asked of the gateway, not of her."""
    booking = access.find(reference)
    if booking.state in late.ENDS:
        late.awaken(booking.id)
    else:
        waiting.come_back(booking.id)
    return go_on(access.find(reference))


@bp.get("/progress")
def progress(reference: str):
    booking = access.find(reference)
    saga.drive(booking.id)
    booking = access.find(reference)
    waits = booking.state == "AWAITING_PAYMENT" and not paying.is_looked_at(booking)
    if booking.state in AT_REST or waits:
        return go_on(booking)
    page = current_app.make_response(
        render_template(
            "checkout/progress.html", booking=booking, items=item_views(booking), steps=steps_of(booking)
        )
    )
    # Without JavaScript the page loads itself every second by a line in it; this is for a module that got stuck.
    page.headers["Refresh"] = "5"
    return page


@bp.post("/abandonment")
def abandon(reference: str):
    """Let the hold and the payment go."""
    _let_go(access.find_to_change(reference).id, *LET_GO)
    return go_on(access.find(reference))


@bp.post("/again")
def again(reference: str):
    """The same trip as a new draft: after a hold that ended, a checkout that could not end well, or to name others.

    What was asked of a provider is never changed (domain.md): who travels is new items, and the old ones are let go.
    """
    booking = access.find_own(reference)
    nonce, to_travellers = nonces.of_form(), request.form.get("then") == "travellers"
    if booking.state not in CAN_BEGIN_AGAIN:
        return go_on(booking)
    if booking.state == "AWAITING_PAYMENT":
        _let_go(booking.id, *(OTHER_TRAVELLERS if to_travellers else ANOTHER_HOLD))
        booking = access.find(reference)
        if booking.state not in CAN_BEGIN_AGAIN:
            return go_on(booking)
    fresh = drafts.again(booking, nonce, access.user_id(), access.actor())
    _asked.reached("begun_again")
    access.grant(fresh.public_reference)
    current.note(fresh)
    page = "checkout.travellers" if to_travellers else "checkout.review"
    return redirect(url_for(page, reference=fresh.public_reference), 303)


def _let_go(booking_id: int, ends_as: str, why: str, told: str = "") -> None:
    """End a checkout that waits for its payment; one that was paid just now goes on instead. `told`: for the audit log."""
    try:
        with writing() as session:
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            if booking.state != "AWAITING_PAYMENT":
                raise Overtaken("no longer waiting for a payment")
            undoing.begin(booking, ends_as, why)
            if told:
                record(access.actor(), told, booking_id)
    except Overtaken:
        return
    _asked.reached("let_go")
    saga.drive(booking_id)
