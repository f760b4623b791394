"""The five services on one morning, served for a real browser, with what somebody did before in a browser without a window.

What the services ask each other stays in process; the site and the gateway's page have real sockets.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chassis import clock
from tests import apps, machine
from tests.databases import Databases
from tests.factories import MORNING, a_departure
from tests.servers import free_port, serve
from tests.webapp.buyer import Buyer

SELLERS = ("flights", "international_flights", "hotels")


@dataclass
class Stage:
    """`services["site"]` is an app, `addresses["site"]` where a browser finds it."""

    services: apps.Apps
    addresses: dict[str, str]
    admin_is_there: str = ""  # the reference of the booking that an admin looks at, once there is one

    def buyer(self) -> Buyer:
        """A traveller who does quickly what leads up to a page; `cookies` hands over to a real browser."""
        return Buyer(self.services["site"].test_client(), self.services["gateway"].test_client())

    def cookies(self, buyer: Buyer) -> list[dict]:
        """What the buyer's browser keeps of the site, as Playwright takes it."""
        jar = buyer.site._cookies.values()
        return [{"name": each.key, "value": each.value, "url": self.addresses["site"]} for each in jar]


@contextmanager
def stage(sown: tuple[str, ...] = ("demo",), over_sockets: tuple[str, ...] = ()) -> Iterator[Stage]:
    """Everything, from ten in the morning on 1 December 2026 in Bengaluru on, with the seeds `sown`; gone after the block.

    What is asked `over_sockets` is dead until somebody serves it at its address (`stage.addresses`).
    """
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(
                prefix="yaana-stage-", dir=machine.fast_folder(), ignore_cleanup_errors=True
            )
        )
        addresses = apps.ADDRESSES | {
            service: f"http://127.0.0.1:{free_port()}" for service in ("site", "gateway", *over_sockets)
        }
        stack.enter_context(clock.at(MORNING))
        with _settings(apps.environment(addresses) | {"YAANA_INSTANCE": f"{folder}/instance"}):
            services = stack.enter_context(_services(Path(folder), addresses, over_sockets))
            _sow(services, sown)
        stack.enter_context(serve(services["gateway"], port(addresses["gateway"])))
        stack.enter_context(serve(services["site"], port(addresses["site"])))
        yield Stage(services, addresses)


@contextmanager
def _services(folder: Path, addresses: dict[str, str], over_sockets: tuple[str, ...]) -> Iterator[apps.Apps]:
    databases = Databases(
        folder, cluster=lambda: None, migrate=apps.migrate
    )  # SQLite alone: nobody asks for the other
    with databases.lent() as make:
        services = apps.Apps(lambda service: make("sqlite", service), addresses, over_sockets)
        for (
            service
        ) in apps.MODULES:  # all at once: the instance folder, where their keys are, is this stage's
            _ = services[service]
        services["site"].config["HOME_PATIENCE"] = (
            30  # seconds: home shows what is on sale, however long it takes
        )
        services["site"].config["PROPAGATE_EXCEPTIONS"] = (
            False  # a fault of ours is a page, as it is for travellers
        )
        services.wires["site"].down("/payments/webhooks")  # only who pays wakes her booking
        yield services
        services.close()


def _sow(services: apps.Apps, seeds: tuple[str, ...]) -> None:
    """The seeds, and flights back from Mumbai, which the demo data have not and the network has."""
    for seller in SELLERS:
        for seed in seeds:
            result = services[seller].test_cli_runner().invoke(args=["seed", seed])
            assert result.exit_code == 0, result.output
    if "network" not in seeds:
        with services["flights"].app_context():
            for day in (13, 14):
                a_departure("UK-9013", date(2026, 12, day))


@contextmanager
def _settings(settings: dict[str, str]) -> Iterator[None]:
    """These settings in the environment, for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def port(address: str) -> int:
    return int(address.rpartition(":")[2])
