"""What `make test` asks of a range of seeds; each file of tests has its own range, so that they are spread over workers."""

from collections import Counter

from tests.faults.simulation.worlds import a_simulation


def nothing_is_lost_in(seeds: range) -> Counter[str]:
    """How the checkouts of these seeds ended. Raises Violation, which names the seed."""
    ended = Counter[str]()
    with a_simulation() as simulation:
        for number in seeds:
            ended.update(simulation.run(number).ended)
        assert simulation.everything_is_right() == []
    print(f"seeds {seeds.start} to {seeds.stop - 1}: {ended.total()} schedules, {dict(ended)}")
    assert ended["CONFIRMED"] >= 0.15 * ended.total(), ended
    return ended
