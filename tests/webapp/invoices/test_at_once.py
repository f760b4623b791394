"""Many who issue in the same moment, each in a connection of its own: no number is missing, none is there twice."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, event, select, text

from chassis.database import db, engine, writing
from webapp.invoices import issuing
from webapp.invoices.models import Invoice

BOOKINGS = 3


@pytest.fixture
def booked(a_trip) -> list[int]:
    trips = [a_trip() for _ in range(BOOKINGS)]
    for trip in trips:
        trip.book()
    return [trip.booking_id for trip in trips]


@contextmanager
def each_reads_the_same_last_number() -> Iterator[None]:
    """The first look at it is answered to nobody until each booking has somebody who looked."""
    together, seen = threading.Barrier(BOOKINGS), threading.local()

    def wait(_connection, _cursor, statement, *_):
        if "max(invoices.number)" in statement and not hasattr(seen, "it"):
            seen.it = True
            together.wait(10)

    event.listen(engine(), "after_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(engine(), "after_cursor_execute", wait)


def issued_anew_at_once(site_app, bookings: list[int]) -> list[list[str]]:
    """What each of two for every booking is shown, none having been issued before."""
    with writing() as session:
        session.execute(delete(Invoice))

    def issued(booking_id: int) -> list[str]:
        with site_app.app_context():
            return [each.text for each in issuing.issued(booking_id)]

    with each_reads_the_same_last_number(), ThreadPoolExecutor(2 * BOOKINGS) as threads:
        return list(threads.map(issued, bookings * 2))


def numbers() -> list[int]:
    found = list(db.session.scalars(select(Invoice.number).order_by(Invoice.number)))
    db.session.rollback()
    return found


@pytest.mark.postgresql
def test_invoices_issued_at_once_are_numbered_without_gap_and_once_each(site_app, booked):
    shown = issued_anew_at_once(site_app, booked)

    assert numbers() == [1, 2, 3]
    assert shown[:BOOKINGS] == shown[BOOKINGS:]  # two of one booking are shown one invoice
    assert sorted(shown[:BOOKINGS]) == [[f"YA/26-27/00000{each}"] for each in (1, 2, 3)]

    with engine().begin() as connection:  # the control: the same race, and nobody holds the series
        connection.execute(text("ALTER TABLE invoices DROP CONSTRAINT uq_invoices_number_in_series CASCADE"))
    issued_anew_at_once(site_app, booked)
    assert numbers() == [1, 1, 1]
