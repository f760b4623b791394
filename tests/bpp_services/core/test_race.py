"""Many buyers at once, through real HTTP: a seat is sold once, an order is made once, and the control oversells."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from sqlalchemy import update

from beckn.money import parse
from bpp_services.air.inventory import Seats, sold_out
from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.at_once import in_parallel
from tests.bpp_services.air.desk import Desk, Order
from tests.factories import ASHA, a_departure
from tests.servers import serve

BUYERS = 24


def outcome(reply) -> str:
    """HELD, CONFIRMED … or the code of the refusal; anything else as it is."""
    assert reply.status in (200, 409), reply
    return reply.error or reply.state


@contextmanager
def counter_of(app) -> Iterator[Desk]:
    """A Desk whose messages go over sockets to a threaded server."""
    with serve(app) as address:

        def post(path, body, headers):
            answer = requests.post(f"{address}{path}", data=body, headers=headers, timeout=30)
            return answer.status_code, answer.content, dict(answer.headers)

        yield Desk(app, post)


@pytest.fixture
def counter(desk):
    with counter_of(desk.app) as counter:
        yield counter


def buyers_of(counter: Desk, item: str, number: int = BUYERS) -> list[Order]:
    """Orders of one seat each, by `number` buyers who saw the same price."""
    total = parse(counter.select(item).total)
    return [counter.order(item, total_minor=total) for _ in range(number)]


@pytest.mark.usefixtures("database")
def test_the_last_seats_are_sold_once(counter):
    item = a_departure("AI-1234", seats=5)
    orders = buyers_of(counter, item)

    answers = Counter(in_parallel(BUYERS, lambda buyer: outcome(orders[buyer].init())))

    assert answers == {"HELD": 5, "40002": BUYERS - 5}
    assert counter.seats_left(item) == 0
    assert counter.seats_add_up(item)
    assert len(counter.bookings()) == 5


@pytest.mark.usefixtures("database")
def test_the_seats_of_dead_holds_are_sold_once(counter, clock):
    """Every take is short at first: all buyers take back at the same time, and nobody waits for another for ever."""
    item = a_departure("AI-1234", seats=6)
    late = [counter.held(item) for _ in range(6)]
    clock.forward(minutes=16)
    orders = buyers_of(counter, item)

    answers = Counter(in_parallel(BUYERS, lambda buyer: outcome(orders[buyer].init())))

    assert answers == {"HELD": 6, "40002": BUYERS - 6}
    assert {each.status().state for each in late} == {"EXPIRED"}
    assert counter.seats_add_up(item)


@pytest.mark.usefixtures("database")
def test_the_same_init_many_times_at_once_is_one_booking(counter):
    item = a_departure("AI-1234", seats=9)
    order = counter.order(item)

    answers = in_parallel(BUYERS, lambda _: order.init())

    assert {outcome(each) for each in answers} == {"HELD"}
    assert len({each.order["id"] for each in answers}) == 1
    assert counter.seats_left(item) == 8
    assert len(counter.bookings()) == 1


@pytest.mark.usefixtures("database")
def test_the_same_confirm_and_cancel_many_times_at_once_happen_once(counter):
    item = a_departure("AI-1234", seats=9)
    order = counter.held(item)

    confirmed = in_parallel(8, lambda _: order.confirm())
    cancelled = in_parallel(8, lambda _: order.cancel())

    assert {outcome(each) for each in confirmed} == {"CONFIRMED"}
    assert len({str(each.order["fulfillments"]) for each in confirmed}) == 1
    assert {(outcome(each), each.total) for each in cancelled} == {("CANCELLED", "0.00")}
    assert counter.seats_left(item) == 9


@pytest.mark.usefixtures("database")
def test_confirm_and_cancel_at_once_end_as_one_or_the_other_went_first(counter):
    item = a_departure("AI-1234", seats=9)
    orders = [counter.held(item) for _ in range(6)]
    acts = [(order, act) for order in orders for act in (Order.confirm, Order.cancel)]

    answers = in_parallel(len(acts), lambda index: outcome(acts[index][1](acts[index][0])))

    for order, confirmed, cancelled in zip(orders, answers[::2], answers[1::2], strict=True):
        state = order.status().state
        assert (confirmed, cancelled, state) in {
            ("CONFIRMED", "CANCELLED", "CANCELLED"),
            ("40003", "RELEASED", "RELEASED"),
        }
    assert counter.seats_left(item) == 9
    assert counter.seats_add_up(item)


@pytest.mark.usefixtures("database")
def test_init_and_its_cancel_at_once_leave_no_hold_behind(counter):
    """The platform gave up waiting: whoever is first, the order ends released or was never made."""
    item = a_departure("AI-1234", seats=9)
    orders = buyers_of(counter, item, 6)
    acts = [
        act
        for order in orders
        for act in (order.init, lambda order=order: order.cancel("014", by_transaction=True))
    ]

    answers = in_parallel(len(acts), lambda index: outcome(acts[index]()))

    for order, made, cancelled in zip(orders, answers[::2], answers[1::2], strict=True):
        assert (made, cancelled) in {("HELD", "RELEASED"), ("40003", "30010")}
        assert outcome(order.init()) in ("RELEASED", "40003")
    assert counter.seats_left(item) == 9


@pytest.mark.usefixtures("database")
def test_late_confirms_and_new_buyers_share_what_is_there(counter, clock):
    item = a_departure("AI-1234", seats=4)
    late = [counter.held(item) for _ in range(4)]
    clock.forward(minutes=16)
    fresh = buyers_of(counter, item, 8)
    acts = [*(order.confirm for order in late), *(order.init for order in fresh)]

    answers = Counter(in_parallel(len(acts), lambda index: outcome(acts[index]())))

    assert answers["CONFIRMED"] + answers["HELD"] == 4
    assert answers["40002"] == len(acts) - 4
    assert counter.seats_left(item) == 0
    assert counter.seats_add_up(item)


@pytest.mark.usefixtures("database")
def test_two_sweeps_at_once_take_every_dead_hold_back_once(desk, clock):
    """Holds of two flights by turns: sweeps that locked them in crossing order would wait for each other for ever."""
    items = [a_departure("AI-1234", seats=20), a_departure("6E-5678", seats=20)]
    for each in range(16):
        desk.held(items[each % 2])
    clock.forward(minutes=16)
    provider = desk.app.extensions["service"].provider

    def sweep(_):
        with desk.app.app_context():
            return provider.sweep()

    taken_back = in_parallel(4, sweep)

    assert sum(taken_back) == 16
    assert [desk.seats_left(item) for item in items] == [20, 20]


# ---- the control


class ReadsFirst(Seats):
    """Seats without the guard: it looks whether there are enough, and writes afterwards."""

    def take(self, booking):
        departure = db.session.get_one(Departure, booking.departure_id, populate_existing=True)
        left = departure.seats_available
        if left < booking.seats:
            raise sold_out(departure, left)
        db.session.execute(
            update(Departure).where(Departure.id == departure.id).values(seats_available=left - booking.seats)
        )


@pytest.mark.postgresql
@pytest.mark.by_hand("the guard is taken away, and the seats with it")
def test_without_the_guard_the_last_seats_are_sold_twice(counter, monkeypatch):
    """While this oversells, the tests above can see an oversell."""
    monkeypatch.setattr(counter.app.extensions["service"].provider.book, "inventory", ReadsFirst())
    item = a_departure("AI-1234", seats=5)

    for _ in range(20):
        orders = buyers_of(counter, item)
        answers = Counter(in_parallel(BUYERS, lambda buyer, orders=orders: outcome(orders[buyer].init())))
        if answers["HELD"] > 5:
            assert not counter.seats_add_up(item)
            return
        put_all_back()
    pytest.fail(
        "24 buyers without a guard never oversold 5 seats: the race tests cannot see what they look for"
    )


def put_all_back() -> None:
    with writing() as session:
        session.execute(update(Departure).values(seats_available=Departure.seats))


def test_a_guard_that_lets_nothing_through_sells_nothing(desk, monkeypatch):
    """The other control: the guard is asked at all."""

    def never(_self, booking):
        raise sold_out(booking.departure, 0)

    monkeypatch.setattr(Seats, "take", never)

    assert desk.order(a_departure("AI-1234"), ASHA).init().error == "40002"
    assert desk.bookings() == []
