"""Whether each provider and the gateway answers, said in time whatever they do; and what of ours is with them."""

import re
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from chassis.calls import Answer
from chassis.database import db, writing
from tests.servers import hanging
from tests.webapp.admin.booked import a_booking, a_difference
from tests.webapp.admin.lists import references
from tests.wsgi_adapter import WsgiAdapter
from webapp.admin import partners, plainly, pulse
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.payments.models import Payment

NOON = datetime(2026, 12, 11, 6, 30, tzinfo=UTC)  # in India
DEEP = b'{"status": "ready", "x": ' + b"[" * 90_000


@pytest.fixture
def cards(admin, monkeypatch):
    """{whose card it is: its words} of the page; a link stands before its own as [address].

    Those who answer in process may take as long as a busy machine makes them.
    """
    monkeypatch.setattr(pulse, "GRACE", 30)

    def look() -> dict[str, str]:
        page = admin.get("/admin/providers")
        assert page.status_code == 200
        found = re.findall(r'<section class="card.*?<h2[^>]*>(.*?)</h2>(.*?)</section>', page.text, re.DOTALL)
        return {name: _words(rest) for name, rest in found}

    return look


def _words(html: str) -> str:
    linked = re.sub(r'<a [^>]*href="([^"]+)"[^>]*>', r"[\1] ", html).replace("&amp;", "&")
    return " ".join(re.sub(r"<[^>]+>", " ", linked).split())


def test_each_says_how_fast_it_answers(site_app, cards, wires):
    said = cards()

    assert list(said) == ["Domestic flights", "International flights", "Hotels", "Payment gateway"]
    for name, words in said.items():
        assert (
            re.match(
                r"Answers in [\d,]+ ms Booked None Still to come None Under way None Not booked, in 7 days None",
                words,
            )
            or name == "Payment gateway"
        )
        assert "Waits for it None" in words
        assert "Open differences None" in words
    assert re.match(r"Answers in [\d,]+ ms Under way None Open differences", said["Payment gateway"])
    assert [each.path_url for each in wires["hotels"].requests] == ["/readyz"]


def test_who_hangs_or_is_down_or_talks_nonsense_keeps_nobody_from_the_page(
    site_app, cards, wires, monkeypatch
):
    monkeypatch.setattr(pulse, "DEADLINE", 0.3)
    wires["flights"].garbage()
    wires["gateway"].down()
    known = site_app.extensions["providers"]
    with hanging() as address:
        monkeypatch.setitem(known, "hotels", replace(known["hotels"], url=address))
        cards()  # nothing is done for the first time when it is measured
        began = time.monotonic()
        said = cards()
        took = time.monotonic() - began

    assert took < pulse.GRACE / 10  # nobody waits for who does not hang
    assert said["Hotels"].startswith(
        "Does not answer It did not answer within 0.3 s. Searches are shown without it. What it has to do for bookings "
        "waits and is tried again by itself: after 1 s at first, every 6 hours at last."
    )
    assert said["Payment gateway"].startswith(
        "Does not answer It could not be reached. Nobody can pay meanwhile"
    )
    assert re.match(
        r"Answers, but cannot serve It answers in [\d,]+ ms, but says nothing that", said["Domestic flights"]
    )
    assert said["International flights"].startswith("Answers in")


@pytest.fixture
def nobody_answers(wires):
    """So that none of them has to be built where it does not matter."""
    for service in ("flights", "international_flights", "hotels", "gateway"):
        wires[service].down()


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        (200, b'{"status": "ready", "service": "x"}', "well", "answers in 12 ms"),
        (503, b'{"status": "not ready", "problems": ["no\\u202e database", "no disk"]}', "odd",
         "answers in 12 ms, but is not ready: no database; no disk"),
        (500, b'{"status": "ready"}', "odd", "answers in 12 ms, but is not ready: HTTP 500"),
        (503, b'{"status": "not ready", "problems": ["' + b"x" * 9_000 + b'"]}', "odd",
         "answers in 12 ms, but is not ready: " + "x" * 300),
        *((404, body, "odd", "answers in 12 ms, but says nothing that can be read (HTTP 404)")
          for body in (b"", b"<h1>", b"[]", b"\xff", b'{"status": 1}', b'{"status": "\xff"}', b'{"problems": [1]}', DEEP)),
    ],
)  # fmt: skip
def test_whatever_readyz_says_is_told_in_words(status, body, state, words):
    assert pulse.readiness(Answer(status, body, {}, 0.0123)) == pulse.Pulse(state, words)


def test_who_is_not_back_in_time_did_not_answer():
    waits: Future = Future()

    assert pulse._result(waits) == pulse.Pulse("silent", "did not answer in time")
    assert waits.cancelled()  # nobody begins with it later


