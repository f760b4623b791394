"""How a report of Lighthouse is read and judged; and the list of npm packages says where from nowhere."""

import json

from tests.lighthouse.__main__ import HERE, Measured, median, read, table


def report(performance=0.97, lcp=1400, cls=0.01) -> dict:
    """The parts of Lighthouse's JSON that are read."""
    scores = {"performance": performance, "accessibility": 1, "best-practices": 1, "seo": 0.954}
    audits = {
        "largest-contentful-paint": {"numericValue": lcp, "score": 1, "title": "LCP", "scoreDisplayMode": "numeric"},
        "cumulative-layout-shift": {"numericValue": cls, "score": 1, "title": "CLS", "scoreDisplayMode": "numeric"},
        "speed-index": {"score": 0.8, "title": "Speed Index", "displayValue": "3.7 s", "scoreDisplayMode": "numeric"},
        "bytes": {"score": 0, "title": "Bytes", "scoreDisplayMode": "informative"},
        "none": {"score": None, "title": "None", "scoreDisplayMode": "notApplicable"},
    }  # fmt: skip
    return {"categories": {name: {"score": score} for name, score in scores.items()}, "audits": audits}


def test_a_report_is_its_scores_its_times_and_what_cost_points():
    home = read("home", report())

    assert home.cells() == ["home", "97", "100", "100", "95", "1.40 s", "0.010"]
    assert home.weak == ("Speed Index (3.7 s)",)
    assert home.is_good


def test_a_score_below_95_is_not_good_and_a_time_over_its_budget_is_said():
    slow = read("home", report(performance=0.94, lcp=1501, cls=0.021))

    assert not slow.is_good
    assert slow.cells()[-2:] == ["1.50 s (over)", "0.021 (over)"]


def test_the_run_in_the_middle_counts():
    runs = [
        read("home", report(performance=score, lcp=lcp))
        for score, lcp in ((0.5, 9000), (0.97, 1300), (0.99, 1100))
    ]

    assert (median(runs).scores["performance"], median(runs).lcp) == (97, 1.3)


def test_the_table_has_a_line_a_page():
    lines = list(
        table(
            [
                Measured(
                    "home",
                    dict.fromkeys(("performance", "accessibility", "best-practices", "seo"), 100),
                    1.2,
                    0,
                    (),
                )
            ]
        )
    )

    assert lines[0].startswith("| Page | Performance |")
    assert lines[2:] == ["| home | 100 | 100 | 100 | 100 | 1.20 s | 0.000 |"]


def test_no_registry_is_named():
    """`npm install --omit-lockfile-registry-resolved` keeps it so."""
    locked = json.loads((HERE / "package-lock.json").read_text())

    assert not [name for name, each in locked["packages"].items() if "resolved" in each]
