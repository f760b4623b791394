"""The lists of libraries: what is imported is required, what is required is used, and each has its reason in the docs."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = {"beckn", "bpp_services", "chassis", "run", "tests", "webapp", "wsgi"}
# Needed without an import: a server, a database driver, data that the standard library reads, what fpdf2 shapes with.
RUN_NOT_IMPORTED = {"granian", "psycopg", "tzdata", "uharfbuzz"}


def required(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {_name(match[0]) for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


def imported() -> set[str]:
    """The distributions that the product's modules import."""
    files = [
        file for part in OURS - {"tests"} for file in [*(ROOT / part).rglob("*.py"), ROOT / f"{part}.py"]
    ]
    modules = {
        name for file in [*files, *(ROOT / "sql").rglob("*.py")] if file.exists() for name in _imports(file)
    }
    distributions = packages_distributions()
    others = modules - OURS - set(sys.stdlib_module_names)
    return {_name(distributions[module][0]) for module in others}


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _name(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def test_what_is_imported_is_required_and_what_is_required_is_used():
    assert imported() | RUN_NOT_IMPORTED == required("requirements.txt")


def test_every_library_has_its_reason():
    reasons = _name((ROOT / "docs" / "libraries.md").read_text())
    named = required("requirements.txt") | required("requirements-dev.txt")

    assert [name for name in sorted(named) if name not in reasons] == []


def test_every_version_is_pinned():
    lines = [*_lines("requirements.txt"), *_lines("requirements-dev.txt")]

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+|-r \S+", line)] == []


def _lines(file: str) -> list[str]:
    return [line for line in (ROOT / file).read_text().splitlines() if line and not line.startswith("#")]
