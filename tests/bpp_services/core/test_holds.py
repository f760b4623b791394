"""Holds end by themselves: a dead hold is sold again, and who comes late with the money gets the seat or a refusal."""

import pytest

from tests.factories import ASHA, DAY, RAVI, a_departure

pytestmark = pytest.mark.usefixtures("database")

QUARTER = {"minutes": 15, "seconds": 1}


def sweep(desk) -> str:
    return desk.app.test_cli_runner().invoke(args=["sweep"]).output


def test_a_hold_takes_its_seats_for_fifteen_minutes(desk):
    item = a_departure("AI-1234", seats=3)

    held = desk.order(item, ASHA, RAVI).init()

    assert (held.state, held.order["quote"]["ttl"]) == ("HELD", "PT15M")
    assert "status" not in held.order
    assert desk.seats_left(item) == 1


@pytest.mark.parametrize(("seconds", "state", "ttl"), [(899, "HELD", "PT1S"), (901, "EXPIRED", "PT0S")])
def test_a_hold_past_its_end_is_expired_swept_or_not(desk, clock, seconds, state, ttl):
    order = desk.held(a_departure("AI-1234"))

    clock.forward(seconds=seconds)
    unswept = order.status()
    sweep(desk)
    swept = order.status()

    for answer in (unswept, swept):
        assert (answer.state, answer.order["quote"]["ttl"]) == (state, ttl)
        assert "status" not in answer.order


def test_a_dead_hold_counts_as_free_in_search_and_select(desk, clock):
    item = a_departure("AI-1234", seats=1)
    desk.held(item)
    assert item not in desk.offers(on=DAY)
    assert desk.select(item).error == "40002"

    clock.forward(**QUARTER)

    assert desk.offers(on=DAY)[item] == 1
    assert desk.select(item).error is None
    assert desk.seats_left(item) == 0, "nobody has swept"


def test_a_short_take_takes_back_dead_holds(desk, clock):
    item = a_departure("AI-1234", seats=2)
    late = desk.held(item, ASHA, RAVI)
    clock.forward(**QUARTER)

    assert desk.order(item).init().state == "HELD"

    assert late.status().state == "EXPIRED"
    assert desk.seats_left(item) == 1
    assert desk.seats_add_up(item)


def test_a_short_take_leaves_live_holds_alone(desk, clock):
    item = a_departure("AI-1234", seats=1)
    order = desk.order(item)
    first = desk.held(item)
    clock.forward(minutes=14)

    refused = order.init()

    assert (refused.error, refused.path) == ("40002", "$.message.order.items[0].quantity.selected.count")
    assert first.status().state == "HELD"
    assert [each.beckn_transaction_id for each in desk.bookings()] == [first.transaction]


def test_a_short_take_leaves_the_dead_holds_of_other_flights_alone(desk, clock):
    item, other = a_departure("AI-1234", seats=1), a_departure("6E-5678", seats=1)
    desk.held(other)
    clock.forward(**QUARTER)
    order = desk.order(item)
    desk.held(item)

    assert order.init().error == "40002"

    assert desk.seats_left(other) == 0


def test_a_sweep_takes_back_dead_holds_once(desk, clock):
    item = a_departure("AI-1234", seats=5)
    desk.held(item)
    desk.held(item, ASHA, RAVI)
    clock.forward(minutes=5)
    alive = desk.held(item)
    clock.forward(minutes=10, seconds=1)

    said = [sweep(desk), sweep(desk)]

    assert said == ["2 holds taken back\n", "0 holds taken back\n"]
    assert desk.seats_left(item) == 4
    assert alive.status().state == "HELD"


# ---- the money comes late


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_confirm_takes_the_seats_again_at_the_held_price(desk, clock, swept):
    item = a_departure("AI-1234", seats=2)
    order = desk.held(item, ASHA, RAVI)
    clock.forward(hours=3)
    if swept:
        sweep(desk)

    confirmed = order.confirm()

    assert (confirmed.state, confirmed.total) == ("CONFIRMED", "11550.00")
    assert desk.seats_left(item) == 0
    assert desk.seats_add_up(item)


def test_a_late_confirm_is_refused_when_the_seats_are_gone(desk, clock):
    item = a_departure("AI-1234", seats=1)
    late = desk.held(item)
    clock.forward(**QUARTER)
    winner = desk.booked(item)

    refused = late.confirm()

    assert (refused.status, refused.error) == (200, "40002")
    assert (late.status().state, winner.status().state) == ("EXPIRED", "CONFIRMED")
    assert desk.seats_left(item) == 0


def test_a_late_confirm_takes_back_the_dead_hold_of_another(desk, clock):
    item = a_departure("AI-1234", seats=1)
    first = desk.held(item)
    clock.forward(**QUARTER)
    second = desk.held(item)
    clock.forward(**QUARTER)

    assert first.confirm().state == "CONFIRMED"

    assert second.status().state == "EXPIRED"
    assert second.confirm().error == "40002"
    assert desk.seats_add_up(item)


@pytest.mark.parametrize("swept", [False, True])
def test_a_confirm_after_departure_is_refused(desk, clock, swept):
    order = desk.held(a_departure("AI-1234"))
    clock.forward(days=11)
    if swept:
        sweep(desk)

    refused = order.confirm()

    assert (refused.error, refused.path) == ("40003", "$.message.order.id")
    assert order.status().state == "EXPIRED"


def test_a_dead_hold_that_is_cancelled_stays_cancelled(desk, clock):
    item = a_departure("AI-1234", seats=1)
    unswept, swept = desk.held(item), None
    clock.forward(**QUARTER)
    swept = desk.held(item)
    clock.forward(**QUARTER)
    sweep(desk)

    assert [each.cancel("014").state for each in (unswept, swept)] == ["RELEASED", "RELEASED"]

    assert [each.confirm().error for each in (unswept, swept)] == ["40003", "40003"]
    assert desk.seats_left(item) == 1


def test_a_dead_hold_that_nobody_swept_gives_its_seats_back_once(desk, clock):
    item = a_departure("AI-1234", seats=1)
    order = desk.held(item)
    clock.forward(**QUARTER)

    order.cancel("014")
    sweep(desk)

    assert desk.seats_left(item) == 1
