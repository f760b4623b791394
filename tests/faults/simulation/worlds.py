"""Worlds to run seeds in: fresh databases in memory where there is such a place, else on the disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import apps
from tests.databases import Databases
from tests.faults.simulation.schedule import Simulation
from tests.faults.simulation.world import World

MEMORY = Path("/dev/shm")


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yaana-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def an_instance() -> Iterator[None]:
    """An instance folder for the keys of the services, when no fixture gives one."""
    with a_folder() as folder:
        os.environ["YAANA_INSTANCE"] = str(folder)
        yield


@contextmanager
def a_simulation() -> Iterator[Simulation]:
    """A world on SQLite in which nobody has booked anything."""
    with a_folder() as folder:
        databases = Databases(folder, cluster=_no_postgresql, migrate=apps.migrate)
        with databases.lent() as make:
            world = World(lambda service: make("sqlite", service))
            with world.begun():
                yield Simulation(world)


def _no_postgresql():
    raise NotImplementedError("simulations run on SQLite")
