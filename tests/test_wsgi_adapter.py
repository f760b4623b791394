"""The in-process wire behaves as a real one, and misbehaves on demand."""

import pytest
import requests
from flask import Flask, current_app, g, has_app_context, request

from chassis.calls import CallFailed, call
from tests.wsgi_adapter import WsgiAdapter

ADDRESS = "http://127.0.0.1:5001"


@pytest.fixture
def heard():
    """What arrived at the other end."""
    return []


@pytest.fixture
def wire(heard):
    far = Flask("far")

    @far.post("/beckn/<action>")
    def door(action):
        heard.append(action)
        g.secret = "far"
        return {
            "action": action,
            "query": request.query_string.decode(),
            "body": request.get_data(as_text=True),
            "type": request.content_type,
            "from": request.remote_addr,
            "app": current_app.name,
        }

    return WsgiAdapter(far)


@pytest.fixture(autouse=True)
def near(wire):
    """The app that calls, in its own context."""
    app = Flask("near", root_path=".")
    app.config["HTTP_ADAPTERS"] = {ADDRESS: wire}
    with app.app_context():
        yield app


def ask(action="confirm", body=b"{}"):
    headers = {"Content-Type": "application/json"}
    return call("POST", f"{ADDRESS}/beckn/{action}?a=%C3%A9", body, headers, deadline=1)


def test_a_request_arrives_as_it_was_sent_and_is_answered():
    answer = ask(body="{‘é’}".encode())

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    for part in (b'"app":"far"', b'"from":"127.0.0.1"', b'"query":"a=%C3%A9"', b'"type":"application/json"'):
        assert part in answer.body


def test_the_far_app_has_a_context_of_its_own():
    g.secret = "near"

    ask()

    assert has_app_context()
    assert current_app.name == "near"
    assert g.secret == "near"


def test_a_wire_that_is_down_sends_nothing(wire, heard):
    wire.down()

    with pytest.raises(CallFailed) as failure:
        ask()

    assert not failure.value.sent
    assert heard == []


def test_a_wire_that_hangs_may_have_sent(wire, heard):
    wire.hang()

    with pytest.raises(CallFailed) as failure:
        ask()

    assert failure.value.sent
    assert heard == []


def test_an_answer_that_is_lost_was_an_answer(wire, heard):
    wire.lose_answer()

    with pytest.raises(CallFailed) as failure:
        ask()

    assert failure.value.sent
    assert heard == ["confirm"]


def test_garbage_is_an_answer_nobody_can_read(wire, heard):
    wire.garbage()

    assert b"not JSON" in ask().body
    assert heard == []


def test_what_arrives_twice_is_carried_out_twice_and_answered_once(wire, heard):
    wire.twice()

    assert ask().status == 200
    assert heard == ["confirm", "confirm"]


def test_what_is_delayed_arrives_when_it_is_let_through_as_it_was_sent(wire, heard):
    wire.delay()

    with pytest.raises(CallFailed) as failure:
        ask()

    assert failure.value.sent
    assert heard == []
    assert wire.let_through() == [200]
    assert wire.let_through() == []
    assert heard == ["confirm"]


def test_something_happens_before_an_answer_is_heard_and_as_if_elsewhere(wire, heard):
    seen = []
    wire.meanwhile(lambda: seen.append((list(heard), has_app_context())))

    assert ask().status == 200
    assert seen == [(["confirm"], False)]


def test_something_happens_while_a_request_is_on_its_way(wire, heard):
    seen = []
    wire.before(lambda: seen.append(list(heard)))

    assert ask().status == 200
    assert seen == [[]]
    assert heard == ["confirm"]


def test_a_fault_can_be_for_one_method(wire, heard):
    wire.down("GET /beckn")

    ask()

    assert heard == ["confirm"]


def test_a_fault_can_be_for_one_path_and_once(wire, heard):
    wire.lose_answer("/beckn/confirm", times=1)

    ask("select")
    with pytest.raises(CallFailed):
        ask("confirm")
    ask("confirm")

    assert heard == ["select", "confirm", "confirm"]


def test_a_wire_can_be_restored_and_remembers_what_was_sent(wire):
    wire.down()
    with pytest.raises(CallFailed):
        ask("select")

    wire.restore()
    ask("confirm")

    assert [each.path_url for each in wire.requests] == ["/beckn/select?a=%C3%A9", "/beckn/confirm?a=%C3%A9"]


def test_an_ordinary_session_can_use_it_too(wire):
    with requests.Session() as session:
        session.mount(ADDRESS, wire)

        assert session.post(f"{ADDRESS}/beckn/search").json()["action"] == "search"
