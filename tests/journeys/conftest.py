"""The real thing: `make run` in processes of its own, on free ports, with an instance folder of its own."""

import pytest

from tests.journeys.make_run import MakeRun


@pytest.fixture(scope="session")
def make_run(tmp_path_factory):
    """Everything, started once for all journeys and ready: `make_run.address("webapp")`, `make_run.said()`.

    Its tests stand in one file, so that one worker has them all.
    """
    with MakeRun(tmp_path_factory.mktemp("make_run")) as running:
        running.start()
        running.wait_until_ready(within=170)
        yield running
