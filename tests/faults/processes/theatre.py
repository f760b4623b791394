"""The scenes of the fault points played to real processes, one of which is told where to die."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests import apps
from tests.faults.points import POINTS, process_of
from tests.faults.processes.running import WORKER, Running
from tests.faults.scenes import SCENES
from tests.journeys.over_sockets import Browser
from tests.trips import DOMESTIC
from tests.webapp.buyer import Buyer

SEATS = 5_000
SOON = 60.0  # seconds within which everything must have come to its end


class Theatre:
    """Everything runs, nobody works, and a flight is on sale."""

    def __init__(self, running: Running):
        self.running = running
        self.item = ""

    def opened(self) -> None:
        """Put the flight on sale, once."""
        if not self.item:
            flights = apps.build("flights", self.running.databases["flights"])
            with flights.app_context():
                self.item = DOMESTIC.put_on_sale(seats=SEATS)
            apps.close(flights)

    def buyer(self) -> Buyer:
        return Buyer(*(Browser(self.running.addresses[service]) for service in ("site", "gateway")))

    def change(self, service: str, statement: str) -> None:
        self.running.change(service, statement)

    def silence(self, service: str) -> None:
        self.running.kill(service)

    def restore(self, service: str) -> None:
        self.running.start(service)

    def dies_at(self, point: str) -> str:
        """Play the scene of the point to a process that dies there; the reference of its booking, if there is one yet."""
        service, scene = process_of(point), SCENES[POINTS[point]]
        with self.a_visit() as buyer:
            page = scene.before(self, buyer)
            self.running.restart(service, dies_at=point)
            with suppress(Exception):  # whatever a browser says when its server dies
                scene.act(self, buyer, page)
            assert self.running.was_killed(service), f"{service} did not die at {point}"
            self.running.start(service)
            return buyer.reference

    def comes_to_an_end(self) -> float:
        """The worker, and the traveller who comes again, bring everything to its end; the seconds it took."""
        self.running.a_minute_later()
        self.running.start(WORKER)
        unpaid: set[str] = set()
        try:
            return self.running.until(lambda: self._is_over(unpaid), SOON, self._what_is_left)
        finally:
            self.running.kill(WORKER)

    def _is_over(self, unpaid: set[str]) -> bool:
        """Each booking's time to pay ends once: whoever writes at every look keeps the worker from writing."""
        unfinished = self.running.unfinished()
        waiting = {reference for reference, state in unfinished if state == "AWAITING_PAYMENT"}
        for reference in waiting - unpaid:
            self._nobody_pays(reference)
        unpaid |= waiting
        return not unfinished and not self.running.work_left()

    def _what_is_left(self) -> str:
        alive = ", ".join(self.running.alive())
        return (
            f"not at its end: {self.running.unfinished()}, to do: {self.running.work_left()}, alive: {alive}"
        )

    def _nobody_pays(self, reference: str) -> None:
        """Her time to pay is over; what she authorised and the site did not hear of is found then.

        The time first: whoever is asking for the truth right now reads it when he writes, and asks no more.
        """
        self.running.change(
            "site", f"UPDATE bookings SET pay_by = created_at WHERE public_reference = '{reference}'"
        )
        self.running.change(
            "site",
            "UPDATE saga_steps SET run_at = created_at WHERE kind = 'CHECK_PAYMENT' AND state = 'READY' AND booking_id = "
            f"(SELECT id FROM bookings WHERE public_reference = '{reference}')",
        )

    def everybody_up(self) -> None:
        """After a point that went wrong: who is not alive is started, and nobody is told to die."""
        for service in apps.MODULES:
            if service in self.running.alive():
                self.running.kill(service)
            self.running.start(service)

    @contextmanager
    def a_visit(self) -> Iterator[Buyer]:
        """A buyer, whose browsers are closed after the block."""
        self.opened()
        buyer = self.buyer()
        try:
            yield buyer
        finally:
            buyer.site.session.close()
            buyer.gateway.session.close()
