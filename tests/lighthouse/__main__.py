"""`make lighthouse`: what Lighthouse says of four pages on a phone, served as in production, with demo data; 95 or more, or it fails.

The site runs under granian on databases of its own. Each page is measured several times and the median counts: other work on
the machine shows in a single run. The times of site.md (LCP, CLS) stand beside the scores, on Lighthouse's slow phone line.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.installation import SERVICES, on_sqlite
from tests.browser.chromium import ALONE, program
from tests.journeys.over_sockets import Browser
from tests.journeys.test_one_booking import products
from tests.journeys.traveller import Journey

HERE = Path(__file__).resolve().parent
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95
LCP_SECONDS, CLS = 1.5, 0.02


@dataclass(frozen=True)
class Measured:
    """The scores of a page, of 100, and its times; `weak` names what cost points."""

    page: str
    scores: dict[str, int]
    lcp: float
    cls: float
    weak: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return min(self.scores.values()) >= LEAST

    def cells(self) -> list[str]:
        times = [f"{self.lcp:.2f} s{_over(self.lcp, LCP_SECONDS)}", f"{self.cls:.3f}{_over(self.cls, CLS)}"]
        return [self.page, *(str(self.scores[each]) for each in CATEGORIES), *times]


def _over(value: float, most: float) -> str:
    return " (over)" if value > most else ""


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 when every page has 95 or more in every category."""
    parser = argparse.ArgumentParser(prog="make lighthouse")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--only", default="", help="one page: home, results, offer or booking")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="yaana-lighthouse-") as folder, served(Path(folder)) as addresses:
        pages = {name: url for name, url in find_pages(addresses).items() if given.only in name}
        with Browser(addresses["site"]) as traveller:
            cookie = _book(traveller, addresses, pages)
            measured = [
                median([measure(name, url, cookie, Path(folder)) for _ in range(given.runs)])
                for name, url in pages.items()
            ]
    for line in table(measured):
        print(line)
    return 0 if all(each.is_good for each in measured) else 1


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """{service: address} of everything under granian, with the data that `make run` sows."""
    with on_sqlite(folder) as installation:
        for service in SERVICES:
            installation.set_up(service)
        for service in ("flights", "international_flights", "hotels"):
            installation.set_up(service, "seed", "network")
        with installation.serving(*SERVICES):
            yield installation.addresses


def find_pages(addresses: dict[str, str]) -> dict[str, str]:
    product = products()["domestic"]
    return {
        "home": f"{addresses['site']}/",
        "results": f"{addresses['site']}{product.search}",
        "offer": f"{addresses['site']}/offers/{product.service}~{product.item}?adults=1",
        "booking": "",  # once there is one
    }


def _book(site: Browser, addresses: dict[str, str], pages: dict[str, str]) -> str:
    """The cookie of who has booked a flight, whose page is the last of the pages."""
    if "booking" not in pages:
        return ""
    product = products()["domestic"]
    with Browser(addresses["gateway"]) as gateway:
        journey = Journey(site, gateway)
        pay = journey.hold(journey.book(journey.choose(product.search, product.item), product.traveller))
        journey.until("You are booked", journey.press(journey.to_the_gateway(pay), "authorisation"))
    pages["booking"] = f"{addresses['site']}/bookings/{journey.reference}"
    return "; ".join(f"{each.name}={each.value}" for each in site.session.cookies)


def measure(name: str, url: str, cookie: str, folder: Path) -> Measured:
    """One run. Raises CalledProcessError when Lighthouse could not look at the page."""
    report, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
    flags = " ".join(("--headless=new", *ALONE))
    subprocess.run(
        [
            HERE / "node_modules" / ".bin" / "lighthouse", url, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}", f"--chrome-flags={flags}",
        ],
        env=os.environ | {"CHROME_PATH": program()}, check=True,
    )  # fmt: skip
    return read(name, json.loads(report.read_text()))


def read(name: str, report: dict) -> Measured:
    audits = report["audits"]
    weak = [
        f"{each['title']} ({each.get('displayValue') or each['score']})"
        for each in audits.values()
        if each.get("score") is not None
        and each["score"] < 0.9
        and each["scoreDisplayMode"] in ("binary", "numeric")
    ]
    return Measured(
        name,
        {each: round(report["categories"][each]["score"] * 100) for each in CATEGORIES},
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        audits["cumulative-layout-shift"]["numericValue"],
        tuple(weak),
    )


def median(runs: Sequence[Measured]) -> Measured:
    """The run in the middle by its performance, with the medians of its times."""
    middle = sorted(runs, key=lambda each: each.scores["performance"])[len(runs) // 2]
    return Measured(
        middle.page,
        middle.scores,
        statistics.median(each.lcp for each in runs),
        statistics.median(each.cls for each in runs),
        middle.weak,
    )


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """The lines of the table, in Markdown, and what cost points."""
    headings = [
        "Page",
        *(each.capitalize() for each in CATEGORIES),
        f"LCP (≤ {LCP_SECONDS} s)",
        f"CLS (≤ {CLS})",
    ]
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for each in measured:
        yield f"| {' | '.join(each.cells())} |"
    for each in measured:
        for audit in each.weak:
            yield f"{each.page}: {audit}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
