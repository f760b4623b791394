"""Whatever is said at a door, the answer is a refusal or a right answer: never a 500, never half an order."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from beckn.signing import BadSignature, read_header
from bpp_services.air.models import Booking, Order, Passenger
from chassis.database import db
from tests.bpp_services.air.said import MISSING, places, spoiled, valid_messages
from tests.factories import ASHA, KABIR, MIRA, a_departure

ITEM = "AI-1234.20261211.ECONOMY"
EXAMPLES = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "\0",
            "a\0b@example.org",
            "\x7f",
            "\u2028",
            "\U0010ffff",
            "Ǻ" * 60,
            "x" * 300,
            "x" * 70_000,
            "0001-01-01",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+05:30",
            "2026-12-01T04:30:00.000Z",
            "PT30S",
            "P9999D",
            "-1",
            "1e999",
            "99999999999999999999",
            "5775.00",
            f"{ITEM}.ADULT",
            f"{ITEM}.ADULT-1",
            f"{ITEM}.ADULT-9",
            "AI-1234.00010101.ECONOMY.ADULT-1",
            "AI-1234.99991231.BUSINESS.INFANT",
            "ADULT_TICKET",
            "CONFIRM_CANCEL",
            "014",
            "00000000-0000-0000-0000-000000000000",
            "{00000000-0000-0000-0000-000000000000}",
        ]
    ),
)
NUMBERS = st.one_of(
    st.sampled_from([0, -1, 1, 2, 9, 10, 2**31, 2**63, 2**64, -(2**63) - 1, 10**30, 1.5, 1e308, True]),
    st.integers(),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.just(MISSING), TEXTS, NUMBERS),
    lambda inner: st.one_of(
        st.lists(inner.filter(lambda each: each is not MISSING), max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "code", "descriptor", "list", "person", "x"]),
            inner.filter(lambda each: each is not MISSING),
            max_size=3,
        ),
    ),
    max_leaves=6,
)
ACTIONS = st.sampled_from(
    ["search", "select", "init", "init", "init", "confirm", "status", "cancel", "update", "support"]
)


def spoil(data, message: dict) -> dict:
    """A message with one to three of its places spoiled: by garbage, or by what stands at another place."""
    for _ in range(data.draw(st.integers(1, 3))):
        spots = places(message)
        if not spots:
            break
        spot = data.draw(st.sampled_from(spots))
        elsewhere = data.draw(st.sampled_from(spots))
        value = data.draw(st.one_of(VALUES, st.just(at(message, elsewhere))))
        message = spoiled(message, spot, value)
    return message


def at(message: dict, place: str):
    """What stands at a place."""
    value = message
    for part in place.replace("]", "").replace("[", ".").split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def nothing_is_half_done() -> bool:
    """Every order with a content has its booking, and every booking the passengers whose seats it took."""
    made = db.session.scalar(select(func.count()).select_from(Order).where(Order.content_digest.is_not(None)))
    bookings = db.session.scalars(select(Booking)).all()
    seated = dict(
        db.session.execute(
            select(Passenger.booking_id, func.count())
            .where(Passenger.kind != "INFANT")
            .group_by(Passenger.booking_id)
        ).all()
    )
    db.session.rollback()
    return made == len(bookings) and all(seated[each.id] == each.seats for each in bookings)


@pytest.fixture
def order(desk):
    return desk.held(a_departure("AI-1234", seats=180), ASHA, MIRA, KABIR)


@pytest.mark.usefixtures("database")
def test_garbage_in_a_message_is_refused_or_understood(desk, order):
    valid = valid_messages(desk, order)

    @EXAMPLES
    @given(st.data())
    def whatever_is_said(data):
        action = data.draw(ACTIONS)
        transaction = order.transaction if action == "confirm" else None

        reply = desk.bap.ask(action, spoil(data, valid[action]), transaction)

        assert reply.status in (200, 400, 409)
        assert ("error" in reply.body) is not ("message" in reply.body and reply.status == 200)
        assert nothing_is_half_done()
        assert desk.seats_add_up(ITEM)

    whatever_is_said()


def test_garbage_in_the_context_is_refused_or_understood(desk, order):
    message = valid_messages(desk, order)["status"]

    @EXAMPLES
    @given(st.data())
    def whatever_is_said(data):
        context = spoil(data, desk.bap.context("status"))

        reply = desk.bap.send("status", json.dumps({"context": context, "message": message}).encode())

        assert reply.status in (200, 400, 401)

    whatever_is_said()


def test_garbage_instead_of_a_message_is_refused(desk, order):
    said = json.dumps(
        {"context": desk.bap.context("init"), "message": valid_messages(desk, order)["init"]}
    ).encode()

    @EXAMPLES
    @given(st.data())
    def whatever_is_sent(data):
        begin = data.draw(st.integers(0, len(said)))
        end = data.draw(st.integers(begin, min(len(said), begin + 20)))
        body = said[:begin] + data.draw(st.binary(max_size=12)) + said[end:]

        reply = desk.bap.send("init", body)

        assert reply.status in (200, 400, 401, 409)
        assert nothing_is_half_done()

    whatever_is_sent()


def test_garbage_in_the_headers_is_refused(desk):
    message = json.dumps({"context": desk.bap.context("status"), "message": {"order_id": "X"}}).encode()
    text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=80)

    @EXAMPLES
    @given(st.sampled_from(["Authorization", "Prefer", "Content-Type", "X-Request-Id"]), text)
    def whatever_is_sent(name, value):
        reply = desk.bap.send("status", message, {name: value})

        assert reply.status in (200, 400, 401, 415)

    whatever_is_sent()


@EXAMPLES
@given(text=st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_header(text):
    try:
        read_header(f"Signature {text}")
    except BadSignature:
        return
