"""What is asked of providers: searches, and orders from hold to cancel."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from beckn import air, envelopes, hotels, orders
from beckn.orders import Paid
from chassis import clock
from tests.benchmarks.load import load
from tests.benchmarks.speaking import ASHA, BILLED_TO, SITE, Doors, Site

DAYS = 60  # how far ahead people look
ALONE = air.Party(1, 0, 0)

Route = tuple[str, str]


def days() -> list[date]:
    today = clock.today("Asia/Kolkata")
    return [today + timedelta(days=ahead) for ahead in range(2, DAYS + 2)]


def flight_searches(site: Site, doors: Doors, routes: list[Route], count: int) -> list[bytes]:
    """Searches for one adult on a random route and day."""
    some = random.Random(7)
    return [
        site.say(
            doors, "search", _flight_search(*some.choice(routes), some.choice(days())), str(uuid.uuid4())
        )
        for _ in range(count)
    ]


def _flight_search(origin: str, destination: str, day: date):
    midnight = datetime.combine(day, time(), ZoneInfo("Asia/Kolkata"))
    return air.write_search(air.Search(origin, destination, day, ALONE, None), midnight, SITE)


def hotel_searches(site: Site, doors: Doors, count: int) -> list[bytes]:
    """Two nights for two in Mumbai, from a random day on."""
    some = random.Random(7)
    searches = []
    for _ in range(count):
        day = some.choice(days())
        search = hotels.Search(
            check_in=day, check_out=day + timedelta(days=2), rooms=1, adults=2, children=0, city="022"
        )
        searches.append(
            site.say(doors, "search", hotels.write_search(search, SITE), str(uuid.uuid4()), city="022")
        )
    return searches


def is_catalog(body: bytes) -> bool:
    return b'"catalog"' in body


def is_order(body: bytes) -> bool:
    return b'"order"' in body


@dataclass
class Ordered:
    """An order of ours on its way through a provider's doors."""

    transaction: str
    choice: air.Choice
    total_minor: int
    order_id: str = ""

    def message(self, is_paid: bool):
        paid = Paid(self.total_minor, "INR", is_paid, "PAY-BENCHMARK" if is_paid else None)
        order = air.AirOrder(
            self.choice, (ASHA,), BILLED_TO, paid, "BENCH-MARK", self.order_id if is_paid else None
        )
        return air.write_order(order, SITE, clock.now() if is_paid else None)


def orders_to_place(site: Site, doors: Doors, count: int) -> list[Ordered]:
    """For one seat each, spread over what is on sale from Bengaluru to Mumbai in economy."""
    offers = []
    for day in days():
        search = _flight_search("BLR", "BOM", day)
        body = load(
            doors.address, [site.say(doors, "search", search, str(uuid.uuid4()))], is_catalog, keep=True
        ).bodies[0]
        found, _ = air.read_catalog(envelopes.read_answer(body, "search")[1], ALONE)
        offers += [offer for offer in found if offer.cabin == "ECONOMY"]
    return [
        Ordered(str(uuid.uuid4()), air.choice_of(offer.item, ALONE), offer.total_minor)
        for offer, _ in zip(_for_ever(offers), range(count), strict=False)
    ]


def _for_ever(things: list) -> Iterator[Any]:
    while True:
        yield from things


def holds(site: Site, doors: Doors, ordered: list[Ordered]) -> list[bytes]:
    return [site.say(doors, "init", each.message(is_paid=False), each.transaction) for each in ordered]


def note_ids(ordered: list[Ordered], bodies: list[bytes]) -> None:
    """Answers come in any order: the transaction says whose they are."""
    by_transaction = {each.transaction: each for each in ordered}
    for body in bodies:
        context, message, _ = envelopes.read_answer(body, "init")
        by_transaction[context.transaction].order_id = message.order.id


def confirms(site: Site, doors: Doors, ordered: list[Ordered]) -> list[bytes]:
    return [site.say(doors, "confirm", each.message(is_paid=True), each.transaction) for each in ordered]


def cancels(site: Site, doors: Doors, ordered: list[Ordered]) -> list[bytes]:
    return [
        site.say(
            doors, "cancel", orders.cancel_message(each.order_id, each.transaction, "001"), each.transaction
        )
        for each in ordered
    ]
