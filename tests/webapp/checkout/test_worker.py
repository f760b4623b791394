"""What nobody visits is brought to its end by the worker."""

import os
import signal
import subprocess
import sys
import threading
import time

from sqlalchemy import select

from chassis.database import db, writing
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout import worker as worker_module
from webapp.checkout.steps import holding
from webapp.checkout.worker import worker
from webapp.reconciliation.models import Reconciliation


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


def test_trouble_in_one_kind_of_work_stops_no_other(in_site, monkeypatch):
    stopping, done = threading.Event(), []

    def works():
        done.append(1)
        if len(done) == 5:
            stopping.set()
        return 0

    kinds = (worker_module.Kind("broken", lambda: 1 / 0, 0.001), worker_module.Kind("fine", works, 0.001))
    monkeypatch.setattr(worker_module, "KINDS", kinds)

    worker_module._until_told_to_stop(in_site, stopping)

    assert len(done) == 5


def test_what_hangs_holds_up_no_other_and_not_the_end(in_site, monkeypatch):
    stopping, hangs = threading.Event(), threading.Event()

    def works():
        stopping.set()
        return 0

    kinds = (worker_module.Kind("hangs", hangs.wait, 0.001), worker_module.Kind("fine", works, 0.001))
    monkeypatch.setattr(worker_module, "KINDS", kinds)
    monkeypatch.setattr(worker_module, "GRACE_SECONDS", 0.05)

    worker_module._until_told_to_stop(in_site, stopping)

    assert stopping.is_set()
    hangs.set()


def test_a_worker_that_is_told_to_stop_ends_well(site_app):
    """A real process, which writes down that it is there by planning the first hour's reconciliation."""
    database = site_app.config["SQLALCHEMY_BINDS"]["travel_discovery"]["url"]
    settings = {"TRAVEL_DISCOVERY_DATABASE_URL": database, "YAANA_INSTANCE": site_app.instance_path}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE, text=True) as process:
        try:
            end = time.monotonic() + 30
            while not planned(site_app) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0, process.stderr.read()
        finally:
            process.kill()


def planned(app) -> bool:
    with app.app_context():
        return db.session.scalar(select(Reconciliation.state)) == "READY"
