"""A seed is the same story every time: what it found can be found again."""

from tests.faults.simulation.world import Weather
from tests.faults.simulation.worlds import a_simulation


def story_of(number: int) -> list[str]:
    with a_simulation() as simulation:
        return simulation.run(number, crowd=4, weather=Weather(unheard=0.1, overtaken=0.1, death=0.02)).story


def test_a_seed_tells_the_same_story_twice():
    first = story_of(3)

    assert first == story_of(3)
    assert first != story_of(4)
    assert any("death" in each for each in first)
    assert any("overtaken" in each for each in first)
