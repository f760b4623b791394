"""One booking as an admin sees it: both sides' ids, the money and whether it is right, and what happened."""

from datetime import timedelta
from functools import partial
from itertools import chain

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.database import db, writing
from tests.pages import Page
from tests.webapp.admin.booked import PASSPORT, a_booking, ids_of
from webapp.admin import attention
from webapp.admin.models import record
from webapp.bookings.models import Booking
from webapp.checkout.models import SagaStep
from webapp.payments.models import Payment


@pytest.fixture
def reference(site_app):
    return a_booking(site_app)


def page(browser, reference) -> str:
    return browser.get(f"/admin/bookings/{reference}").get_data(as_text=True)


def changing(app, reference, change):
    with app.app_context(), writing() as session:
        change(session.scalars(select(Booking).where(Booking.public_reference == reference)).one())


def a_step(booking, kind="CAPTURE", state="DONE", **columns):
    facts = {
        "attempts": 1,
        "run_at": clock.now(),
        "created_at": clock.now(),
        "done_at": clock.now(),
    } | columns
    db.session.add(
        SagaStep(booking_id=booking.id, kind=kind, state=state, dedupe_key=f"{kind}:{booking.id}", **facts)
    )


def test_the_ids_of_both_sides_and_of_the_transaction_are_there(database, site_app, admin, reference):
    others = ids_of(site_app, a_booking(site_app))

    shown = page(admin, reference)

    ids = ids_of(site_app, reference)
    for each in (*chain(*ids.values()), "Domestic flights", "Hotels", "sandbox", "₹22,410.00"):
        assert each in shown
    assert f"{ids['payment'][0]}-capture" in shown  # the ledger's entry
    for each in chain(*others.values()):
        assert each not in shown
    assert ids["transaction"][0] not in page(admin, others["reference"][0])


def test_why_a_booking_needs_attention_is_told(site_app, admin):
    reference = a_booking(site_app, needs_attention="CAPTURE was tried 9 times")

    assert "“Take the payment” was tried 9 times" in page(admin, reference)


def test_a_reason_to_look_is_seen_to_and_the_others_stay(site_app, admin):
    reference = a_booking(site_app)
    at = f"/admin/bookings/{reference}"
    for why in ("a letter came back:\r\n “no <b>such</b> user” · 550", "CAPTURE was tried 9 times"):
        changing(site_app, reference, partial(attention.add, why=why))
    letter, capture = (
        form for form in Page(page(admin, reference)).forms if form.action == f"{at}/reasons/seen"
    )

    assert admin.post(at + "/reasons/seen", data=letter.values).location == at

    left = page(admin, reference)
    assert "It is taken off this booking’s reasons to look." in left
    assert "Seen to: “Take the payment” was tried 9 times" in left
    assert "Seen to: a letter" not in left
    assert "Saw to it: a letter came back: “no &lt;b&gt;such&lt;/b&gt; user”, 550" in left
    admin.post(at + "/reasons/seen", data=capture.values)
    assert "Seen to" not in page(admin, reference)


def test_what_is_no_reason_any_more_is_not_seen_to(site_app, admin):
    reference = a_booking(site_app, needs_attention="something differs")
    at = f"/admin/bookings/{reference}"
    form = admin.get(at)
    changing(site_app, reference, lambda booking: setattr(booking, "needs_attention", "a name was refused"))

    answer = admin.submit(form, f"{at}/reasons/seen")

    left = admin.get(answer.location).get_data(as_text=True)
    assert "That was no reason to look any more. Nothing was changed." in left
    assert "Seen to: a name was refused" in left
    assert "Saw to it" not in left


def test_of_a_passport_only_the_last_two_characters_are_shown(database, admin, reference):
    shown = page(admin, reference)

    assert f"••••••{PASSPORT.number[-2:]} (IND)" in shown
    assert PASSPORT.number[-4:] not in shown
    assert not any(expiry in shown for expiry in ("2031-05", "May 2031"))


def test_money_that_is_right_holds(database, admin, reference):
    shown = page(admin, reference)

    assert "captured − refunded (₹22,410.00) = confirmed items + fees kept (₹22,410.00): holds" in shown
    assert "DOES NOT HOLD" not in shown


def test_money_that_is_missing_is_told_in_capitals(database, site_app, admin, reference):
    def lose_a_rupee(booking):
        db.session.scalars(select(Payment)).one().captured_minor -= 100

    changing(site_app, reference, lose_a_rupee)

    assert "(₹22,409.00) = confirmed items + fees kept (₹22,410.00): DOES NOT HOLD" in page(admin, reference)


