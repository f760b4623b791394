"""What is wrong with a message is said with its path, its code and its status; and nothing is done."""

import json

import pytest

from tests.bpp_services.air.said import MISSING, spoiled, valid_messages
from tests.factories import ASHA, KABIR, MIRA, a_departure

ITEM = "AI-1234.20261211.ECONOMY"
CODE = "intent.fulfillment.stops[0].location.descriptor.code"
TIME = "intent.fulfillment.stops[0].time.timestamp"
COUNT = "intent.provider.items[0].quantity.selected.count"
CUSTOMER = "order.fulfillments[1].customer"
AMOUNT = "order.payments[0].params.amount"

# action, what is spoiled, with what; the path that is named (the same when None), and a part of the sentence
NOT_UNDERSTOOD = [
    ("search", "intent", MISSING, None, "is missing"),
    ("search", "intent", None, None, "Expected"),
    ("search", "intent.fulfillment", MISSING, "intent.fulfillment.stops", "needs a START and an END"),
    ("search", "intent.fulfillment.stops", [], None, "needs a START and an END"),
    ("search", "intent.fulfillment.stops[1].type", "STOP", "intent.fulfillment.stops", "needs a START"),
    ("search", CODE, "blr", None, "is not an airport"),
    ("search", CODE, "BLRX", None, "is not an airport"),
    ("search", CODE, "BLR\n", None, "is not an airport"),
    ("search", CODE, "ＢＬＲ", None, "is not an airport"),
    ("search", CODE, 7, None, "Expected `str"),
    ("search", CODE, MISSING, None, "is not an airport"),
    ("search", TIME, "2026-12-11", None, "is not a local time"),
    ("search", TIME, "2026-12-11T00:00:00", None, "is not a local time"),
    ("search", TIME, "2026-02-30T00:00:00Z", None, "is not a local time"),
    ("search", TIME, "0001-01-01T00:00:00+05:30", None, "is not a local time"),
    ("search", TIME, "9999-12-31T23:59:59-05:00", None, "is not a local time"),
    ("search", TIME, "2026-12-11T00:00:00Z" * 9, None, "is not a local time"),
    ("search", TIME, MISSING, None, "is not a local time"),
    ("search", "intent.category", {"descriptor": {"code": "FIRST"}}, "intent.category.descriptor.code", "cabin"),
    ("search", COUNT, 0, None, "is not between 1 and 9"),
    ("search", COUNT, -1, None, "is not between 1 and 9"),
    ("search", COUNT, 10, None, "is not between 1 and 9"),
    ("search", COUNT, 10**30, None, "is not between 1 and 9"),
    ("search", COUNT, 1.0, None, "Expected `int`"),
    ("search", COUNT, True, None, "Expected `int`"),
    ("search", COUNT, "1", None, "Expected `int`"),
    ("search", COUNT, 9, "intent.provider.items", "at most 9 people"),
    ("search", "intent.provider.items[0].quantity", {}, COUNT, "is missing"),
    ("search", "intent.provider.items[0].descriptor.code", "SENIOR_TICKET", None, "is not a kind of ticket"),
    ("search", "intent.provider.items[1].descriptor.code", "ADULT_TICKET", None, "is not a kind of ticket"),
    ("search", "intent.provider", MISSING, "intent.provider.items", "at least one adult"),
    ("select", "order.items", MISSING, None, "is missing"),
    ("select", "order.items", [], None, "is missing"),
    ("select", "order.items[0].id", MISSING, None, "is missing"),
    ("select", "order.items[0].id", "", None, "is not an item's id"),
    ("select", "order.items[0].id", f"{ITEM}.SENIOR", None, "is not an item's id"),
    ("select", "order.items[0].id", "AI-1234.20261311.ECONOMY.ADULT", None, "is not an item's id"),
    ("select", "order.items[0].id", "AI-1234.20261211.FIRST.ADULT", None, "is not an item's id"),
    ("select", "order.items[0].id", "x" * 100_000, None, "is not an item's id"),
    ("select", "order.items[0].id", ITEM, None, "is not a kind of ticket"),
    ("select", "order.items[0].id", f"{ITEM}.ADULT-1", None, "is not a kind of ticket"),
    ("select", "order.items[1].id", f"{ITEM}.ADULT", None, "is not a kind of ticket"),
    ("select", "order.items[0].id", "AI-1234.20261212.ECONOMY.ADULT", "order.items", "several departures"),
    ("select", "order.items[0].quantity", MISSING, "order.items[0].quantity.selected.count", "is missing"),
    ("select", "order.items[2].quantity.selected.count", 2, "order.items", "each infant needs"),
    ("select", "order.provider", MISSING, None, "is missing"),
    ("init", "order", [], None, "Expected `object`"),
    ("init", "order.items[0].id", f"{ITEM}.ADULT", None, "is not a passenger's ticket"),
    ("init", "order.items[0].id", f"{ITEM}.ADULT-2", "order.items", "are not numbered from 1"),
    ("init", "order.items[0].quantity.selected.count", 2, None, "is not 1"),
    ("init", "order.items[1].id", f"{ITEM}.ADULT-1", "order.items", "are not numbered from 1"),
    ("init", "order.fulfillments", MISSING, None, "has no traveller for"),
    ("init", "order.fulfillments[2].id", f"{ITEM}.ADULT-1", None, "is there twice"),
    ("init", "order.fulfillments[1].id", f"{ITEM}.ADULT-9", "order.fulfillments", "has no traveller for"),
    ("init", CUSTOMER, MISSING, f"{CUSTOMER}.person", "is missing"),
    ("init", f"{CUSTOMER}.contact", MISSING, None, "is missing"),
    ("init", f"{CUSTOMER}.person.name", MISSING, None, "is not a name"),
    ("init", f"{CUSTOMER}.person.name", " ", None, "is not a name"),
    ("init", f"{CUSTOMER}.person.name", "x" * 121, None, "is not a name"),
    ("init", f"{CUSTOMER}.person.name", "Asha\nRao", None, "is not a name"),
    ("init", f"{CUSTOMER}.person.dob", "23.03.1988", None, "is not a date"),
    ("init", f"{CUSTOMER}.person.dob", "1988-02-30", None, "is not a date"),
    ("init", f"{CUSTOMER}.contact.phone", "9876500001", None, "is not a phone number in E.164"),
    ("init", f"{CUSTOMER}.contact.phone", "+1234567890123456", None, "is not a phone number"),
    ("init", f"{CUSTOMER}.contact.phone", "+91٩876500001", None, "is not a phone number"),
    ("init", f"{CUSTOMER}.contact.email", "asha", None, "is not an e-mail address"),
    ("init", f"{CUSTOMER}.contact.email", "a\u0001@example.org", None, "is not an e-mail address"),
    ("init", f"{CUSTOMER}.contact.email", "a" * 64 + "@" + "b" * 190, None, "is not an e-mail address"),
    ("init", f"{CUSTOMER}.person.creds", [{"id": "z1", "type": "PASSPORT"}], f"{CUSTOMER}.person.creds[0].id", "no passport"),
    ("init", f"{CUSTOMER}.person.creds", [{"id": "Z1234567", "type": "PASSPORT"}], f"{CUSTOMER}.person.tags", "country"),
    ("init", "order.billing", MISSING, None, "is missing"),
    ("init", "order.billing.email", MISSING, None, "is missing"),
    ("init", "order.billing.phone", "+", None, "is not a phone number"),
    ("init", "order.payments", MISSING, None, "is missing"),
    ("init", "order.payments", [], None, "is missing"),
    ("init", AMOUNT, MISSING, None, "is missing"),
    ("init", AMOUNT, "-1.00", None, "is not an amount"),
    ("init", AMOUNT, "1.005", None, "is not an amount"),
    ("init", AMOUNT, "1e3", None, "is not an amount"),
    ("init", AMOUNT, "NaN", None, "is not an amount"),
    ("init", AMOUNT, " 1.00", None, "is not an amount"),
    ("init", AMOUNT, "1,000.00", None, "is not an amount"),
    ("init", AMOUNT, "9" * 13, None, "is not an amount"),
    ("init", AMOUNT, 11550, None, "Expected `str"),
    ("init", "order.tags", [], None, "PLATFORM_REFERENCE is missing"),
    ("init", "order.tags[0].list[0].value", "x" * 33, "order.tags", "PLATFORM_REFERENCE"),
    ("init", "order.tags[0].list[0].value", "a\u0001b", "order.tags", "PLATFORM_REFERENCE"),
    ("confirm", "order.payments[0].status", "NOT-PAID", None, "must be PAID"),
    ("confirm", "order.payments[0].params.transaction_id", "x" * 65, None, "is not a reference"),
    ("confirm", "order.payments[0].params.transaction_id", "a\u0001", None, "is not a reference"),
    ("status", "order_id", MISSING, None, "is missing"),
    ("status", "order_id", 7, None, "Expected `str`"),
    ("cancel", "cancellation_reason_id", MISSING, None, "is missing"),
    ("cancel", "descriptor", MISSING, None, "is missing"),
    ("cancel", "descriptor.code", "CANCEL", None, "must be SOFT_CANCEL or CONFIRM_CANCEL"),
    ("cancel", "descriptor.code", MISSING, None, "must be SOFT_CANCEL or CONFIRM_CANCEL"),
    ("update", "update_target", MISSING, None, "is missing"),
    ("update", "order.fulfillments", MISSING, None, "is missing"),
    ("update", "order.fulfillments[0].customer.person.name", "x" * 121, None, "is not a name"),
    ("support", "support", MISSING, None, "is missing"),
    ("support", "support.ref_id", MISSING, None, "is missing"),
]  # fmt: skip

