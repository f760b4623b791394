"""The arrows of the architecture: who may import whom, read from the source of every package."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("beckn", "chassis", "bpp_services", "webapp", "run", "wsgi")

# Each part of the product and the other parts it may import; the longest name that fits a module is its part.
MAY_IMPORT = {
    "beckn": set(),
    "chassis": set(),
    "run": {"chassis"},
    "bpp_services": set(),
    "bpp_services.core": {"chassis", "beckn"},
    "bpp_services.air": {"bpp_services.core", "chassis", "beckn"},
    "bpp_services.flights": {"bpp_services.air", "bpp_services.core", "chassis", "beckn"},
    "bpp_services.international_flights": {"bpp_services.air", "bpp_services.core", "chassis", "beckn"},
    "bpp_services.hotels": {"bpp_services.core", "chassis", "beckn"},
    "webapp": {"webapp.providers", "webapp.places", "webapp.filters", "chassis", "beckn"},
    "webapp.providers": {"webapp.places", "webapp.filters", "chassis", "beckn"},
    "webapp.places": set(),  # what is known of the world: below everything
    "webapp.filters": set(),  # how a day and a sum are written: below everything
    "webapp.payments.sandbox_gateway": {"chassis"},
    "wsgi": {"webapp"},
}
# What these never import, of ours or of others. A name stands for everything below it.
NEVER = {
    "beckn": {"flask", "sqlalchemy", "flask_sqlalchemy"},
}
PURE = {"offers", "pricing", "passengers", "terms", "filters"}
IMPURE = {"flask", "sqlalchemy", "flask_sqlalchemy", "chassis.database"}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "common"}


class Source:
    """The modules of a tree, and what each imports."""

    def __init__(self, root: Path, packages=PACKAGES):
        files = [file for each in packages for file in (root / each).rglob("*.py")]
        files += [file for each in packages if (file := root / f"{each}.py").exists()]
        self.files = {_module(file.relative_to(root)): file for file in sorted(files)}
        self.imports = {module: set(self._imported(module)) for module in self.files}

    def _imported(self, module: str) -> Iterator[str]:
        tree = ast.parse(self.files[module].read_text())
        package = module if self.files[module].name == "__init__.py" else module.rpartition(".")[0]
        for node in _run_time_nodes(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = _absolute(node, package)
                yield from (self._what(origin, alias.name) for alias in node.names)

    def _what(self, origin: str, name: str) -> str:
        """`from a import b` imports the module a.b when there is one, else something inside a."""
        return f"{origin}.{name}" if f"{origin}.{name}" in self.files else origin

    def reach(self, module: str) -> set[str]:
        """Everything that `module` imports, directly or through other modules of ours."""
        found: set[str] = set()
        waiting = [module]
        while waiting:
            for each in self.imports.get(waiting.pop(), ()):
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under `if TYPE_CHECKING:`, which never runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _run_time_nodes(child)


def _is_in(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def part_of(module: str) -> str | None:
    return max((part for part in MAY_IMPORT if _is_in(module, part)), key=len, default=None)


def violations(source: Source) -> list[str]:
    """Every import that follows no arrow, as a sentence."""
    found = []
    for module, imported in source.imports.items():
        for each in sorted(imported):
            found += _against_the_arrows(module, each)
            found += _against_the_layers_of_a_feature(module, each)
    return found + [sentence for module in source.files for sentence in _impurities(source, module)]


def _against_the_arrows(module: str, imported: str) -> list[str]:
    here, there = part_of(module), part_of(imported)
    if any(_is_in(imported, each) for each in NEVER.get(module.split(".")[0], ())):
        return [f"{module} imports {imported}"]
    if here is None or there in (None, here) or there in MAY_IMPORT[here]:
        return []
    return [f"{module} imports {imported}"]


def _against_the_layers_of_a_feature(module: str, imported: str) -> list[str]:
    """Routes stand on top: only the package itself or the factory imports them; models import neither routes nor forms."""
    package, _, name = imported.rpartition(".")
    if name == "routes" and module not in (package, "webapp"):
        return [f"{module} imports {imported}"]
    if name == "forms" and module.rpartition(".")[2] == "models":
        return [f"{module} imports {imported}"]
    return []


def _impurities(source: Source, module: str) -> list[str]:
    if module.rpartition(".")[2] not in PURE:
        return []
    reached = sorted(each for each in source.reach(module) if any(_is_in(each, name) for name in IMPURE))
    return [f"{module} is pure and reaches {', '.join(reached)}"] if reached else []


def forbidden_names(source: Source) -> list[str]:
    return [module for module in source.files if FORBIDDEN_NAMES & set(module.split("."))]


@pytest.fixture(scope="module")
def source():
    return Source(ROOT)


def test_every_import_follows_an_arrow(source):
    assert violations(source) == []


def test_every_module_is_in_a_part_of_the_product(source):
    assert [module for module in source.files if part_of(module) is None] == []


def test_the_packages_that_are_checked_are_all_packages_there_are():
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")}

    assert folders <= set(PACKAGES)


def test_no_folder_is_named_after_nothing(source):
    assert forbidden_names(source) == []


VIOLATIONS = {
    "a provider imports another": ("bpp_services/hotels/models.py", "from bpp_services.air import models"),
    "the site imports a provider": ("webapp/search/offers.py", "import bpp_services.air.pricing"),
    "a provider imports the site": ("bpp_services/core/app.py", "from webapp import places"),
    "core knows a provider": ("bpp_services/core/app.py", "def f():\n    from ..air import models"),
    "the language knows the site": ("beckn/money.py", "from webapp.filters import rupees"),
    "the language knows Flask": ("beckn/money.py", "import flask"),
    "the chassis knows the language": ("chassis/app.py", "from beckn import money"),
    "the client of providers knows a feature": (
        "webapp/providers/client.py",
        "from webapp.search import offers",
    ),
    "what is known of the world knows a feature": (
        "webapp/places/directory.py",
        "from webapp.search import offers",
    ),
    "the site imports the gateway": (
        "webapp/checkout/payment.py",
        "from webapp.payments import sandbox_gateway",
    ),
    "the gateway imports the site": (
        "webapp/payments/sandbox_gateway/api.py",
        "from ..gateway import GatewayPayment",
    ),
    "a pure module knows the database": ("bpp_services/air/pricing.py", "from chassis.database import db"),
    "a pure module knows Flask": ("webapp/filters.py", "from flask import current_app"),
    "a pure module reaches the database": ("webapp/search/offers.py", "from webapp.search import models"),
    "models know routes": ("webapp/search/models.py", "from webapp.search import routes"),
    "models know forms": ("webapp/search/models.py", "from .forms import SearchForm"),
    "a feature imports another's routes": (
        "webapp/checkout/payment.py",
        "from webapp.search.routes import bp",
    ),
}
INVENTED = {
    "beckn/__init__.py": "",
    "beckn/money.py": "from decimal import Decimal",
    "chassis/__init__.py": "",
    "chassis/app.py": "from flask import Flask",
    "chassis/database.py": "import sqlalchemy",
    "bpp_services/__init__.py": "",
    "bpp_services/core/__init__.py": "",
    "bpp_services/core/app.py": "from chassis.app import create_app",
    "bpp_services/air/__init__.py": "",
    "bpp_services/air/models.py": "from chassis.database import db",
    "bpp_services/air/pricing.py": "from beckn.money import to_minor",
    "bpp_services/hotels/__init__.py": "",
    "bpp_services/hotels/models.py": "from chassis.database import db",
    "webapp/__init__.py": "def create_app():\n    from webapp.search import routes",
    "webapp/filters.py": "import decimal",
    "webapp/places/__init__.py": "",
    "webapp/places/directory.py": "import airportsdata",
    "webapp/providers/__init__.py": "",
    "webapp/providers/client.py": "from chassis.calls import call\nfrom beckn import money",
    "webapp/search/__init__.py": "",
    "webapp/search/forms.py": "",
    "webapp/search/models.py": "from chassis.database import db",
    "webapp/search/offers.py": "from beckn.money import to_minor",
    "webapp/search/routes.py": "from webapp.providers import client\nfrom webapp.search import forms, models",
    "webapp/checkout/__init__.py": "",
    "webapp/checkout/payment.py": "from webapp.payments.gateway import GatewayPayment",
    "webapp/payments/__init__.py": "",
    "webapp/payments/gateway.py": "",
    "webapp/payments/sandbox_gateway/__init__.py": "from chassis.app import create_app",
    "webapp/payments/sandbox_gateway/api.py": "from webapp.payments.sandbox_gateway import payment",
    "wsgi.py": "from webapp import create_app",
}


@pytest.fixture
def invent(tmp_path):
    """`invent({path: source})`: the source of a small tree."""

    def make(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return Source(tmp_path)

    return make


def test_a_tree_that_follows_the_arrows_has_no_violation(invent):
    assert violations(invent(INVENTED)) == []


@pytest.mark.parametrize("wrong", VIOLATIONS)
def test_a_violation_is_seen(invent, wrong):
    path, text = VIOLATIONS[wrong]

    assert violations(invent(INVENTED | {path: text})) != []


def test_a_folder_that_is_named_after_nothing_is_seen(invent):
    source = invent({"webapp/__init__.py": "", "webapp/utils/__init__.py": ""})

    assert forbidden_names(source) == ["webapp.utils"]
