"""What nobody visits is brought to its end by the worker."""

from chassis.database import db, writing
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.steps import holding
from webapp.checkout.worker import worker


def test_the_worker_ends_a_checkout_that_nobody_visits(database, in_site, a_trip, seats, clock):
    trip = a_trip(seats=5)
    trip.hold()
    clock.forward(minutes=13)

    result = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert result.exit_code == 0, result.output
    assert trip.state == "EXPIRED"
    assert seats.counts() == {"RELEASED": 1, "available": 5}


def test_one_bookings_trouble_does_not_end_the_worker(in_site, a_trip, clock, monkeypatch):
    trip = a_trip()
    trip.hold()
    clock.forward(minutes=13)
    monkeypatch.setattr(saga, "perform", lambda claim: 1 / 0)

    assert in_site.test_cli_runner().invoke(worker, ["--once"]).exit_code == 0

    monkeypatch.undo()
    clock.forward(minutes=2)
    assert in_site.test_cli_runner().invoke(worker, ["--once"]).exit_code == 0
    assert trip.state == "EXPIRED"


def test_a_step_just_planned_is_left_to_the_visit_that_planned_it(database, in_site, a_trip, seats, clock):
    trip = a_trip(seats=5)
    with writing() as session:
        holding.begin(session.get_one(Booking, trip.booking_id))
    db.session.rollback()
    work = in_site.test_cli_runner()

    assert work.invoke(worker, ["--once"]).output.startswith("0 steps done")
    assert trip.state == "HOLDING"

    clock.forward(seconds=2)
    work.invoke(worker, ["--once"])
    assert trip.state == "AWAITING_PAYMENT"
    assert seats.counts() == {"HELD": 1, "available": 4}


def test_a_payment_that_nobody_tells_of_is_found_within_a_minute(
    database, in_site, a_trip, clock, quiet_gateway
):
    """The webhook is lost, and she closes her browser on the gateway's page."""
    trip = a_trip()
    trip.hold()
    trip.open_payment()
    clock.forward(seconds=65)
    assert trip.drive() == "AWAITING_PAYMENT"

    trip.authorise()
    clock.forward(seconds=65)
    in_site.test_cli_runner().invoke(args=["worker", "--once"])

    assert trip.state == "CONFIRMED"


def test_nobody_looks_for_a_payment_that_was_never_opened(in_site, a_trip, clock, wires):
    trip = a_trip()
    trip.hold()
    clock.forward(minutes=5)

    trip.drive()

    assert wires["gateway"].requests == []
