"""What the apps of all tests have alike is made once: each test has apps of its own, and a process builds thousands.

A quarter of a test that books went into compiling again what the test before had compiled: SQL, which SQLAlchemy keeps by
engine, and the functions that write addresses, which Werkzeug makes anew for each rule of each app.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from chassis.database import db

STATEMENTS = 10_000
_first: dict[str, Engine] = {}


class RuleOfAllApps(Rule):
    """What writes its address is compiled when it first writes one, and then serves the same rule of other apps."""

    _compiled: ClassVar[dict[tuple, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = self.rule, self.host, repr(self.defaults), append_unknown

        def write(rule: Rule, **values: Any) -> tuple[str, str]:
            if key not in self._compiled:
                self._compiled[key] = Rule._compile_builder(self, append_unknown)
            return self._compiled[key](rule, **values)

        return write


def share(app: Flask) -> None:
    """Let the engines of `app` use what those of other apps on the same kind of database have compiled."""
    with app.app_context():
        for engine in db.engines.values():
            first = _first.setdefault(engine.dialect.name, engine)
            if first is engine:
                engine._compiled_cache = LRUCache(STATEMENTS)
            else:  # what is compiled is kept by dialect
                engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
