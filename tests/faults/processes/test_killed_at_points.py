"""A real process dies by kill -9 at a named point; started again, nothing is lost or doubled. `make soak` has every point."""

import pytest

SAMPLE = [
    "saga.CONFIRM.answered",
    "saga.CAPTURE.writing",
    "provider.confirm.answering",
    "gateway.capture.written",
]


@pytest.mark.parametrize("point", SAMPLE)
def test_nothing_is_lost_when_a_process_is_killed_at(database, theatre, point):
    reference = theatre.dies_at(point)

    theatre.comes_to_an_end()

    assert theatre.running.wrong() == []
    assert theatre.running.state_of(reference) in ("CONFIRMED", "CANCELLED", "EXPIRED")
