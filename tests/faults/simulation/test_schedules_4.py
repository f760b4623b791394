"""Seeds 75 to 99: nothing is lost or doubled, whatever goes wrong; `make soak` runs many more."""

from tests.faults.simulation.checks import nothing_is_lost_in


def test_nothing_is_lost_or_doubled():
    ended = nothing_is_lost_in(range(75, 100))

    assert ended.total() >= 500
