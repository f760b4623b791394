"""A booking is read whole and as it is now, in two questions."""

from sqlalchemy import delete, inspect, update

from chassis.database import db, engine, writing
from webapp.bookings import reading
from webapp.bookings.models import Booking, BookingItem, Traveller


def changed_behind_our_back(kind, **values) -> None:
    with engine().begin() as another:
        another.execute(update(kind.__table__).values(**values))


def test_what_was_read_before_is_read_anew(database, a_trip):
    trip = a_trip()
    booking = reading.whole(trip.booking_id)
    item = booking.items[0]
    db.session.commit()
    changed_behind_our_back(Booking, problem="DECLINED")
    changed_behind_our_back(BookingItem, tickets={"1": "312-1"})

    with writing():
        again = reading.whole(trip.booking_id, lock=True)

        assert (again, again.items[0]) == (booking, item)
        assert (booking.problem, item.tickets) == ("DECLINED", {"1": "312-1"})
        assert item.booking is booking


def test_who_travels_is_read_anew_too(a_trip):
    trip = a_trip()
    with writing() as session:
        assert len(reading.whole(trip.booking_id, lock=True).travellers) == 1
        session.execute(delete(Traveller.__table__))

        assert reading.whole(trip.booking_id, lock=True).travellers == []


def test_two_questions_are_asked_and_a_third_for_who_travels(a_trip):
    trip = a_trip()
    db.session.rollback()
    asked: list[str] = []
    connection = db.session.connection(bind_arguments={"bind": engine()}).connection.driver_connection
    connection.set_trace_callback(asked.append)

    booking = reading.whole(trip.booking_id)
    assert [item.id for item in booking.items] == [item.id for item in booking.current_items]
    assert len(asked) == 2
    reading.know_travellers(booking)
    reading.know_travellers(booking)
    assert [each.name for each in booking.travellers] == ["Asha Rao"]
    connection.set_trace_callback(None)

    assert len(asked) == 3
    assert not inspect(booking).modified
