"""Who is heard at the doors: the signer of exactly these bytes, about this action, at this provider, in time."""

import json
import uuid
from datetime import timedelta

import pytest

from beckn import participants, times
from beckn.context import HOTELS
from beckn.participants import Speaker, newcomer, own_key, subscribe
from chassis import clock as chassis_clock
from tests.bpp_services.doors import Bap
from tests.factories import a_departure

NACK = {"message": {"ack": {"status": "NACK"}}}
NOBODY = {"order_id": "AI-ZZZZZZ"}


@pytest.fixture
def bap(desk) -> Bap:
    return desk.bap


def status(bap: Bap, **context) -> bytes:
    said = bap.context("status") | context
    return json.dumps({"context": said, "message": NOBODY}).encode()


def is_not_heard(reply) -> bool:
    assert reply.headers["WWW-Authenticate"].startswith("Signature realm=")
    return (reply.status, reply.body) == (401, NACK)


def test_a_participant_is_heard(bap):
    assert bap.send("status", status(bap)).error == "30010"


def test_an_answer_says_who_answers_whom(bap):
    reply = bap.ask("status", NOBODY)

    context = reply.body["context"]
    assert context["action"] == "on_status"
    assert (context["bap_id"], context["bpp_id"]) == (bap.speaker.subscriber_id, bap.bpp_id)
    assert (context["bpp_uri"], context["ttl"]) == (bap.bpp_uri, "PT30S")


def test_a_tampered_body_is_not_heard(bap):
    body = status(bap)
    signature = bap.speaker.sign(body, chassis_clock.now())

    assert is_not_heard(bap.send("status", body + b" ", {"Authorization": signature}))


def test_an_unknown_subscriber_is_not_heard(bap, tmp_path):
    stranger = Speaker(
        "stranger.example.org",
        "https://stranger.example.org/beckn",
        own_key(tmp_path / "key"),
        bap.speaker.participants,
    )
    body = status(bap, bap_id="stranger.example.org")

    reply = bap.send("status", body, {"Authorization": stranger.sign(body, chassis_clock.now())})

    assert is_not_heard(reply)


def test_a_known_subscriber_with_another_key_is_not_heard(bap, tmp_path):
    impostor = Speaker(bap.speaker.subscriber_id, "", own_key(tmp_path / "key"), bap.speaker.participants)
    body = status(bap)

    reply = bap.send("status", body, {"Authorization": impostor.sign(body, chassis_clock.now())})

    assert is_not_heard(reply)


def test_nobody_speaks_for_another(bap):
    assert is_not_heard(bap.send("status", status(bap, bap_id="another.example.org")))


def test_a_provider_does_not_ask(desk, bap, tmp_path):
    """It is subscribed, but it is no site."""
    key = own_key(tmp_path / "key")
    file = bap.speaker.participants.path
    subscribe(file, newcomer("bpp.example.org", "", "BPP", bap.domain, key, chassis_clock.now()))
    body = status(bap, bap_id="bpp.example.org")
    provider = Speaker("bpp.example.org", "", key, bap.speaker.participants)

    reply = bap.send("status", body, {"Authorization": provider.sign(body, chassis_clock.now())})

    assert is_not_heard(reply)


@pytest.mark.parametrize(("seconds", "heard"), [(-61, False), (-60, True), (300, True), (301, False)])
def test_a_header_is_heard_only_while_it_is_in_force(bap, clock, seconds, heard):
    signed_at = clock.now()
    early = times.write_instant(signed_at)
    body = status(bap, timestamp=early, ttl="PT1H")
    signature = bap.speaker.sign(body, signed_at)

    clock.forward(seconds=seconds)

    reply = bap.send("status", body, {"Authorization": signature})
    assert (reply.status == 200) if heard else is_not_heard(reply)


