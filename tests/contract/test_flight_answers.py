"""A real provider gives the answers of the flight examples, each at the time of its example."""

import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from beckn import air, money, times
from beckn.air import AirOrder
from beckn.messages import OrderMessage
from beckn.orders import Paid
from bpp_services.air.models import Departure
from chassis.database import writing
from tests.bpp_services.air.stopped_clock import StoppedClock
from tests.bpp_services.doors import Bap
from tests.contract.example_files import action_of, body, comparable, differences, load, numbered

SITE = "https://bap.example.org"


class Scene:
    """Sends the examples to a provider and compares; `ours` maps the example's order ids to the provider's."""

    def __init__(self, bap: Bap, clock: StoppedClock):
        self.bap = bap
        self.clock = clock
        self.ours: dict[str, str] = {}

    def plays(self, *numbers: int) -> None:
        """Each request of these numbers is answered as the example after it."""
        for number in numbers:
            asked, answered = numbered("flight", number), numbered("flight", number + 1)
            reply = self.send(asked)
            self._remember(load(answered), reply.body)
            theirs = {ours: theirs for theirs, ours in self.ours.items()}
            wanted, got = comparable(load(answered), {}), comparable(reply.body, theirs)
            assert (asked, reply.status, differences(wanted, got)) == (asked, 200, [])

    def send(self, name: str):
        said = body(name).decode()
        for theirs, ours in self.ours.items():
            said = said.replace(theirs, ours)
        self.clock.set(times.parse(load(name)["context"]["timestamp"]))
        return self.bap.send(action_of(name), said.encode())

    def was_held(self, number: int, when: str) -> AirOrder:
        """The order that the example of this number tells of was held at `when`."""
        example = load(numbered("flight", number))
        order = order_behind(example)
        self.clock.set(times.parse(when))
        reply = self._ask("init", example, air.write_order(order, SITE))
        assert reply.state == "HELD"
        self._remember(example, reply.body)
        return replace(order, order_id=reply.order["id"])

    def was_confirmed(self, number: int, when: str) -> None:
        """The same, held five minutes before and confirmed at `when`."""
        held = times.parse(when) - timedelta(minutes=5)
        order = self.was_held(number, times.write_instant(held))
        example = load(numbered("flight", number))
        reference = example["message"]["order"]["payments"][0]["params"]["transaction_id"]
        paid = replace(order.paid, is_paid=True, reference=reference)
        self.clock.set(times.parse(when))
        reply = self._ask("confirm", example, air.write_order(replace(order, paid=paid), SITE))
        assert reply.state == "CONFIRMED"

    def _ask(self, action: str, example: dict, message: OrderMessage):
        return self.bap.ask(action, message, example["context"]["transaction_id"])

    def _remember(self, example: dict, got: dict) -> None:
        theirs = example.get("message", {}).get("order", {}).get("id")
        ours = got.get("message", {}).get("order", {}).get("id")
        if theirs and ours:
            self.ours[theirs] = ours


def order_behind(example: dict) -> AirOrder:
    """What was ordered, out of an answer that tells of it."""
    order = msgspec.json.decode(json.dumps(example["message"]), type=OrderMessage).order
    order.items = [item for item in order.items if item.parent_item_id]
    order.id = None
    read = air.read_order(OrderMessage(order))
    return replace(read, paid=Paid(read.paid.total_minor, "INR"))


@pytest.fixture
def scene(domestic, clock):
    return Scene(domestic[1], clock)


def test_a_party_searches_holds_confirms_changes_and_cancels(scene):
    scene.plays(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21)


def test_a_hold_is_released_by_its_transaction(scene):
    scene.was_held(31, "2026-12-01T05:30:00.000Z")

    scene.plays(30)


def test_a_cancel_of_an_order_never_seen_closes_its_id(scene):
    scene.plays(32, 70)


def test_a_hold_that_ended_says_so(scene):
    scene.was_held(35, "2026-12-01T06:40:00.000Z")

    scene.plays(34)


def test_a_payment_that_was_not_completed_costs_nothing(scene):
    scene.was_confirmed(37, "2026-12-01T07:30:00.000Z")

    scene.plays(36)


def test_a_late_cancellation_keeps_all_of_the_fare(scene):
    scene.was_confirmed(39, "2026-12-01T08:30:00.000Z")

    scene.plays(38)


def test_two_passports_go_abroad(international, clock):
    Scene(international[1], clock).plays(40, 42, 44, 46, 48)


def test_a_search_that_names_no_provider_is_answered(scene):
    scene.plays(50)


def test_the_last_seat_is_gone(scene):
    with writing() as session:
        session.execute(update(Departure).values(seats_available=0))

    scene.plays(60)


def test_the_price_is_another(scene):
    scene.plays(62)


def test_an_order_that_is_not_there(scene):
    scene.plays(64)


def test_one_traveller_out_and_an_unknown_reason_are_refused(scene):
    """The examples' order R7NH4C is for two; any order for two will do, here the first example's."""
    order = order_behind(load(numbered("flight", 6)))
    scene.clock.set(times.parse("2026-12-02T04:30:00.000Z"))
    reply = scene.bap.ask("init", air.write_order(order, SITE))
    scene.ours["6E-R7NH4C"] = reply.order["id"]
    paid = replace(order.paid, is_paid=True, reference="pay-1")
    confirm = replace(order, order_id=reply.order["id"], paid=paid)
    context = {"transaction_id": reply.body["context"]["transaction_id"]}
    assert scene.bap.ask("confirm", air.write_order(confirm, SITE), **context).state == "CONFIRMED"

    scene.plays(66, 68)


def test_the_refund_of_the_examples_is_what_the_traveller_paid_less_what_is_kept():
    order = load(numbered("flight", 22))["message"]["order"]

    paid = money.parse(order["payments"][0]["params"]["amount"])
    kept = money.parse(order["quote"]["price"]["value"])

    assert paid - kept == 1_093_680
