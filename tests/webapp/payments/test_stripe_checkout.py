"""The whole checkout with Stripe in the sandbox's place: from Pay to a refund that the bank sends back."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from chassis.database import db
from tests.factories import MORNING
from tests.webapp.buyer import Buyer
from tests.webapp.payments import stripe_server
from tests.webapp.payments.stripe_server import sign
from webapp.bookings.models import Booking
from webapp.checkout import saga

WEBHOOK = "/payments/webhooks/stripe"


@pytest.fixture
def account(services, addresses, monkeypatch):
    """What plays Stripe is where the sandbox was; the site is told so before it is built."""
    app = stripe_server.create_app()
    services.wires["gateway"].app = app
    app.stripe.address = "https://checkout.stripe.com"
    for name, value in {
        "GATEWAY": "stripe",
        "STRIPE_SECRET_KEY": stripe_server.SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": stripe_server.WEBHOOK_SECRET,
        "STRIPE_API_BASE": addresses["gateway"],
    }.items():
        monkeypatch.setenv(name, value)
    return app.stripe


@pytest.fixture
def asha(account, site, clock):
    """Her page to pay on is Stripe's; there is no sandbox."""
    clock.set(MORNING)
    return Buyer(site, None)


@pytest.fixture
def stripe(account, site_app, asha, books, clock):
    return AtStripe(account, site_app, asha, books, clock)


class AtStripe:
    """Asha at Stripe's page, and Stripe's own side of her only payment."""

    def __init__(self, account, site_app, asha, books, clock):
        self.account, self.site_app, self.asha, self.books, self.clock = account, site_app, asha, books, clock

    def send_to_pay(self, pay) -> None:
        answer = self.asha.site.submit(pay, "/pay")
        assert answer.status_code == 303
        assert answer.location == self.session["url"]
        assert urlsplit(answer.location).netloc == "checkout.stripe.com"

    @property
    def session(self) -> dict:
        return list(self.account.sessions.values())[-1]

    @property
    def intent(self) -> dict:
        return self.account.intents[self.session["payment_intent"]]

    def pay(self, **how) -> None:
        self.account.pay(self.session["id"], **how)

    def come_back(self):
        return self.asha.follow(self.asha.site.get(urlsplit(self.session["success_url"]).path))

    def tell(self, kind: str, about: dict | None = None) -> int:
        about = about or stripe_server.told(self.account, self.session, [])
        body = self.account.webhook(kind, about)
        return self.hear(body, sign(body, int(self.clock.now().timestamp())))

    def hear(self, body: bytes, headers: dict) -> int:
        return self.asha.site.post(WEBHOOK, data=body, headers=headers).status_code

    def booked(self, item: str):
        self.send_to_pay(self.asha.to_pay(item))
        self.pay()
        return self.come_back()

    def work(self, minutes: float = 1) -> None:
        self.clock.forward(minutes=minutes)
        with self.site_app.app_context():
            while claim := saga.claim_forgotten():
                saga.perform(claim)
                saga.drive(claim.booking_id)

    def attention(self) -> str | None:
        with self.site_app.app_context():
            return db.session.scalars(select(Booking.needs_attention)).one()

    def posts(self, word: str) -> int:
        return sum(each.startswith("POST") and word in each for each in self.account.asked)


def test_she_pays_at_stripe_and_is_booked(database, stripe, asha, on_sale, books):
    page = stripe.booked(on_sale())

    assert "You are booked" in page.text
    assert (stripe.intent["status"], stripe.intent["amount_received"]) == ("succeeded", 441_000)
    assert books.balance(asha.reference) == (441_000, 441_000)
    assert books.payments() == [("CAPTURED", stripe.session["id"])]


def test_the_page_that_leads_to_stripe_may(stripe, asha, on_sale):
    """In a test the page is where STRIPE_API_BASE is; tests/webapp/payments/test_selected.py has the real one."""
    page = asha.to_pay(on_sale())

    assert page.headers["Content-Security-Policy"].endswith("form-action 'self' http://127.0.0.1:5004")


def test_stripes_webhook_three_times_is_one_capture_and_one_letter(database, stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))
    stripe.pay()

    body = stripe.account.webhook(
        "checkout.session.completed", stripe_server.told(stripe.account, stripe.session, [])
    )
    headers = sign(body, int(stripe.clock.now().timestamp()))
    assert [stripe.hear(body, headers) for _ in range(3)] == [204, 204, 204]
    assert stripe.tell("checkout.session.completed") == 204  # another event that says the same

    assert books.states() == ["CONFIRMED"]
    assert stripe.posts("/capture") == 1
    assert books.letters() == ["booked"]


