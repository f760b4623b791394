"""`make bench`: seed, serve, load, and print a table; `--write` puts it into docs/benchmarks.md too."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from chassis import clock
from tests.benchmarks import providers, visiting
from tests.benchmarks.installation import ROOT, Installation, on_postgresql, on_sqlite
from tests.benchmarks.load import Loaded, load
from tests.benchmarks.recovery import Recovered, measured
from tests.benchmarks.speaking import Site, flights, hotel

ENGINES = {"sqlite": on_sqlite, "postgresql": on_postgresql}
WARM_UP = 300


@dataclass(frozen=True)
class Row:
    """A line of the table: what was asked on which engine, and how it went."""

    what: str
    engine: str
    loaded: Loaded
    cpu_seconds: float

    def cells(self) -> list[str]:
        loaded, count = self.loaded, len(self.loaded.latencies)
        return [
            self.what,
            self.engine,
            f"{count:,}",
            f"{loaded.per_second:,.0f}",
            f"{loaded.percentile(0.5) * 1000:.1f}",
            f"{loaded.percentile(0.95) * 1000:.1f}",
            f"{loaded.percentile(0.99) * 1000:.1f}",
            f"{self.cpu_seconds / count * 1000:.2f}",
        ]


HEADINGS = ["What", "Engine", "Requests", "per second", "p50 ms", "p95 ms", "p99 ms", "CPU ms each"]


class Bench:
    def __init__(self, installation: Installation, requests: int):
        self.here = installation
        self.requests = requests
        self.rows: list[Row] = []
        self.memory: dict[str, tuple[float, float]] = {}

    def measure(self, what: str, run: Callable[[], Loaded]) -> Loaded:
        before = self.here.cpu_seconds()
        loaded = run()
        self.rows.append(Row(what, self.here.engine, loaded, self.here.cpu_seconds() - before))
        print("  ".join(self.rows[-1].cells()), flush=True)
        return loaded

    def note_memory(self, seconds: dict[str, float]) -> None:
        """Before anything but /readyz was asked."""
        for service, ready in seconds.items():
            self.memory[service] = (self.here.megabytes(service), ready)

    def searches(self, what: str, routes: list[tuple[str, str]]) -> None:
        doors = flights(self.here.addresses["flights"])
        site = Site(self.here.folder)
        load(doors.address, providers.flight_searches(site, doors, routes, WARM_UP), providers.is_catalog)
        asked = providers.flight_searches(site, doors, routes, self.requests)
        self.measure(what, lambda: load(doors.address, asked, providers.is_catalog))

    def orders(self) -> None:
        doors = flights(self.here.addresses["flights"])
        site = Site(self.here.folder)
        ordered = providers.orders_to_place(site, doors, self.requests // 2)
        for what, asked, keep in (
            ("hold a seat", providers.holds, True),
            ("confirm", providers.confirms, False),
            ("cancel", providers.cancels, False),
        ):
            said = asked(site, doors, ordered)
            done = self.measure(
                what, lambda said=said, keep=keep: load(doors.address, said, providers.is_order, keep)
            )
            if keep:
                providers.note_ids(ordered, done.bodies)

    def hotel_searches(self) -> None:
        doors = hotel(self.here.addresses["hotels"])
        asked = providers.hotel_searches(Site(self.here.folder), doors, self.requests)
        load(doors.address, asked[:WARM_UP], providers.is_catalog)
        self.measure("hotel search", lambda: load(doors.address, asked, providers.is_catalog))

    def pages(self) -> None:
        site = self.here.addresses["site"]
        load(site, visiting.searches(site, WARM_UP), visiting.is_results)
        asked = visiting.searches(site, self.requests // 4)
        self.measure("result page of the site", lambda: load(site, asked, visiting.is_results))

    def checkouts(self) -> None:
        site = self.here.addresses["site"]
        visiting.checkouts(site, 16)
        self.measure("whole checkout", lambda: visiting.checkouts(site, self.requests // 20))
        trips = visiting.trips_to_book(site, self.requests // 20)
        self.measure("checkout over two providers", lambda: visiting.bookings(trips))


def run(bench: Bench, departures: int) -> None:
    here = bench.here
    for service in ("site", "flights", "hotels", "gateway"):
        here.set_up(service)
    with here.serving("flights", "hotels", "gateway", "site") as ready:
        bench.note_memory(ready)
        bench.searches("flight search, demo", [("BLR", "BOM")])
        bench.hotel_searches()
        bench.orders()
        bench.pages()
        bench.checkouts()
    if departures:
        here.set_up("flights", "seed", "large", "--departures", str(departures))
        with here.serving("flights"):
            bench.searches(f"flight search, {departures:,} departures", routes_of(here))


def routes_of(here: Installation) -> list[tuple[str, str]]:
    """Every route of the network that is on sale."""
    url = here.urls.get("flights") or f"sqlite:///{here.folder}/flights_bpp.db"
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT DISTINCT origin, destination FROM flights ORDER BY 1, 2")
        ).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]


def report(benches: list[Bench], recovered: list[Recovered]) -> Iterator[str]:
    yield f"Measured on {clock.today('Asia/Kolkata')}: {machine()}."
    yield ""
    yield from table(HEADINGS, [row.cells() for bench in benches for row in bench.rows])
    yield ""
    yield from table(
        ["Worker", "Engine", "MB when idle", "Ready after s"],
        [
            [service, bench.here.engine, f"{megabytes:.0f}", f"{seconds:.2f}"]
            for bench in benches
            for service, (megabytes, seconds) in bench.memory.items()
        ],
    )
    if recovered:
        yield ""
        yield from table(
            ["Killed with bookings in flight", "Engine", "All at their end after s"],
            [[f"{each.bookings:,}", each.engine, f"{each.seconds:.0f}"] for each in recovered],
        )


def table(headings: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * 2}{'--:|' * (len(headings) - 2)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; load average before {LOAD_BEFORE:.1f}"
    )


LOAD_BEFORE = os.getloadavg()[0]
MARKS = ("<!-- figures -->\n", "<!-- /figures -->\n")


def write_down(lines: list[str]) -> None:
    """Put the figures between their marks in docs/benchmarks.md; the text around them is a person's."""
    file = ROOT / "docs/benchmarks.md"
    before, _, rest = file.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    file.write_text(before + MARKS[0] + "\n".join(lines) + "\n" + MARKS[1] + after)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--requests", type=int, default=8000, help="of a search; the others in proportion")
    parser.add_argument("--departures", type=int, default=1_000_000, help="0: without the large network")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument(
        "--bookings", type=int, default=1000, help="in flight when everything is killed; 0: none"
    )
    given = parser.parse_args(arguments)
    benches, recovered = [], []
    print("  ".join(HEADINGS))
    for name in given.engines.split(","):
        with (
            tempfile.TemporaryDirectory(prefix="yaana-bench-") as folder,
            ENGINES[name](Path(folder)) as here,
        ):
            benches.append(Bench(here, given.requests))
            run(benches[-1], given.departures)
    for name in given.engines.split(",") if given.bookings else []:
        recovered.append(measured(name, given.bookings))
        print(recovered[-1])
    lines = list(report(benches, recovered))
    print("", *lines, sep="\n")
    if given.write:
        write_down(lines)
    return 0 if all(each.is_good for each in recovered) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
