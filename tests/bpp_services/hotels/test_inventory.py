"""A room-night is sold once: races over real HTTP on both engines, and a control."""

import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from functools import partialmethod

import pytest
import requests
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from beckn import money
from bpp_services.hotels import inventory
from bpp_services.hotels.models import Booking, RoomNight
from chassis.database import db, writing
from tests.at_once import in_parallel
from tests.bpp_services.hotels.cast import DELUXE, MORNING, NIGHT, SUITE, change_night, nights_on_sale
from tests.bpp_services.hotels.desk import Desk, a_stay
from tests.servers import serve

ONE_ROOM = {"rooms": 1, "adults": 1, "children": 0}


@pytest.fixture
def desk(hotels_app, clock):
    """At the hotels service, over HTTP; the test stands in its app context."""
    clock.set(MORNING)
    with hotels_app.app_context(), serve(hotels_app) as address:
        yield Desk(hotels_app, over_http(address))


def over_http(address):
    def post(path, body, headers):
        response = requests.post(address + path, data=body, headers=headers, timeout=60)
        return response.status_code, response.content, dict(response.headers)

    return post


def outcome(reply) -> str:
    """A state, or the code of a refusal."""
    assert reply.status == 200, reply.body
    return reply.error or reply.state


def a_price(desk, stay) -> int:
    return money.parse(desk.select(DELUXE, stay).total)


# ---- races


def test_the_last_rooms_are_sold_once(database, desk):
    nights_on_sale(DELUXE, rooms=3)
    stay = a_stay(3, **ONE_ROOM)
    price = a_price(desk, stay)

    answers = in_parallel(20, lambda buyer: outcome(desk.order(DELUXE, stay, price).init()))

    assert Counter(answers) == {"HELD": 3, "40002": 17}
    assert desk.rooms_left(DELUXE) == [0, 0, 0, 3, 3, 3, 3]
    assert desk.rooms_add_up(DELUXE)


def test_stays_that_overlap_never_wait_for_each_other_in_a_circle(database, desk):
    nights_on_sale(DELUXE, rooms=4, nights=10)
    stays = [a_stay(1 + number % 5, NIGHT + timedelta(number % 4), **ONE_ROOM) for number in range(20)]
    prices = {stay: a_price(desk, stay) for stay in set(stays)}

    answers = in_parallel(
        20, lambda buyer: outcome(desk.order(DELUXE, stays[buyer], prices[stays[buyer]]).init())
    )

    assert set(answers) <= {"HELD", "40002"}
    assert answers.count("HELD") >= 4
    assert desk.rooms_add_up(DELUXE)
    assert min(desk.rooms_left(DELUXE)) >= 0


def test_buyers_of_rooms_that_dead_holds_keep_never_deadlock(database, desk, clock):
    nights_on_sale(DELUXE, rooms=4, nights=10)
    stays = [
        a_stay(2 + number % 3, NIGHT + timedelta(6 - 2 * (number % 4)), **ONE_ROOM) for number in range(20)
    ]
    prices = {stay: a_price(desk, stay) for stay in set(stays)}
    for stay in stays[:8]:
        desk.order(DELUXE, stay, prices[stay]).init()
    clock.forward(minutes=15)

    answers = in_parallel(
        20, lambda buyer: outcome(desk.order(DELUXE, stays[buyer], prices[stays[buyer]]).init())
    )

    assert set(answers) <= {"HELD", "40002"}
    assert desk.rooms_add_up(DELUXE)


def test_rooms_that_dead_holds_keep_are_all_sold_again(database, desk, clock):
    nights_on_sale(DELUXE, rooms=4)
    stay = a_stay(3, **ONE_ROOM)
    price = a_price(desk, stay)
    for _ in range(4):
        desk.order(DELUXE, stay, price).init()
    clock.forward(minutes=15)

    rush = in_parallel(12, lambda buyer: outcome(desk.order(DELUXE, stay, price).init()))
    later = [outcome(desk.order(DELUXE, stay, price).init()) for _ in range(5)]

    assert Counter(rush + later) == {"HELD": 4, "40002": 13}
    assert desk.rooms_add_up(DELUXE)


def test_one_order_that_is_sent_many_times_at_once_is_held_once(database, desk):
    nights_on_sale(DELUXE)
    order = desk.order(DELUXE)

    answers = in_parallel(10, lambda attempt: order.init().order["id"])

    assert len(set(answers)) == 1
    assert desk.rooms_left(DELUXE)[0] == 4