def test_a_forged_webhook_of_stripe_wakes_nobody(stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))
    stripe.pay()
    asked = len(stripe.account.asked)
    body = stripe.account.webhook(
        "checkout.session.completed", stripe_server.told(stripe.account, stripe.session, [])
    )
    now = int(stripe.clock.now().timestamp())

    for headers in ({}, sign(body + b" ", now), sign(body, now, "whsec_x"), sign(body, now + 301)):
        assert stripe.hear(body, headers) == 400

    assert books.states() == ["AWAITING_PAYMENT"]
    assert len(stripe.account.asked) == asked


def test_what_stripe_tells_of_others_is_taken_and_changes_nothing(stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))

    assert stripe.tell("customer.created", {"id": "cus_1"}) == 204
    assert stripe.tell("checkout.session.completed", {"id": "cs_test_of_another_shop"}) == 204
    assert asha.site.post("/payments/webhooks/sandbox", data=b"{}").status_code == 404

    assert books.states() == ["AWAITING_PAYMENT"]


def test_what_nobody_paid_in_time_is_ended_by_us_long_before_stripe_would(stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))

    stripe.work(minutes=16)

    assert books.states() == ["EXPIRED"]
    assert stripe.session["status"] == "expired"
    assert stripe.session["expires_at"] > stripe.clock.now().timestamp()


def test_what_is_paid_after_our_end_and_before_stripes_is_let_go(stripe, asha, on_sale, books):
    """No worker ran: she could still pay, 15 minutes late."""
    stripe.send_to_pay(asha.to_pay(on_sale()))
    stripe.clock.forward(minutes=30)
    stripe.pay()

    page = stripe.come_back()

    assert books.states() == ["EXPIRED"]
    assert stripe.intent["status"] == "canceled"
    assert "Nothing was taken" in page.text


def test_a_declined_card_can_be_followed_by_another(stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))
    stripe.account.decline(stripe.session["id"])
    stripe.come_back()
    assert books.states() == ["AWAITING_PAYMENT"]

    stripe.pay()

    assert "You are booked" in stripe.come_back().text
    assert len(stripe.account.sessions) == 1


def test_a_card_that_cannot_be_charged_any_more_ends_the_booking(stripe, asha, on_sale, books):
    stripe.send_to_pay(asha.to_pay(on_sale()))
    stripe.pay()
    stripe.account.fail(
        "/capture",
        lambda: stripe_server.StripeError(402, "card_error", "card_declined", "Your card was declined."),
    )

    page = stripe.come_back()

    assert books.states() == ["FAILED"]
    assert stripe.intent["status"] == "canceled"
    assert books.refusals() == ["Your card was declined."]
    assert "The payment could not be taken." in page.text
    assert "Nothing was taken" in page.text


def test_a_session_whose_making_stripe_broke_over_is_found_by_the_next_click(stripe, asha, on_sale, books):
    pay = asha.to_pay(on_sale())
    oops = stripe_server.StripeError(500, "api_error", None, "Something went wrong")
    stripe.account.fail("POST /v1/checkout/sessions", lambda: oops, before=False)
    assert asha.site.submit(pay, "/pay").status_code == 503

    stripe.clock.forward(seconds=5)
    stripe.send_to_pay(asha.at("pay"))

    assert len(stripe.account.sessions) == 1


def test_a_cancellation_is_refunded_at_stripe_once(database, stripe, asha, on_sale, books, wires):
    stripe.booked(on_sale())
    stripe.clock.forward(hours=2)
    wires["gateway"].lose_answer("POST /v1/refunds", times=1)

    asha.cancel()
    assert books.states() == ["CANCELLING"]
    stripe.work()

    assert books.states() == ["CANCELLED"]
    assert [each["amount"] for each in stripe.account.refunds.values()] == [352_800]
    assert books.balance(asha.reference) == (88_200, 88_200)


@pytest.mark.by_hand("the bank changes what we were told: the gateway has given less back than we wrote down")
def test_a_refund_that_the_bank_sends_back_days_later_is_told_to_a_person(
    database, stripe, asha, on_sale, books
):
    stripe.booked(on_sale())
    stripe.clock.forward(hours=2)
    asha.cancel()
    [refund] = stripe.account.refunds.values()
    stripe.clock.forward(hours=72)
    assert stripe.tell("refund.updated", refund) == 204
    assert stripe.attention() is None

    stripe.account.fail_refund(refund)
    assert stripe.tell("refund.failed", refund) == 204

    assert stripe.attention().startswith("the gateway says that ₹3,528.00 of the refund of ")
    assert books.states() == ["CANCELLED"]
