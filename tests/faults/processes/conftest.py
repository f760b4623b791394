"""Real processes on both engines, started once for the tests of a module."""

from contextlib import ExitStack

import pytest

from tests import apps
from tests.faults.processes.running import Running
from tests.faults.processes.theatre import Theatre


@pytest.fixture(scope="module")
def started(_databases, tmp_path_factory):
    """`started(engine)`: the theatre of all services on that engine, each started when it is first asked for."""
    with ExitStack() as stack:
        make = stack.enter_context(_databases.lent())
        theatres: dict[str, Theatre] = {}

        def start(engine: str) -> Theatre:
            if engine not in theatres:
                urls = {name: make("sqlite" if name == "gateway" else engine, name) for name in apps.MODULES}
                running = Running(urls, str(tmp_path_factory.mktemp("instance")))
                theatres[engine] = Theatre(running)
                stack.enter_context(running)
            return theatres[engine]

        yield start


@pytest.fixture
def theatre(started, engine) -> Theatre:
    return started(engine)