def test_a_new_key_is_heard_without_a_restart(bap, tmp_path):
    fresh = own_key(tmp_path / "key")
    body = status(bap)
    renewed = Speaker(bap.speaker.subscriber_id, "", fresh, bap.speaker.participants)
    sent = {"Authorization": renewed.sign(body, chassis_clock.now())}
    assert bap.send("status", body, sent).status == 401

    subscribe(
        bap.speaker.participants.path,
        newcomer(bap.speaker.subscriber_id, "", "BAP", bap.domain, fresh, chassis_clock.now()),
    )

    assert bap.send("status", body, sent).status == 200
    assert is_not_heard(bap.send("status", body)), "the old key is no longer heard"


def test_without_participants_nobody_is_heard(bap):
    bap.speaker.participants.path.unlink()

    assert is_not_heard(bap.send("status", status(bap)))


def test_a_message_to_another_provider_cannot_be_replayed_here(bap):
    body = status(bap, bpp_id="international-flights-bpp.localhost")

    reply = bap.send("status", body)

    assert (reply.status, reply.error, reply.path) == (400, "30000", "$.context.bpp_id")


def test_only_a_search_may_name_no_provider(bap):
    a_departure("AI-1234")

    refused = bap.ask("status", NOBODY, bpp_id=None, bpp_uri=None)

    assert (refused.status, refused.path) == (400, "$.context.bpp_id")


def test_a_message_at_another_door_is_refused(bap):
    reply = bap.send("cancel", status(bap))

    assert (reply.status, reply.error, reply.path) == (400, "30000", "$.context.action")
    assert reply.body["error"]["message"] == "is not cancel"


def test_a_message_of_another_domain_is_refused(bap):
    reply = bap.send("status", status(bap, domain=HOTELS))

    assert (reply.status, reply.path) == (400, "$.context.domain")


@pytest.mark.parametrize(
    ("said", "ttl", "fault"),
    [
        (0, "PT30S", None),
        (-90, "PT30S", None),
        (-91, "PT30S", "expired"),
        (-60, "PT0S", None),
        (-61, "PT0S", "expired"),
        (60, "PT30S", None),
        (61, "PT30S", "future"),
    ],
)
def test_a_message_is_in_force_for_its_ttl_give_or_take_a_minute(bap, clock, said, ttl, fault):
    timestamp = times.write_instant(clock.now() + timedelta(seconds=said))

    reply = bap.send("status", status(bap, timestamp=timestamp, ttl=ttl))

    if fault:
        assert (reply.status, reply.path) == (400, "$.context.timestamp")
        assert fault in reply.body["error"]["message"]
    else:
        assert reply.status == 200


def test_no_answer_carries_a_cookie_or_a_body_of_the_question(bap):
    reply = bap.ask("status", {"order_id": "a secret that must not be logged or echoed whole" * 3})

    assert "Set-Cookie" not in reply.headers
    assert len(reply.body["error"]["message"]) < 80


# ---- keys and participants on disk


def test_two_processes_that_start_together_share_one_key(tmp_path):
    first, second = own_key(tmp_path / "keys" / "a.key"), own_key(tmp_path / "keys" / "a.key")

    assert first.encode() == second.encode()
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["a.key"]
    assert (tmp_path / "keys" / "a.key").stat().st_mode & 0o777 == 0o600


def test_subscribing_again_changes_nothing(tmp_path):
    file = tmp_path / "participants.json"
    key, now = own_key(tmp_path / "key"), chassis_clock.now()
    for name in ("a.example.org", "b.example.org", "a.example.org"):
        subscribe(file, newcomer(name, f"https://{name}", "BAP", "ONDC:TRV12", key, now))

    assert [each.subscriber_id for each in participants.read(file)] == ["a.example.org", "b.example.org"]


def test_every_message_has_an_id_of_its_own(bap):
    message_id = str(uuid.uuid4())

    reply = bap.ask("status", NOBODY, message_id=message_id)

    assert reply.body["context"]["message_id"] == message_id
