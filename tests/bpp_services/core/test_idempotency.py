"""A transaction names one order for ever: whatever is lost may be asked again, and nothing happens twice."""

import uuid
from dataclasses import replace

import pytest

from beckn import air
from tests.bpp_services.air.desk import SITE, Desk
from tests.factories import ASHA, RAVI, a_departure

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def item(desk):
    return a_departure("AI-1234", seats=9)


def test_a_second_init_is_the_same_hold_with_the_time_that_is_left(desk, clock, item):
    order = desk.order(item)
    first = order.init()
    clock.forward(minutes=4)

    second = order.init()

    assert second.order["id"] == first.order["id"]
    assert second.order["quote"]["ttl"] == "PT11M"
    assert second.body["context"]["message_id"] != first.body["context"]["message_id"]
    assert desk.seats_left(item) == 8


def test_a_second_init_says_the_truth_about_an_order_that_went_on(desk, clock, item):
    confirmed, cancelled, expired = desk.booked(item), desk.booked(item), desk.held(item)
    cancelled.cancel()
    clock.forward(minutes=16)

    states = [each.init().state for each in (confirmed, cancelled, expired)]

    assert states == ["CONFIRMED", "CANCELLED", "EXPIRED"]
    assert len(desk.bookings()) == 3


def test_a_second_confirm_is_the_same_booking(desk, clock, item):
    order = desk.held(item)
    first = order.confirm()
    clock.forward(hours=2)

    second = order.confirm()

    assert second.order == first.order
    assert desk.seats_left(item) == 8


def test_a_second_cancel_is_the_same_refund(desk, clock, item):
    order = desk.booked(item)
    clock.forward(hours=2)
    first = order.cancel()
    clock.forward(days=9)

    second = order.cancel()

    assert (first.total, second.order) == ("1155.00", first.order)
    assert desk.seats_left(item) == 9


def test_a_second_release_gives_nothing_back_twice(desk, item):
    order = desk.held(item)
    first = order.cancel("014")

    assert order.cancel("014").order == first.order
    assert desk.seats_left(item) == 9


def test_a_cancelled_booking_shows_its_refund_whatever_is_asked_next(desk, item):
    order = desk.booked(item)
    cancelled = order.cancel("014").order

    again = [order.cancel("001"), order.preview(), order.status()]

    assert [each.order for each in again] == [cancelled] * 3


def test_the_same_item_twice_in_one_cart_is_two_orders(desk, item):
    first, second = desk.held(item), desk.held(item)

    assert first.id != second.id
    assert desk.seats_left(item) == 7


OTHER_CONTENT = {
    "another traveller": {"travellers": (RAVI,)},
    "another name": {"travellers": (replace(ASHA, name="Asha R Rao"),)},
    "another phone": {"travellers": (replace(ASHA, phone="+919876500009"),)},
    "another date of birth": {"travellers": (replace(ASHA, born_on=RAVI.born_on),)},
}


