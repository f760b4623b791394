"""The three providers' counters, each with an order held and a valid message for every door."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from bpp_services.core.book import OrderBook
from tests.bpp_services.air.desk import Desk as AirDesk
from tests.bpp_services.air.said import valid_messages as flight_messages
from tests.bpp_services.doors import Bap, Reply
from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.bpp_services.hotels.desk import Desk as HotelDesk
from tests.bpp_services.hotels.said import valid_messages as hotel_messages
from tests.factories import ASHA, JAMES, KABIR, MIRA, a_departure


@dataclass
class Counter:
    """At one service: `messages` by action are valid, `order` is held and they are about it."""

    service: str
    desk: Any
    item: str
    order: Any
    messages: dict[str, dict]
    adds_up: Callable[[str], bool]

    @property
    def bap(self) -> Bap:
        return self.desk.bap

    @property
    def book(self) -> OrderBook:
        return self.desk.app.extensions["service"].provider.book

    def is_for_its_people(self, booking: Any) -> bool:
        """Whether a row of bpp_bookings has its guest, or a passenger for each of its seats."""
        if self.service == "hotels":
            return booking.guest is not None
        return booking.seats == sum(each.kind != "INFANT" for each in booking.passengers)

    def context(self, action: str) -> dict:
        """The context that goes with the message of an action."""
        said = self.bap.context(action, self.order.transaction if action == "confirm" else None)
        if self.service == "hotels":
            said["location"]["city"]["code"] = "std:022"
        return said

    def ask(self, action: str, message: Any) -> Reply:
        return self.say(action, self.context(action), message)

    def say(self, action: str, context: Any, message: Any) -> Reply:
        """Both as they are, at the door of `action`."""
        return self.bap.send(action, json.dumps({"context": context, "message": message}).encode())

    def orders(self) -> list[tuple[str, str]]:
        """(provider's reference, status) of every booking."""
        return [(each.bpp_booking_id, each.booking_status) for each in self.desk.bookings()]


def open_counter(service: str, app: Flask) -> Counter:
    """Inside an app context of the service."""
    if service == "hotels":
        hotel_desk = HotelDesk(app)
        held = hotel_desk.held(nights_on_sale(DELUXE, rooms=180))
        return Counter(service, hotel_desk, DELUXE, held, hotel_messages(held), hotel_desk.rooms_add_up)
    desk = AirDesk(app)
    number, party = ("AI-1234", (ASHA, MIRA, KABIR)) if service == "flights" else ("BA-201", (JAMES,))
    item = a_departure(number, seats=180)
    order = desk.held(item, *party)
    return Counter(service, desk, item, order, flight_messages(order), desk.seats_add_up)
