"""Asha buys: offer, travellers, review, pay and what comes after, through the pages as they stand."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from chassis.database import db
from tests.journeys.traveller import ADULT, CONTACT, Journey
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox
from webapp.payments import ledger
from webapp.payments.models import Payment


class Buyer(Journey):
    """One browser at the site, and the same one at the gateway."""

    def offer(self, item: str, provider: str = "flights", party: str = "adults=1"):
        return self.site.get(f"/offers/{provider}~{item}?{party}")

    def at(self, page: str):
        """A page of this checkout."""
        return self.site.get(f"/checkout/{self.reference}/{page}")

    def to_travellers(self, item: str, provider: str = "flights", party: str = "adults=1"):
        return self.go_on(self.add(item, provider, party))

    def add(self, item: str, provider: str = "flights", party: str = "adults=1"):
        """The page of the trip, with the item in it."""
        return self.follow(self.site.submit(self.offer(item, provider, party), "/trip"))

    def begin_another_trip(self) -> None:
        """As in a new visit: a guest's draft that is not finished stays where it is."""
        with self.site.session_transaction() as session:
            session.pop("trip", None)

    def to_review(self, item: str, provider: str = "flights", traveller: dict | None = None):
        page = self.to_travellers(item, provider)
        return self.follow(self.name_them(page, traveller or ADULT))

    def name_them(self, page, *travellers: dict, **contact):
        """What the site answers to the travellers' form, filled in."""
        return self.site.submit(page, "/travellers", **typed(*travellers), **(CONTACT | contact))

    def to_pay(self, item: str, provider: str = "flights", traveller: dict | None = None):
        return self.hold(self.to_review(item, provider, traveller))

    def booked(self, item: str, provider: str = "flights", traveller: dict | None = None):
        """All the way: the page of a confirmed booking."""
        pay = self.to_pay(item, provider, traveller)
        return self.press(self.to_the_gateway(pay), "authorisation")

    def remembers(self) -> dict:
        """What makes her the one who was here before."""
        return {"reference": self.reference, "cookies": [dict(each._cookies) for each in self._browsers()]}

    def recalls(self, memory: dict) -> None:
        self.reference = memory["reference"]
        for browser, cookies in zip(self._browsers(), memory["cookies"], strict=True):
            browser._cookies = dict(cookies)

    def _browsers(self):
        return self.site, self.gateway


def typed(*travellers: dict) -> dict:
    """The fields of several travellers as one form has them."""
    return {
        f"traveller-{place}-{name}": value
        for place, traveller in enumerate(travellers)
        for name, value in traveller.items()
    }


@dataclass
class Books:
    """What the site's own database says."""

    app: Flask

    def all(self) -> list[tuple[str, str]]:
        """(reference, state) of every booking, oldest first."""
        with self.app.app_context():
            rows = db.session.execute(select(Booking.public_reference, Booking.state).order_by(Booking.id))
            return [(reference, state) for reference, state in rows]

    def state(self, reference: str) -> str:
        return dict(self.all())[reference]

    def states(self) -> list[str]:
        return [state for _, state in self.all()]

    def payments(self) -> list[tuple[str, str | None]]:
        """(state, gateway reference) of every payment."""
        with self.app.app_context():
            rows = db.session.execute(select(Payment.state, Payment.gateway_reference).order_by(Payment.id))
            return [(state, number) for state, number in rows]

    def letters(self) -> list[str]:
        """The letters that are to be sent, oldest first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Outbox.template).order_by(Outbox.id)))

    def refusals(self) -> list[str]:
        """Why the gateway refused to take a payment, as the audit log has it."""
        with self.app.app_context():
            wanted = select(AuditLog.facts).where(AuditLog.action == "was refused the payment")
            return [facts["why"] for facts in db.session.scalars(wanted)]

    def total_minor(self, reference: str) -> int:
        with self.app.app_context():
            found = select(Booking.amount_minor).where(Booking.public_reference == reference)
            return db.session.scalars(found).one()

    def balance(self, reference: str) -> tuple[int, int]:
        with self.app.app_context():
            found = select(Booking).where(Booking.public_reference == reference)
            return ledger.balance(db.session.scalars(found).one())
