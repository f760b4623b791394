"""Every flight example is read by our types, written again as it was, and made again by our own writers."""

import json

import msgspec
import pytest

from beckn import air, envelopes, orders, quotes, times
from beckn.air import Party
from tests.contract.example_files import action_of, body, is_answer, load, names, numbered

SITE = "https://bap.example.org"
ALL = names("flight")
REQUESTS = [name for name in ALL if not is_answer(name)]
ANSWERS = [name for name in ALL if is_answer(name)]


def as_json(part) -> dict:
    return json.loads(msgspec.json.encode(part))


def read_request(name: str):
    context, raw = envelopes.read_context(body(name))
    return context, envelopes.read_message(raw, context.action)


def test_the_examples_are_all_here():
    assert len(ALL) == 56


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_read_and_written_again_as_it_was(name):
    context, message = read_request(name)

    assert json.loads(envelopes.write(context, message)) == load(name)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_and_written_again_as_it_was(name):
    context, message, error = envelopes.read_answer(body(name), action_of(name))

    again = (
        envelopes.write_refusal(context, error.code, error.paths, error.message)
        if error
        else envelopes.write(context, message)
    )

    assert json.loads(again) == load(name)


def named(*actions: str) -> list[str]:
    return [name for name in REQUESTS if action_of(name) in actions]


@pytest.mark.parametrize("name", named("search"))
def test_our_search_is_the_example(name):
    _, message = read_request(name)
    midnight = times.parse(load(name)["message"]["intent"]["fulfillment"]["stops"][0]["time"]["timestamp"])

    ours = air.write_search(air.read_search(message), midnight, SITE)

    assert as_json(ours) == load(name)["message"]


@pytest.mark.parametrize("name", named("select"))
def test_our_select_is_the_example(name):
    _, message = read_request(name)

    assert as_json(air.write_select(air.read_select(message))) == load(name)["message"]


@pytest.mark.parametrize("name", named("init"))
def test_our_init_is_the_example(name):
    _, message = read_request(name)

    assert as_json(air.write_order(air.read_order(message), SITE)) == load(name)["message"]


@pytest.mark.parametrize("name", named("confirm"))
def test_our_confirm_is_the_example(name):
    _, message = read_request(name)
    wanted = load(name)["message"]
    lines, currency = quotes.read(message.order.quote)

    ours = air.write_order(
        air.read_order(message),
        SITE,
        times.parse(message.order.created_at),
        quotes.write(lines, currency, quotes.HOLD_SECONDS),
    )

    ours.order.quote.id = wanted["order"]["quote"]["id"]  # derived from the content, as each side does it
    assert as_json(ours) == wanted


@pytest.mark.parametrize("name", named("status"))
def test_our_status_is_the_example(name):
    wanted = load(name)["message"]
    by_transaction = "ref_id" in wanted

    ours = orders.status_message(None if by_transaction else wanted["order_id"], wanted["order_id"])

    assert as_json(ours) == wanted


@pytest.mark.parametrize("name", [each for each in named("cancel") if "unknown_reason" not in each])
def test_our_cancel_is_the_example(name):
    wanted = load(name)["message"]

    ours = orders.cancel_message(
        wanted["order_id"],
        "the transaction",
        wanted["cancellation_reason_id"],
        preview=wanted["descriptor"]["code"] == "SOFT_CANCEL",
    )

    assert as_json(ours) == wanted


def test_our_update_is_the_example():
    name = numbered("flight", 15)
    order = read_request(name)[1].order

    ours = orders.update_message(
        order.id, order.fulfillments[0].id, order.fulfillments[0].customer, "order.fulfillments"
    )

    assert as_json(ours) == load(name)["message"]


def test_our_support_is_the_example():
    wanted = load(numbered("flight", 17))["message"]

    ours = orders.support_message("6E-K7M2XP", callback_phone="+919876500002")

    assert as_json(ours) == wanted


# ---- what the site understands


def test_the_site_reads_the_offers_of_the_example():
    _, message, _ = envelopes.read_answer(body(numbered("flight", 2)), "search")

    offers, faults = air.read_catalog(message, Party(2, 1, 1))

    assert faults == []
    assert [(each.flight_number, each.total_minor, each.seats_left) for each in offers] == [
        ("AI-1234", 1_790_250, 118),
        ("6E-5678", 1_367_100, 62),
        ("UK-9012", 2_853_240, 9),
    ]


def test_the_site_reads_the_selected_offer_of_the_example():
    choice = air.read_select(read_request(numbered("flight", 3))[1])
    _, message, _ = envelopes.read_answer(body(numbered("flight", 4)), "select")

    offer = air.read_selected(message, choice)

    assert (offer.item, offer.total_minor, offer.duration_minutes) == (
        "6E-5678.20261211.ECONOMY",
        1_367_100,
        120,
    )


@pytest.mark.parametrize(
    ("number", "state", "total_minor"),
    [
        (6, "HELD", 1_367_100),
        (12, "CONFIRMED", 1_367_100),
        (20, "CONFIRMED", 273_420),
        (22, "CANCELLED", 273_420),
    ],
)
def test_the_site_reads_what_an_answer_says_of_the_order(number, state, total_minor):
    name = numbered("flight", number)
    _, message, _ = envelopes.read_answer(body(name), action_of(name))

    answer = orders.read_answer(message)

    assert (answer.order_id, answer.state, answer.total_minor) == ("6E-K7M2XP", state, total_minor)
    assert answer.sold_minor == 1_367_100
