"""`make soak`: many seeds in several processes, each with services of its own; the numbers of those that fail are printed.

`python -m tests.faults.simulation --seeds 100000-105000 --jobs 2`; a single number plays that seed again and tells its story.
"""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from tests import apps
from tests.databases import Databases
from tests.faults.simulation.schedule import CROWD, Seed, Simulation, Violation
from tests.faults.simulation.world import World

IN_ONE_WORLD = (
    25  # seeds; then databases are made anew, and all that was booked in them is looked at once more
)
MEMORY = Path("/dev/shm")


@contextmanager
def a_simulation() -> Iterator[Simulation]:
    """A world on fresh SQLite databases, in memory where there is such a place."""
    where = str(MEMORY) if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="yaana-simulation-", dir=where) as folder:
        os.environ["YAANA_INSTANCE"] = f"{folder}/instance"
        databases = Databases(Path(folder), cluster=lambda: None, migrate=apps.migrate)  # type: ignore[arg-type]
        with databases.lent() as make:
            yield from _worlds(lambda service: make("sqlite", service))


def _worlds(make_database) -> Iterator[Simulation]:
    world = World(make_database)
    with world.begun():
        yield Simulation(world)


def run_seeds(numbers: range) -> tuple[Counter[str], list[str]]:
    """How the checkouts of these seeds ended, and what was wrong."""
    ended, wrong = Counter[str](), []
    with a_simulation() as simulation:
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
        for done, (how, what) in enumerate(pool.imap(run_seeds, batches), start=1):
            ended.update(how)
            wrong += what
            if what or done % 20 == 0 or done == len(batches):
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
    with a_simulation() as simulation:
        try:
            seed: Seed = simulation.run(number)
            print(*seed.story, dict(seed.ended), sep="\n")
        except Violation as violation:
            print(*simulation.world.story, violation, sep="\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