@pytest.mark.parametrize("changes", OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_another_content_under_the_same_transaction_is_refused(desk, item, changes):
    order = desk.held(item)

    other = order.instead(**changes)

    for refused in (other.init(), other.confirm()):
        assert (refused.status, refused.error, refused.path) == (409, "30000", "$.context.transaction_id")
    assert order.status().state == "HELD"


def test_another_day_party_or_price_is_another_content(desk, item):
    order = desk.held(item)
    wanted = order.wanted
    choice = wanted.choice

    others = [
        order.instead(choice=replace(choice, departs_on=choice.departs_on.replace(day=12))),
        order.instead(choice=replace(choice, cabin="BUSINESS")),
        order.instead(choice=replace(choice, party=replace(choice.party, adults=2)), travellers=(ASHA, RAVI)),
        order.instead(paid=replace(wanted.paid, total_minor=1)),
        order.instead(paid=replace(wanted.paid, currency="USD")),
    ]

    assert [other.init().status for other in others] == [409] * 5
    assert desk.seats_left(item) == 8


def test_what_is_not_ordered_may_change_between_attempts(desk, item):
    """The context, the payment's reference and the platform's are not what was ordered."""
    order = desk.held(item)

    again = order.instead(platform_reference="C4WQ-6RM-X2P", paid=replace(order.wanted.paid, reference="x"))

    assert again.init(location={"city": {"code": "std:022"}}).order["id"] == order.id
    assert again.confirm().order["tags"][0]["list"][0]["value"] == "K7MQ-2XP-9RT"


def test_a_refused_init_leaves_nothing_and_may_be_tried_again(desk, item):
    order = desk.order(item, total_minor=1)
    assert order.init().error == "40003"

    accepted = order.instead(paid=desk.order(item).wanted.paid)

    assert accepted.init().state == "HELD"


def test_a_reference_that_is_taken_is_not_given_again(desk, item, monkeypatch):
    references = iter(["AI-222222", "AI-222222", "AI-222222", "AI-333333"])
    monkeypatch.setattr("bpp_services.air.provider.new_reference", lambda _prefix: next(references))

    first, second = desk.held(item), desk.held(item)

    assert (first.id, second.id) == ("AI-222222", "AI-333333")


# ---- who was first


@pytest.mark.parametrize("reason", ["001", "014"])
def test_a_cancel_of_an_id_never_seen_closes_it(desk, item, reason):
    order = desk.order(item)

    closed = order.cancel(reason, by_transaction=True)
    late = order.init()

    assert (closed.status, closed.error, closed.path) == (200, "30010", "$.message.order_id")
    assert (late.status, late.error, late.path) == (200, "40003", "$.context.transaction_id")
    assert [order.cancel(by_transaction=True).error, order.init().error] == ["30010", "40003"]
    assert desk.seats_left(item) == 9


def test_a_preview_of_an_id_never_seen_closes_nothing_and_does_not_say_so(desk, item):
    order = desk.order(item)

    previewed = order.cancel(preview=True, by_transaction=True)

    assert previewed.body["error"]["message"] == f"No order {order.transaction}"
    assert order.init().state == "HELD"


def test_a_cancel_of_another_transaction_closes_nothing_and_does_not_say_so(desk, item):
    order = desk.order(item)
    elsewhere = desk.bap.ask(
        "cancel",
        {
            "order_id": order.transaction,
            "cancellation_reason_id": "014",
            "descriptor": {"code": "CONFIRM_CANCEL"},
        },
    )

    assert elsewhere.body["error"]["message"] == f"No order {order.transaction}"
    assert order.init().state == "HELD"


def test_a_transaction_may_be_written_in_capitals(desk, item):
    order = desk.order(item)
    message = {
        "order_id": order.transaction.upper(),
        "cancellation_reason_id": "014",
        "descriptor": {"code": "CONFIRM_CANCEL"},
    }

    assert desk.bap.ask("cancel", message, order.transaction).error == "30010"

    assert order.init().error == "40003", "it was closed"


def test_a_confirm_after_the_cancel_is_refused(desk, item):
    held, booked = desk.held(item), desk.booked(item)
    held.cancel("014")
    booked.cancel()

    for order, state in ((held, "RELEASED"), (booked, "CANCELLED")):
        refused = order.confirm()
        assert (refused.status, refused.error, refused.path) == (200, "40003", "$.message.order.id")
        assert order.status().state == state
    assert desk.seats_left(item) == 9


def test_a_confirm_of_what_was_never_held_is_refused(desk, item):
    order = desk.order(item)
    order.id = "AI-ZZZZZZ"

    refused = order.confirm()

    assert (refused.status, refused.error, refused.path) == (200, "30010", "$.message.order.id")
    assert order.init().state == "HELD"


def test_a_confirm_with_another_orders_id_is_refused(desk, item):
    mine, other = desk.held(item), desk.held(item)
    mine.id = other.id

    assert mine.confirm().error == "30010"
    assert other.status().state == "HELD"


def test_a_confirm_may_leave_out_the_id(desk, item):
    order = desk.held(item)
    order.id = None

    assert order.confirm().state == "CONFIRMED"


def test_a_confirm_that_is_not_paid_confirms_nothing(desk, item):
    order = desk.held(item)

    refused = order._ask("confirm", air.write_order(replace(order.wanted, order_id=order.id), SITE))

    assert (refused.status, refused.path) == (400, "$.message.order.payments[0].status")
    assert order.status().state == "HELD"


# ---- whose order it is


def test_anothers_order_is_not_there(desk, item):
    order = desk.booked(item)
    stranger = Desk(desk.app, bap_id="stranger.example.org")

    for order_id in (order.id, order.transaction):
        asked = stranger.bap.ask("status", {"order_id": order_id}, order.transaction)
        cancelled = stranger.bap.ask(
            "cancel",
            {"order_id": order_id, "cancellation_reason_id": "001", "descriptor": {"code": "CONFIRM_CANCEL"}},
        )
        assert [asked.error, cancelled.error] == ["30010", "30010"]
    assert order.status().state == "CONFIRMED"


def test_two_platforms_may_use_the_same_transaction(desk, item):
    order = desk.held(item)
    stranger = Desk(desk.app, bap_id="stranger.example.org")
    theirs = stranger.order(item, RAVI)
    theirs.transaction = order.transaction

    assert theirs.init().state == "HELD"

    assert theirs.id != order.id
    assert order.status().order["id"] == order.id


def test_an_order_is_found_by_its_id_in_any_transaction(desk, item):
    order = desk.booked(item)

    by_id = desk.bap.ask("status", {"order_id": order.id}, str(uuid.uuid4()))
    by_transaction = order.status(by_transaction=True)

    assert by_id.order == by_transaction.order
    assert by_id.order["tags"][0]["list"][0]["value"] == "K7MQ-2XP-9RT"


@pytest.mark.parametrize("order_id", ["", "AI-ZZZZZZ", "ai-zzzzzz", "x" * 10_000, "' OR 1=1 --", "%", "✈"])
def test_an_id_of_no_order_is_not_found(desk, item, order_id):
    desk.held(item)

    assert desk.bap.ask("status", {"order_id": order_id}).error == "30010"
