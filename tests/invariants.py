"""What is always true of the site's, the providers' and the gateway's databases together (domain.md), and what is at rest.

Each rule looks at all rows as they stand and says in sentences what is wrong; nothing is wrong when nobody says anything.
Every test whose services were asked to book ends with `of(services)` (tests/conftest.py), on the engine it ran on.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select, text

from bpp_services.air import models as air
from bpp_services.hotels import models as hotels
from chassis.database import Model, engine
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import FINAL
from webapp.checkout.models import Outbox, SagaStep
from webapp.invoices.models import Invoice
from webapp.payments.models import LedgerEntry, Payment
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway

PROVIDERS = {"flights": air, "international_flights": air, "hotels": hotels}

# What is missing or too much: available + held + confirmed = capacity, per departure and per room and night.
SEATS_LOST = """
    SELECT d.id, d.seats, d.seats_available, coalesce(sum(b.seats), 0)
    FROM departures d LEFT JOIN bpp_bookings b
      ON b.departure_id = d.id AND b.booking_status IN ('HELD', 'CONFIRMED')
    GROUP BY d.id HAVING d.seats_available + coalesce(sum(b.seats), 0) <> d.seats
"""
ROOMS_LOST = """
    SELECT n.id, n.rooms, n.rooms_available, coalesce(sum(b.rooms), 0)
    FROM room_nights n LEFT JOIN bpp_bookings b
      ON b.room_type_id = n.room_type_id AND b.check_in <= n.night AND n.night < b.check_out
      AND b.booking_status IN ('HELD', 'CONFIRMED')
    GROUP BY n.id HAVING n.rooms_available + coalesce(sum(b.rooms), 0) <> n.rooms
