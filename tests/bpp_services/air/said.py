"""Valid messages for every door as plain data, and how to spoil them."""

import copy
import json
import re
from dataclasses import replace
from typing import Any

import msgspec

from beckn import air, orders
from chassis import clock
from tests.bpp_services.air.desk import SITE, Desk, Order
from tests.factories import DAY

MISSING = object()
_STEP = re.compile(r"\.?([a-z_]+)|\[(\d+)\]")


def plain(part) -> dict:
    return json.loads(msgspec.json.encode(part))


def valid_messages(desk: Desk, order: Order) -> dict[str, dict]:
    """By action; `order` is one that is held, all questions but search are about it."""
    wanted = order.wanted
    paid = replace(wanted, order_id=order.id, paid=replace(wanted.paid, is_paid=True, reference="pay-1"))
    midnight = clock.now().replace(year=DAY.year, month=DAY.month, day=DAY.day, hour=0, minute=0)
    search = air.Search("BLR", "BOM", DAY, wanted.choice.party)
    change = {"id": air.ticket_ids(wanted.choice)[0], "customer": {"person": {"name": "Asha R Rao"}}}
    return {
        "search": plain(air.write_search(search, midnight, SITE)),
        "select": plain(air.write_select(wanted.choice)),
        "init": plain(air.write_order(wanted, SITE)),
        "confirm": plain(air.write_order(paid, SITE, clock.now())),
        "status": plain(orders.status_message(order.id, order.transaction)),
        "cancel": plain(orders.cancel_message(order.id, order.transaction, "001", preview=True)),
        "update": {
            "update_target": "order.fulfillments",
            "order": {"id": order.id, "fulfillments": [change]},
        },
        "support": plain(orders.support_message(order.id or "")),
    }


def spoiled(message: dict, path: str, value: Any) -> dict:
    """A copy with `value` at `path` ("order.items[0].id"); MISSING takes the place out."""
    message = copy.deepcopy(message)
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    place: Any = message
    for step in steps[:-1]:
        place = place[step]
    if value is MISSING:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return message


def places(value: Any, path: str = "") -> list[str]:
    """Every path into a message."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += places(each, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += places(each, f"{path}[{index}]")
    return found
