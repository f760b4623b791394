"""Whatever is said at a door of any provider, the answer is a refusal or a right answer: never a 500, never half an order.

Doors and addresses are found in the services themselves: what is added later is thrown at without a line here.
"""

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from beckn.context import ACTIONS, NOT_OFFERED
from beckn.signing import BadSignature, read_header
from chassis.database import db
from tests.bpp_services.counters import Counter
from tests.bpp_services.spoiling import MISSING, at, places, spoiled

SERVICES = ("flights", "international_flights", "hotels")
EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
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
            "AI-1234.20261211.ECONOMY.ADULT",
            "AI-1234.20261211.ECONOMY.ADULT-1",
            "AI-1234.20261211.ECONOMY.ADULT-9",
            "AI-1234.00010101.ECONOMY.ADULT-1",
            "AI-1234.99991231.BUSINESS.INFANT",
            "ADULT_TICKET",
            "taj-mahal-palace-mumbai.DELUXE",
            "taj-mahal-palace-mumbai.20261211-20261214",
            "taj-mahal-palace-mumbai.00010101-99991231",
            "2026-12-11T14:00:00+05:30",
            "9999-12-31T23:59:59+05:30",
            "std:022",
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

each_service = pytest.mark.parametrize("service", SERVICES)


@pytest.fixture
def counter(at_the_counter, service) -> Counter:
    return at_the_counter(service)


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


def is_whole(counter: Counter) -> bool:
    """Every order with a content has its booking, every booking its people and its seats, and the inventory adds up."""
    bookings = db.session.scalars(select(counter.book.rows.booking)).all()
    with_content = counter.book.rows.order.content_digest.is_not(None)
    made = db.session.scalar(select(func.count()).select_from(counter.book.rows.order).where(with_content))
    whole = made == len(bookings) and all(counter.is_for_its_people(each) for each in bookings)
    db.session.rollback()
    return whole and counter.adds_up(counter.item)


def is_an_answer(reply) -> bool:
    """A refusal or a right answer, one of the two."""
    answered = reply.status == 200 and "message" in reply.body
    return reply.status in (200, 400, 409) and ("error" in reply.body) is not answered


@each_service
def test_every_door_has_a_valid_message_to_begin_with(counter):
    """A door that is added is thrown at only when its message stands in `valid_messages`."""
    assert set(counter.messages) == set(ACTIONS)


@pytest.mark.usefixtures("database")
@each_service
def test_garbage_in_a_message_is_refused_or_understood(counter):
    for action in ACTIONS:
        throw_at(counter, action, 40 if action == "init" else 20)

        assert is_whole(counter), action


def throw_at(counter: Counter, action: str, times: int) -> None:
    @settings(EXAMPLES, max_examples=times)
    @given(st.data())
    def whatever_is_said(data):
        assert is_an_answer(counter.ask(action, spoil(data, counter.messages[action])))

    whatever_is_said()


@each_service
def test_garbage_in_the_context_is_refused_or_understood(counter):
    @EXAMPLES
    @given(st.sampled_from([*ACTIONS, *NOT_OFFERED]), st.data())
    def whatever_is_said(action, data):
        message = counter.messages.get(action, {})

        reply = counter.say(action, spoil(data, counter.context(action)), message)

        assert reply.status == 401 or is_an_answer(reply)

    whatever_is_said()
    assert is_whole(counter)


@each_service
def test_garbage_instead_of_a_message_is_refused(counter):
    @EXAMPLES
    @given(st.sampled_from(ACTIONS), st.data())
    def whatever_is_sent(action, data):
        said = json.dumps({"context": counter.context(action), "message": counter.messages[action]}).encode()
        begin = data.draw(st.integers(0, len(said)))
        end = data.draw(st.integers(begin, min(len(said), begin + 20)))
        body = said[:begin] + data.draw(st.binary(max_size=12)) + said[end:]

        reply = counter.bap.send(action, body)

        assert reply.status == 401 or is_an_answer(reply)

    whatever_is_sent()
    assert is_whole(counter)


@pytest.mark.parametrize("service", ["flights"])
def test_garbage_in_the_headers_is_refused(counter):
    message = json.dumps({"context": counter.context("status"), "message": {"order_id": "X"}}).encode()
    text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=80)

    @EXAMPLES
    @given(st.sampled_from(["Authorization", "Prefer", "Content-Type", "X-Request-Id"]), text)
    def whatever_is_sent(name, value):
        reply = counter.bap.send("status", message, {name: value})

        assert reply.status in (200, 400, 401, 415)

    whatever_is_sent()


@each_service
def test_no_address_of_a_provider_breaks(counter):
    """Every page and every door, asked for with garbage in its place and in its query."""
    app = counter.desk.app
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
    text = TEXTS.map(lambda value: quote(value[:300].encode("utf-8", "replace"), safe=""))

    @EXAMPLES
    @given(st.sampled_from(rules), st.data(), text, text)
    def whatever_is_asked(rule, data, name, value):
        path = rule.rule
        for argument in rule.arguments:
            path = re.sub(rf"<(?:[^<>:]+:)?{argument}>", lambda _: data.draw(text), path)
        for address in (f"{path}?{name}={value}", f"{path}x/{value}"):
            with app.test_client().get(address) as answer:
                assert answer.status_code in (200, 308, 400, 404, 405), address

    whatever_is_asked()


@EXAMPLES
@given(text=st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_header(text):
    try:
        read_header(f"Signature {text}")
    except BadSignature:
        return