def test_all_are_waited_for_until_their_deadline_and_nobody_beyond_the_grace(site_app, wires, monkeypatch):
    goes_on = threading.Event()

    def asked(deadline: float, grace: float) -> pulse.Pulse:
        monkeypatch.setattr(pulse, "DEADLINE", deadline)
        monkeypatch.setattr(pulse, "GRACE", grace)
        with site_app.app_context():
            hotels = next(each for each in pulse.partners() if each.key == "hotels")
            return pulse.Asking([hotels]).answers()["hotels"]

    assert asked(deadline=20, grace=0).state == "well"
    wires["hotels"].before(lambda: goes_on.wait(10))
    began = time.monotonic()
    assert asked(deadline=0.05, grace=0.05) == pulse.Pulse("silent", "did not answer in time")
    assert time.monotonic() - began < 5
    goes_on.set()


@pytest.mark.parametrize(("status", "state"), [("404 NOT FOUND", "well"), ("502 BAD GATEWAY", "odd")])
def test_stripe_is_there_when_its_api_answers_anything(site_app, cards, status, state):
    def plays_stripe(_environ, start_response):
        start_response(status, [])
        return [b"{}"]

    site_app.config["GATEWAY"] = "stripe"
    with site_app.app_context():
        assert pulse.partners()[-1].url == "https://api.stripe.com"
    site_app.config["STRIPE_API_BASE"] = "http://127.0.0.1:5005"
    site_app.config["HTTP_ADAPTERS"]["http://127.0.0.1:5005"] = WsgiAdapter(plays_stripe)
    site_app.extensions.pop("http", None)

    assert cards()["Stripe"].startswith("Answers in" if state == "well" else "Answers, but cannot serve")


def of(app, reference: str) -> Booking:
    """The booking, to be changed inside `writing()`."""
    return db.session.scalars(select(Booking).where(Booking.public_reference == reference)).one()


@pytest.mark.by_hand("rows are written that no checkout leaves so")
def test_bookings_are_counted_as_the_list_behind_the_number_finds_them(
    database, site_app, admin, nobody_answers, cards, clock, monkeypatch
):
    clock.set(NOON)
    flight, gone, stay = (
        a_booking(site_app, at=NOON, providers=each)
        for each in (("flights",), ("flights", "hotels", "flights"), ("hotels",))
    )
    a_booking(site_app, "AWAITING_PAYMENT", at=NOON)
    a_booking(site_app, "CONFIRMING", at=NOON - timedelta(days=30), providers=("flights", "flights"))
    for at in (NOON - timedelta(days=6), NOON - timedelta(days=8)):
        a_booking(site_app, "FAILED", at=at, providers=("hotels",))
    ends = {stay: {"check_out": "2026-12-11T13:00:00+05:30"}, flight: {"destination": {"at": "2026-12-11T13:00:00+05:30"}},
            gone: {"destination": {"at": "2026-12-11T11:00:00+05:30"}}}  # fmt: skip
    with site_app.app_context(), writing():
        for reference, offer in ends.items():
            of(site_app, reference).items[0].offer = offer
        _over, stays, cancelled = of(site_app, gone).items
        stays.offer = ends[stay]
        cancelled.offer, cancelled.state = ends[flight], "CANCELLED"

    said = cards()

    assert (
        "Booked [/admin/bookings?provider=flights&state=CONFIRMED] 2 Confirmed Still to come 1 "
        "Under way [/admin/bookings?provider=flights&state=AWAITING_PAYMENT] 1 Waiting for payment "
        "[/admin/bookings?provider=flights&state=CONFIRMING] 1 Being confirmed Not booked, in 7 days "
        "None Open differences None"
    ) in said["Domestic flights"]
    assert "2 Confirmed Still to come 2" in said["Hotels"]
    assert "&from=2026-12-05] 1" in said["Hotels"]
    assert (
        "Under way [/admin/bookings?state=AWAITING_PAYMENT]" not in said["Payment gateway"]
    )  # nobody went to pay
    for number, path in _numbers(" ".join(said.values())):
        assert len(references(admin.get(path))) == number, path

    monkeypatch.setattr(partners, "MOST_LOOKED_AT", 1)
    assert "Still to come 0 of the newest 1 " in cards()["Domestic flights"]


def _numbers(words: str) -> list[tuple[int, str]]:
    found = re.findall(r"\[(/admin/bookings\?[^\]]+)\] (\d+)", words)
    return [(int(number), path) for path, number in found]


def test_it_is_known_of_every_kind_of_step_whom_it_asks_and_what_it_is_called():
    asks_nobody = {"INVOICE"}

    assert (
        set(saga._handlers)
        == {*partners.AT_PROVIDERS, *partners.AT_GATEWAY} | asks_nobody
        == set(plainly.STEPS)
    )


