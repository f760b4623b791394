"""The sender of `make bench` counts what was answered well, and nothing else."""

import pytest
from flask import Flask, Response, request

from tests.benchmarks import load as sender
from tests.benchmarks.load import Loaded, WrongAnswer, load
from tests.servers import serve


@pytest.fixture(scope="module")
def echo():
    app = Flask(__name__)

    @app.post("/echo")
    def echo():
        return request.get_data() or ("empty", 400)

    @app.post("/pieces")
    def pieces():
        sent = request.get_data()
        return Response(sent[at : at + 1500] for at in range(0, len(sent), 1500))

    with serve(app) as address:
        yield address


def asked(address: str, *bodies: bytes, path: str = "/echo") -> list[bytes]:
    return [sender.request("POST", address, path, {"Content-Type": "text/plain"}, body) for body in bodies]


def test_every_request_is_answered_once(echo):
    bodies = [b"%d" % number * 3000 for number in range(1, 41)]

    loaded = load(echo, asked(echo, *bodies), lambda body: True, keep=True)

    assert sorted(loaded.bodies) == sorted(bodies)
    assert len(loaded.latencies) == 40
    assert loaded.per_second == pytest.approx(40 / loaded.seconds)


def test_an_answer_sent_in_pieces_is_taken_whole(echo):
    bodies = [b"%d\r\n0\r\n\r\n" % number * 30_000 for number in range(1, 11)]

    loaded = load(echo, asked(echo, *bodies, path="/pieces"), lambda body: True, keep=True)

    assert sorted(loaded.bodies) == sorted(bodies)


def test_fewer_requests_than_connections_are_enough(echo):
    assert len(load(echo, asked(echo, b"one"), lambda body: body == b"one").latencies) == 1


def test_an_error_does_not_count(echo):
    with pytest.raises(WrongAnswer):
        load(echo, asked(echo, b"good", b""), lambda body: True)


def test_a_wrong_body_does_not_count(echo):
    with pytest.raises(WrongAnswer):
        load(echo, asked(echo, b"good", b"bad"), lambda body: body == b"good")


def test_percentiles_are_of_the_answers_in_order():
    loaded = Loaded(1.0, [0.004, 0.001, 0.003, 0.002])

    assert (loaded.percentile(0.5), loaded.percentile(0.99)) == (0.003, 0.004)
