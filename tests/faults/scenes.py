"""What travellers do, page by page, that leads past every named fault point: in one process, and over sockets to real ones.

A scene is played in a theatre, which has a buyer (a browser at the site and at the gateway) and can change rows behind
everybody's back. `PASSED` says which scene leads past which points.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from tests.webapp.buyer import Buyer


class Theatre(Protocol):
    item: str

    def buyer(self) -> Buyer: ...

    def change(self, service: str, statement: str) -> None:
        """Change rows of a service's database."""
        ...

    def silence(self, service: str) -> None:
        """From now on it does not answer."""
        ...

    def restore(self, service: str) -> None: ...

    def work(self) -> None:
        """The worker does what is due."""
        ...


@dataclass(frozen=True)
class Scene:
    """`before` brings her to where it begins; in `act` a process may die."""

    before: Callable[[Theatre, Buyer], Any]
    act: Callable[[Theatre, Buyer, Any], Any]


def comes(theatre: Theatre, buyer: Buyer) -> None:
    """She has a browser, and nothing else."""


def has_named_herself(theatre: Theatre, buyer: Buyer):
    return buyer.to_review(theatre.item)


def is_asked_to_pay(theatre: Theatre, buyer: Buyer):
    return buyer.to_pay(theatre.item)


def is_sent_to_pay(theatre: Theatre, buyer: Buyer):
    pay = buyer.to_pay(theatre.item)
    buyer.to_the_gateway(pay)
    return pay


def is_at_the_gateway(theatre: Theatre, buyer: Buyer) -> str:
    return buyer.to_the_gateway(buyer.to_pay(theatre.item))


def pays_and_nobody_tells(theatre: Theatre, buyer: Buyer, hosted: str) -> None:
    """So that she asks herself: where a webhook is at it she waits for that."""
    buyer.press(hosted, "authorisation", fault="webhook_lost")


def has_booked(theatre: Theatre, buyer: Buyer):
    page = buyer.booked(theatre.item)
    return buyer.until("You are booked", page)


def checks_out(theatre: Theatre, buyer: Buyer, _page) -> None:
    buyer.booked(theatre.item)


def cancels(theatre: Theatre, buyer: Buyer, _page) -> None:
    buyer.cancel()


def lets_go(theatre: Theatre, buyer: Buyer, pay) -> None:
    buyer.site.submit(buyer.at("pay"), "/abandonment")


def begins_again(theatre: Theatre, buyer: Buyer, pay) -> None:
    lets_go(theatre, buyer, pay)
    page = buyer.site.get(f"/bookings/{buyer.reference}")
    buyer.site.submit(page, "/again")


def corrects_her_name(theatre: Theatre, buyer: Buyer, _page) -> None:
    address = f"/bookings/{buyer.reference}/travellers/1/name"
    proposal = buyer.follow(buyer.site.submit(buyer.site.get(address), "/name", given_name="Aisha"))
    buyer.site.submit(proposal, "/correction")


def finds_another_price(theatre: Theatre, buyer: Buyer, review) -> None:
    theatre.change("flights", "UPDATE departures SET fare_minor = fare_minor + 100")
    page = buyer.follow(buyer.site.submit(review, "/hold"))
    buyer.site.submit(buyer.follow(buyer.site.get(page.request.path)) if page.location else page, "/price")


def is_held_while_nobody_answers(theatre: Theatre, buyer: Buyer, review) -> None:
    theatre.silence("flights")
    with suppress(Exception):
        buyer.site.submit(review, "/hold")
    theatre.restore("flights")


def has_let_go(theatre: Theatre, buyer: Buyer):
    lets_go(theatre, buyer, is_sent_to_pay(theatre, buyer))


def _is_paid_after_the_end(theatre: Theatre, buyer: Buyer) -> None:
    """Hers alone: those of the scenes before are over."""
    theatre.change(
        "gateway",
        "UPDATE payments SET state = 'AUTHORISED', authorised_minor = amount_minor "
        f"WHERE state = 'VOIDED' AND reference LIKE '{buyer.reference}-%'",
    )


def comes_back_late(theatre: Theatre, buyer: Buyer, _page) -> None:
    """The gateway authorised what was let go."""
    _is_paid_after_the_end(theatre, buyer)
    buyer.at("return")


def _finds(theatre: Theatre, buyer: Buyer, kind: str) -> None:
    """What reconciliation would plan for her last item and her payment; whoever visits the booking does it."""
    theatre.change(
        "site",
        "INSERT INTO saga_steps (booking_id, item_id, payment_id, kind, state, dedupe_key, attempts, fence, run_at, created_at) "
        f"SELECT b.id, max(i.id), max(p.id), '{kind}', 'READY', '{kind} of {buyer.reference}', 0, 0, b.created_at, b.created_at "
        "FROM bookings b JOIN booking_items i ON i.booking_id = b.id JOIN payments p ON p.booking_id = b.id "
        f"WHERE b.public_reference = '{buyer.reference}' GROUP BY b.id, b.created_at",
    )
    buyer.at("return")


def is_reconciled_with_a_late_payment(theatre: Theatre, buyer: Buyer, _page) -> None:
    _is_paid_after_the_end(theatre, buyer)
    _finds(theatre, buyer, "RETURN")


def is_reconciled_with_an_order_that_nobody_claims(theatre: Theatre, buyer: Buyer, _page) -> None:
    _finds(theatre, buyer, "UNCLAIM")


def is_reconciled_with_what_was_learned_meanwhile(theatre: Theatre, buyer: Buyer, _page) -> None:
    _finds(theatre, buyer, "LEARN")


def takes_the_last_seat_of_who_is_late(theatre: Theatre, buyer: Buyer, pay) -> None:
    """Somebody's hold has ended, and it holds the seat that she wants."""
    theatre.change("flights", "UPDATE bpp_bookings SET held_until = created_at WHERE booking_status = 'HELD'")
    theatre.change("flights", "UPDATE departures SET seats = seats - seats_available, seats_available = 0")
    another = theatre.buyer()
    another.to_pay(theatre.item)


def is_undone_when_it_cannot_be_cancelled(theatre: Theatre, buyer: Buyer, _page) -> None:
    """The provider confirmed what she lets go, long ago: it is asked how it stands (50001)."""
    theatre.change(
        "flights",
        "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', held_until = NULL, confirmed_at = '2026-01-01 00:00:00', "
        "terms = '[]' WHERE booking_status = 'HELD'",
    )
    lets_go(theatre, buyer, _page)


SCENES = {
    "checkout": Scene(comes, checks_out),
    "webhook lost": Scene(is_at_the_gateway, pays_and_nobody_tells),
    "cancellation": Scene(has_booked, cancels),
    "abandonment": Scene(is_sent_to_pay, lets_go),
    "again": Scene(is_sent_to_pay, begins_again),
    "correction": Scene(has_booked, corrects_her_name),
    "price": Scene(has_named_herself, finds_another_price),
    "silence": Scene(has_named_herself, is_held_while_nobody_answers),
    "last seat": Scene(is_sent_to_pay, takes_the_last_seat_of_who_is_late),
    "late money": Scene(has_let_go, comes_back_late),
    "late money found": Scene(has_let_go, is_reconciled_with_a_late_payment),
    "an order found": Scene(has_let_go, is_reconciled_with_an_order_that_nobody_claims),
    "a capture found": Scene(has_booked, is_reconciled_with_what_was_learned_meanwhile),
    "too late": Scene(is_sent_to_pay, is_undone_when_it_cannot_be_cancelled),
}
