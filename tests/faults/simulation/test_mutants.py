"""Each safeguard taken away is seen within a few hundred schedules: what cannot see a fault proves nothing."""

import uuid
from collections.abc import Callable

import msgspec
import pytest
from flask import Response
from sqlalchemy import or_, update

from bpp_services.core.book import OrderBook
from bpp_services.core.inventory import SoldOut
from chassis.database import db, writing
from tests.faults.simulation.schedule import Simulation, Violation
from tests.faults.simulation.world import Weather
from tests.faults.simulation.worlds import a_simulation
from webapp.bookings import states
from webapp.bookings.models import Booking, BookingItem
from webapp.checkout import saga
from webapp.checkout.models import SagaStep
from webapp.checkout.steps.undoing import Unpaying
from webapp.payments.models import Payment
from webapp.payments.sandbox_gateway import api

MOST_SEEDS = 12


def init_is_not_idempotent(monkeypatch) -> None:
    """A second init holds once more, as another order."""
    hold, seen = OrderBook.hold, set()

    def holds_again(book, context, digest, make, say):
        transaction = context.transaction
        if transaction in seen:
            context = msgspec.structs.replace(context, transaction_id=uuid.uuid4())
        answer = hold(book, context, digest, lambda: as_another(make(), context), say)
        seen.add(transaction)
        return answer

    def as_another(booking, context):
        booking.beckn_transaction_id = context.transaction
        return booking

    monkeypatch.setattr(OrderBook, "hold", holds_again)


def confirm_is_not_idempotent(monkeypatch) -> None:
    """A second confirm takes the seats once more."""
    ordered = OrderBook._ordered

    def takes_again(book, *args):
        booking = ordered(book, *args)
        if booking.booking_status == "CONFIRMED":
            book.inventory.take(booking)
        return booking

    monkeypatch.setattr(OrderBook, "_ordered", takes_again)


def release_is_not_guarded(monkeypatch) -> None:
    """A second cancel puts back what was put back before."""
    cancel = OrderBook._cancel

    def puts_back_again(book, booking, *args):
        if booking.booking_status in ("CANCELLED", "RELEASED"):
            book.inventory.put_back(booking)
        return cancel(book, booking, *args)

    monkeypatch.setattr(OrderBook, "_cancel", puts_back_again)


def seats_are_not_guarded(monkeypatch) -> None:
    """The last seat is sold to whoever asks."""
    take = OrderBook.hold

    def sells_again(book, context, digest, make, say):
        guarded = book.inventory.take

        def takes_or_not(booking):
            try:
                guarded(booking)
            except SoldOut:
                return

        monkeypatch.setattr(book.inventory, "take", takes_or_not)
        try:
            return take(book, context, digest, make, say)
        finally:
            monkeypatch.setattr(book.inventory, "take", guarded)

    monkeypatch.setattr(OrderBook, "hold", sells_again)


def nothing_is_voided(monkeypatch) -> None:
    """What was authorised stays so when the checkout fails."""
    monkeypatch.setattr(Unpaying, "send", lambda _self, _work: None)


def the_gateway_forgets_its_keys(monkeypatch) -> None:
    """A command that arrives twice is carried out twice."""

    def always(act: Callable[[], dict]) -> Response:
        with writing():
            answer = act()
        return Response(msgspec.json.encode(answer), 200, mimetype="application/json")

    monkeypatch.setattr(api, "once", always)


class Anywhere(dict):
    """Every move is legal."""

    def __missing__(self, state):
        return {*states.BOOKING_MOVES, *states.ITEM_MOVES, *states.PAYMENT_MOVES}


class Unguarded:
    """An UPDATE that forgets the state it was to be made from."""

    def __init__(self, kind):
        self._update = update(kind)

    def where(self, identity, state):
        return self._update.where(identity, or_(state, state.left.is_not(None)))


def moves_are_not_guarded(monkeypatch) -> None:
    """Whoever comes second moves it too."""
    monkeypatch.setattr(states, "update", Unguarded)
    monkeypatch.setattr(states, "_moving", states._moving.__wrapped__)
    for kind in (Booking, BookingItem, Payment):
        monkeypatch.setattr(kind, "MOVES", Anywhere())


def the_fence_is_open(monkeypatch) -> None:
    """Whoever was overtaken still writes."""
    finish, put_off = saga._finish, saga._put_off

    def as_if_it_were_ours(claim) -> None:
        statement = update(SagaStep).where(SagaStep.id == claim.step_id)
        db.session.execute(statement.values(state="READY", fence=claim.fence))

    def finishes_anyway(claim):
        as_if_it_were_ours(claim)
        return finish(claim)

    def puts_off_anyway(claim, handler, error):
        with writing():
            as_if_it_were_ours(claim)
        put_off(claim, handler, error)

    monkeypatch.setattr(saga, "_finish", finishes_anyway)
    monkeypatch.setattr(saga, "_put_off", puts_off_anyway)


DOUBLES = Weather(doubled=0.5)
CROWDS = Weather(overtaken=0.2)
SLEEPERS = Weather(overtaken=0.3, slow=0.4, unheard=0.2)
STORM = Weather(unheard=0.1, doubled=0.1, late=0.05, overtaken=0.05, death=0.01)

# Each safeguard that is taken away, the weather in which it is missed soon, how many travellers it takes at once, and the
# seed to begin with.
MUTANTS = {
    init_is_not_idempotent: (STORM, 6, 0),
    confirm_is_not_idempotent: (STORM, 6, 1),
    release_is_not_guarded: (STORM, 6, 0),
    seats_are_not_guarded: (STORM, 20, 0),
    nothing_is_voided: (STORM, 6, 2),
    the_gateway_forgets_its_keys: (DOUBLES, 8, 2),
    moves_are_not_guarded: (CROWDS, 6, 3),
    the_fence_is_open: (SLEEPERS, 6, 3),
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=[each.__name__ for each in MUTANTS])
def test_it_is_seen_when(mutant, monkeypatch):
    weather, crowd, first = MUTANTS[mutant]
    with a_simulation() as simulation:
        mutant(monkeypatch)

        with pytest.raises(Violation) as seen:
            run_seeds(simulation, weather, crowd, range(first, first + MOST_SEEDS))

    print(mutant.__name__, seen.value)


def run_seeds(simulation: Simulation, weather: Weather, crowd: int, seeds: range) -> None:
    for number in seeds:
        simulation.run(number, crowd, weather, each_turn=weather is SLEEPERS)


@pytest.mark.parametrize(
    "weather", [DOUBLES, CROWDS, SLEEPERS, STORM], ids=["doubles", "crowds", "sleepers", "storm"]
)
def test_with_every_safeguard_nothing_is_seen(weather):
    """The control of the mutants: the same weather, and nobody complains."""
    with a_simulation() as simulation:
        simulation.run(0, 6, weather)