"""
LOST = {"flights": SEATS_LOST, "international_flights": SEATS_LOST, "hotels": ROOMS_LOST}


# What an item may be at its provider (None: nothing there) while it is this at the site.
THERE = {
    "NEW": {None, "HELD", "EXPIRED", "RELEASED"},
    "HELD": {"HELD", "EXPIRED", "CONFIRMED", "RELEASED", "CANCELLED"},
    "CONFIRMED": {"CONFIRMED"},
    "CANCELLING": {"CONFIRMED", "CANCELLED"},
    "CANCELLED": {"CANCELLED"},
    "RELEASED": {None, "RELEASED", "CANCELLED"},
}
# What only these states of a booking may have done behind an item that is HELD, the answer being on its way.
BEHIND_A_HOLD = {
    "CONFIRMED": {"CONFIRMING", "COMPENSATING"},
    "CANCELLED": {"COMPENSATING"},
    "RELEASED": {"COMPENSATING", "CONFIRMING"},
}
# The states before everything is confirmed, in which no money may have been taken.
UNCONFIRMED = ("DRAFT", "HOLDING", "AWAITING_PAYMENT", "CONFIRMING")
# Old items of a draft are let go later; nobody waits for an invoice; a name is corrected of what is booked; and what moves after the end, at a
# provider or the gateway, is looked at and put right then.
LEFT_AT_REST = ("INVOICE", "RELEASE", "CORRECT", "LATE_MONEY", "UNCLAIM", "RETURN", "LEARN")
LETTERS = {
    "CONFIRMED": {"booked"},
    "CANCELLED": {"booked", "cancelled"},
    "PARTIALLY_CANCELLED": {"booked", "cancelled"},
    "FAILED": {"not_booked"},
    "EXPIRED": {"not_booked"},
    "ABANDONED": {"not_booked"},
}
OF_A_CHECKOUT = {"booked", "not_booked", "cancelled"}


@dataclass(frozen=True)
class Books:
    """All rows, in the words of each side. `theirs` is by (provider, transaction), `at_gateway` by our reference."""

    bookings: dict[int, Row]
    items: list[Row]
    payments: list[Row]
    entered: Counter[tuple]  # the ledger's sums, by kind of entry and "payment" or "item" and its id
    ready: list[Row]
    invoiced: set[str]  # what there is an invoice or a credit note of
    letters: list[Row]
    theirs: dict[tuple[str, str], Row]
    at_gateway: dict[str, Row] | None
    lost: list[str]
    asked: set[str]

    def booking_of(self, row: Row) -> Row:
        return self.bookings[row.booking_id]

    def is_final(self, row: Row) -> bool:
        return self.booking_of(row).state in FINAL

    def is_ready(self, booking: Row, item: Row | None = None) -> bool:
        """Whether a step of the booking (of this item) is still to be done."""
        return any(
            step.booking_id == booking.id and (item is None or step.item_id == item.id) for step in self.ready
        )

    def is_replaced(self, item: Row) -> bool:
        """Whether a newer item stands in its place."""
        return any(other.replaces_id == item.id for other in self.items)

    def is_lost(self, item: Row) -> bool:
        """Whether nobody paid it, its provider keeps it whole, and that stands in the ledger as our loss."""
        there = self.there(item)
        borne = self.entered["LOSS", "item", item.id]
        over = item.state in ("RELEASED", "CANCELLED") and there is not None
        return over and there.booking_status == "CONFIRMED" and borne == there.total_minor

    def there(self, item: Row) -> Row | None:
        """The item as its provider has it."""
        return self.theirs.get((item.provider, item.transaction_id))


# ---- the rules


def nothing_of_an_inventory_is_lost(books: Books) -> Iterator[str]:
    yield from books.lost


def every_provider_booking_is_an_items(books: Books) -> Iterator[str]:
    ours = {(item.provider, item.transaction_id): item for item in books.items}
    for (provider, transaction), there in books.theirs.items():
        item = ours.get((provider, transaction))
        if item is None:
            yield f"{there.bpp_booking_id} of {provider} belongs to no item"
        elif item.bpp_booking_id not in (None, there.bpp_booking_id):
            yield f"item {item.id} is {item.bpp_booking_id} here and {there.bpp_booking_id} there"
        elif books.booking_of(item).public_reference != there.platform_booking_id:
            yield f"{there.bpp_booking_id} names {there.platform_booking_id}, which is not its item's booking"


def every_item_is_what_its_provider_says(books: Books) -> Iterator[str]:
    for item in books.items:
        if item.provider not in books.asked:
            continue
        there, booking = books.there(item), books.booking_of(item)
        status = there and there.booking_status
        if status not in THERE[item.state] and not books.is_lost(item):
            yield f"item {item.id} is {item.state} here and {status} there"
        elif status == "RELEASED" and books.is_replaced(item):
            continue  # let go behind a new try, and the answer is on its way
        elif item.state == "HELD" and booking.state not in BEHIND_A_HOLD.get(status, {booking.state}):
            yield f"item {item.id} is HELD here in {booking.state} and {status} there"


def what_a_provider_keeps_for_us_has_somebody_who_ends_it(books: Books) -> Iterator[str]:
    for item in books.items:
        there, booking = books.there(item), books.booking_of(item)
        if there is None or there.booking_status not in ("HELD", "CONFIRMED") or item.state == "CONFIRMED":
            continue
        if books.is_lost(item):
            continue
        if not books.is_ready(booking, item if item.state == "NEW" else None):
            yield f"{there.bpp_booking_id} is {there.booking_status}, item {item.id} is {item.state}: nobody ends it"


def no_hold_lasts_longer_here_than_there(books: Books) -> Iterator[str]:
    for item in books.items:
        there = books.there(item)
        if there is None or item.state != "HELD" or there.booking_status != "HELD":
            continue
        if item.held_until > there.held_until:
            yield f"item {item.id} is held until {item.held_until} here and {there.held_until} there"


def the_amounts_are_the_providers(books: Books) -> Iterator[str]:
    for item in books.items:
        there = books.there(item)
        if there is None or item.state not in ("HELD", "CONFIRMED", "CANCELLED", "RELEASED"):
            continue
        if item.total_minor != there.total_minor:
            yield f"item {item.id} costs {item.total_minor} here and {there.total_minor} there"
        kept = (
            there.total_minor - there.refund_minor
            if there.booking_status in ("CANCELLED", "CONFIRMED")
            else 0
        )
        borne = item.kept_minor + books.entered["LOSS", "item", item.id]
        if item.state in ("CANCELLED", "RELEASED") and kept != borne:
            yield f"item {item.id}: {kept} is kept there, and here {borne} is accounted for"


def every_payment_is_its_entries(books: Books) -> Iterator[str]:
    for payment in books.payments:
        entered = tuple(books.entered[kind, "payment", payment.id] for kind in ("CAPTURE", "REFUND"))
        if entered != (payment.captured_minor, payment.refunded_minor):
            yield f"payment {payment.reference}: the ledger says {entered}"


def every_fee_kept_is_an_entry(books: Books) -> Iterator[str]:
    for item in books.items:
        if item.kept_minor != books.entered["FEE_KEPT", "item", item.id]:
            yield f"item {item.id}: {item.kept_minor} is kept, the ledger says another amount"


def captured_less_refunded_is_what_was_sold(books: Books) -> Iterator[str]:
    """captured − refunded = Σ confirmed items + Σ fees kept on cancelled items."""
    moved, sold = Counter[int](), Counter[int]()
    for payment in books.payments:
        moved[payment.booking_id] += payment.captured_minor - payment.refunded_minor
    for item in books.items:
        sold[item.booking_id] += item.kept_minor + (item.total_minor if item.state == "CONFIRMED" else 0)
    for booking in books.bookings.values():
        if booking.state in FINAL and moved[booking.id] != sold[booking.id]:
            yield f"{booking.public_reference} took {moved[booking.id]} for {sold[booking.id]}"


def nothing_is_final_while_money_is_held(books: Books) -> Iterator[str]:
    for payment in books.payments:
        there = (books.at_gateway or {}).get(payment.reference)
        held_there = there is not None and there.state == "AUTHORISED"
        if books.is_final(payment) and (payment.state == "AUTHORISED" or held_there):
            yield f"{payment.reference} is held, and the booking is {books.booking_of(payment).state}"


def no_money_is_taken_before_everything_is_confirmed(books: Books) -> Iterator[str]:
    for payment in books.payments:
        there = (books.at_gateway or {}).get(payment.reference)
        taken = max(payment.captured_minor, there.captured_minor if there else 0)
        if taken and books.booking_of(payment).state in UNCONFIRMED:
            yield f"{payment.reference} was taken in {books.booking_of(payment).state}"


def the_gateway_and_we_know_of_the_same_money(books: Books) -> Iterator[str]:
    """While a booking moves the gateway may be ahead of us, never behind; at rest both say the same."""
    if books.at_gateway is None:
        return
    known = {payment.reference: payment for payment in books.payments}
    yield from (
        f"the gateway has {each}, which is nobody's" for each in books.at_gateway if each not in known
    )
    for payment in books.payments:
        there = books.at_gateway.get(payment.reference)
        if there is None:
            if payment.gateway_reference:
                yield f"{payment.reference} is not at the gateway"
            continue
        ours, theirs = _amounts(payment), _amounts(there)
        if there.amount_minor != payment.amount_minor or there.currency != payment.currency:
            yield f"{payment.reference} is of another amount at the gateway"
        elif any(mine > other for mine, other in zip(ours, theirs, strict=True)):
            yield f"{payment.reference}: we say {ours}, the gateway {theirs}"
        elif books.is_final(payment) and ours != theirs:
            yield f"{payment.reference} at rest: we say {ours}, the gateway {theirs}"


def _amounts(payment: Row) -> tuple[int, int]:
    return payment.captured_minor, payment.refunded_minor


def whatever_is_not_at_rest_has_a_next_step(books: Books) -> Iterator[str]:
    for booking in books.bookings.values():
        if booking.state not in (*FINAL, "DRAFT") and not books.is_ready(booking):
            yield f"{booking.public_reference} is {booking.state} and has no next step"


def what_is_at_rest_has_nothing_left_to_do(books: Books) -> Iterator[str]:
    for step in books.ready:
        if books.is_final(step) and step.kind not in LEFT_AT_REST:
            yield f"{step.kind} is to be done for a booking that is {books.booking_of(step).state}"


def the_traveller_is_told_once(books: Books) -> Iterator[str]:
    told = defaultdict(list)
    for letter in books.letters:
        told[letter.booking_id].append(letter.template)
    for booking in books.bookings.values():
        letters = [each for each in told[booking.id] if each in OF_A_CHECKOUT]
        expected = LETTERS.get(booking.state)
        if expected is not None and set(letters) != expected:
            yield f"{booking.public_reference} is {booking.state} and was told {letters}"
        cancelled = [
            item for item in books.items if item.booking_id == booking.id and item.state == "CANCELLED"
        ]
        for template, number in Counter(letters).items():
            # A cancellation takes one item or several, and each is told of once.
            if number > (len(cancelled) if template == "cancelled" else 1):
                yield f"{booking.public_reference} was told twice: {letters}"


def what_is_sold_and_what_goes_back_has_its_paper(books: Books) -> Iterator[str]:
    """Or a step that is to issue it: the tax law wants an invoice of the day it was paid, and a credit note likewise."""
    to_come = {step.booking_id for step in books.ready if step.kind == "INVOICE"}
    booked = {each.id for each in books.bookings.values() if each.confirmed_at} - to_come
    for booking_id in booked:
        if f"booking {booking_id}" not in books.invoiced:
            yield f"{books.bookings[booking_id].public_reference} is booked and has no invoice"
    for item in books.items:
        is_back = item.state == "CANCELLED" and item.refund_minor and books.is_final(item)
        if is_back and item.booking_id in booked and f"item {item.id}" not in books.invoiced:
            yield f"{item.refund_minor} of item {item.id} went back without a credit note"


RULES: tuple[Callable[[Books], Iterator[str]], ...] = (
    nothing_of_an_inventory_is_lost,
    every_provider_booking_is_an_items,
    every_item_is_what_its_provider_says,
    what_a_provider_keeps_for_us_has_somebody_who_ends_it,
    no_hold_lasts_longer_here_than_there,
    the_amounts_are_the_providers,
    every_payment_is_its_entries,
    every_fee_kept_is_an_entry,
    captured_less_refunded_is_what_was_sold,
    nothing_is_final_while_money_is_held,
    no_money_is_taken_before_everything_is_confirmed,
    the_gateway_and_we_know_of_the_same_money,
    whatever_is_not_at_rest_has_a_next_step,
    what_is_at_rest_has_nothing_left_to_do,
    the_traveller_is_told_once,
    what_is_sold_and_what_goes_back_has_its_paper,
)


# ---- reading


def of(apps: Any) -> list[str]:
    """What is wrong between the services of `apps` (tests/apps.py); only those that were built are asked."""
    with ExitStack() as stack:
        return broken(connect(apps, stack), site_id(apps))


def connect(apps: Any, stack: ExitStack) -> dict[str, Connection]:
    """A connection to the database of each service that was built, for as long as `stack` lives."""
    connections = {}
    for service in apps.built():
        with apps[service].app_context():
            connections[service] = stack.enter_context(engine().connect())
    return connections


def site_id(apps: Any) -> str | None:
    """How providers know the site."""
    return apps["site"].extensions["speaker"].subscriber_id if "site" in apps.built() else None


def broken(connections: dict[str, Connection], bap_id: str | None, since: int = 0) -> list[str]:
    """Each rule with what it says, empty when all hold. Providers' bookings of others than `bap_id` are not ours.

    With `since` only the site's bookings from that number on are looked at, and what belongs to them.
    """
    lost = list(_lost(connections))
    if "site" not in connections or not PROVIDERS.keys() & connections.keys():
        return lost  # without a provider nothing was booked
    books = _read(connections, bap_id, lost, since)
    return [f"{rule.__name__}: {said}" for rule in RULES for said in rule(books)]


def _lost(connections: dict[str, Connection]) -> Iterator[str]:
    for service in PROVIDERS.keys() & connections.keys():
        for row in connections[service].execute(text(LOST[service])):
            yield f"{service}: of {row[1]} of number {row[0]}, {row[2]} are available and {row[3]} taken"


def _read(connections: dict[str, Connection], bap_id: str | None, lost: list[str], since: int) -> Books:
    site = connections["site"]
    gateway = connections.get("gateway")
    asked = PROVIDERS.keys() & connections.keys()
    bookings = {row.id: row for row in _all(site, Booking, Booking.id >= since)}
    references = {row.public_reference for row in bookings.values()}
    return Books(
        bookings=bookings,
        items=_all(site, BookingItem, BookingItem.booking_id >= since),
        payments=_all(site, Payment, Payment.booking_id >= since),
        entered=_sums(_all(site, LedgerEntry, LedgerEntry.booking_id >= since)),
        ready=_all(site, SagaStep, SagaStep.state == "READY", SagaStep.booking_id >= since),
        invoiced={row.subject for row in _all(site, Invoice, Invoice.booking_id >= since)},
        letters=_all(site, Outbox, Outbox.booking_id >= since),
        theirs={
            (service, row.beckn_transaction_id): row
            for service in asked
            for row in _theirs(
                connections[service], PROVIDERS[service].Booking, references if since else None
            )
            if row.bap_id == bap_id
        },
        at_gateway=None if gateway is None else _at_gateway(gateway, references if since else None),
        lost=lost,
        asked=asked,
    )


def _theirs(connection: Connection, model: type[Model], references: set[str] | None) -> list[Row]:
    """The provider's bookings; of these references of ours alone, when they are given."""
    named = model.__table__.c.platform_booking_id
    return _all(connection, model, *([named.in_(references)] if references is not None else []))


def _at_gateway(connection: Connection, references: set[str] | None) -> dict[str, Row]:
    """The gateway's payments by our reference, which begins with the booking's."""
    wanted = []
    if references is not None:
        wanted = [or_(*(AtTheGateway.reference.startswith(each) for each in references))]
    return {row.reference: row for row in _all(connection, AtTheGateway, *wanted)}


def _all(connection: Connection, model: type[Model], *conditions: Any) -> list[Row]:
    return list(connection.execute(select(model.__table__).where(*conditions)).all())


def _sums(entries: list[Row]) -> Counter[tuple]:
    sums = Counter[tuple]()
    for entry in entries:
        sums[entry.kind, "payment", entry.payment_id] += entry.amount_minor
        sums[entry.kind, "item", entry.item_id] += entry.amount_minor
    return sums
