"""An update changes a traveller's name or contact, and nothing else (50002); support answers about an order."""

import pytest

from tests.bpp_services.air.desk import Desk
from tests.factories import ASHA, MIRA, RAVI, a_departure

ITEM = "AI-1234.20261211.ECONOMY"
TICKET = f"{ITEM}.ADULT-1"


def customer(reply, place=1):
    return reply.order["fulfillments"][place]["customer"]


def ask(order, message):
    return order.desk.bap.ask("update", message, order.transaction)


def change(order, fulfillment, **of_order):
    return ask(
        order,
        {
            "update_target": "order.fulfillments",
            "order": {"id": order.id, "fulfillments": [fulfillment], **of_order},
        },
    )


@pytest.fixture
def order(desk):
    return desk.booked(a_departure("AI-1234"), ASHA, RAVI, MIRA)


def test_a_name_is_changed(order):
    changed = order.update("ADULT-2", name="Ravi Kumar Rao")

    assert customer(changed, 2)["person"]["name"] == "Ravi Kumar Rao"
    assert customer(order.status(), 2) == customer(changed, 2)
    assert customer(changed, 2)["contact"] == {"phone": RAVI.phone, "email": RAVI.email}
    assert customer(changed, 1)["person"]["name"] == ASHA.name


def test_a_phone_is_changed_and_the_e_mail_stays(order):
    changed = order.update(phone="+4915112345678")

    assert customer(changed)["contact"] == {"phone": "+4915112345678", "email": ASHA.email}


def test_a_hold_can_be_changed_too(desk):
    order = desk.held(a_departure("AI-1234"))

    assert customer(order.update(email="asha.rao@example.org"))["contact"]["email"] == "asha.rao@example.org"


def test_the_change_has_its_time_and_the_order_stays_active(order, clock):
    clock.forward(days=1)

    changed = order.update(name="Asha R Rao")

    assert changed.order["updated_at"].startswith("2026-12-02T04:30")
    assert changed.order["created_at"].startswith("2026-12-01T04:30")
    assert changed.order["status"] == "ACTIVE"


def test_an_order_by_its_transaction_is_not_what_an_update_names(order):
    order.id = order.transaction

    assert order.update(name="Asha R Rao").order["id"] != order.transaction


REFUSED = {
    "a traveller out": ({"id": TICKET, "state": {"descriptor": {"code": "CANCELLED"}}}, "state"),
    "other stops": ({"id": TICKET, "stops": [{"id": "S1"}], "customer": {}}, "stops"),
    "a traveller who is not there": (
        {"id": f"{ITEM}.ADULT-9", "customer": {"person": {"name": "X Y"}}},
        "id",
    ),
    "the trip": ({"id": "AI-1234.20261211", "customer": {"person": {"name": "X Y"}}}, "id"),
    "no id": ({"customer": {"person": {"name": "X Y"}}}, "id"),
    "no change": ({"id": TICKET}, "id"),
    "another date of birth": (
        {"id": TICKET, "customer": {"person": {"dob": "1990-01-01"}}},
        "customer.person.dob",
    ),
    "another gender": ({"id": TICKET, "customer": {"person": {"gender": "MALE"}}}, "customer.person.gender"),
    "a passport": (
        {"id": TICKET, "customer": {"person": {"creds": [{"id": "Z7654321", "type": "PASSPORT"}]}}},
        "customer.person.creds",
    ),
}


@pytest.mark.parametrize(("fulfillment", "place"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(order, fulfillment, place):
    refused = change(order, fulfillment)

    assert (refused.status, refused.error) == (200, "50002")
    assert refused.path == f"$.message.order.fulfillments[0].{place}"


@pytest.mark.parametrize(
    ("of_order", "path"),
    [
        ({"items": [{"id": TICKET}]}, "$.message.order.items"),
        ({"billing": {"name": "X", "phone": "+1", "email": "x"}}, "$.message.order.billing"),
        ({"payments": [{"status": "PAID"}]}, "$.message.order.payments"),
    ],
)
def test_other_parts_of_the_order_are_refused(order, of_order, path):
    refused = change(order, {"id": TICKET, "customer": {"person": {"name": "Asha R Rao"}}}, **of_order)

    assert (refused.error, refused.path) == ("50002", path)
    assert customer(order.status())["person"]["name"] == ASHA.name


def test_another_target_is_refused(order):
    refused = ask(order, {"update_target": "order.items", "order": {"id": order.id}})

    assert (refused.error, refused.path) == ("50002", "$.message.update_target")


def test_what_was_sold_may_be_said_again(order):
    person = {"name": "Asha R Rao", "dob": "1988-03-23", "age": "38", "gender": "FEMALE"}

    assert customer(change(order, {"id": TICKET, "customer": {"person": person}}))["person"] == person


def test_a_refused_change_leaves_the_others_undone(order):
    refused = ask(
        order,
        {
            "update_target": "order.fulfillments",
            "order": {
                "id": order.id,
                "fulfillments": [
                    {"id": TICKET, "customer": {"person": {"name": "Asha R Rao"}}},
                    {"id": f"{ITEM}.ADULT-2", "customer": {"contact": {"phone": "12"}}},
                ],
            },
        },
    )

    assert (refused.status, refused.path) == (400, "$.message.order.fulfillments[1].customer.contact.phone")
    assert customer(order.status())["person"]["name"] == ASHA.name


def test_an_order_that_is_over_is_not_changed(desk, order, clock):
    expired = desk.held(a_departure("6E-5678"))
    order.cancel()
    clock.forward(minutes=16)

    assert [each.update(name="X Y").error for each in (order, expired)] == ["50002", "50002"]


def test_an_unknown_order_is_not_changed(order):
    order.id = "AI-ZZZZZZ"

    refused = order.update(name="X Y")

    assert (refused.error, refused.path) == ("30010", "$.message.order.id")


def test_anothers_order_is_not_changed(order):
    stranger = Desk(order.desk.app, bap_id="stranger.example.org")

    refused = stranger.bap.ask(
        "update",
        {"update_target": "order.fulfillments", "order": {"id": order.id, "fulfillments": [{"id": TICKET}]}},
    )

    assert refused.error == "30010"


# ---- support


def test_support_says_whom_to_call(order):
    said = order.support().body["message"]["support"]

    assert said["ref_id"] == order.id
    assert said["phone"].startswith("+")
    assert "@" in said["email"]
    assert said["url"].endswith(f"/help/{order.id}")


@pytest.mark.parametrize("reference", ["AI-ZZZZZZ", "2639196c-548b-5671-9eae-69cb9b0b4f11"])
def test_support_for_an_unknown_order_is_refused(desk, reference):
    refused = desk.bap.ask("support", {"support": {"ref_id": reference}})

    assert (refused.error, refused.path) == ("30010", "$.message.support.ref_id")
