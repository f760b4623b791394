"""`make soak`, the part with real processes: killed at every named point, then at random while travellers check out.

`python -m tests.faults.processes --engine sqlite --points saga.CONFIRM --random 60`: the points whose names begin so ("" for
all), and seconds of killing at random.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests import apps, postgresql
from tests.databases import Databases
from tests.faults.points import POINTS
from tests.faults.processes.running import WORKER, Running
from tests.faults.processes.theatre import Theatre

TRAVELLERS = 4


@contextmanager
def a_theatre(engine: str) -> Iterator[Theatre]:
    """All services as processes on fresh databases of this engine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yaana-")))
        cluster = None
        if engine == "postgresql":
            cluster = postgresql.Cluster(stack.enter_context(postgresql.server()))
            stack.callback(cluster.close)
        databases = Databases(folder, cluster=lambda: cluster, migrate=apps.migrate)  # type: ignore[arg-type, return-value]
        make = stack.enter_context(databases.lent())
        urls = {name: make("sqlite" if name == "gateway" else engine, name) for name in apps.MODULES}
        yield Theatre(stack.enter_context(Running(urls, str(folder / "instance"))))


def killed_at_points(theatre: Theatre, points: list[str]) -> list[str]:
    """What was wrong after a death at each of the points."""
    wrong: list[str] = []
    for point in points:
        try:
            reference = theatre.dies_at(point)
            seconds = theatre.comes_to_an_end()
            found = theatre.running.wrong()
            print(
                f"{point}: {theatre.running.state_of(reference) or 'nothing booked'} after {seconds:.1f} s",
                *found,
            )
            wrong += [f"{point}: {each}" for each in found]
        except AssertionError as failed:
            print(f"{point}: {failed}")
            wrong.append(f"{point}: {failed}")
            theatre.everybody_up()
        theatre.change("flights", "UPDATE departures SET seats = 5000, seats_available = 5000 - (SELECT coalesce(sum(seats), 0) "
                       "FROM bpp_bookings WHERE booking_status IN ('HELD', 'CONFIRMED'))")  # fmt: skip
    return wrong


def killed_at_random(theatre: Theatre, seconds: float, dice: random.Random) -> list[str]:
    """Travellers check out and cancel while somebody is killed every now and then; what was wrong in the end."""
    theatre.opened()
    end = time.monotonic() + seconds
    theatre.running.start(WORKER)
    travellers = [
        threading.Thread(target=_buys_until, args=(theatre, end), daemon=True) for _ in range(TRAVELLERS)
    ]
    for each in travellers:
        each.start()
    kills = 0
    while time.monotonic() < end:
        time.sleep(dice.uniform(0.2, 2))
        theatre.running.restart(dice.choice([*apps.MODULES, WORKER]))
        kills += 1
    for each in travellers:
        each.join()
    theatre.running.kill(WORKER)
    began = theatre.running.unfinished()
    took = theatre.comes_to_an_end()
    states = theatre.running.ask("site", "SELECT state, count(*) FROM bookings GROUP BY state ORDER BY state")
    print(
        f"{kills} kills, {len(began)} unfinished, at the end after {took:.1f} s: {dict(map(tuple, states))}"
    )
    return theatre.running.wrong()


def _buys_until(theatre: Theatre, end: float) -> None:
    while time.monotonic() < end:
        with suppress(Exception), theatre.a_visit() as buyer:
            buyer.booked(theatre.item)
            buyer.cancel()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--points", default="", help="the beginning of their names; 'none' for none")
    parser.add_argument("--random", type=float, default=60, help="seconds of killing at random")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    points = [each for each in POINTS if each.startswith(wanted.points)]
    apps.forget_this_machines_settings()
    with a_theatre(wanted.engine) as theatre:
        wrong = killed_at_points(theatre, points)
        if wanted.random:
            print(f"killing at random with seed {wanted.seed}")
            wrong += killed_at_random(theatre, wanted.random, random.Random(wanted.seed))
    print(f"{wanted.engine}: {len(points)} points, {len(wrong)} violations", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
