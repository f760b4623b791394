"""What is wrong with a message, at the doors of all three providers: its status, its code, its path; and nothing is done.

A row is one wrong thing in a message that is right otherwise. To add one, put it into its table; the tests go through them.
"""

import json

import pytest

from tests.bpp_services.hotels.cast import DELUXE
from tests.bpp_services.spoiling import MISSING, at, places, spoiled

SERVICES = ("flights", "international_flights", "hotels")

ITEM = "AI-1234.20261211.ECONOMY"
CODE = "intent.fulfillment.stops[0].location.descriptor.code"
TIME = "intent.fulfillment.stops[0].time.timestamp"
COUNT = "intent.provider.items[0].quantity.selected.count"
CUSTOMER = "order.fulfillments[1].customer"
AMOUNT = "order.payments[0].params.amount"
NO_TIMES = [
    "2026-12-11",
    "2026-12-11T00:00:00",
    "2026-02-31T00:00:00+05:30",
    "0001-01-01T00:00:00+05:30",
    "tomorrow",
    "9" * 41,
]

# ---- flights: action, what is spoiled, with what; the path that is named (the same when None), a part of the sentence.
# Status 400 and code 30000.

NO_FLIGHTS = [
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

# The same for what is understood and refused: and the code.
REFUSED_FLIGHTS = [
    ("select", "order.provider.id", "6E", None, "30001"),
    ("init", "order.provider.id", "x" * 1_000, None, "30001"),
    ("init", AMOUNT, "0", None, "40003"),
    ("init", "order.payments[0].params.currency", "USD", AMOUNT, "40003"),
    ("init", "order.payments[0].params.currency", MISSING, AMOUNT, "40003"),
    ("init", f"{CUSTOMER}.person.dob", MISSING, CUSTOMER, "30008"),
    ("init", f"{CUSTOMER}.person.dob", "9999-12-31", CUSTOMER, "30008"),
    ("confirm", "order.id", "AI-ZZZZZZ", None, "30010"),
    ("status", "order_id", "AI-ZZZZZZ", None, "30010"),
    ("cancel", "order_id", "AI-ZZZZZZ", None, "30010"),
    ("cancel", "cancellation_reason_id", "003", None, "30011"),
    ("update", "order.id", MISSING, None, "30010"),
    ("update", "order.fulfillments[0].id", ITEM, None, "50002"),
    ("support", "support.ref_id", "AI-ZZZZZZ", None, "30010"),
]

# ---- passports, which only the international flights ask for

CREDS, PASSPORT = f"{CUSTOMER}.person.creds", f"{CUSTOMER}.person.tags[0].list"
NO_PASSPORTS = [
    ("init", f"{CREDS}[0].id", "z1234567", None, "is no passport number"),
    ("init", f"{CREDS}[0].id", "Z12", None, "is no passport number"),
    ("init", f"{CREDS}[0].id", "Z" * 16, None, "is no passport number"),
    ("init", f"{CREDS}[0].id", "Z12345\n", None, "is no passport number"),
    ("init", f"{CREDS}[0].id", MISSING, None, "is missing"),
    ("init", f"{PASSPORT}[0].value", "IN", f"{CUSTOMER}.person.tags", "is not a country"),
    ("init", f"{PASSPORT}[0].value", "ind", f"{CUSTOMER}.person.tags", "is not a country"),
    ("init", f"{PASSPORT}[1].value", "2029-02-30", f"{CUSTOMER}.person.tags", "is not a date"),
    ("init", f"{PASSPORT}[1].value", "soon", f"{CUSTOMER}.person.tags", "is not a date"),
    ("init", f"{CUSTOMER}.person.tags", MISSING, None, "is not a country"),
]
REFUSED_PASSPORTS = [
    ("init", CREDS, MISSING, CUSTOMER, "30008"),
    ("init", f"{PASSPORT}[1].value", "2020-01-01", CUSTOMER, "30008"),
    ("init", f"{CREDS}[0].type", "PAN", CUSTOMER, "30008"),
]

# ---- hotels, in the same columns

RANGE, GUEST = "intent.category.time.range", "order.fulfillments[0].customer"
TAGS, STAY = "intent.fulfillment.tags", "order.fulfillments[0]"
ADULTS, CHILDREN, ROOMS = f"{TAGS}[0].list[0].value", f"{TAGS}[0].list[1].value", f"{TAGS}[1].list[0].value"
START, END = f"{STAY}.stops[0].time.timestamp", f"{STAY}.stops[1].time.timestamp"
NO_STAYS = [
    ("search", "intent", MISSING, None, "is missing"),
    ("search", "intent", [], None, "Expected `object`"),
    ("search", "intent.category", MISSING, f"{RANGE}.start", "is not a local time"),
    ("search", "intent.category.time", MISSING, f"{RANGE}.start", "is not a local time"),
    ("search", f"{RANGE}.end", MISSING, None, "is missing"),
    *(("search", f"{RANGE}.start", each, None, "is not a local time") for each in ("2026-12-11", "tomorrow", "9" * 41)),
    ("search", f"{RANGE}.end", "2026-02-31T00:00:00+05:30", None, "is not a local time"),
    ("search", f"{RANGE}.end", "2026-12-11T00:00:00+05:30", RANGE, "check-out has to be after check-in"),
    ("search", f"{RANGE}.end", "2026-12-01T00:00:00+05:30", RANGE, "check-out has to be after check-in"),
    ("search", f"{RANGE}.end", "2027-01-11T00:00:00+05:30", RANGE, "at most 30 nights"),
    ("search", f"{RANGE}.end", "9999-12-30T00:00:00+05:30", RANGE, "at most 30 nights"),
    ("search", "intent.fulfillment", MISSING, TAGS, "ROOMS is not a number"),
    ("search", TAGS, [], None, "ROOMS is not a number"),
    ("search", ROOMS, "0", TAGS, "between 1 and 8 rooms"),
    ("search", ROOMS, "9", TAGS, "between 1 and 8 rooms"),
    ("search", ROOMS, "-1", TAGS, "ROOMS is not a number"),
    ("search", ROOMS, 2, None, "Expected `str`"),
    ("search", ADULTS, "0", TAGS, "no more rooms than adults"),
    ("search", ADULTS, "1", TAGS, "no more rooms than adults"),
    ("search", ADULTS, "31", TAGS, "at most 30 guests"),
    ("search", ADULTS, "", TAGS, "ADULTS is not a number"),
    ("search", ADULTS, "1.5", TAGS, "ADULTS is not a number"),
    ("search", ADULTS, "٣", TAGS, "ADULTS is not a number"),
    ("search", ADULTS, "9" * 5_000, TAGS, "ADULTS is not a number"),
    ("search", CHILDREN, "-1", TAGS, "CHILDREN is not a number"),
    ("search", CHILDREN, "29", TAGS, "at most 30 guests"),
    ("select", "order", MISSING, None, "is missing"),
    ("select", "order.provider", MISSING, None, "is missing"),
    ("select", "order.items", MISSING, None, "is missing"),
    ("select", "order.items", [], None, "is missing"),
    ("select", "order.items", [{"id": "a.B"}, {"id": "a.B"}], None, "one order, rooms of one type"),
    ("select", "order.items[0].id", "", None, "is not an item's id"),
    ("select", "order.items[0].id", "Taj.DELUXE", None, "is not an item's id"),
    ("select", "order.items[0].id", "taj-mahal-palace-mumbai", None, "is not an item's id"),
    ("select", "order.items[0].id", "x" * 100_000, None, "is not an item's id"),
    ("select", "order.items[0].id", "AI-1234.20261211.ECONOMY", None, "is not an item's id"),
    ("select", "order.items[0].quantity", MISSING, "order.items[0].quantity.selected.count", "is missing"),
    *(("select", "order.items[0].quantity.selected.count", count, None, "is not between 1 and 8") for count in (0, -1, 9, 10**15)),
    ("select", "order.items[0].quantity.selected.count", 1.5, None, "Expected `int`"),
    ("select", "order.fulfillments", MISSING, None, "is missing"),
    ("select", "order.fulfillments", [{}, {}], None, "one order, one stay"),
    ("select", f"{STAY}.stops", MISSING, None, "needs a START and an END"),
    ("select", f"{STAY}.stops[1].type", "CHECK_OUT", f"{STAY}.stops", "needs a START and an END"),
    *(("select", START, each, None, "is not a local time") for each in NO_TIMES if each != "2026-12-11"),
    ("select", f"{STAY}.stops[0].time", MISSING, START, "is not a local time"),
    ("select", END, "2026-12-11T11:00:00+05:30", f"{STAY}.stops", "check-out has to be after check-in"),
    ("select", END, "2027-02-11T11:00:00+05:30", f"{STAY}.stops", "at most 30 nights"),
    ("select", f"{STAY}.id", "taj-mahal-palace-mumbai.20261211-20261215", None, "is not taj-mahal-palace-mumbai.20261211-2026"),
    ("select", f"{STAY}.tags", MISSING, None, "ADULTS is not a number"),
    ("select", f"{STAY}.tags[0].list[0].value", "1", f"{STAY}.tags", "no more rooms than adults"),
    ("init", GUEST, MISSING, f"{GUEST}.person", "is missing"),
    ("init", f"{GUEST}.contact", MISSING, None, "is missing"),
    ("init", f"{GUEST}.person.name", " ", None, "is not a name"),
    ("init", f"{GUEST}.person.name", "Arjun\x07Mehta", None, "is not a name"),
    ("init", f"{GUEST}.person.name", "x" * 121, None, "is not a name"),
    ("init", f"{GUEST}.person.dob", "1990-02-30", None, "is not a date"),
    ("init", f"{GUEST}.contact.phone", "9876500003", None, "is not a phone number in E.164"),
    ("init", f"{GUEST}.contact.email", "arjun", None, "is not an e-mail address"),
    ("init", "order.billing", MISSING, None, "is missing"),
    ("init", "order.billing.name", "", None, "is not a name"),
    ("init", "order.payments", [], None, "is missing"),
    *(("init", AMOUNT, each, None, "is not an amount") for each in ("-1.00", "1.005", "1e3", "NaN", "1,000.00", "9" * 13)),
    ("init", AMOUNT, 106_200, None, "Expected `str"),
    ("init", "order.tags", [], None, "PLATFORM_REFERENCE is missing"),
    ("init", "order.tags[0].list[0].value", "x" * 33, "order.tags", "PLATFORM_REFERENCE"),
    ("confirm", "order.payments[0].status", "NOT-PAID", None, "must be PAID"),
    ("confirm", "order.payments[0].params.transaction_id", "x" * 65, None, "is not a reference"),
    ("status", "order_id", MISSING, None, "is missing"),
    ("cancel", "descriptor.code", "CANCEL", None, "must be SOFT_CANCEL or CONFIRM_CANCEL"),
    ("cancel", "cancellation_reason_id", 1, None, "Expected `str`"),
    ("update", "order", MISSING, None, "is missing"),
    ("update", "order.fulfillments", MISSING, None, "is missing"),
    ("update", f"{GUEST}.person.name", "x" * 121, None, "is not a name"),
    ("support", "support.ref_id", MISSING, None, "is missing"),
]  # fmt: skip
REFUSED_STAYS = [
    ("select", "order.provider.id", "the-ritz-mumbai", None, "30001"),
    ("select", "order.items[0].id", "taj-mahal-palace-mumbai.ATTIC", None, "30004"),
    ("select", f"{STAY}.tags[0].list[1].value", "9", f"{STAY}.tags", "30008"),
    ("init", "order.provider.id", "x" * 1_000, None, "30001"),
    ("init", AMOUNT, "0", None, "40003"),
    ("init", "order.payments[0].params.currency", "USD", AMOUNT, "40003"),
    ("init", "order.payments[0].params.currency", MISSING, AMOUNT, "40003"),
    ("confirm", "order.id", "ZZZZZZ", None, "30010"),
    ("status", "order_id", "ZZZZZZ", None, "30010"),
    ("cancel", "order_id", "ZZZZZZ", None, "30010"),
    ("cancel", "cancellation_reason_id", "002", None, "30011"),
    ("update", "order.id", MISSING, None, "30010"),
    ("update", f"{STAY}.id", DELUXE, None, "50002"),
    ("support", "support.ref_id", "ZZZZZZ", None, "30010"),
]

# ---- the context, and what is no message at all: the same at every door of every provider

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
    ("domain", "ONDC:RET10", "is not ONDC:TRV1"),
    ("version", MISSING, "is missing"),
    ("location", None, "Expected `object`"),
    ("location", "IND", "Expected `object`"),
    ("bpp_id", "another-bpp.localhost", "is not this provider"),
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
NO_CITIES = [None, "", "080", "std:", "std:x", "std:1", "std:1234567", "STD:022", "std:०२२"]

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

# ---- how a door is used: method, door, headers; the status, and the code of the NACK (None: there is none)

DOORS = [
    ("GET", "/beckn/status", {}, 405, None),
    ("PUT", "/beckn/status", {}, 405, None),
    ("POST", "/beckn/on_status", {}, 404, None),
    ("POST", "/beckn/", {}, 404, None),
    ("POST", "/beckn/status/x", {}, 404, None),
    ("POST", "/beckn/STATUS", {}, 404, None),
    ("POST", "/beckn/track", {}, 400, "40001"),
    ("POST", "/beckn/rating", {}, 400, "40001"),
    ("POST", "/beckn/status", {"Prefer": None}, 400, "40001"),
    ("POST", "/beckn/status", {"Prefer": "respond-async"}, 400, "40001"),
    ("POST", "/beckn/status", {"Content-Type": None}, 415, "30000"),
    ("POST", "/beckn/status", {"Content-Type": "text/plain"}, 415, "30000"),
    ("POST", "/beckn/status", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "30000"),
    ("POST", "/beckn/status", {"Authorization": None}, 401, None),
    ("POST", "/beckn/status", {"Authorization": ""}, 401, None),
    ("POST", "/beckn/status", {"Authorization": "Basic YTpi"}, 401, None),
    ("POST", "/beckn/status", {"Authorization": "Signature " + "x" * 5_000}, 401, None),
    ("POST", "/beckn/cancel", {}, 400, "30000"),  # a status at the door of cancel
]

TABLES = {
    "flights": (NO_FLIGHTS, REFUSED_FLIGHTS),
    "international_flights": (NO_PASSPORTS, REFUSED_PASSPORTS),
    "hotels": (NO_STAYS, REFUSED_STAYS),
}
by_action = [
    pytest.param(service, action, id=f"{service}-{action}")
    for service, (not_understood, refused) in TABLES.items()
    for action in sorted({row[0] for row in (*not_understood, *refused)})
]
each_service = pytest.mark.parametrize("service", SERVICES)


def listed(wrong: list) -> str:
    return "\n".join(str(each)[:300] for each in wrong)


def spoil_and_ask(counter, action, place, value):
    return counter.ask(action, spoiled(counter.messages[action], place, value))


@each_service
def test_the_valid_messages_are_valid(at_the_counter, service):
    """The control of all tables."""
    counter = at_the_counter(service)

    for action, message in counter.messages.items():
        reply = counter.ask(action, message)
        assert (action, reply.status, reply.error) == (action, 200, None)


@pytest.mark.parametrize(("service", "action"), by_action)
def test_a_message_out_of_shape_is_not_understood_and_one_that_cannot_be_is_refused(
    at_the_counter, service, action
):
    counter = at_the_counter(service)
    before, wrong = counter.orders(), []
    not_understood, refused = TABLES[service]
    for _, place, value, path, sentence in (row for row in not_understood if row[0] == action):
        reply = spoil_and_ask(counter, action, place, value)
        said = reply.body.get("error", {}).get("message", "")
        wanted = (400, "30000", f"$.message.{path or place}")
        if (reply.status, reply.error, reply.path) != wanted or sentence not in said:
            wrong.append((place, value, reply.status, reply.error, reply.path, said))
    for _, place, value, path, code in (row for row in refused if row[0] == action):
        reply = spoil_and_ask(counter, action, place, value)
        wanted = (200, code, f"$.message.{path or place}")
        if (reply.status, reply.error, reply.path) != wanted or "message" in reply.body:
            wrong.append((place, value, reply.status, reply.error, reply.path))

    assert not wrong, listed(wrong)
    assert counter.orders() == before
    assert counter.adds_up(counter.item)


@each_service
def test_a_context_out_of_shape_is_not_understood_and_says_where(at_the_counter, service):
    counter = at_the_counter(service)
    message, wrong = counter.messages["search"], []
    for field, value, sentence in CONTEXT:
        context = spoiled(counter.context("search"), field, value)
        reply = counter.say("search", context, message)
        said = reply.body["error"]["message"] if reply.error else ""
        if (reply.status, reply.path) != (400, f"$.context.{field}") or sentence not in said:
            wrong.append((field, value, reply.status, reply.path, said))

    assert not wrong, listed(wrong)


def test_hotels_are_searched_in_a_city_that_has_a_code(at_the_counter):
    counter, wrong = at_the_counter("hotels"), []
    for city in NO_CITIES:
        context = spoiled(counter.context("search"), "location.city.code", city)
        reply = counter.say("search", context, counter.messages["search"])
        if (reply.status, reply.error, reply.path) != (400, "30000", "$.context.location.city.code"):
            wrong.append((city, reply.status, reply.path))

    assert not wrong, listed(wrong)


@each_service
def test_what_is_no_message_is_not_understood(at_the_counter, service):
    counter = at_the_counter(service)

    replies = {name: counter.bap.send("search", body) for name, body in BODIES.items()}
    replies["over a megabyte"] = counter.bap.send("search", b" " * 1_000_001)

    said = {name: (reply.status, reply.error) for name, reply in replies.items()}
    assert said == dict.fromkeys(BODIES, (400, "30000")) | {"over a megabyte": (413, "30000")}


@each_service
def test_a_door_is_used_in_one_way(at_the_counter, service):
    counter, wrong = at_the_counter(service), []
    client = counter.desk.app.test_client()
    body = json.dumps({"context": counter.context("status"), "message": counter.messages["status"]}).encode()
    for method, door, headers, status, code in DOORS:
        sent = {**counter.bap.headers(body), **headers}
        answer = client.open(
            door, method=method, data=body, headers={k: v for k, v in sent.items() if v is not None}
        )
        found = answer.get_json(silent=True) or {}
        if (answer.status_code, found.get("error", {}).get("code") if status not in (404, 405) else None) != (
            status,
            code,
        ):
            wrong.append((method, door, headers, answer.status_code, answer.text[:100]))

    assert not wrong, listed(wrong)


# ---- what the engines make of it


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("service", ["flights", "hotels"])
def test_a_nul_character_is_refused_wherever_it_stands(at_the_counter, service):
    """PostgreSQL cannot store it, neither as text nor in JSON."""
    counter, wrong = at_the_counter(service), []
    for action, message in counter.messages.items():
        for place in (place for place in places(message) if isinstance(at(message, place), str)):
            reply = spoil_and_ask(counter, action, place, "a\0b@example.org")
            if (reply.status, reply.error) != (400, "30000"):
                wrong.append((action, place, reply.status, reply.error))

    assert not wrong, listed(wrong)


def test_a_backslash_before_u0000_is_no_nul_character(at_the_counter):
    order = at_the_counter("flights").order
    order.confirm()

    assert order.update(name="Asha \\u0000 Rao").status == 200
    assert order.update(name="Asha \\\0 Rao").status == 400


@pytest.mark.usefixtures("database")
def test_the_longest_that_may_be_said_can_be_stored(at_the_counter):
    counter = at_the_counter("flights")
    longest = {
        f"{CUSTOMER}.person.name": "✈" * 120,
        f"{CUSTOMER}.contact.phone": "+" + "1" * 15,
        f"{CUSTOMER}.contact.email": "a" * 64 + "@" + "b" * 189,
        f"{CUSTOMER}.person.gender": "x" * 500,
        f"{CUSTOMER}.person.age": "x" * 500,
        f"{CUSTOMER}.person.dob": "0001-01-01",
        "order.billing.email": "ü" * 64 + "@" + "ß" * 189,
        "order.tags[0].list[0].value": "✈" * 32,
        "order.payments[0].params.transaction_id": "✈" * 64,
    }
    message = counter.messages["init"]
    for place, value in longest.items():
        message = spoiled(message, place, value)
    transaction = counter.bap.context("init")["transaction_id"]

    held = counter.bap.ask("init", message, transaction)
    confirmed = counter.bap.ask("confirm", spoiled(message, "order.payments[0].status", "PAID"), transaction)

    assert (held.state, confirmed.state) == ("HELD", "CONFIRMED")


@pytest.mark.usefixtures("database")
def test_any_day_of_the_calendar_can_be_asked_for(at_the_counter):
    counter = at_the_counter("flights")

    for day in ("0001-01-02", "1900-02-28", "9999-12-30"):
        asked = spoil_and_ask(counter, "search", TIME, f"{day}T00:00:00+05:30")
        assert (day, asked.status, asked.error) == (day, 200, None)
        item = f"AI-1234.{day.replace('-', '')}.ECONOMY"
        message = counter.messages["select"]
        for index, kind in enumerate(("ADULT", "CHILD", "INFANT")):
            message = spoiled(message, f"order.items[{index}].id", f"{item}.{kind}")
        assert counter.ask("select", message).error == "30004"


@pytest.mark.usefixtures("database")
def test_any_night_of_the_calendar_can_be_asked_for(at_the_counter):
    counter = at_the_counter("hotels")

    for start, end in (("0001-01-02", "0001-01-03"), ("9999-12-29", "9999-12-30")):
        message = spoiled(counter.messages["search"], f"{RANGE}.start", f"{start}T00:00:00+05:30")
        reply = counter.ask("search", spoiled(message, f"{RANGE}.end", f"{end}T00:00:00+05:30"))
        assert (start, reply.status, reply.error) == (start, 200, None)


@pytest.mark.parametrize(
    ("timestamp", "ttl"),
    [
        ("9999-12-31T23:59:59Z", "PT0S"),
        ("9999-12-31T23:59:59Z", "PT30S"),
        ("2026-12-01T04:30:00Z", "P9999D"),
        ("9990-01-01T00:00:00Z", "P9999D"),
    ],
)
def test_the_end_of_the_calendar_breaks_nothing(at_the_counter, timestamp, ttl):
    counter = at_the_counter("flights")

    reply = counter.bap.ask("status", {"order_id": "AI-ZZZZZZ"}, timestamp=timestamp, ttl=ttl)

    assert reply.status in (200, 400)
