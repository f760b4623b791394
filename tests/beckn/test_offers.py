"""What the site reads out of a provider's answer: whatever is out of shape is left out and said, never believed."""

import copy
import json

import msgspec
import pytest

from beckn import air, envelopes, orders
from beckn.air import Party, choice_of, parse_item, ticket_ids
from beckn.errors import NotUnderstood
from beckn.messages import CatalogMessage, OrderMessage
from tests.contract.example_files import body, load, numbered

CATALOG = load(numbered("flight", 2))["message"]
SELECTED = load(numbered("flight", 4))["message"]
HELD = load(numbered("flight", 6))["message"]
PARTY = Party(2, 1, 1)
CHOICE = choice_of("6E-5678.20261211.ECONOMY", PARTY)


def read_catalog(catalog: dict, party=PARTY):
    return air.read_catalog(msgspec.convert(catalog, CatalogMessage), party)


def spoiled(message: dict, spoil) -> dict:
    message = copy.deepcopy(message)
    spoil(message)
    return message


SPOILED_OFFERS = {
    "no price": lambda seller: seller["items"][0].pop("price"),
    "another currency": lambda seller: seller["items"][0]["price"].update(currency="USD"),
    "a price that is not its parts": lambda seller: seller["items"][0]["price"].update(value="1.00"),
    "a negative price": lambda seller: seller["items"][0]["price"].update(value="-5775.00"),
    "no parts": lambda seller: seller["items"][0].pop("tags"),
    "no trip": lambda seller: seller.update(fulfillments=[]),
    "one stop": lambda seller: seller["fulfillments"][0]["stops"].pop(),
    "no times": lambda seller: seller["fulfillments"][0]["stops"][0].pop("time"),
    "a time without zone": lambda seller: seller["fulfillments"][0]["stops"][0]["time"].update(
        timestamp="2026-12-11T10:00:00"
    ),
    "another day": lambda seller: seller["fulfillments"][0]["stops"][0]["time"].update(
        timestamp="2026-12-12T10:00:00+05:30"
    ),
    "an arrival before the departure": lambda seller: seller["fulfillments"][0]["stops"][1]["time"].update(
        timestamp="2026-12-11T09:00:00+05:30"
    ),
    "no airport": lambda seller: seller["fulfillments"][0]["stops"][0]["location"]["descriptor"].update(
        code="<b>"
    ),
    "an item nobody can name": lambda seller: [each.update(id="x") for each in seller["items"]],
    "a share of 200 %": lambda seller: seller["items"][0]["cancellation_terms"][1]["cancellation_fee"].update(
        percentage="200"
    ),
    "no ticket for the infant": lambda seller: seller["items"].pop(),
}


@pytest.mark.parametrize("spoil", SPOILED_OFFERS.values(), ids=SPOILED_OFFERS)
def test_an_offer_out_of_shape_is_left_out_and_the_others_stay(spoil):
    catalog = spoiled(CATALOG, lambda message: spoil(message["catalog"]["providers"][0]))

    offers, faults = read_catalog(catalog)

    assert [offer.flight_number for offer in offers] == ["6E-5678", "UK-9012"]
    assert len(faults) == 1


def test_a_catalog_without_offers_is_no_fault():
    assert read_catalog({"catalog": {"descriptor": {}, "providers": []}}) == ([], [])


def test_a_selected_offer_is_the_one_that_was_asked_for():
    other = choice_of("6E-5678.20261212.ECONOMY", PARTY)

    with pytest.raises(ValueError, match="another trip"):
        air.read_selected(msgspec.convert(SELECTED, OrderMessage), other)


@pytest.mark.parametrize(
    ("message", "spoil", "sentence"),
    [
        (SELECTED, lambda order: order.pop("quote"), "no quote"),
        (SELECTED, lambda order: order.pop("provider"), "no provider"),
        (SELECTED, lambda order: order["quote"]["breakup"].pop(), "sum"),
    ],
)
def test_a_selected_offer_out_of_shape_is_refused(message, spoil, sentence):
    wrong = spoiled(message, lambda each: spoil(each["order"]))

    with pytest.raises(ValueError, match=sentence):
        air.read_selected(msgspec.convert(wrong, OrderMessage), CHOICE)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda order: order.pop("quote"),
        lambda order: order.update(id=""),
        lambda order: order.update(id="x" * 33),
        lambda order: order.update(id="6E-K7M2XP\n"),
        lambda order: order["quote"]["price"].update(value="1.00"),
        lambda order: order["quote"].update(ttl="for ever"),
        lambda order: order["fulfillments"][0]["state"]["descriptor"].update(code="LOST"),
        lambda order: order["cancellation_terms"][0]["cancel_by"].clear(),
    ],
)
def test_an_answer_about_an_order_out_of_shape_is_refused(spoil):
    wrong = spoiled(HELD, lambda message: spoil(message["order"]))

    with pytest.raises(ValueError):
        orders.read_answer(msgspec.convert(wrong, OrderMessage))


@pytest.mark.parametrize("inside", [False, True])
def test_an_error_may_stand_beside_the_message_or_inside_it(inside):
    said = json.loads(body(numbered("flight", 61)))
    if inside:
        said = {"context": said["context"], "message": {"error": said["error"]}}

    _, message, error = envelopes.read_answer(json.dumps(said).encode(), "init")

    assert (message, error.code) == (None, "40002")


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b"{}", b'{"context": {}}', b"\xff", b"[" * 100_000]
)
def test_an_answer_that_is_none_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        envelopes.read_answer(answer, "search")
    assert envelopes.read_nack(answer) is None


def test_a_nack_says_its_error():
    nack = envelopes.write_nack("30000", "$.context", "is missing")

    assert envelopes.read_nack(nack).message == "is missing"


# ---- ids and parties


@pytest.mark.parametrize(
    "item",
    ["", "AI-1234", "AI-12345.20261211.ECONOMY", "ai-1.20261211.ECONOMY", "AI-1.2026121.ECONOMY", "AI-1.20260230.ECONOMY",
     "AI-1.20261211.FIRST", "AI-1.20261211.ECONOMY.SENIOR", "AI-1.20261211.ECONOMY.ADULT-", "AI-1.20261211.ECONOMY\n",
     "AI-1.00000000.ECONOMY", "AI-１.20261211.ECONOMY"],
)  # fmt: skip
def test_what_is_not_an_items_id_names_nothing(item):
    with pytest.raises(ValueError):
        parse_item(item)


def test_a_ticket_is_no_offer():
    with pytest.raises(ValueError, match="no such offer"):
        choice_of("6E-5678.20261211.ECONOMY.ADULT", PARTY)


def test_there_is_a_ticket_for_each_person_adults_first():
    assert [ticket.rpartition(".")[2] for ticket in ticket_ids(CHOICE)] == [
        "ADULT-1",
        "ADULT-2",
        "CHILD-1",
        "INFANT-1",
    ]


@pytest.mark.parametrize(
    ("party", "sentence"),
    [
        (Party(1), None),
        (Party(9), None),
        (Party(4, 1, 4), None),
        (Party(0, 1), "at least one adult"),
        (Party(10), "at most 9"),
        (Party(5, 0, 5), "at most 9"),
        (Party(1, 0, 2), "lap"),
    ],
)
def test_a_party_may_travel_or_is_told_why_not(party, sentence):
    assert (party.fault() is None) is (sentence is None)
    assert sentence is None or sentence in party.fault()
