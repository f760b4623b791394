"""A buyer at the hotels service's doors, in the words of the tests: all it does is a signed Beckn message."""

import contextvars
import uuid
from dataclasses import replace
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from beckn import hotels, money, orders
from beckn.hotels import HotelOrder, Stay
from beckn.messages import Contact, Customer, Person
from beckn.orders import Paid
from bpp_services.hotels.models import Booking, RoomNight, RoomType
from chassis import clock
from chassis.database import db
from tests.bpp_services.doors import BAP_ID, Bap, Reply
from tests.bpp_services.hotels.cast import ARJUN, BILLED_TO_ARJUN, NIGHT

SITE = "https://bap.example.org"


def a_stay(nights: int = 3, check_in: date = NIGHT, **party) -> Stay:
    """Two rooms for three adults and a child, as in the examples; `party` overrides."""
    said = {"rooms": 2, "adults": 3, "children": 1} | party
    return Stay(check_in=check_in, check_out=check_in + timedelta(nights), **said)


class Desk:
    """Searches, and orders what it found; `post` as in Bap, by default straight into the app."""

    def __init__(self, app: Flask, post=None, bap_id: str = BAP_ID):
        self.app = app
        self.bap = Bap(app, post or self._post, bap_id)

    def _post(self, path, body, headers):
        # An empty context: the request gets a session of its own, not the one of the test that asks.
        response = contextvars.Context().run(self.app.test_client().post, path, data=body, headers=headers)
        return response.status_code, response.data, dict(response.headers)

    def search(self, stay: Stay | None = None, city: str = "022") -> Reply:
        search = hotels.Search(city=city, **vars(stay or a_stay()))
        location = {"country": {"code": "IND"}, "city": {"code": search.city_code}}
        return self.bap.ask("search", hotels.write_search(search, SITE), location=location)

    def offers(self, stay: Stay | None = None, city: str = "022") -> dict[str, int]:
        """Rooms left by item, as a search shows them."""
        found = self.search(stay, city).body["message"]["catalog"]["providers"]
        items = [item for seller in found for item in seller["items"]]
        return {item["id"]: item["quantity"]["available"]["count"] for item in items}

    def select(self, item: str, stay: Stay | None = None) -> Reply:
        return self.bap.ask("select", hotels.write_select(hotels.choice_of(item, stay or a_stay())))

    def order(self, item: str, stay: Stay | None = None, total_minor: int | None = None) -> "Order":
        """An order that is not made yet, at the price that a select says now."""
        stay = stay or a_stay()
        if total_minor is None:
            total_minor = money.parse(self.select(item, stay).total)
        return Order(
            self,
            HotelOrder(
                choice=hotels.choice_of(item, stay),
                guest=ARJUN,
                billed_to=BILLED_TO_ARJUN,
                paid=Paid(total_minor, "INR"),
                platform_reference="D4NW-7KT-Q8C",
            ),
        )

    def held(self, item: str, stay: Stay | None = None) -> "Order":
        """An order that is held."""
        order = self.order(item, stay)
        assert order.init().state == "HELD"
        return order

    def booked(self, item: str, stay: Stay | None = None) -> "Order":
        """An order that is confirmed."""
        order = self.held(item, stay)
        assert order.confirm().state == "CONFIRMED"
        return order

    # ---- what stands in the database

    def rooms_left(self, item: str) -> list[int]:
        """Night by night."""
        with self.app.app_context():
            return [night.rooms_available for night in self._nights(item)]

    def bookings(self, **where) -> list[Booking]:
        with self.app.app_context():
            return list(db.session.scalars(select(Booking).filter_by(**where).order_by(Booking.id)))

    def rooms_add_up(self, item: str) -> bool:
        """On every night available + held + confirmed = rooms; a dead hold that was not swept still holds."""
        with self.app.app_context():
            room_type_id = db.session.scalar(select(RoomType.id).where(_is(item)))
            taking = Booking.booking_status.in_(("HELD", "CONFIRMED"))
            query = select(Booking).where(Booking.room_type_id == room_type_id, taking)
            bookings = list(db.session.scalars(query))
            return all(
                night.rooms_available
                + sum(each.rooms for each in bookings if each.check_in <= night.night < each.check_out)
                == night.rooms
                for night in self._nights(item)
            )

    def _nights(self, item: str) -> list[RoomNight]:
        query = select(RoomNight).join(RoomNight.room_type).where(_is(item)).order_by(RoomNight.night)
        return list(db.session.scalars(query))


def _is(item: str):
    hotel_id, code = hotels.parse_item(item)
    return (RoomType.hotel_id == hotel_id) & (RoomType.code == code)


class Order:
    """One order of a Desk, under one transaction; `id` is the provider's, once an answer said it."""

    def __init__(self, desk: Desk, wanted: HotelOrder, transaction: str | None = None):
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
        reply = self.ask("init", hotels.write_order(self.wanted, SITE), **context)
        if "order" in reply.body.get("message", {}):
            self.id = reply.order["id"]
        return reply

    def confirm(self, **context) -> Reply:
        paid = replace(self.wanted.paid, is_paid=True, reference="pay-1")
        order = replace(self.wanted, order_id=self.id, paid=paid)
        return self.ask("confirm", hotels.write_order(order, SITE, clock.now()), **context)

    def status(self, by_transaction: bool = False) -> Reply:
        order_id = None if by_transaction else self.id
        return self.ask("status", orders.status_message(order_id, self.transaction))

    def cancel(self, reason: str = "001", preview: bool = False, by_transaction: bool = False) -> Reply:
        order_id = None if by_transaction else self.id
        return self.ask("cancel", orders.cancel_message(order_id, self.transaction, reason, preview))

    def preview(self, reason: str = "001") -> Reply:
        return self.cancel(reason, preview=True)

    def rename(self, name=None, phone=None, email=None) -> Reply:
        customer = Customer(
            Person(name=name) if name else None, Contact(phone, email) if phone or email else None
        )
        stay = self.wanted.choice.fulfillment_id
        return self.ask("update", orders.update_message(self.id, stay, customer, "fulfillment"))

    def update(self, **fulfillment) -> Reply:
        """An update of the stay in plain data."""
        stay = {"id": self.wanted.choice.fulfillment_id} | fulfillment
        order = {"id": self.id, "fulfillments": [stay]}
        return self.ask("update", {"update_target": "fulfillment", "order": order})

    def support(self) -> Reply:
        return self.ask("support", orders.support_message(self.id))

    def ask(self, action: str, message, **context) -> Reply:
        return self.desk.bap.ask(action, message, self.transaction, **context)
