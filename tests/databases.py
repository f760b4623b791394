"""Fresh databases for every test, cheaply: each schema is migrated once and then copied."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgresql import Cluster


class Databases:
    """Makes databases on either engine and keeps the migrated originals for as long as the tests run."""

    def __init__(self, folder: Path, cluster: Callable[[], Cluster], migrate: Callable[[str, str], None]):
        self._folder = folder
        self._cluster = cluster
        self._migrate = migrate
        self._numbers = itertools.count(1)
        self._originals: dict[tuple[str, str | None], str] = {}

    @contextmanager
    def lent(self) -> Iterator[Callable[[str, str | None], str]]:
        """`make(engine, service)`: the URL of a fresh database on `engine` ("sqlite", "postgresql"), migrated for
        `service`, or empty for None. What was made is dropped after the block; the originals stay.
        """
        made: list[tuple[str, str]] = []

        def make(engine: str, service: str | None) -> str:
            made.append((engine, self._new(engine, original=self._original(engine, service))))
            return self._url(*made[-1])

        try:
            yield make
        finally:
            for engine, name in reversed(made):
                self._drop(engine, name)

    def _original(self, engine: str, service: str | None) -> str | None:
        if service is None:
            return None
        key = (engine, service)
        if key not in self._originals:
            name = self._new(engine)
            self._migrate(service, self._url(engine, name))
            self._originals[key] = name
        return self._originals[key]

    def _new(self, engine: str, original: str | None = None) -> str:
        name = f"yaana_test_{os.getpid()}_{next(self._numbers)}"
        if engine == "postgresql":
            self._cluster().create(name, template=original)
        elif original:
            shutil.copyfile(self._file(original), self._file(name))
        return name

    def _drop(self, engine: str, name: str) -> None:
        if engine == "postgresql":
            self._cluster().drop(name)
        else:
            for part in ("", "-wal", "-shm"):
                Path(f"{self._file(name)}{part}").unlink(missing_ok=True)

    def _url(self, engine: str, name: str) -> str:
        return self._cluster().url_of(name) if engine == "postgresql" else f"sqlite:///{self._file(name)}"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.db"
