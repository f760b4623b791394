"""`make run`: everything comes up, says where it is, comes up quickly the second time, and leaves nothing behind.

The tests stand in the order in which they happen to one installation.
"""

import os
import signal
import socket
import sqlite3
from contextlib import closing

import pytest

from tests.invariants import LOST
from tests.journeys.make_run import PORTS, MakeRun
from tests.journeys.over_sockets import Browser
from tests.journeys.test_one_booking import products
from tests.journeys.traveller import Journey


def test_it_says_where_the_site_is_and_who_may_sign_in(make_run):
    accounts = (make_run.instance / "demo-accounts.txt").read_text()

    assert f"Yaana is ready at {make_run.address('webapp')}" in make_run.said()
    assert accounts.strip() in make_run.said()


@pytest.mark.parametrize("service", PORTS)
def test_every_service_is_ready(make_run, service):
    status, text = make_run.get(service, "/readyz")

    assert status == 200
    assert '"status":"ready"' in text


def test_the_home_page_is_there(make_run):
    status, text = make_run.get("webapp", "/")

    assert status == 200
    assert "<h1" in text


def test_it_listens_on_this_machine_only(make_run):
    for port in make_run.ports.values():
        with socket.socket() as elsewhere:
            elsewhere.bind(("127.0.0.2", port))  # would fail if it listened on every address


@pytest.mark.parametrize("name", ["domestic", "international", "hotel"])
def test_a_trip_is_booked_and_cancelled_through_real_processes(make_run, name):
    product = products()[name]
    with Browser(make_run.address("webapp")) as site, Browser(make_run.address("gateway")) as gateway:
        journey = Journey(site, gateway)
        review = journey.book(journey.choose(product.search, product.item), product.traveller)
        pay = journey.hold(review)
        page = journey.press(journey.to_the_gateway(pay), "authorisation")
        booked = journey.until("You are booked", page)

        assert journey.reference in booked.text
        assert bookings_of(make_run, product.service) == ["CONFIRMED"]
        assert nothing_is_lost(make_run, product.service)

        _, page = journey.cancel()
        journey.until("Your booking is cancelled", page)

    assert bookings_of(make_run, product.service) == ["CANCELLED"]
    assert nothing_is_lost(make_run, product.service)


def bookings_of(make_run, service: str) -> list[str]:
    """The states of the bookings in a provider's own file."""
    with closing(sqlite3.connect(make_run.instance / f"{service}_bpp.db")) as database:
        return [state for (state,) in database.execute("SELECT booking_status FROM bpp_bookings")]


def nothing_is_lost(make_run, service: str) -> bool:
    """available + held + confirmed = capacity, for every departure or night."""
    with closing(sqlite3.connect(make_run.instance / f"{service}_bpp.db")) as database:
        return database.execute(LOST[service]).fetchall() == []


def test_ctrl_c_leaves_no_process(make_run):
    assert make_run.stop(signal.SIGINT) == 130

    assert make_run.processes() == {}


def test_the_second_start_is_quick_and_keeps_the_data(make_run):
    accounts = (make_run.instance / "demo-accounts.txt").read_text()

    make_run.start()
    seconds = make_run.wait_until_ready(within=60)

    # The promise is for a machine that does nothing else; other tests run beside this one.
    assert seconds < 10 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert accounts.strip() in make_run.said()


def test_when_a_service_dies_all_end_and_the_exit_code_says_so(make_run):
    hotels = next(
        pid for pid, command in make_run.processes().items() if "--app bpp_services.hotels" in command
    )

    os.kill(hotels, signal.SIGKILL)

    assert make_run.exit_code() == 1
    assert "hotels ended with code -9: everything was stopped." in make_run.said()
    assert make_run.processes() == {}


def test_being_terminated_while_starting_leaves_no_process(make_run):
    make_run.start()
    make_run.wait_until_said("Setting up the databases", within=10)

    assert make_run.stop(signal.SIGTERM) == 143

    assert make_run.processes() == {}


@pytest.fixture
def not_started(tmp_path):
    """An installation that was never started."""
    with MakeRun(tmp_path) as running:
        yield running


@pytest.mark.parametrize("service", PORTS)
def test_a_port_that_is_taken_is_named_and_nothing_is_started(not_started, service):
    with socket.create_server(("127.0.0.1", not_started.ports[service])):
        not_started.start()

        assert not_started.exit_code() == 1

    assert f"set {PORTS[service]} to another" in not_started.said()
    assert not not_started.instance.exists()


def test_two_services_on_one_port_are_refused(not_started):
    not_started.start(HOTELS_PORT=str(not_started.ports["flights"]))

    assert not_started.exit_code() == 1
    assert "FLIGHTS_PORT and HOTELS_PORT are both" in not_started.said()


def test_what_is_no_port_is_refused(not_started):
    not_started.start(GATEWAY_PORT="five thousand")

    assert not_started.exit_code() == 1
    assert "GATEWAY_PORT=five thousand is not a port" in not_started.said()


def test_production_is_refused(not_started):
    not_started.start(APP_ENV="production")

    assert not_started.exit_code() == 1
    assert "use `make serve` in production" in not_started.said()
