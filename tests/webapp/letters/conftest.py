"""Trips that write letters, and the letters as they lie in instance/mail/."""

from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from sqlalchemy import select

from chassis.database import db
from tests import trips
from tests.factories import MORNING
from tests.trips import DOMESTIC, Product, Trip
from webapp.checkout.models import Outbox
from webapp.letters import sending


@pytest.fixture
def in_site(site_app, wires, clock):
    clock.set(MORNING)
    wires["site"].down("/payments/webhooks")
    with site_app.app_context():
        yield site_app


@pytest.fixture
def a_trip(in_site, services, gateway_app) -> Callable[..., Trip]:
    """`a_trip(HOTEL)`: a DRAFT of one product, or of several."""

    on_sale = set()

    def begin(product: Product = DOMESTIC, *more: Product) -> Trip:
        for each in {product.provider: product, **{one.provider: one for one in more}}.values():
            if each.provider not in on_sale:
                on_sale.add(each.provider)
                with services[each.provider].app_context():
                    each.put_on_sale(**{each.unit: 10})
        return trips.begin_several(in_site, gateway_app, [product, *more])

    return begin


@pytest.fixture
def mail(instance) -> Callable[[], list[EmailMessage]]:
    """`mail()`: sends what is due; the messages in instance/mail/, the oldest first."""

    def sent() -> list[EmailMessage]:
        while sending.send_next():
            pass
        return read(instance / "mail")

    return sent


def read(folder) -> list[EmailMessage]:
    files = [
        BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in folder.glob("*.eml")
    ]
    return sorted(files, key=lambda message: (message["Date"].datetime, message["Subject"]))


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def html_of(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


@pytest.fixture
def outbox(in_site) -> Callable[[], list[Outbox]]:
    def rows() -> list[Outbox]:
        db.session.rollback()
        return list(db.session.scalars(select(Outbox).order_by(Outbox.id)))

    return rows
