"""What the fixtures promise: fresh databases that are each test's own, and services that meet without mixing."""

import pytest
from sqlalchemy import func, select

from chassis.calls import CallFailed, call
from chassis.database import db, engine, writing
from chassis.identity import identity_table, read_identity


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_fresh_migrated_database(database, flights_app, turn):
    from bpp_services.air.models import Airport

    client = flights_app.test_client()
    with flights_app.app_context():
        assert engine().dialect.name == database
        assert db.session.scalar(select(func.count()).select_from(Airport)) == 0
        with writing():
            db.session.execute(identity_table("air").update().values(market="elsewhere"))

    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_what_tests_begin_with_is_there_each_time_and_no_test_sees_anothers(
    database, flights_app, begins_with, turn
):
    def rename(market: str) -> str:
        with flights_app.app_context(), writing():
            db.session.execute(identity_table("air").update().values(market=market))
        return market

    assert begins_with("a market of another name", lambda: rename("renamed")) == "renamed"
    with flights_app.app_context(), engine().connect() as connection:
        assert read_identity(connection, "air") == ("flights_bpp", "renamed")

    rename("by this test alone")


def test_an_empty_database_is_empty(database, make_database):
    assert make_database() != make_database()
    assert make_database().startswith(database)


@pytest.mark.postgresql
def test_a_marked_test_runs_on_postgresql(flights_app):
    with flights_app.app_context():
        assert engine().dialect.name == "postgresql"


def test_the_gateway_is_always_on_sqlite(database, gateway_app):
    with gateway_app.app_context():
        assert engine().dialect.name == "sqlite"


def test_two_services_have_two_databases_and_two_sessions(database, flights_app, international_flights_app):
    with flights_app.app_context():
        ours = db.session()
        with international_flights_app.app_context():
            assert db.session() is not ours
            assert identity() == ("international_flights_bpp", "international")
        assert db.session() is ours
        assert identity() == ("flights_bpp", "domestic")


def identity():
    with engine().connect() as connection:
        return read_identity(connection, "air")


@pytest.mark.parametrize("who", ["flights", "international_flights", "hotels", "gateway", "site"])
def test_every_service_reaches_every_other_in_process(services, addresses, who):
    for other, address in addresses.items():
        with services[who].app_context():
            answer = call("GET", f"{address}/readyz", deadline=2)

        assert services[other].config["SERVICE"].encode() in answer.body
        assert answer.status == 200


def test_a_service_that_is_down_is_down_for_all(services, addresses, wires):
    wires["hotels"].down()

    with services["site"].app_context(), pytest.raises(CallFailed):
        call("GET", f"{addresses['hotels']}/readyz", deadline=2)
