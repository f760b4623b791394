import socket
import threading
import time
from contextlib import closing

import pytest
from flask import Flask, redirect, request

from chassis.calls import CallFailed, call
from tests.servers import serve

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture(autouse=True)
def _caller(trial):
    """All calls are made by the trial service."""


@pytest.fixture
def dribble():
    """`dribble(pieces)`: the address of a peer that sends the pieces 50 ms apart, and each once."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threads = []

        def peer(pieces):
            thread = threading.Thread(target=_send_slowly, args=(listener, pieces), daemon=True)
            threads.append(thread)
            thread.start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}/"

        yield peer
        for thread in threads:
            thread.join(10)


def _send_slowly(listener, pieces):
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:
                return
            time.sleep(0.05)


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"Content-Length: 60\r\n\r\n", *[b"x"] * 60],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 60],
        [HEAD + b"Connection: close\r\n\r\n", *[b"x"] * 60],
        [bytes([each]) for each in HEAD],
    ],
    ids=["length", "chunked", "until closed", "headers"],
)
def test_a_peer_that_dribbles_does_not_outlast_the_deadline(dribble, pieces):
    address, began = dribble(pieces), time.monotonic()

    with pytest.raises(CallFailed) as failure:
        call("GET", address, deadline=0.3)

    assert 0.25 < time.monotonic() - began < 1.0
    assert failure.value.sent


def test_a_slow_answer_within_the_deadline_is_whole(dribble):
    address = dribble([HEAD + b"Content-Length: 5\r\n\r\n", *[b"x"] * 5])

    assert call("GET", address, deadline=3).body == b"xxxxx"


def test_an_answer_above_the_cap_is_not_read_to_its_end(dribble):
    address = dribble([HEAD + b"Connection: close\r\n\r\n" + b"x" * 5_000, *[b"x" * 20_000] * 5])

    with pytest.raises(CallFailed, match="more than 10,000 bytes"):
        call("GET", address, deadline=3, cap=10_000)


def test_an_answer_that_breaks_off_is_no_answer(dribble):
    address = dribble([HEAD + b"Content-Length: 60\r\n\r\n", b"x"])

    with pytest.raises(CallFailed) as failure:
        call("GET", address, deadline=3)

    assert failure.value.sent


def test_nobody_there_means_that_nothing_was_sent():
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(CallFailed) as failure:
        call("GET", f"http://127.0.0.1:{port}/", deadline=1)

    assert not failure.value.sent


@pytest.fixture
def echo():
    """The address of a real server that says back what it got, and sends elsewhere who asks for /moved."""
    app = Flask("echo")
    app.add_url_rule("/", "echo", lambda: request.get_data(), methods=["POST"])
    app.add_url_rule("/moved", "moved", lambda: redirect("/"))
    app.add_url_rule("/cookie", "cookie", lambda: (request.headers.get("Cookie", ""), {"Set-Cookie": "a=b"}))
    app.add_url_rule("/broken", "broken", lambda: ("broken", 500))
    with serve(app) as address:
        yield address


def test_the_bytes_that_are_sent_are_the_bytes_that_arrive(echo):
    body = b'{"amount": "12.50",\n "city": "\xe0\xa4\xae"}'

    assert call("POST", f"{echo}/", body, deadline=2).body == body


def test_a_connection_is_used_again_with_a_deadline_of_its_own(echo):
    for _ in range(3):
        assert call("POST", f"{echo}/", b"x" * 100_000, deadline=2).status == 200


def test_what_is_to_be_said_in_the_head_arrives(echo):
    assert call("GET", f"{echo}/cookie", headers={"Cookie": "c=d"}, deadline=2).body == b"c=d"


def test_what_a_peer_wants_us_to_remember_is_not_said_again(echo):
    """Every call is for itself: one booking's is not followed from another's."""
    assert [call("GET", f"{echo}/cookie", deadline=2).body for _ in range(2)] == [b"", b""]


def test_a_redirect_is_an_answer_and_is_not_followed(echo):
    answer = call("GET", f"{echo}/moved", deadline=2)

    assert answer.status == 302


def test_an_error_status_is_an_answer(echo):
    answer = call("GET", f"{echo}/broken", deadline=2)

    assert (answer.status, answer.body) == (500, b"broken")