# the same, for what is understood and refused: and the code
REFUSED = [
    ("select", "order.provider.id", "6E", None, "30001"),
    ("init", "order.provider.id", "x" * 1_000, None, "30001"),
    ("init", AMOUNT, "0", None, "40003"),
    ("init", "order.payments[0].params.currency", "USD", AMOUNT, "40003"),
    ("init", "order.payments[0].params.currency", MISSING, AMOUNT, "40003"),
    ("init", f"{CUSTOMER}.person.dob", MISSING, CUSTOMER, "30008"),
    ("init", f"{CUSTOMER}.person.dob", "0001-01-01", None, None),
    ("init", f"{CUSTOMER}.person.dob", "9999-12-31", CUSTOMER, "30008"),
    ("confirm", "order.id", "AI-ZZZZZZ", None, "30010"),
    ("status", "order_id", "AI-ZZZZZZ", None, "30010"),
    ("cancel", "order_id", "AI-ZZZZZZ", None, "30010"),
    ("cancel", "cancellation_reason_id", "003", None, "30011"),
    ("update", "order.id", MISSING, None, "30010"),
    ("update", "order.fulfillments[0].id", ITEM, None, "50002"),
    ("support", "support.ref_id", "AI-ZZZZZZ", None, "30010"),
]


@pytest.fixture
def order(desk):
    return desk.held(a_departure("AI-1234", seats=9), ASHA, MIRA, KABIR)


