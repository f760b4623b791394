"""Money that comes after the booking has ended: it revives nothing and goes back (the eighth of the nine bugs)."""

import pytest

from chassis.database import db, writing
from tests.webapp.payments.gateway_side import authorise, tell
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway


@pytest.fixture
def expired(asha, on_sale, books, gateways, clock):
    """Nobody paid in time: all is let go; and now the gateway lets her pay. The path of the hosted page."""
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    clock.forward(minutes=16)
    asha.at("progress")
    assert (books.states(), gateways.money[0]) == (["EXPIRED"], "VOIDED")
    gateways.fault("pays_late")
    return hosted


@pytest.mark.parametrize("told_by", ["webhook", "return page"])
def test_a_late_payment_after_expiry_is_let_go_and_revives_nothing(
    asha, expired, books, gateways, wires, admin, told_by
):
    back = authorise(asha, expired)
    assert gateways.money[0] == "AUTHORISED"

    if told_by == "webhook":
        assert tell(asha, wires["site"].requests[-1]) == 204
    else:
        assert asha.site.get(back).status_code == 303

    assert books.states() == ["EXPIRED"]
    assert gateways.money == ("VOIDED", 0, 0)
    assert books.letters() == ["not_booked"]
    assert "Nothing was taken" in asha.site.get(f"/bookings/{asha.reference}").text
    assert "let a late payment go" in admin.get(f"/admin/bookings/{asha.reference}").text.lower()


def test_what_was_let_go_by_her_and_paid_all_the_same_is_let_go_again(asha, on_sale, books, gateways, wires):
    """The gateway has a result for the first void; the second must not be answered with it."""
    pay = asha.to_pay(on_sale())
    hosted = asha.to_the_gateway(pay)
    asha.site.submit(asha.at("pay"), "/abandonment")
    assert (books.states(), gateways.money[0]) == (["ABANDONED"], "VOIDED")
    gateways.fault("pays_late")

    authorise(asha, hosted)
    tell(asha, wires["site"].requests[-1])

    assert (books.states(), gateways.money[0]) == (["ABANDONED"], "VOIDED")


def test_late_money_that_moved_at_once_goes_back_and_is_entered_both_ways(
    database, asha, expired, books, gateways, wires, entries
):
    gateways.fault("captures_at_once")
    authorise(asha, expired)

    for _ in range(2):
        tell(asha, wires["site"].requests[-1])

    assert books.states() == ["EXPIRED"]
    assert gateways.money == ("REFUNDED", 441_000, 441_000)
    assert books.payments()[0][0] == "REFUNDED"
    assert entries() == [("CAPTURE", 441_000), ("REFUND", 441_000)]
    assert books.balance(asha.reference) == (0, 0)
    assert "was given back in full" in asha.site.get(f"/bookings/{asha.reference}").text


def test_late_money_that_the_gateway_does_not_let_go_is_tried_until_it_does(
    asha, expired, books, gateways, wires, attention, work
):
    gateways.fault("void_refused", times=2)
    authorise(asha, expired)
    tell(asha, wires["site"].requests[-1])
    assert "the gateway refused to give" in attention()

    for minutes in (0.6, 1.1):
        work(minutes)

    assert gateways.money[0] == "VOIDED"
    assert attention() is None


def test_late_money_is_let_go_when_the_gateway_can_be_asked_again(asha, expired, gateways, wires, work):
    authorise(asha, expired)
    wires["gateway"].down()
    tell(asha, wires["site"].requests[-1])
    wires["gateway"].restore()

    work(minutes=1)

    assert gateways.money[0] == "VOIDED"


def test_a_first_attempt_that_is_paid_after_all_does_not_touch_the_second(
    database, asha, on_sale, books, gateways, gateway_app, wires
):
    """The first was let go at the gateway; she pays the second, and then, in an old tab, the first."""
    pay = asha.to_pay(on_sale())
    first = asha.to_the_gateway(pay)
    old = gateways.number
    asha.press(first, "decline")
    with gateway_app.app_context(), writing():
        payment = AtTheGateway.find(old)
        db.session.execute(
            AtTheGateway.__table__.update().where(AtTheGateway.id == payment.id).values(state="OPEN")
        )
    second = asha.to_the_gateway(asha.at("pay"))
    assert first != second
    page = asha.press(second, "authorisation")
    assert "You are booked" in page.text

    authorise(asha, first)
    tell(asha, wires["site"].requests[-1])

    assert [state for state, _ in books.payments()] == ["FAILED", "CAPTURED"]
    assert books.balance(asha.reference) == (441_000, 441_000)
    with gateway_app.app_context():
        assert AtTheGateway.find(old).state == "VOIDED"
