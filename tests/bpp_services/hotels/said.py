"""A valid message for every door of the hotels service, as plain data."""

from dataclasses import replace

from beckn import hotels, orders
from chassis import clock
from tests.bpp_services.hotels.desk import SITE, Order
from tests.bpp_services.spoiling import plain


def valid_messages(order: Order) -> dict[str, dict]:
    """By action; `order` is one that is held, all questions but search and select are about it."""
    wanted, choice = order.wanted, order.wanted.choice
    paid = replace(wanted, order_id=order.id, paid=replace(wanted.paid, is_paid=True, reference="pay-1"))
    search = hotels.Search(
        city="022",
        check_in=choice.check_in,
        check_out=choice.check_out,
        rooms=choice.rooms,
        adults=choice.adults,
        children=choice.children,
    )
    change = {"id": choice.fulfillment_id, "customer": {"person": {"name": "Arjun R Mehta"}}}
    return {
        "search": plain(hotels.write_search(search, SITE)),
        "select": plain(hotels.write_select(choice)),
        "init": plain(hotels.write_order(wanted, SITE)),
        "confirm": plain(hotels.write_order(paid, SITE, clock.now())),
        "status": plain(orders.status_message(order.id, order.transaction)),
        "cancel": plain(orders.cancel_message(order.id, order.transaction, "001", preview=True)),
        "update": {"update_target": "fulfillment", "order": {"id": order.id, "fulfillments": [change]}},
        "support": plain(orders.support_message(order.id or "")),
    }
