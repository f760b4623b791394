"""Every route stands here with who may see it; one that does not, fails."""

import pytest

from chassis import clock
from chassis.database import db, writing
from webapp.accounts.models import User
from webapp.bookings.models import Booking

EVERYBODY = {
    "bookings.find",  # shows nothing; who knows reference and e-mail is granted the booking
    "bookings.index",  # her own trips, or this browser's
    "tickets.check",  # whether a ticket stands, by the code on it; nothing of who travels
    "search.home",
    "search.swap",
    "search.forget",  # this browser's own
    "search.flights",
    "search.calendar",
    "search.hotels",
    "search.offer",
    "search.terms",
    "styleguide.show",  # not in production
    "places.suggestions",
    "trips.show",  # the visitor's own, whichever that is
    "trips.add",
    "trips.accept",
    "trips.remove",
    "accounts.login",
    "accounts.register",
    "accounts.logout",
    "recovery.forgotten",  # who has the link in a letter reads the account's mailbox
    "recovery.sent",
    "recovery.choose",
    "verification.show",
    "verification.confirm",
    "theme.choose",
    "health.healthz",
    "health.readyz",
    "static",
}
WHOSE_BOOKING_IT_IS = {
    "bookings.show",
    "tickets.show",
    "tickets.as_pdf",
    "tickets.calendar",
    "invoices.as_pdf",
    "cancellation.show",
    "cancellation.cancel",
    "bookings.name",
    "bookings.contact",
    "bookings.correction",
    "bookings.correct",
    "checkout.travellers",
    "checkout.review",
    "checkout.hold",
    "checkout.price",
    "checkout.pay",
    "checkout.returned",
    "checkout.progress",
    "checkout.abandon",
    "checkout.again",
}
SIGNED_IN = {
    "accounts.show", "accounts.change", "accounts.send_link", "accounts.withdraw_email", "security.show", "security.password",
    "security.end", "security.end_others", "saved.index", "saved.add", "saved.change", "saved.remove", "data.show",
    "data.take_along", "data.delete",
}  # fmt: skip
ADMINS = {
    "admin.index", "admin.bookings", "admin.bookings_as_csv", "admin.booking", "admin.audit", "admin.messages",
    "admin.providers", "admin.reconciliation", "admin.refunds", "users.index", "users.show", "users.sign_out",
    "users.send_password_letter", "admin.see_to",
}  # fmt: skip
SIGNED_BY_THE_GATEWAY = {"payments.webhook"}
LOOPBACK_OR_TOKEN = {"health.show_metrics"}

REFERENCE = "K7QM-2XV-P9D"


def rules(app, endpoints):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in endpoints]


def address(app, rule) -> str:
    values = {
        "reference": REFERENCE, "name": "sandbox", "provider": "flights", "item": "x", "filename": "css/base.css", "number": 1, "item_id": 1, "place": 1,
        "token": "x",
    }  # fmt: skip
    with app.test_request_context():
        _, path = rule.build({name: values[name] for name in rule.arguments})
    return path


def requests_of(app, endpoints):
    for rule in rules(app, endpoints):
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield method, address(app, rule)


@pytest.fixture
def anothers_booking(site_app):
    with site_app.app_context(), writing() as session:
        now = clock.now()
        owner = User(
            email="o@example.org", email_key="o@example.org", password_hash="x", name="Owner", created_at=now
        )
        session.add(owner)
        session.flush()
        session.add(
            Booking(
                public_reference=REFERENCE,
                checkout_nonce="n" * 20,
                user_id=owner.id,
                amount_minor=100,
                currency="INR",
                created_at=now,
                updated_at=now,
            )
        )


def test_every_route_is_in_the_table(site_app):
    known = EVERYBODY | WHOSE_BOOKING_IT_IS | SIGNED_IN | ADMINS | SIGNED_BY_THE_GATEWAY | LOOPBACK_OR_TOKEN

    assert {rule.endpoint for rule in site_app.url_map.iter_rules()} == known


def test_anothers_booking_does_not_exist(site_app, site, anothers_booking):
    site_app.config["WTF_CSRF_ENABLED"] = False

    answers = {
        (method, path): site.open(path, method=method).status_code
        for method, path in requests_of(site_app, WHOSE_BOOKING_IT_IS)
    }

    assert set(answers.values()) == {404}, answers


def test_a_stranger_is_asked_to_sign_in(site_app, site):
    site_app.config["WTF_CSRF_ENABLED"] = False

    for method, path in requests_of(site_app, SIGNED_IN):
        answer = site.open(path, method=method)
        assert answer.status_code == 303, path
        assert answer.location.startswith("/login"), path


def test_admin_pages_do_not_exist_for_others(site_app, site):
    for method, path in requests_of(site_app, ADMINS):
        assert site.open(path, method=method).status_code == 404, path


def test_an_unsigned_webhook_is_not_believed(site):
    assert site.post("/payments/webhooks/sandbox", data=b"{}").status_code == 400
    assert site.post("/payments/webhooks/other", data=b"{}").status_code == 404


def test_metrics_are_for_this_machine(site):
    assert site.get("/metrics").status_code == 200
    assert site.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


def test_every_post_needs_its_csrf_token(site_app, site, anothers_booking):
    everything = EVERYBODY | WHOSE_BOOKING_IT_IS | SIGNED_IN
    for method, path in requests_of(site_app, everything):
        if method == "POST":
            assert site.post(path).status_code == 400, path


def test_the_database_was_not_touched_by_strangers(site_app, site, anothers_booking):
    for method, path in requests_of(site_app, WHOSE_BOOKING_IT_IS):
        site.open(path, method=method)

    with site_app.app_context():
        assert db.session.scalars(db.select(Booking.state)).all() == ["DRAFT"]
