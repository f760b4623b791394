"""A refund that fails is worked on, and one whose answer was lost is not sent twice (the seventh of the nine bugs)."""

from sqlalchemy import select

from chassis.database import writing
from tests.wsgi_adapter import asked
from webapp.admin import attention as asking
from webapp.bookings.models import Booking


def test_a_refund_that_fails_is_worked_on_and_the_page_says_so(
    database, asha, asha_has_booked, books, gateways, attention, clock, work
):
    clock.forward(hours=2)
    gateways.fault("refund_refused", times=3)

    _, page = asha.cancel()

    assert books.states() == ["CANCELLING"]
    assert "The refund of ₹3,528 is being worked on" in page.text
    assert "the gateway refused to give" in attention()
    for minutes in (0.6, 1.1):  # ever more slowly
        work(minutes)
        assert books.states() == ["CANCELLING"]
    work(minutes=2.1)
    assert books.states() == ["CANCELLED"]
    assert gateways.money == ("PARTIALLY_REFUNDED", 441_000, 352_800)
    assert books.balance(asha.reference) == (88_200, 88_200)
    assert attention() is None
    assert "is on its way back to where you paid from" in asha.site.get(f"/bookings/{asha.reference}").text
    assert books.letters() == ["booked", "cancelled"]


def test_what_somebody_looks_at_for_another_reason_stays_to_be_looked_at(
    asha, asha_has_booked, books, gateways, attention, clock, work, site_app
):
    clock.forward(hours=2)
    with site_app.app_context(), writing() as session:
        session.scalars(select(Booking)).one().needs_attention = "a name was refused"
    gateways.fault("refund_refused")

    asha.cancel()
    assert books.states() == ["CANCELLING"]
    assert attention() == "a name was refused"
    work(minutes=0.6)

    assert books.states() == ["CANCELLED"]
    assert attention() == "a name was refused"


def test_what_was_asked_for_beside_a_refusal_stays(
    asha, asha_has_booked, books, gateways, attention, clock, work, site_app
):
    clock.forward(hours=2)
    gateways.fault("refund_refused", times=2)
    asha.cancel()
    with site_app.app_context(), writing() as session:
        asking.ask_for(session.scalars(select(Booking.id)).one(), "something differs")

    work(minutes=0.6)
    assert attention().startswith("something differs · the gateway refused to give ")
    work(minutes=1.1)

    assert books.states() == ["CANCELLED"]
    assert attention() == "something differs"


def test_a_refund_whose_answer_was_lost_goes_back_once(
    asha, asha_has_booked, books, gateways, clock, wires, work
):
    clock.forward(hours=2)
    wires["gateway"].lose_answer("/refunds", times=1)

    asha.cancel()
    assert books.states() == ["CANCELLING"]
    work()

    assert books.states() == ["CANCELLED"]
    assert gateways.money == ("PARTIALLY_REFUNDED", 441_000, 352_800)


def test_a_refund_that_is_sent_again_after_a_day_goes_back_once(
    asha, asha_has_booked, books, gateways, clock, wires, work
):
    """The gateway has forgotten the key by then: what went back is looked at first."""
    clock.forward(hours=2)
    wires["gateway"].lose_answer("/refunds", times=1)
    asha.cancel()

    work(minutes=60 * 25)

    assert books.states() == ["CANCELLED"]
    assert gateways.money == ("PARTIALLY_REFUNDED", 441_000, 352_800)
    assert asked(wires["gateway"], "/refunds") == 1
