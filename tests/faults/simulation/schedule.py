"""Many travellers check out, cancel and let go at once under the weather of one seed; then it clears up.

A schedule is one traveller's checkout with everything that goes wrong around it. `CROWD` of them share a seed: they meet
at the same providers, the last seats, the gateway and the workers, and each overtakes the others at any request.
"""

import random
import secrets
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from chassis import clock
from chassis.database import db, writing
from tests import invariants
from tests.factories import ASHA, EMAIL, PHONE, a_departure
from tests.faults.simulation.world import Weather, World
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Product
from webapp.bookings import reading
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.bookings.references import new_reference
from webapp.bookings.states import FINAL, Overtaken
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.checkout.steps import cancelling, holding, paying, undoing
from webapp.payments.sandbox_gateway import webhooks
from webapp.payments.sandbox_gateway.errors import NotPayable
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts

CROWD = 20
PLENTY = 100_000
SCARCE = 3  # seats on a flight that everybody of a seed may want
A_MOMENT = timedelta(milliseconds=100)
MOST_TURNS = 4_000
RETURN_URL = "http://127.0.0.1:5000/checkout/back"


class Violation(AssertionError):
    """Something that must never be; names the seed."""


@dataclass(frozen=True)
class Offered:
    """What a traveller puts into a trip: asked for once, since nothing goes wrong while she looks around."""

    product: Product
    choice: Any
    offer: Any


@dataclass
class Plan:
    """What a traveller has in mind."""

    items: list[Offered]
    pays: bool
    declines: bool
    comes_back: bool
    lets_go: bool
    cancels: str  # "", "one" or "all"
    waits: bool  # before she cancels: for another day's hour, when it may cost her something
    tries: int = 3

    @classmethod
    def of(cls, dice: random.Random, shop: list[Offered]) -> "Plan":
        many = dice.choice((1, 1, 1, 2, 2, 3))
        return cls(
            items=[dice.choice(shop) for _ in range(many)],
            pays=dice.random() < 0.9,
            declines=dice.random() < 0.1,
            comes_back=dice.random() < 0.8,
            lets_go=dice.random() < 0.08,
            cancels=dice.choice(("", "", "one", "all")),
            waits=dice.random() < 0.7,
        )


@dataclass
class Checkout:
    """One traveller and her booking; every `visit` is a request of hers, and may be killed like any other."""

    world: World
    booking_id: int
    plan: Plan
    is_settled: bool = False

    def visit(self) -> None:
        self.world.as_process("site", self._visit)

    def _visit(self) -> None:
        booking = db.session.get_one(Booking, self.booking_id)
        act = self._next_act(booking)
        self.is_settled = act == self._look
        self.world.told(f"booking {self.booking_id} is {booking.state}:", act.__name__)
        with suppress(Overtaken, ValueError):  # as the routes have it: a second click shows how things stand
            act()

    def _next_act(self, booking: Booking) -> Callable[[], None]:
        match booking.state:
            case "DRAFT" if self.plan.tries and not saga.is_driven(booking.id):
                return self._hold
            case "AWAITING_PAYMENT":
                return self._at_the_till(booking)
            case "CONFIRMED" if self.plan.cancels and not self.plan.waits:
                return self._cancel
            case _:
                return self._look

    def _at_the_till(self, booking: Booking) -> Callable[[], None]:
        payment = paying.live_payment(booking)
        if self.plan.lets_go:
            return self._let_go
        if not self.plan.pays:
            return self._look
        if payment is None or payment.url is None:
            return self._pay if paying.may_still_pay(booking) else self._look
        return self._at_the_gateway if self.plan.comes_back else self._on_the_page

    def _look(self) -> None:
        saga.drive(self.booking_id)

    def _hold(self) -> None:
        self.plan.tries -= 1
        with writing():
            booking = reading.whole(self.booking_id, lock=True)
            holding.begin(booking)
            claim = saga.claim_here(booking)
        _go_on(claim)

    def _pay(self) -> None:
        with writing():
            booking = reading.whole(self.booking_id, lock=True)
            if booking.state == "AWAITING_PAYMENT":
                paying.begin(booking, RETURN_URL)
            claim = saga.claim_here(booking)
        _go_on(claim)

    def _let_go(self) -> None:
        with writing() as session:
            booking = session.get_one(Booking, self.booking_id, with_for_update=True)
            undoing.begin(booking, "ABANDONED", "you released it")
        saga.drive(self.booking_id)

    def _on_the_page(self) -> None:
        """At the gateway; its webhooks are on their way when she leaves."""
        payment = paying.live_payment(db.session.get_one(Booking, self.booking_id))
        number = payment.gateway_reference if payment else ""
        db.session.rollback()
        declines, self.plan.declines = self.plan.declines, False

        def settles() -> None:
            try:
                with writing():
                    there = AtTheGateway.find(number)
                    there.fail() if declines else there.authorise()
            except NotPayable:
                return
            webhooks.announce(number)

        self.world.as_process("gateway", settles)

    def _at_the_gateway(self) -> None:
        self._on_the_page()
        saga.awaken(self.booking_id)

    def _cancel(self) -> None:
        with writing() as session:
            booking = session.get_one(Booking, self.booking_id, with_for_update=True)
            items = [item for item in booking.current_items if item.state == "CONFIRMED"]
            cancelling.begin(booking, items[:1] if self.plan.cancels == "one" else items)
        saga.drive(self.booking_id)


