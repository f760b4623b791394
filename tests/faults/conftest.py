"""Trips that go wrong on the way, and what everybody knows of them in the end.

All tests of a module and an engine share the services: each begins a trip of its own and brings it to rest.
"""

import contextvars
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests import apps, invariants, trips
from tests.factories import MORNING
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Product, Trip
from webapp.bookings.models import BookingItem
from webapp.checkout import saga
from webapp.checkout.models import Outbox, SagaStep
from webapp.checkout.worker import worker
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway

MANY = 500
TURNS = 20
A_MOMENT = timedelta(milliseconds=100)


class Kept:
    """The services on each engine, and what they sell; built when first asked for, and anew after `forget`."""

    def __init__(self, make, stack: ExitStack):
        self._make, self._stack = make, stack
        self._built: dict[str, apps.Apps] = {}

    def on(self, engine: str) -> apps.Apps:
        if engine not in self._built:
            self._built[engine] = self._build(engine)
        return self._built[engine]

    def forget(self, engine: str) -> None:
        """What one test broke is no other's business."""
        del self._built[engine]

    def _build(self, engine: str) -> apps.Apps:
        built = apps.Apps(
            lambda name: self._make("sqlite" if name == "gateway" else engine, name), apps.ADDRESSES
        )
        self._stack.callback(built.close)
        for service in apps.MODULES:  # all at once: the instance folder, where their keys are, is this test's
            _ = built[service]
        for product in (DOMESTIC, INTERNATIONAL, HOTEL):
            with built[product.provider].app_context():
                product.put_on_sale(**{product.unit: MANY})
        return built


@pytest.fixture(scope="module")
def kept(_databases):
    with ExitStack() as stack:
        make = stack.enter_context(_databases.lent())
        yield Kept(make, stack)


@pytest.fixture
def services(kept, engine) -> Iterator[apps.Apps]:
    services = kept.on(engine)
    yield services
    for wire in services.wires.values():
        wire.restore()
    wrong = invariants.of(services)
    if wrong:
        kept.forget(engine)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def _signals():
    """The worker listens to signals; after it pytest does again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass
class Faulty:
    """Trips, what becomes of them, and what the provider, the gateway and the traveller know in the end."""

    services: apps.Apps
    clock: object

    @property
    def site(self) -> Flask:
        return self.services["site"]

    def trip(self, product: Product = DOMESTIC) -> Trip:
        """A DRAFT on that morning; the gateway's webhooks do not arrive."""
        self.clock.set(MORNING)
        self.services.wires["site"].down("/payments/webhooks")
        with self.site.app_context():
            return trips.begin(self.site, self.services["gateway"], product, product.item)

    def work(self) -> None:
        """`flask worker --once`, as a process of its own."""
        result = contextvars.Context().run(self.site.test_cli_runner().invoke, worker, ["--once"])
        assert result.exit_code == 0, result.output

    def to_rest(self, within: timedelta | None = None) -> None:
        """The worker alone, each time when the next step is due (`within` this time), until nothing is left to do.

        Each booking has its own moments at which it is due (an unpaid one is looked at every minute until it is let go),
        so how often the worker may come depends on how many are under way.
        """
        end = within and self.clock.now() + within
        for _ in range(TURNS * max(1, len(self._under_way()))):
            due = min(map(self._due, self._under_way()), default=None)
            if due is None or (end and due > end):
                return
            self.clock.forward(seconds=max(0.0, (due - self.clock.now()).total_seconds()))
            self.work()
        raise AssertionError("the worker comes to no end")

    def _under_way(self) -> Sequence[SagaStep]:
        with self.site.app_context():
            return db.session.scalars(select(SagaStep).where(SagaStep.state == "READY")).all()

    def _due(self, step: SagaStep) -> datetime:
        head_start = timedelta(0) if step.attempts else saga.HEAD_START
        return max(step.run_at + head_start, step.lease_until or step.run_at) + A_MOMENT

    def wrong(self) -> list[str]:
        """What does not hold at this moment, in the middle of things."""
        return invariants.of(self.services)

    def there(self, trip: Trip) -> list[str]:
        """How the bookings stand that the provider made for the trip."""
        item = trip.item
        model = invariants.PROVIDERS[item.provider].Booking
        reference = trip.booking.public_reference
        with self.services[item.provider].app_context():
            found = select(model.booking_status).where(model.platform_booking_id == reference)
            return list(db.session.scalars(found.order_by(model.id)))

    def provider_lets_go(self, item: BookingItem) -> None:
        """As an airline may: the held seat is free again, and a confirm comes too late."""
        held = AirBooking.bpp_booking_id == item.bpp_booking_id
        seat_of_it = Departure.id == select(AirBooking.departure_id).where(held).scalar_subquery()
        with self.services[item.provider].app_context(), writing() as session:
            session.execute(
                update(Departure).where(seat_of_it).values(seats_available=Departure.seats_available + 1)
            )
            session.execute(update(AirBooking).where(held).values(booking_status="RELEASED", held_until=None))

    def money(self, trip: Trip) -> list[tuple[str, int, int]]:
        """(state, captured, refunded) of the trip's payments as the gateway has them."""
        reference = trip.booking.public_reference
        with self.services["gateway"].app_context():
            found = select(AtTheGateway).where(AtTheGateway.reference.startswith(reference))
            return [
                (each.state, each.captured_minor, each.refunded_minor)
                for each in db.session.scalars(found.order_by(AtTheGateway.reference))
            ]

    def told(self, trip: Trip) -> list[str]:
        """The letters to the traveller."""
        found = select(Outbox.template).where(Outbox.booking_id == trip.booking_id).order_by(Outbox.id)
        return list(db.session.scalars(found))


@pytest.fixture
def faulty(services, clock, _signals) -> Faulty:
    clock.set(MORNING)
    return Faulty(services, clock)


@pytest.fixture
def in_site(faulty):
    with faulty.site.app_context():
        yield faulty.site
