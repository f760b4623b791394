"""The whole HTTP answers of the common examples: status, headers and body, at a real provider's doors."""

import pytest

from beckn import times
from tests.contract.example_files import body, load

SEARCH, INIT = "flight/01_search.json", "flight/05_init.json"
NACK = {"message": {"ack": {"status": "NACK"}}}


@pytest.fixture
def send(domestic, clock):
    """`send(action, body, headers)` when the first example was sent."""
    clock.set(times.parse(load(SEARCH)["context"]["timestamp"]))
    return domestic[1].send


def is_as_in(reply, number: str) -> None:
    wanted = load(number)["response"]
    assert (reply.status, reply.body) == (wanted["status"], wanted["body"])
    for name, value in wanted["headers"].items():
        assert (
            reply.headers[name].partition(";")[0] == value.partition(";")[0] or reply.headers[name] == value
        )
    assert ("Preference-Applied" in reply.headers) == ("Preference-Applied" in wanted["headers"])


def test_who_waits_gets_the_answer_and_is_told_so(send):
    reply = send("search", body(SEARCH))

    wanted = load("common/01_waiting_for_the_answer.json")["response"]
    assert reply.status == wanted["status"]
    assert reply.headers["Preference-Applied"] == wanted["headers"]["Preference-Applied"]
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.body["context"]["action"] == "on_search"


def test_who_does_not_wait_is_told_to(send):
    is_as_in(send("search", body(SEARCH), {"Prefer": None}), "common/02_no_prefer_400.json")


@pytest.mark.parametrize("prefer", ["wait", "wait=2", "respond-async, wait=10", "WAIT = 5", 'wait="3"'])
def test_waiting_is_said_as_the_standard_says_it(send, prefer):
    assert send("search", body(SEARCH), {"Prefer": prefer}).status == 200


def test_track_is_not_offered(send):
    is_as_in(send("track", b"{}"), "common/03_track_400.json")


def test_rating_is_not_offered(send):
    assert send("rating", b"{}").body["error"]["message"] == "rating is not offered here"


def test_a_message_out_of_shape_says_where(send):
    without_id = body("flight/03_select.json").replace(b'"id": "6E-5678.20261211.ECONOMY.ADULT",', b"", 1)
    assert without_id != body("flight/03_select.json")

    at_its_time = without_id.replace(b"2026-12-01T04:32:00", b"2026-12-01T04:30:00")

    is_as_in(send("select", at_its_time), "common/04_not_the_shape_400.json")


def test_an_expired_message_is_refused(send, clock):
    clock.forward(seconds=91)

    is_as_in(send("search", body(SEARCH)), "common/05_expired_400.json")


def test_what_is_not_json_is_refused(send):
    is_as_in(send("search", b"{not JSON"), "common/06_not_json_400.json")


def test_what_is_over_a_megabyte_is_refused(send):
    is_as_in(send("search", b" " * 1_000_001), "common/07_too_large_413.json")


def test_a_megabyte_is_not_over_a_megabyte(send):
    said = body(SEARCH)

    assert send("search", said + b" " * (1_000_000 - len(said))).status == 200


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/json5"]
)
def test_another_content_type_is_refused(send, kind):
    is_as_in(send("search", body(SEARCH), {"Content-Type": kind}), "common/08_content_type_415.json")


def test_a_character_set_may_be_said(send):
    reply = send("search", body(SEARCH), {"Content-Type": "application/json; charset=utf-8"})

    assert reply.status == 200


@pytest.mark.parametrize("authorization", [None, "", "Basic YTpi", "Signature", "Signature keyId="])
def test_a_missing_or_broken_signature_is_refused_without_detail(send, authorization):
    reply = send("search", body(SEARCH), {"Authorization": authorization})

    is_as_in(reply, "common/09_signature_401.json")


def test_the_same_order_id_with_another_content_is_refused(send, clock):
    clock.set(times.parse(load(INIT)["context"]["timestamp"]))
    assert send("init", body(INIT)).status == 200
    other = "common/10_init_same_id_other_content.json"
    clock.set(times.parse(load(other)["context"]["timestamp"]))

    is_as_in(send("init", body(other)), "common/11_other_content_409.json")


def test_a_door_that_is_not_there_is_a_404(domestic):
    response = domestic[0].test_client().post("/beckn/on_search", json={})

    assert (response.status_code, response.mimetype) == (404, "application/json")


def test_doors_are_for_posting(domestic):
    assert domestic[0].test_client().get("/beckn/search").status_code == 405
