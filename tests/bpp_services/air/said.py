"""A valid message for every door of a flight service, as plain data."""

from dataclasses import replace

from beckn import air, orders
from chassis import clock
from tests.bpp_services.air.desk import SITE, Order
from tests.bpp_services.spoiling import plain


def valid_messages(order: Order) -> dict[str, dict]:
    """By action; `order` is one that is held, all questions but search and select are about it."""
    wanted, day = order.wanted, order.wanted.choice.departs_on
    paid = replace(wanted, order_id=order.id, paid=replace(wanted.paid, is_paid=True, reference="pay-1"))
    midnight = clock.now().replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0)
    abroad = wanted.travellers[0].passport is not None
    route = ("BOM", "LHR") if abroad else ("BLR", "BOM")
    change = {"id": air.ticket_ids(wanted.choice)[0], "customer": {"person": {"name": "Asha R Rao"}}}
    return {
        "search": plain(air.write_search(air.Search(*route, day, wanted.choice.party), midnight, SITE)),
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