def test_cancels_that_race_give_the_rooms_back_once(database, desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    answers = in_parallel(10, lambda attempt: order.cancel().total)

    assert set(answers) == {"0.00"}
    assert desk.rooms_left(DELUXE) == [6] * 7
    assert desk.rooms_add_up(DELUXE)


@pytest.mark.postgresql
@pytest.mark.by_hand("the guard is taken away, and the rooms with it")
def test_without_the_guard_the_last_rooms_are_sold_twice(desk, monkeypatch):
    """The control: while this oversells, the tests above can see an oversell."""
    nights_on_sale(DELUXE, rooms=50, rooms_available=3)
    all_have_read = threading.Barrier(20)
    monkeypatch.setattr(inventory.Rooms, "take", partialmethod(_take_without_a_guard, all_have_read))
    stay = a_stay(3, **ONE_ROOM)
    price = a_price(desk, stay)

    answers = in_parallel(20, lambda buyer: outcome(desk.order(DELUXE, stay, price).init()))

    assert answers.count("HELD") > 3


def _take_without_a_guard(self, all_have_read, booking):
    """Read first, write after."""
    nights = select(RoomNight.rooms_available).where(RoomNight.room_type_id == booking.room_type_id)
    left = min(db.session.scalars(nights.where(RoomNight.night < booking.check_out)))
    if left < booking.rooms:
        raise inventory.sold_out(booking.room_type, booking.stay, [(booking.check_in, left)])
    with suppress(threading.BrokenBarrierError):
        all_have_read.wait(5)
    db.session.execute(
        update(RoomNight)
        .where(RoomNight.room_type_id == booking.room_type_id, RoomNight.night < booking.check_out)
        .values(rooms_available=left - booking.rooms)
    )


# ---- conservation


def test_after_any_life_every_night_adds_up(database, desk, clock):
    nights_on_sale(DELUXE, rooms=5, nights=8)
    nights_on_sale(SUITE, rooms=3, nights=8)
    chance = random.Random(11)
    orders = []

    for _ in range(60):
        step = chance.choice(["init", "init", "confirm", "cancel", "wait", "sweep"])
        if step == "init":
            stay = a_stay(
                chance.randint(1, 4), NIGHT + timedelta(chance.randint(0, 4)), rooms=chance.randint(1, 2)
            )
            item = chance.choice([DELUXE, SUITE])
            if desk.select(item, stay).error is None:
                orders.append(desk.order(item, stay))
                orders[-1].init()
        elif step == "confirm" and orders:
            chance.choice(orders).confirm()
        elif step == "cancel" and orders:
            chance.choice(orders).cancel(by_transaction=chance.random() < 0.5)
        elif step == "wait":
            clock.forward(minutes=chance.randint(3, 12))
        elif step == "sweep":
            desk.app.test_cli_runner().invoke(args=["sweep"])

        assert desk.rooms_add_up(DELUXE)
        assert desk.rooms_add_up(SUITE)

    assert {"CONFIRMED", "CANCELLED", "RELEASED", "EXPIRED"} <= {
        each.booking_status for each in desk.bookings()
    }


# ---- what the database itself refuses


@pytest.mark.parametrize("available", [-1, 7])
def test_the_database_refuses_more_rooms_than_there_are_and_fewer_than_none(database, desk, available):
    nights_on_sale(DELUXE, rooms=6)

    with pytest.raises(IntegrityError, match="rooms_available_within_rooms"):
        change_night(DELUXE, NIGHT, rooms_available=available)


def test_the_database_refuses_the_same_night_twice(database, desk):
    nights_on_sale(DELUXE, nights=1)

    with pytest.raises(IntegrityError):
        nights_on_sale(DELUXE, nights=1)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"check_out": NIGHT}, "check_out_after_check_in"),
        ({"rooms": 9, "adults": 9}, "rooms_plausible"),
        ({"adults": 1}, "an_adult_in_each_room"),
        ({"children": -1}, "an_adult_in_each_room"),
        ({"booking_status": "LOST"}, "booking_status_known"),
        ({"held_until": None}, "held_has_an_end"),
    ],
)
def test_the_database_refuses_a_booking_that_cannot_be(database, desk, changes, constraint):
    nights_on_sale(DELUXE)
    desk.held(DELUXE)

    with pytest.raises(IntegrityError, match=constraint), writing() as session:
        session.execute(update(Booking).values(**changes))


def test_nights_are_those_of_the_stay_and_not_of_the_day_of_leaving(desk):
    nights_on_sale(DELUXE, nights=2)

    desk.held(DELUXE, a_stay(1))
    desk.held(DELUXE, a_stay(1, date(2026, 12, 12)))

    assert desk.rooms_left(DELUXE) == [4, 4]
