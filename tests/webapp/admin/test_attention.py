"""Why an admin should look at a booking: several reasons, each asked for and taken back by itself."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from chassis.database import db, engine, writing
from tests.webapp.admin.booked import a_booking
from webapp.admin import attention
from webapp.bookings.models import Booking


def test_a_reason_is_added_once():
    booking = Booking()
    for why in ("a name was refused", "something differs", "a name was refused"):
        attention.add(booking, why)

    assert booking.needs_attention == "a name was refused · something differs"


def test_a_reason_is_asked_for_and_taken_back_by_a_bookings_id(site_app):
    a_booking(site_app)
    with site_app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        with writing():
            attention.ask_for(booking.id, "a letter came back: no · never")
            attention.ask_for(booking.id, "something differs")
            attention.ask_for(None, "a letter of no booking came back")
        assert booking.needs_attention == "a letter came back: no, never · something differs"

        with writing():
            assert attention.is_over(booking.id, "a letter came back: no · never")
            assert not attention.is_over(booking.id, "nobody asked for this")
            assert not attention.is_over(None, "something differs")
        assert booking.needs_attention == "something differs"


@pytest.mark.postgresql
def test_who_asks_adds_to_what_another_has_just_written_and_keeps_the_next_waiting(site_app):
    a_booking(site_app)
    with site_app.app_context(), engine().connect() as another:
        with writing() as session:
            booking = session.scalars(select(Booking)).one()
            another.execute(update(Booking).values(needs_attention="a name was refused"))
            another.commit()
            attention.ask_for(booking.id, "something differs")
            with pytest.raises(OperationalError, match="could not obtain lock"):
                another.execute(select(Booking.id).with_for_update(nowait=True))
        assert booking.needs_attention == "a name was refused · something differs"


def test_one_gives_way_and_the_others_stay():
    booking = Booking(needs_attention="tried 8 times · something differs")
    tries = re.compile("tried")

    attention.replace(booking, tries, "tried 9 times")
    assert booking.needs_attention == "something differs · tried 9 times"
    assert attention.has(booking, tries)

    attention.replace(booking, tries, None)
    assert booking.needs_attention == "something differs"
    assert not attention.has(booking, tries)
    attention.replace(booking, re.compile("something"), None)
    assert booking.needs_attention is None


def test_it_is_told_where_nobody_looks_for_another_reason_alone():
    booking, tries = Booking(), re.compile("tried")

    attention.tell(booking, tries, "tried 8 times")
    attention.add(booking, "something differs")
    attention.tell(booking, tries, "tried 9 times")
    assert booking.needs_attention == "something differs · tried 9 times"

    attention.replace(booking, tries, None)
    attention.tell(booking, tries, "tried 10 times")
    assert booking.needs_attention == "something differs"


def test_what_others_said_is_one_reason():
    booking = Booking()

    attention.add(booking, "refused: try later · or not")
    attention.replace(booking, re.compile("tried"), "tried 8 times: away · closed")

    assert booking.needs_attention == "refused: try later, or not · tried 8 times: away, closed"