def test_while_something_is_still_to_do_nobody_is_alarmed(database, site_app, admin, reference):
    def refund_is_on_its_way(booking):
        booking.items[0].state = "CANCELLED"
        booking.items[0].refund_minor = booking.items[0].total_minor
        a_step(booking, "REFUND", "READY", done_at=None, item_id=booking.items[0].id)

    changing(site_app, reference, refund_is_on_its_way)

    shown = page(admin, reference)
    assert "not settled yet" in shown
    assert "DOES NOT HOLD" not in shown
    assert "not settled yet" in page(admin, a_booking(site_app, "CAPTURING"))


def test_a_fee_that_was_kept_is_part_of_the_balance(database, site_app, admin, reference):
    def cancel_the_flight(booking):
        flight, payment = booking.items[0], db.session.scalars(select(Payment)).one()
        flight.state, flight.refund_minor, flight.kept_minor = "CANCELLED", 341_000, 100_000
        payment.refunded_minor, payment.state = 341_000, "PARTIALLY_REFUNDED"

    changing(site_app, reference, cancel_the_flight)

    assert "(₹19,000.00) = confirmed items + fees kept (₹19,000.00): holds" in page(admin, reference)


def test_the_history_is_told_in_words_and_in_order(database, site_app, admin, reference, clock):
    changing(site_app, reference, lambda booking: record("guest", "began", booking.id, item="6E-5678"))
    clock.forward(minutes=1)
    changing(site_app, reference, lambda booking: a_step(booking, "HOLD", item_id=booking.items[0].id))
    clock.forward(minutes=1)
    changing(site_app, reference, lambda booking: a_step(booking, attempts=3))
    clock.forward(minutes=1)
    changing(
        site_app,
        reference,
        lambda booking: a_step(booking, "REFUND", "READY", done_at=None, last_error="the gateway is away"),
    )
    clock.forward(minutes=1)

    shown = page(admin, reference)

    told = [
        "Began: item 6E-5678",
        "Hold at the provider, item 1: done",
        "Take the payment: done after 3 tries",
        "Send money back: still to do. Last: the gateway is away",
        "Viewed",
    ]
    assert [shown.index(each) for each in told] == sorted(shown.index(each) for each in told)


def test_what_people_typed_is_shown_and_never_run(database, site_app, admin):
    reference = a_booking(site_app, contact_name="<script>alert(1)</script>", needs_attention="<b>look</b>")

    shown = page(admin, reference)

    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert "<b>look" not in shown


@pytest.mark.parametrize(
    "state", ["DRAFT", "HOLDING", "AWAITING_PAYMENT", "COMPENSATING", "EXPIRED", "CANCELLED"]
)
def test_a_booking_in_any_state_has_a_page(site_app, admin, state):
    def nothing_held(booking):
        for item in booking.items:
            item.state, item.bpp_booking_id = "NEW", None

    reference = a_booking(site_app, state, age=timedelta(days=2))
    changing(site_app, reference, nothing_held)

    assert "holds" in page(admin, reference)


def test_a_provider_that_is_no_longer_configured_is_called_by_its_key(site_app, admin, reference):
    changing(site_app, reference, lambda booking: setattr(booking.items[0], "provider", "buses"))

    assert "buses" in page(admin, reference)


def test_what_was_agreed_and_what_was_taken_out_is_told_of_each_item(site_app, admin, reference):
    def change(booking):
        first, other = booking.items
        first.agreed_kept_minor = 88_200
        other.state, other.removed_at = "NEW", clock.now()

    changing(site_app, reference, change)

    shown = page(admin, reference)

    assert "₹882.00 agreed" in shown
    assert shown.count("taken out") == 1


def test_a_list_without_anything_says_so_instead_of_showing_an_empty_table(site_app, admin):
    with site_app.app_context(), writing() as session:
        booking = Booking(
            public_reference="K7QM-2XV-P9D",
            checkout_nonce="n" * 20,
            amount_minor=0,
            currency="INR",
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        session.add(booking)

    shown = page(admin, "K7QM-2XV-P9D")

    assert shown.count("<table") == 1  # the history, in which the admin has looked at it
    for words in (
        "Nothing was chosen yet",
        "Nobody has gone to pay yet",
        "No money has moved",
    ):
        assert words in shown
