"""A buyer at a flight service's doors, in the words of the tests: everything it does is a signed Beckn message."""

import contextvars
import uuid
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, select

from beckn import air, money, orders
from beckn.air import AirOrder, Party
from beckn.messages import Contact, Customer, Person
from beckn.orders import Paid
from beckn.people import Traveller
from bpp_services.air.models import Booking, Departure, Flight
from chassis import clock
from chassis.database import db
from tests.bpp_services.doors import BAP_ID, Bap, Reply
from tests.factories import ASHA, BILLED_TO_ASHA, DAY

SITE = "https://bap.example.org"
ONE = Party(1)


def party_of(*travellers: Traveller) -> Party:
    kinds = [each.kind for each in travellers]
    return Party(kinds.count("ADULT"), kinds.count("CHILD"), kinds.count("INFANT"))


class Desk:
    """Searches, and orders what it found; `post` as in Bap, by default straight into the app."""

    def __init__(self, app: Flask, post=None, bap_id: str = BAP_ID):
        self.app = app
        self.bap = Bap(app, post or self._post, bap_id)

    def _post(self, path, body, headers):
        # An empty context: the request gets a session of its own, not the one of the test that asks.
        response = contextvars.Context().run(self.app.test_client().post, path, data=body, headers=headers)
        return response.status_code, response.data, dict(response.headers)

    def search(
        self, origin="BLR", destination="BOM", on: date = DAY, party: Party = ONE, cabin=None
    ) -> Reply:
        midnight = datetime.combine(on, datetime.min.time(), ZoneInfo("Asia/Kolkata"))
        wanted = air.Search(origin, destination, on, party, cabin)
        return self.bap.ask("search", air.write_search(wanted, midnight, SITE))

    def offers(self, *args, **kwargs) -> dict[str, int]:
        """Seats left by item, as a search shows them."""
        found = self.search(*args, **kwargs).body["message"]["catalog"]["providers"]
        items = [item for seller in found for item in seller["items"] if item["id"].endswith(".ADULT")]
        return {item["id"].removesuffix(".ADULT"): item["quantity"]["available"]["count"] for item in items}

    def select(self, item: str, *travellers: Traveller) -> Reply:
        return self.bap.ask("select", air.write_select(air.choice_of(item, party_of(*travellers or (ASHA,)))))

    def order(self, item: str, *travellers: Traveller, total_minor: int | None = None) -> "Order":
        """An order that is not made yet, at the price that a select says now."""
        travellers = travellers or (ASHA,)
        if total_minor is None:
            total_minor = money.parse(self.select(item, *travellers).total)
        return Order(
            self,
            AirOrder(
                choice=air.choice_of(item, party_of(*travellers)),
                travellers=travellers,
                billed_to=BILLED_TO_ASHA,
                paid=Paid(total_minor, "INR"),
                platform_reference="K7MQ-2XP-9RT",
            ),
        )

    def held(self, item: str, *travellers: Traveller) -> "Order":
        """An order that is held."""
        order = self.order(item, *travellers)
        assert order.init().state == "HELD"
        return order

    def booked(self, item: str, *travellers: Traveller) -> "Order":
        """An order that is confirmed."""
        order = self.held(item, *travellers)
        assert order.confirm().state == "CONFIRMED"
        return order

    # ---- what stands in the database

    def seats_left(self, item: str) -> int:
        with self.app.app_context():
            return db.session.scalar(select(Departure.seats_available).where(_is(item)))

    def bookings(self, **where) -> list[Booking]:
        with self.app.app_context():
            return list(db.session.scalars(select(Booking).filter_by(**where).order_by(Booking.id)))

    def seats_add_up(self, item: str) -> bool:
        """available + held + confirmed = seats; a dead hold that was not swept yet still holds."""
        with self.app.app_context():
            departure = db.session.scalars(select(Departure).where(_is(item))).one()
            taken = db.session.scalar(
                select(func.coalesce(func.sum(Booking.seats), 0)).where(
                    Booking.departure_id == departure.id, Booking.booking_status.in_(("HELD", "CONFIRMED"))
                )
            )
            return departure.seats_available + taken == departure.seats


def _is(item: str):
    number, on, cabin, _, _ = air.parse_item(item)
    flight = select(Flight.id).where(Flight.flight_number == number).scalar_subquery()
    return (Departure.flight_id == flight) & (Departure.departs_on == on) & (Departure.cabin == cabin)


class Order:
    """One order of a Desk, under one transaction; `id` is the provider's, once an answer said it."""

    def __init__(self, desk: Desk, wanted: AirOrder, transaction: str | None = None):
        self.desk = desk
        self.wanted = wanted
        self.transaction = transaction or str(uuid.uuid4())
        self.id: str | None = None

    def instead(self, **changes) -> "Order":
        """The same transaction with another content."""
        other = Order(self.desk, replace(self.wanted, **changes), self.transaction)
        other.id = self.id
        return other

    def init(self, **context) -> Reply:
        reply = self._ask("init", air.write_order(self.wanted, SITE), **context)
        if "message" in reply.body and "order" in reply.body["message"]:
            self.id = reply.order["id"]
        return reply

    def confirm(self, **context) -> Reply:
        paid = replace(self.wanted.paid, is_paid=True, reference="pay-1")
        order = replace(self.wanted, order_id=self.id, paid=paid)
        return self._ask("confirm", air.write_order(order, SITE, clock.now()), **context)

    def status(self, by_transaction: bool = False) -> Reply:
        return self._ask(
            "status", orders.status_message(None if by_transaction else self.id, self.transaction)
        )

    def cancel(self, reason: str = "001", preview: bool = False, by_transaction: bool = False) -> Reply:
        order_id = None if by_transaction else self.id
        return self._ask("cancel", orders.cancel_message(order_id, self.transaction, reason, preview))

    def preview(self, reason: str = "001") -> Reply:
        return self.cancel(reason, preview=True)

    def update(self, place: str = "ADULT-1", name=None, phone=None, email=None) -> Reply:
        customer = Customer(
            Person(name=name) if name else None, Contact(phone, email) if phone or email else None
        )
        ticket = f"{self.wanted.choice.item_id}.{place}"
        return self._ask("update", orders.update_message(self.id, ticket, customer, "order.fulfillments"))

    def support(self) -> Reply:
        return self._ask("support", orders.support_message(self.id))

    def _ask(self, action: str, message, **context) -> Reply:
        return self.desk.bap.ask(action, message, self.transaction, **context)
