"""A payment from its beginning to long after its end: whatever the gateway does, the money is where the page says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import select, text

from chassis.database import db, engine, writing
from tests.servers import serve
from tests.webapp.payments.gateway_side import WEBHOOK, authorise, change_at_the_gateway, tell
from tests.wsgi_adapter import asked
from webapp.admin import attention as asking
from webapp.bookings.models import Booking
from webapp.checkout.models import Inbox, SagaStep
from webapp.payments.models import Payment

# ---- authorised, and cannot be taken


def test_what_was_authorised_and_cannot_be_taken_is_let_go_with_the_seats(
    asha, on_sale, books, gateways, attention, admin
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault("capture_refused")

    page = asha.press(hosted, "authorisation")

    assert books.states() == ["FAILED"]
    assert gateways.money == ("VOIDED", 0, 0)
    assert "The payment could not be taken. So everything was undone" in page.text
    assert books.refusals() == ["The bank no longer honours the authorisation"]
    assert "Cancelled again at once, free of charge." in page.text
    assert "given back" not in page.text  # what was never taken
    assert "nothing stays booked. Nothing was taken." in page.text
    assert books.letters() == ["not_booked"]
    assert attention() is None
    seen = admin.get(f"/admin/bookings/{asha.reference}").text
    assert "Not booked" in seen
    assert "The bank no longer honours the authorisation" in seen


def test_what_cannot_be_taken_nor_let_go_is_tried_ever_more_slowly_and_told_to_a_person(
    database, asha, on_sale, books, gateways, attention, work
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault("capture_refused")
    gateways.fault("void_refused", times=2)

    asha.press(hosted, "authorisation")

    assert books.states() == ["COMPENSATING"]
    assert "the gateway refused to give" in attention()
    assert "does not let go of the authorisation now" in attention()
    work(minutes=0.6)
    assert (books.states(), gateways.money[0]) == (["COMPENSATING"], "AUTHORISED")
    work(minutes=1.1)
    assert (books.states(), gateways.money[0]) == (["FAILED"], "VOIDED")
    assert attention() is None


# ---- a gateway that moves money at once


def test_a_gateway_that_takes_the_money_at_once_books_all_the_same(asha, on_sale, books, gateways, entries):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault("captures_at_once")

    page = asha.press(hosted, "authorisation")

    assert "You are booked" in page.text
    assert books.balance(asha.reference) == (441_000, 441_000)
    assert entries() == [("CAPTURE", 441_000)]


def test_a_gateway_that_takes_the_money_at_once_gives_it_back_when_nothing_is_booked(
    database, asha, on_sale, books, gateways, entries, clock
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault("captures_at_once")
    clock.forward(minutes=11)
    authorise(asha, hosted)
    clock.forward(minutes=4)

    page = asha.follow(asha.at("return"))

    assert books.states() == ["EXPIRED"]
    assert gateways.money == ("REFUNDED", 441_000, 441_000)
    assert entries() == [("CAPTURE", 441_000), ("REFUND", 441_000)]
    assert "had been taken and was given back in full" in page.text


def test_what_the_bank_sends_back_while_the_rest_is_given_back_is_given_back_too(
    asha, on_sale, books, gateways, entries, clock, wires, work
):
    """Part of it was refunded by hand; that refund fails while ours, of the rest, is carried out."""
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault("captures_at_once")
    clock.forward(minutes=11)
    authorise(asha, hosted)
    change_at_the_gateway(gateways, state="PARTIALLY_REFUNDED", refunded_minor=100_000)
    clock.forward(minutes=4)
    gateway = wires["gateway"].app

    def the_first_refund_fails(environ, start_response):
        its_payment = environ["PATH_INFO"].removesuffix("/refunds")
        if its_payment != environ["PATH_INFO"]:
            wires["gateway"].app = gateway
            b"".join(gateway(environ, lambda *_: None))
            change_at_the_gateway(gateways, state="PARTIALLY_REFUNDED", refunded_minor=341_000)
            environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": its_payment}
        return gateway(environ, start_response)

    wires["gateway"].app = the_first_refund_fails
    asha.at("return")
    assert books.states() == ["COMPENSATING"]
    for minutes in (0.1, 0.6):  # the key of the first is of another amount
        work(minutes)

    assert books.states() == ["EXPIRED"]
    assert gateways.money == ("REFUNDED", 441_000, 441_000)
    assert entries() == [("CAPTURE", 441_000), ("REFUND", 441_000)]


# ---- what a gateway says of something else


@pytest.mark.parametrize("other", [{"authorised_minor": 100}, {"currency": "USD"}], ids=["less", "dollars"])
def test_less_than_was_asked_or_other_money_is_not_a_payment(
    asha, on_sale, books, gateways, attention, site_app, other
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    with site_app.app_context(), writing() as session:
        asking.ask_for(session.scalars(select(Booking.id)).one(), "something differs")
    back = authorise(asha, hosted)
    change_at_the_gateway(gateways, **other)

    asha.site.get(back)

    assert books.states() == ["FAILED"]
    assert gateways.money[0] == "VOIDED"
    assert attention() == "something differs · the gateway authorised another amount"
    change_at_the_gateway(gateways, currency="INR")  # as it must be for all else


TWICE = {"amount_minor": 882_000, "authorised_minor": 882_000, "captured_minor": 882_000}


@pytest.fixture
def mended(gateways):
    """At the end the gateway has as much as was asked for: all else is as it must always be."""
    yield
    with gateways.app.app_context(), engine().begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS takes_twice"))
    asked = dict.fromkeys((*TWICE, "refunded_minor"), 441000)
    change_at_the_gateway(gateways, **asked)


@pytest.mark.usefixtures("mended")
def test_more_taken_at_once_than_was_asked_goes_back_whole(
    asha, on_sale, books, gateways, attention, entries
):
    back = authorise(asha, asha.to_the_gateway(asha.to_pay(on_sale())))
    change_at_the_gateway(gateways, state="CAPTURED", **TWICE)

    asha.site.get(back)

    assert books.states() == ["FAILED"]
    assert gateways.money == ("REFUNDED", 882_000, 882_000)
    assert attention() == "the gateway authorised another amount"
    assert entries() == [("CAPTURE", 441_000), ("REFUND", 441_000)]


@pytest.mark.usefixtures("mended")
def test_more_captured_than_was_asked_is_not_booked_and_goes_back_whole(
    asha, on_sale, books, gateways, attention, entries
):
    """Whatever it is asked to take, it takes twice that, and says so."""
    back = authorise(asha, asha.to_the_gateway(asha.to_pay(on_sale())))
    takes = ", ".join(f"{name} = {value}" for name, value in TWICE.items())
    with gateways.app.app_context(), engine().begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER takes_twice AFTER UPDATE ON payments WHEN NEW.captured_minor = 441000 "
                f"BEGIN UPDATE payments SET {takes} WHERE id = NEW.id; END"
            )
        )

    asha.site.get(back)

    assert books.states() == ["FAILED"]
    assert gateways.money == ("REFUNDED", 882_000, 882_000)
    assert attention() == "the gateway took another amount"
    assert entries() == [("CAPTURE", 441_000), ("REFUND", 441_000)]


def test_an_answer_about_another_payment_moves_no_money(
    asha, asha_has_booked, books, gateways, clock, work, wires
):
    clock.forward(hours=2)
    change_at_the_gateway(gateways, reference="another")

    asha.cancel()
    assert books.states() == ["CANCELLING"]
    assert asked(wires["gateway"], "/refunds") == 0
    change_at_the_gateway(gateways, reference=f"{asha.reference}-1")
    work()

    assert books.states() == ["CANCELLED"]


# ---- webhooks: lost, doubled, late, out of order


@pytest.mark.parametrize("kind", ["webhook_lost", "webhook_twice", "webhook_late"])
def test_however_webhooks_come_she_is_booked_once(asha, on_sale, books, gateways, wires, site_app, kind):
    wires["site"].restore()
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    gateways.fault(kind)

    asha.press(hosted, "authorisation")
    gateways.app.test_cli_runner().invoke(args=["deliver"])

    assert books.states() == ["CONFIRMED"]
    assert gateways.money == ("CAPTURED", 441_000, 0)
    assert asked(wires["gateway"], "/capture") == 1
    assert books.letters() == ["booked"]
    with site_app.app_context():  # of a payment that is neither over nor refunded nothing is looked for
        assert "LATE_MONEY" not in db.session.scalars(select(SagaStep.kind)).all()


def test_webhooks_of_what_we_did_ourselves_change_nothing(
    database, asha, on_sale, books, wires, clock, site_app
):
    wires["site"].restore()
    asha.booked(on_sale())
    clock.forward(hours=2)
    asha.cancel()

    assert books.states() == ["CANCELLED"]
    told = [each for each in wires["site"].requests if each.url.endswith("/sandbox")]
    assert len(told) == 3
    for webhook in told:
        tell(asha, webhook)
    with site_app.app_context():
        assert len(db.session.scalars(select(Inbox)).all()) == 3
        assert db.session.scalars(select(Payment.state)).all() == ["PARTIALLY_REFUNDED"]
    assert books.letters() == ["booked", "cancelled"]


# ---- return page and webhook race (the first of the nine bugs)

AT_ONCE = 50


@pytest.mark.postgresql
def test_return_page_and_webhook_race_fifty_times_and_she_is_charged_once_and_told_once(
    asha, on_sale, books, wires, site_app
):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale(seats=50)))
    back = authorise(asha, hosted)
    webhook = wires["site"].requests[-1]
    cookie = {"Cookie": f"webapp_session={asha.site.get_cookie('webapp_session').value}"}

    with serve(site_app) as address, ThreadPoolExecutor(AT_ONCE) as threads:

        def come(number: int) -> int:
            if number % 2:
                headers = dict(webhook.headers)
                return requests.post(address + WEBHOOK, webhook.body, headers=headers, timeout=60).status_code
            return requests.get(
                address + back.split("5000", 1)[-1].removeprefix("http://localhost"),
                headers=cookie,
                allow_redirects=False,
                timeout=60,
            ).status_code

        answers = list(threads.map(come, range(AT_ONCE)))

    asha.until("You are booked", asha.site.get(f"/bookings/{asha.reference}"))
    assert set(answers) == {303, 204}
    assert [state for state, _ in books.payments()] == ["CAPTURED"]
    assert asked(wires["gateway"], "/capture") == asked(wires["flights"], "/confirm") == 1
    assert books.balance(asha.reference) == (441_000, 441_000)
    assert books.letters() == ["booked"]