def _go_on(claim: saga.Claim | None) -> None:
    if claim:
        saga.go_on(claim)


@dataclass
class Seed:
    """What one seed came to: how its checkouts ended, and its story."""

    number: int
    ended: Counter[str]
    story: list[str]


class Simulation:
    """Runs seeds one after another in one world; each begins on the same morning with nothing on its way."""

    def __init__(self, world: World):
        self.world = world
        self.shop: list[Offered] = []
        self.checkouts: list[Checkout] = []
        self.number = 0
        self._depth = 0
        world.meanwhile = self._meanwhile
        for product in (DOMESTIC, INTERNATIONAL, HOTEL):
            with world.services[product.provider].app_context():
                product.put_on_sale(**{product.unit: PLENTY})
            self.shop.append(self._offered(product))

    def run(
        self, number: int, crowd: int = CROWD, weather: Weather | None = None, each_turn: bool = False
    ) -> Seed:
        """The seed with this number, in its own weather or in this one; looked at now and then, or after each turn.

        Raises Violation when something is not as it must always be, or comes to no end.
        """
        self.begin(number)
        shop = [*self.shop, *self.shop, self._scarce(number)]
        for _ in range(crowd):
            self.comes(Plan.of(self.world.dice, shop))
        self.world.weather = weather or Weather.of(self.world.dice)
        self._turns(crowd * 7, each_turn)
        self._some_hours_later()
        self._turns(crowd * 3, each_turn)
        return Seed(number, self.to_its_end(), self.world.story)

    def begin(self, number: int) -> None:
        """The same morning again, with the dice of this seed; nobody has come yet, and nothing goes wrong yet."""
        self.number, self.checkouts = number, []
        self.world.begin(random.Random(number))

    def to_its_end(self) -> Counter[str]:
        """It clears up, and the worker alone brings everything to its end; how the checkouts ended. Raises Violation."""
        self.world.clear_up()
        self._to_rest()
        self.complain()
        return self._ended()

    def everything_is_right(self) -> list[str]:
        """What is wrong with all that was ever booked in this world."""
        return invariants.of(self.world.services)

    # ---- before

    def _offered(self, product: Product, item: str = "") -> Offered:
        with self.world.site.app_context():
            provider = directory.find(product.provider)
            choice = provider.wire.choice_of(item or product.item, product.query)
            return Offered(product, choice, selected(provider, choice))

    def _scarce(self, number: int) -> Offered:
        """Another day's flight with few seats for each seed, so that some find it sold out."""
        day = date(2027, 1, 1) + timedelta(days=number % 3000)
        with self.world.services["flights"].app_context():
            with_seats = a_departure("AI-1234", day, seats=SCARCE, cabin="ECONOMY")
        return self._offered(DOMESTIC, with_seats)

    def comes(self, plan: Plan) -> None:
        """One more traveller, with her trip in hand and herself named."""
        now = clock.now()
        with self.world.site.app_context(), writing() as session:
            booking = Booking(
                public_reference=new_reference(),
                checkout_nonce=secrets.token_urlsafe(24),
                contact_name=ASHA.name,
                contact_email=EMAIL,
                contact_phone=PHONE,
                amount_minor=sum(each.offer.total_minor for each in plan.items),
                currency="INR",
                created_at=now,
                updated_at=now,
                items=[_item(each) for each in plan.items],
                travellers=[_asha()],
            )
            session.add(booking)
            session.flush()
            self.checkouts.append(Checkout(self.world, booking.id, plan))

    # ---- meanwhile

    def _turns(self, many: int, each_turn: bool) -> None:
        for turn in range(1, many + 1):
            self._turn()
            if each_turn or turn == many:
                self.complain()

    def _some_hours_later(self) -> None:
        """When a cancel may cost something, and whoever waited with it no longer does."""
        self.world.pass_time(60 * self.world.dice.choice((0, 20, 70, 600)))
        for each in self.checkouts:
            each.plan.waits = each.is_settled = False

    def _turn(self) -> None:
        """Somebody acts: a traveller, a worker, the network, or only the clock."""
        world = self.world
        who = world.dice.random()
        if who < 0.55:
            unsettled = [each for each in self.checkouts if not each.is_settled]
            world.dice.choice(
                unsettled if unsettled and world.dice.random() < 0.8 else self.checkouts
            ).visit()
        elif who < 0.75:
            self.work(1)
        elif who < 0.93:
            world.let_one_through()
        else:
            world.pass_time(world.dice.choice((1, 1, 5, 5, 20, 61)) * world.dice.random())

    def _meanwhile(self) -> None:
        """While a request is on its way, others act; whoever sent it may find that its lease is over."""
        if self._depth == 2:
            return
        self._depth += 1
        if self.world.strikes("slow"):
            self.world.pass_time(61)
        for _ in range(self.world.dice.choice((1, 1, 2, 4))):
            self._turn()
        self._depth -= 1

    def work(self, most: int) -> int:
        """A worker of its own, for so many steps."""
        done = 0

        def works() -> None:
            nonlocal done
            while done < most and (claim := saga.claim_forgotten()):
                done += 1
                self.world.told("worker:", claim.kind, str(claim.booking_id))
                saga.perform(claim)

        self.world.as_process("site", works)
        return done

    # ---- afterwards

    def _to_rest(self) -> None:
        """What is on its way arrives, and the worker alone brings every booking to its end."""
        world = self.world
        for _ in range(MOST_TURNS):
            if world.let_one_through() or self.work(1_000):
                continue
            due = self._next_due()
            if due is None:
                return
            world.now = max(world.now, due)
        raise Violation(f"seed {self.number} comes to no end")

    def _next_due(self):
        with self.world.site.app_context():
            steps = db.session.scalars(select(SagaStep).where(SagaStep.state == "READY")).all()
            return min((self._due(step) for step in steps), default=None)

    def _due(self, step: SagaStep):
        head_start = timedelta(0) if step.attempts else saga.HEAD_START
        return max(step.run_at + head_start, step.lease_until or step.run_at) + A_MOMENT

    def complain(self) -> None:
        """Raises Violation when anything of this seed is not as it always must be."""
        wrong = self._broken() + self.world.complaints.heard
        self.world.complaints.heard = []
        if wrong:
            raise Violation("\n".join([f"seed {self.number}:", *wrong]))

    def _broken(self) -> list[str]:
        first = self.checkouts[0].booking_id
        with ExitStack() as stack:
            connections = invariants.connect(self.world.services, stack)
            return invariants.broken(connections, invariants.site_id(self.world.services), since=first)

    def _ended(self) -> Counter[str]:
        ids = [each.booking_id for each in self.checkouts]
        with self.world.site.app_context():
            states = db.session.execute(
                select(Booking.state, func.count()).where(Booking.id.in_(ids)).group_by(Booking.state)
            ).all()
        ended = Counter({row[0]: row[1] for row in states})
        unended = ended.keys() - {*FINAL, "DRAFT"}
        if unended:
            raise Violation(f"seed {self.number}: {sorted(unended)} when all is at rest")
        return ended


def _item(each: Offered) -> BookingItem:
    return drafts.new_item(directory.find(each.product.provider), each.choice, each.offer)


def _asha() -> Traveller:
    asha = Traveller(
        position=0,
        kind="ADULT",
        given_name="Asha",
        family_name="Rao",
        gender="FEMALE",
        born_on=ASHA.born_on,
    )
    asha.passport = INTERNATIONAL.passport
    return asha
