"""A trip in the making, driven through the site's own functions, with the real providers and gateway behind the wires."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from beckn.people import Passport
from chassis.database import db, writing
from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.factories import ASHA, ASHA_ABROAD, DAY, EMAIL, PHONE, a_departure
from webapp.bookings.models import Booking, BookingItem, Traveller
from webapp.checkout import saga
from webapp.checkout.steps import cancelling, holding, paying, undoing
from webapp.payments import ledger
from webapp.payments.models import Payment
from webapp.payments.selected import gateway
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts


@dataclass(frozen=True)
class Product:
    """What one provider sells: `put_on_sale(seats=2)` inside an app context of the provider, `query` for whom and when."""

    provider: str
    item: str
    unit: str
    put_on_sale: Callable[..., str]
    query: dict[str, str] = field(default_factory=dict)
    kind: str = "ADULT"
    born_on: date | None = ASHA.born_on
    passport: Passport | None = None

    def __str__(self) -> str:
        return self.provider


DOMESTIC = Product("flights", "6E-5678.20261211.ECONOMY", "seats", partial(a_departure, "6E-5678", DAY))
INTERNATIONAL = Product(
    "international_flights",
    "EK-501.20261211.ECONOMY",
    "seats",
    partial(a_departure, "EK-501", DAY),
    passport=ASHA_ABROAD.passport,
)
HOTEL = Product(
    "hotels",
    DELUXE,
    "rooms",
    partial(nights_on_sale, DELUXE, DAY, nights=2),
    {"checkin": "2026-12-11", "checkout": "2026-12-13"},
    kind="GUEST",
    born_on=None,
)


@dataclass
class Trip:
    """One booking of the site, found again by its id after every step. Inside an app context of the site."""

    site: Flask
    gateway: Any
    booking_id: int

    @property
    def booking(self) -> Booking:
        db.session.rollback()
        return db.session.get_one(Booking, self.booking_id)

    @property
    def state(self) -> str:
        return self.booking.state

    @property
    def item(self) -> BookingItem:
        """The only one, or the first."""
        return self.items[0]

    @property
    def items(self) -> list[BookingItem]:
        return self.booking.current_items

    @property
    def payment(self) -> Payment:
        db.session.rollback()
        return db.session.scalars(
            select(Payment).where(Payment.booking_id == self.booking_id).order_by(Payment.id.desc())
        ).first()

    def hold(self) -> str:
        with writing() as session:
            holding.begin(session.get_one(Booking, self.booking_id))
        return self.drive()

    def open_payment(self) -> str:
        with writing() as session:
            paying.begin(session.get_one(Booking, self.booking_id), "http://127.0.0.1:5000/checkout/back")
        return self.drive()

    def authorise(self) -> None:
        """What the traveller does on the gateway's page; its webhook is told by the test, if it wants."""
        self._on_the_page("authorisation")

    def decline(self) -> None:
        self._on_the_page("decline")

    def _on_the_page(self, button: str) -> None:
        path = self.payment.url.split("5004", 1)[1]
        db.session.rollback()
        browser = self.gateway.test_client()
        page = browser.get(path).text
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        answer = browser.post(f"{path}/{button}", data={"csrf_token": token})
        assert answer.status_code == 303

    def come_back(self) -> str:
        saga.awaken(self.booking_id)
        return self.state

    def drive(self) -> str:
        saga.drive(self.booking_id)
        return self.state

    def cancel(self) -> str:
        with writing() as session:
            booking = session.get_one(Booking, self.booking_id)
            cancelling.begin(booking, list(booking.current_items))
        return self.drive()

    def abandon(self) -> str:
        with writing() as session:
            undoing.begin(session.get_one(Booking, self.booking_id), "ABANDONED", "you released it")
        return self.drive()

    def book(self) -> str:
        """All the way to CONFIRMED."""
        self.hold()
        self.open_payment()
        self.authorise()
        return self.come_back()

    def balance(self) -> tuple[int, int]:
        return ledger.balance(self.booking)

    def truth(self):
        """The payment as the gateway has it."""
        return gateway().find(self.payment.gateway_reference)


def begin(site: Flask, gateway_app: Flask, product: Product, item: str) -> Trip:
    """A DRAFT with one item and its traveller named; inside an app context of the site."""
    return begin_several(site, gateway_app, [replace(product, item=item)])


def begin_several(site: Flask, gateway_app: Flask, products: Sequence[Product]) -> Trip:
    """A DRAFT with an item of each product (the same one twice is two), for Asha alone; inside an app context of the site.

    Each has to be on sale: `product.put_on_sale(seats=2)` inside an app context of its provider.
    """
    booking_id = drafts.begin(secrets.token_urlsafe(24), "INR", None, "test").id
    for product in products:
        provider = directory.find(product.provider)
        choice = provider.wire.choice_of(product.item, product.query)
        offer, form = selected(provider, choice), secrets.token_urlsafe(24)
        drafts.add(db.session.get_one(Booking, booking_id), form, provider, choice, offer, "test")
    with writing() as session:
        name(session.get_one(Booking, booking_id), products)
    return Trip(site, gateway_app, booking_id)


def name(booking: Booking, products: Sequence[Product]) -> None:
    """Asha, who travels alone and pays; inside `writing()`. Who flies answers for the room too."""
    booking.contact_name, booking.contact_email, booking.contact_phone = ASHA.name, EMAIL, PHONE
    flown = [product for product in products if product.kind != "GUEST"]
    asha = Traveller(
        position=0,
        kind="ADULT" if flown else "GUEST",
        given_name="Asha",
        family_name="Rao",
        gender="FEMALE",
        born_on=flown[0].born_on if flown else None,
    )
    asha.passport = next((product.passport for product in flown if product.passport), None)
    booking.travellers = [asha]