@pytest.mark.by_hand("rows are written that no checkout leaves so")
def test_what_waits_for_whom_is_told_with_the_oldest_and_its_tries(
    database, site_app, nobody_answers, cards, clock
):
    clock.set(NOON)
    first, second = a_booking(site_app, "CANCELLING", at=NOON), a_booking(site_app, "CONFIRMING", at=NOON)
    hour = timedelta(hours=1)
    with site_app.app_context(), writing() as session:
        cancelling, confirming = of(site_app, first), of(site_app, second)
        stay = cancelling.items[1]
        payment = _payment(confirming)
        session.add_all([payment, _payment(cancelling, gateway="another", reference="P-2")])
        session.flush()
        session.add_all(
            [
                _step(cancelling, "CANCEL", NOON - hour, item_id=stay.id, run_at=NOON - hour / 30, attempts=4,
                      last_error="Hotels hung up"),
                _step(cancelling, "RELEASE", NOON - 2 * hour, item_id=stay.id, state="DONE", last_error="x"),
                _step(confirming, "HOLD", NOON - 2 * hour, item_id=confirming.items[1].id, run_at=NOON - hour / 60),
                _step(confirming, "INVOICE", NOON - 3 * hour, attempts=9, last_error="x"),
                _step(confirming, "RELEASE", NOON - 3 * hour, item_id=confirming.items[1].id, run_at=NOON - hour / 120),
                _step(confirming, "CAPTURE", NOON - hour, item_id=confirming.items[1].id, payment_id=payment.id,
                      attempts=1, last_error="<b>no</b>"),
            ]
        )  # fmt: skip

    said = cards()

    assert (
        f"Waits for it 2 steps. The oldest: Hold at the provider, [/admin/bookings/{second}] {second} , since "
        "Fri 11 Dec 2026, 10:00 IST, 0 tries; next try: Fri 11 Dec 2026, 11:59 IST Asked at"
    ) in said["Hotels"]
    assert (
        f"Waits for it 1 step. The oldest: Take the payment, [/admin/bookings/{second}] {second} , since "
        "Fri 11 Dec 2026, 11:00 IST, 1 try; next try: Fri 11 Dec 2026, 12:05 IST "
        "Its last answer &lt;b&gt;no&lt;/b&gt;. Asked at"
    ) in said["Payment gateway"]
    assert (
        "Under way [/admin/bookings?state=CONFIRMING] 1 Being confirmed Open differences"
        in said["Payment gateway"]
    )
    assert "Waits for it None" in said["Domestic flights"]


def _step(booking: Booking, kind: str, created_at: datetime, **columns) -> SagaStep:
    facts = {"run_at": NOON + timedelta(minutes=5), "attempts": 0, "state": "READY"}
    key = f"{kind}:{booking.id}"
    return SagaStep(
        booking_id=booking.id, kind=kind, dedupe_key=key, created_at=created_at, **facts | columns
    )


def _payment(booking: Booking, gateway: str = "sandbox", reference: str = "P-1") -> Payment:
    return Payment(
        booking_id=booking.id, gateway=gateway, reference=reference, state="AUTHORISED", amount_minor=booking.amount_minor,
        authorised_minor=booking.amount_minor, currency="INR", return_url="/", expires_at=NOON, created_at=NOON,
        updated_at=NOON,
    )  # fmt: skip


@pytest.mark.by_hand("rows are written that no checkout leaves so")
def test_a_number_of_differences_leads_to_those_alone(site_app, admin, nobody_answers, cards):
    mine, theirs = a_booking(site_app), a_booking(site_app)
    with site_app.app_context(), writing() as session:
        stay, paid = of(site_app, mine).items[1], of(site_app, theirs)
        payment = db.session.scalars(select(Payment).where(Payment.booking_id == paid.id)).one()
        session.add_all(
            [
                a_difference(stay.booking_id, "item 2", item_id=stay.id),
                a_difference(
                    stay.booking_id, "item 3", item_id=stay.id, resolved_at=NOON, resolution="Seen no more"
                ),
                a_difference(paid.id, "payment 2", kind="PAYMENT_STATE", payment_id=payment.id),
            ]
        )

    said = cards()

    assert "Open differences [/admin/reconciliation?provider=hotels] 1" in said["Hotels"]
    assert "Open differences None" in said["Domestic flights"]
    assert "Open differences [/admin/reconciliation?provider=gateway] 1" in said["Payment gateway"]
    assert references(admin.get("/admin/reconciliation?provider=hotels")) == [mine]
    assert references(admin.get("/admin/reconciliation?provider=gateway")) == [theirs]
    assert references(admin.get("/admin/reconciliation?provider=flights")) == []
    assert "<b>2</b><span>differences with others</span>" in admin.get("/admin").text
    own = admin.get(f"/admin/bookings/{theirs}").text
    assert "Payment 2" in own
    assert "Item 2" not in own
    assert "Choose with whom from the list" in admin.get("/admin/reconciliation?provider=x").text
