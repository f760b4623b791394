"""`make soak`: many seeds in several processes, each with services of its own; the numbers of those that fail are printed.

`python -m tests.faults.simulation --seeds 100000-105000 --jobs 2`; a single number plays that seed again and tells its story.
"""

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from multiprocessing import get_context

from tests import apps
from tests.faults.simulation.schedule import CROWD, Seed, Violation
from tests.faults.simulation.worlds import a_simulation, an_instance

IN_ONE_WORLD = (
    25  # seeds; then databases are made anew, and all that was booked in them is looked at once more
)


def run_seeds(numbers: range) -> tuple[Counter[str], list[str]]:
    """How the checkouts of these seeds ended, and what was wrong; in a process of its own."""
    ended, wrong = Counter[str](), []
    with an_instance(), a_simulation() as simulation:
        for number in numbers:
            try:
                ended.update(simulation.run(number).ended)
            except Violation as violation:
                wrong.append(str(violation))
                break  # what one seed broke is no other's business
            except Exception:
                wrong.append(f"seed {number}: {traceback.format_exc()}")
                break
        wrong += simulation.everything_is_right() if not wrong else []
    return ended, wrong


def _of_this_module():
    """What a process that is spawned can find again, also when this module was run as a program."""
    from tests.faults.simulation import __main__ as this

    return this.run_seeds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-5000", help="from-to, or one number")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    wanted = parser.parse_args()
    apps.forget_this_machines_settings()
    first, _, last = wanted.seeds.partition("-")
    if not last:
        return tell(int(first))
    batches = [
        range(start, min(start + IN_ONE_WORLD, int(last)))
        for start in range(int(first), int(last), IN_ONE_WORLD)
    ]
    ended, wrong, began = Counter[str](), [], time.monotonic()
    with get_context("spawn").Pool(wanted.jobs, apps.forget_this_machines_settings) as pool:
        for done, (how, what) in enumerate(pool.imap(_of_this_module(), batches), start=1):
            ended.update(how)
            wrong += what
            if what or done % 4 == 0 or done == len(batches):
                print(
                    f"seeds to {batches[done - 1].stop}: {ended.total()} schedules, {dict(ended)}",
                    *what,
                    sep="\n",
                )
    booked = ended["CONFIRMED"] / max(1, ended.total())
    print(
        f"{ended.total()} schedules of {len(batches) * IN_ONE_WORLD} seeds ({CROWD} each) in {time.monotonic() - began:.0f} s, "
        f"{booked:.0%} ended CONFIRMED, {len(wrong)} violations"
    )
    return 1 if wrong or booked < 0.15 else 0


def tell(number: int) -> int:
    """One seed, with its story."""
    with an_instance(), a_simulation() as simulation:
        try:
            seed: Seed = simulation.run(number)
            print(*seed.story, dict(seed.ended), sep="\n")
        except Violation as violation:
            print(*simulation.world.story, violation, sep="\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
