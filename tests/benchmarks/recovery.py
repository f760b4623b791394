"""After everything was killed with 1,000 bookings in flight: how long one worker takes to bring all of them to their end.

`python -m tests.benchmarks.recovery --engine sqlite --bookings 1000`. The services are real processes, killed and started
again; nothing but `flask worker` drives the bookings, and no lease is shortened.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chassis.database import writing
from tests import apps, trips
from tests.faults.processes.__main__ import a_theatre
from tests.faults.processes.running import WORKER
from tests.faults.processes.theatre import Theatre
from tests.trips import DOMESTIC, HOTEL
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.steps import cancelling, holding, paying
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway

THREADS = 4
WITHIN = 120.0


def in_flight(theatre: Theatre, many: int) -> None:
    """`many` bookings of a flight and a stay, each left somewhere between what was asked and its end.

    A fifth each: asked to hold, paid and not told, confirming, confirming half, being cancelled.
    """
    running = theatre.running
    os.environ.update(running.environment)  # where everybody is, and the keys they share
    gateway = apps.build("gateway", running.databases["gateway"])
    site = apps.build("site", running.databases["site"])
    site.config["SITE_URL"] = running.addresses["site"]

    def begin(number: int) -> None:
        with site.app_context():
            trip = trips.begin_several(site, gateway, (DOMESTIC, HOTEL))
            leave(trip.booking_id, number % 5, gateway)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(begin, range(many)))
    for each in (gateway, site):
        apps.close(each)


def leave(booking_id: int, where: int, gateway) -> None:
    """Bring a draft of two items as far as 0: asked to hold, 1: paid and not told, 2: confirming, 3: confirming half,
    4: being cancelled."""
    with writing() as session:
        holding.begin(session.get_one(Booking, booking_id))
    if where == 0:
        return
    saga.drive(booking_id)
    with writing() as session:
        paying.begin(session.get_one(Booking, booking_id), "http://127.0.0.1:1/back")
    saga.drive(booking_id)
    _authorise(booking_id, gateway)
    if where == 1:
        return
    with writing() as session:
        saga.wake("CHECK_PAYMENT", session.get_one(Booking, booking_id))
    for _ in range(where - 1 if where < 4 else 10):
        claim = saga.claim_next(booking_id)
        if claim:
            saga.perform(claim)
    if where == 4:
        with writing() as session:
            booking = session.get_one(Booking, booking_id)
            cancelling.begin(booking, list(booking.current_items))


def _authorise(booking_id: int, gateway) -> None:
    from chassis.database import db

    payment = paying.live_payment(db.session.get_one(Booking, booking_id))
    number = payment.gateway_reference if payment else ""
    db.session.rollback()
    with gateway.app_context(), writing():
        AtTheGateway.find(number).authorise()


def recover(theatre: Theatre, many: int) -> float:
    """Seconds from the start of the worker until nothing is unfinished that does not wait for its traveller."""
    running = theatre.running
    theatre.opened()
    stays = apps.build("hotels", running.databases["hotels"])
    with stays.app_context():
        HOTEL.put_on_sale(rooms=many * 2)
    apps.close(stays)
    in_flight(theatre, many)
    for service in apps.MODULES:
        running.kill(service)
    print("in flight:", dict(Counter(state for _, state in running.unfinished())), flush=True)
    for service in apps.MODULES:
        running.start(service)
    running.start(WORKER)
    return running.until(lambda: not _unended(theatre), WITHIN * 5, lambda: "it comes to no end")


def _unended(theatre: Theatre) -> list[str]:
    time.sleep(0.5)
    return unended(theatre.running.ask)


def unended(ask: Callable[[str, str], Iterable[Sequence[Any]]]) -> list[str]:
    """The references of what is neither at its end nor waiting for somebody to pay; `ask` puts a question to a database."""
    found = ask(
        "site",
        "SELECT public_reference FROM bookings WHERE state IN ('HOLDING', 'CONFIRMING', 'CAPTURING', 'COMPENSATING', "
        "'CANCELLING') OR (state = 'AWAITING_PAYMENT' AND id IN (SELECT booking_id FROM payments WHERE state = 'OPEN'))",
    )
    return [row[0] for row in found]


@dataclass(frozen=True)
class Recovered:
    """How long it took; `states` counts how the bookings ended, `wrong` is what must not be."""

    engine: str
    bookings: int
    seconds: float
    states: dict[str, int]
    wrong: list[str]

    @property
    def is_good(self) -> bool:
        return not self.wrong and self.seconds <= WITHIN

    def __str__(self) -> str:
        ended = f"{self.bookings} bookings at their end {self.seconds:.1f} s after the worker was started"
        return " ".join(map(str, (f"{self.engine}: {ended}:", self.states, *self.wrong)))


def measured(engine: str, many: int) -> Recovered:
    """`recover` on fresh databases of this engine."""
    apps.forget_this_machines_settings()
    with a_theatre(engine) as theatre:
        seconds = recover(theatre, many)
        counted = "SELECT state, count(*) FROM bookings GROUP BY state ORDER BY state"
        states = {row[0]: row[1] for row in theatre.running.ask("site", counted)}
        wrong = theatre.running.wrong()
        with suppress(KeyError):
            theatre.running.kill(WORKER)
    return Recovered(engine, many, seconds, states, wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--bookings", type=int, default=1000)
    wanted = parser.parse_args()
    recovered = measured(wanted.engine, wanted.bookings)
    print(recovered)
    return 0 if recovered.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
