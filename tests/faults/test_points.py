"""Every named fault point is reached: by the checkout or by the scene that is named for it, page by page."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from chassis import faults
from chassis.database import engine
from tests import apps
from tests.factories import MORNING
from tests.faults.points import POINTS, of
from tests.faults.scenes import SCENES
from tests.trips import DOMESTIC
from tests.webapp.buyer import Buyer


class InProcess:
    """The theatre of the tests' five services, in one process."""

    def __init__(self, services: apps.Apps):
        self._services = services
        with services["flights"].app_context():
            self.item = DOMESTIC.put_on_sale(seats=50)

    def buyer(self) -> Buyer:
        return Buyer(self._services["site"].test_client(), self._services["gateway"].test_client())

    def change(self, service: str, statement: str) -> None:
        with self._services[service].app_context(), engine().begin() as connection:
            connection.execute(text(statement))

    def silence(self, service: str) -> None:
        self._services.wires[service].down()

    def restore(self, service: str) -> None:
        self._services.wires[service].restore()


@pytest.fixture
def theatre(make_database, clock) -> Iterator[InProcess]:
    """With services of its own: rows are changed behind everybody's back."""
    clock.set(MORNING)
    built = apps.Apps(make_database, apps.ADDRESSES)
    for service in ("flights", "gateway", "site"):
        _ = built[service]
    yield InProcess(built)
    built.close()


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_leads_past_every_point_that_is_named_for_it(theatre, name):
    met, buyer, scene = set(), theatre.buyer(), SCENES[name]
    page = scene.before(theatre, buyer)

    with faults.meeting(met.add):
        scene.act(theatre, buyer, page)

    assert set(of(name)) <= met


def test_every_point_is_named_for_a_scene():
    """The registry is what the modules made; a point that nobody reaches cannot be killed at."""
    scenes = Counter(POINTS.values())

    assert set(POINTS) == set(faults.POINTS)
    assert set(scenes) <= set(SCENES)
    assert scenes.total() >= 90