def ask(desk, order, action, place, value):
    message = spoiled(valid_messages(desk, order)[action], place, value)
    transaction = order.transaction if action == "confirm" else None
    return desk.bap.ask(action, message, transaction)


@pytest.mark.parametrize("action", sorted({row[0] for row in NOT_UNDERSTOOD}))
def test_a_message_out_of_shape_is_not_understood_and_says_where(desk, order, action):
    wrong = []
    for _, place, value, path, sentence in (row for row in NOT_UNDERSTOOD if row[0] == action):
        reply = ask(desk, order, action, place, value)
        wanted = (400, "30000", f"$.message.{path or place}")
        said = reply.body.get("error", {}).get("message", "")
        if (reply.status, reply.error, reply.path) != wanted or sentence not in said:
            wrong.append((place, value, reply.status, reply.error, reply.path, said))

    assert wrong == []
    assert order.status().state == "HELD"
    assert len(desk.bookings()) == 1


@pytest.mark.parametrize("action", sorted({row[0] for row in REFUSED}))
def test_what_is_understood_may_be_refused(desk, order, action):
    wrong = []
    for _, place, value, path, code in (row for row in REFUSED if row[0] == action):
        reply = ask(desk, order, action, place, value)
        wanted = (200, code, f"$.message.{path or place}" if code else None)
        if (reply.status, reply.error, reply.path) != wanted or ("message" in reply.body) is (
            code is not None
        ):
            wrong.append((place, value, reply.status, reply.error, reply.path))

    assert wrong == []


