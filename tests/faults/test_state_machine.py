"""Any order of what travellers, workers, the network and the clock may do, chosen by hypothesis; what must hold is asked
after every step."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.simulation.schedule import Offered, Plan, Simulation
from tests.faults.simulation.worlds import a_simulation

MOST_CHECKOUTS = 3
TROUBLES = ("refused", "lost", "unheard", "doubled", "late", "garbled", "cut", "death")


class Checkouts(RuleBasedStateMachine):
    """A few checkouts at a time, in the world that all examples share."""

    simulation: Simulation

    def __init__(self):
        super().__init__()
        self.simulation.begin(0)

    @precondition(lambda self: len(self.simulation.checkouts) < MOST_CHECKOUTS)
    @rule(
        items=st.lists(st.integers(0, 2), min_size=1, max_size=3),
        pays=st.booleans(),
        comes_back=st.booleans(),
    )
    def somebody_comes(self, items: list[int], pays: bool, comes_back: bool) -> None:
        shop: list[Offered] = self.simulation.shop
        wanted = [shop[each] for each in items]
        self.simulation.comes(Plan(wanted, pays, False, comes_back, False, "", False))

    def _one(self, which: int):
        return self.simulation.checkouts[which % len(self.simulation.checkouts)]

    @precondition(lambda self: self.simulation.checkouts)
    @rule(which=st.integers(0, MOST_CHECKOUTS))
    def she_goes_on(self, which: int) -> None:
        self._one(which).visit()

    @precondition(lambda self: self.simulation.checkouts)
    @rule(which=st.integers(0, MOST_CHECKOUTS), what=st.sampled_from(("one", "all", "lets go", "declines")))
    def she_changes_her_mind(self, which: int, what: str) -> None:
        plan = self._one(which).plan
        plan.lets_go, plan.declines = what == "lets go", what == "declines"
        plan.cancels = what if what in ("one", "all") else ""

    @rule(trouble=st.sampled_from(TROUBLES))
    def the_next_thing_goes_wrong(self, trouble: str) -> None:
        self.simulation.world.next_trouble(trouble)

    @rule()
    def a_worker_works(self) -> None:
        self.simulation.work(3)

    @rule()
    def something_arrives(self) -> None:
        self.simulation.world.let_one_through()

    @rule(seconds=st.sampled_from((1, 20, 61, 700, 4000)))
    def time_passes(self, seconds: int) -> None:
        self.simulation.world.pass_time(seconds)

    @invariant()
    def nothing_is_wrong(self) -> None:
        if self.simulation.checkouts:
            self.simulation.complain()

    def teardown(self) -> None:
        if self.simulation.checkouts:
            self.simulation.to_its_end()


@pytest.fixture(scope="module")
def simulation():
    with a_simulation() as simulation:
        yield simulation


def test_whatever_happens_in_whatever_order(simulation):
    """The clock and the dice are the world's, so that what hypothesis finds can be found again."""
    Checkouts.simulation = simulation

    run_state_machine_as_test(
        Checkouts,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
