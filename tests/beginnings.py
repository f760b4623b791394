"""What many tests begin with happens once in a process; those that come later begin with copies of the databases."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from chassis.database import db
from tests import apps
from tests.apps import Apps


@dataclass(frozen=True)
class Left:
    """The databases as they were left, by service, and what the telling returned."""

    databases: dict[str, Path]
    value: Any


class Beginnings:
    """Kept in `folder` for as long as the tests run; on SQLite alone, whose databases are files."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._left: dict[str, Left] = {}

    def tell(self, name: str, services: Apps, happens: Callable[[], Any]) -> Any:
        """What `happens()` returns: it really happens the first time. It returns what can be used in another test: text,
        numbers, dates. Nothing else has happened to the `services` before.
        """
        if name not in self._left:
            value = happens()
            self._left[name] = Left(
                {each: self._keep(name, each, services) for each in services.built()}, value
            )
            return value
        for service, kept in self._left[name].databases.items():
            _put_back(kept, services, service)
        return self._left[name].value

    def _keep(self, name: str, service: str, services: Apps) -> Path:
        kept = self._folder / f"{name} {service}.db"
        source, copy = sqlite3.connect(_file(services, service)), sqlite3.connect(kept)
        source.backup(copy)
        source.close()
        copy.close()
        return kept


def _put_back(kept: Path, services: Apps, service: str) -> None:
    app = services[service]
    with app.app_context():
        db.session.remove()
    apps.close(app)
    file = _file(services, service)
    for part in ("-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)
    shutil.copyfile(kept, file)


def _file(services: Apps, service: str) -> str:
    return make_url(services[service].config["DATABASE_URL"]).database or ""