def test_the_valid_messages_are_valid(desk, order):
    """The control of both tables."""
    for action, message in valid_messages(desk, order).items():
        reply = desk.bap.ask(action, message, order.transaction if action in ("init", "confirm") else None)
        assert (action, reply.status, reply.error) == (action, 200, None)


CONTEXT = [
    ("transaction_id", MISSING, "is missing"),
    ("transaction_id", "not a uuid", "Invalid UUID"),
    ("transaction_id", 7, "Expected `uuid`"),
    ("message_id", MISSING, "is missing"),
    ("message_id", "", "Invalid UUID"),
    ("bap_id", MISSING, "is missing"),
    ("bap_uri", MISSING, "is missing"),
    ("action", MISSING, "is missing"),
    ("action", "on_search", "is not search"),
    ("domain", MISSING, "is missing"),
    ("domain", "ONDC:RET10", "is not ONDC:TRV12"),
    ("version", MISSING, "is missing"),
    ("location", None, "Expected `object`"),
    ("location", "IND", "Expected `object`"),
    ("bpp_id", "hotels-bpp.localhost", "is not this provider"),
    ("timestamp", MISSING, "is missing"),
    ("timestamp", "yesterday", "is not a time with a zone"),
    ("timestamp", "2026-12-01T04:30:00", "is not a time with a zone"),
    ("timestamp", "0001-01-01T00:00:00Z", "expired"),
    ("timestamp", "0001-01-01T00:00:00+05:30", "is not a time with a zone"),
    ("timestamp", "9999-12-31T23:59:29Z", "lies in the future"),
    ("timestamp", "9999-12-31T23:59:59-12:00", "is not a time with a zone"),
    ("ttl", MISSING, "is missing"),
    ("ttl", "30", "is not a duration"),
    ("ttl", "P", "is not a duration"),
    ("ttl", "PT", "is not a duration"),
    ("ttl", "P1M", "is not a duration"),
    ("ttl", "-PT30S", "is not a duration"),
    ("ttl", "PT٣S", "is not a duration"),
]


def test_a_context_out_of_shape_is_not_understood_and_says_where(desk):
    a_departure("AI-1234")
    order = desk.order(ITEM)
    message = valid_messages(desk, order)["search"]
    wrong = []
    for field, value, sentence in CONTEXT:
        context = spoiled(desk.bap.context("search"), field, value)
        reply = desk.bap.send("search", json.dumps({"context": context, "message": message}).encode())
        said = reply.body["error"]["message"] if reply.error else ""
        if (reply.status, reply.path) != (400, f"$.context.{field}") or sentence not in said:
            wrong.append((field, value, reply.status, reply.path, said))

    assert wrong == []


@pytest.mark.parametrize(
    ("timestamp", "ttl"),
    [
        ("9999-12-31T23:59:59Z", "PT0S"),
        ("9999-12-31T23:59:59Z", "PT30S"),
        ("2026-12-01T04:30:00Z", "P9999D"),
        ("9990-01-01T00:00:00Z", "P9999D"),
    ],
)
def test_the_end_of_the_calendar_breaks_nothing(desk, timestamp, ttl):
    reply = desk.bap.ask("status", {"order_id": "AI-ZZZZZZ"}, timestamp=timestamp, ttl=ttl)

    assert reply.status in (200, 400)


BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a list": b"[]",
    "an empty object": b"{}",
    "no context": b'{"message": {}}',
    "a list as context": b'{"context": [], "message": {}}',
    "half an object": b'{"context": {"domain": "ONDC:TRV12"',
    "not UTF-8": b'{"context": {"domain": "\xff\xfe"}}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"context": {}}'.encode("utf-16"),
    "a deep list": b"[" * 500_000,
    "a deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a deep list beside the context": b'{"x": ' + b"[" * 300_000 + b"]" * 300_000 + b"}",
    "a lone surrogate": b'{"context": {"domain": "\\ud800"}}',
    "a number without end": b'{"context": ' + b"9" * 900_000 + b"}",
    "NaN": b'{"context": NaN}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_message_is_not_understood(desk, body):
    reply = desk.bap.send("search", body)

    assert (reply.status, reply.error) == (400, "30000")


@pytest.mark.usefixtures("database")
def test_a_nul_character_is_refused_wherever_it_stands(desk):
    """PostgreSQL cannot store it, neither as text nor in JSON."""
    order = desk.held(a_departure("AI-1234", seats=9))
    places = {
        "init": [
            "order.billing.email",
            f"{CUSTOMER}.contact.email",
            "order.tags[0].list[0].value",
            "order.provider.id",
        ],
        "confirm": [
            "order.id",
            "order.payments[0].params.transaction_id",
            "order.payments[0].params.currency",
        ],
        "status": ["order_id"],
        "cancel": ["order_id", "cancellation_reason_id"],
        "update": ["order.id", "order.fulfillments[0].customer.person.name"],
        "support": ["support.ref_id"],
        "select": ["order.items[0].id"],
        "search": [CODE],
    }

    for action, spots in places.items():
        for spot in spots:
            reply = ask(desk, order, action, spot, "a\0b@example.org")
            assert (action, spot, reply.status, reply.error) == (action, spot, 400, "30000")


def test_a_backslash_before_u0000_is_no_nul_character(desk):
    order = desk.booked(a_departure("AI-1234"))

    assert order.update(name="Asha \\u0000 Rao").status == 200
    assert order.update(name="Asha \\\0 Rao").status == 400


@pytest.mark.usefixtures("database")
def test_the_longest_that_may_be_said_can_be_stored(desk):
    order = desk.held(a_departure("AI-1234", seats=9), ASHA)
    longest = {
        f"{CUSTOMER}.person.name": "✈" * 120,
        f"{CUSTOMER}.contact.phone": "+" + "1" * 15,
        f"{CUSTOMER}.contact.email": "a" * 64 + "@" + "b" * 189,
        f"{CUSTOMER}.person.gender": "x" * 500,
        f"{CUSTOMER}.person.age": "x" * 500,
        "order.billing.email": "ü" * 64 + "@" + "ß" * 189,
        "order.tags[0].list[0].value": "✈" * 32,
        "order.payments[0].params.transaction_id": "✈" * 64,
    }
    message = valid_messages(desk, order)["init"]
    for place, value in longest.items():
        message = spoiled(message, place, value)
    transaction = desk.bap.context("init")["transaction_id"]

    held = desk.bap.ask("init", message, transaction)
    confirmed = desk.bap.ask("confirm", spoiled(message, "order.payments[0].status", "PAID"), transaction)

    assert (held.state, confirmed.state) == ("HELD", "CONFIRMED")


@pytest.mark.usefixtures("database")
def test_any_day_of_the_calendar_can_be_asked_for(desk):
    order = desk.held(a_departure("AI-1234", seats=9), ASHA)
    search, select = (valid_messages(desk, order)[action] for action in ("search", "select"))

    for day in ("0001-01-02", "1900-02-28", "9999-12-30"):
        asked = desk.bap.ask("search", spoiled(search, TIME, f"{day}T00:00:00+05:30"))
        assert (day, asked.status, asked.error) == (day, 200, None)
        item = f"AI-1234.{day.replace('-', '')}.ECONOMY.ADULT"
        assert desk.bap.ask("select", spoiled(select, "order.items[0].id", item)).error == "30004"
