"""`make verify-databases` sees every single thing that is not so: one grant, one constraint, one row at a time."""

import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest

from run.databases import verify
from run.databases.__main__ import main
from run.databases.known import DATABASES
from tests import apps

BY_NAME = {each.name: each for each in DATABASES}
FLIGHTS, HOTELS, SITE = "flights_bpp", "hotels_bpp", "travel_discovery"

# What is done in which database, what the proof says then, and what undoes it.
GRANTS = [
    (
        FLIGHTS,
        "REVOKE UPDATE ON departures FROM flights_bpp_app",
        "flights_bpp_app may not UPDATE departures",
        "GRANT UPDATE ON departures TO flights_bpp_app",
    ),
    (
        SITE,
        "REVOKE INSERT ON inbox FROM travel_discovery_app",
        "cannot write and read a row: permission denied for table inbox",
        "GRANT INSERT ON inbox TO travel_discovery_app",
    ),
    (
        HOTELS,
        "REVOKE USAGE ON SEQUENCE guests_id_seq FROM hotels_bpp_app",
        "may not use the sequence guests_id_seq",
        "GRANT USAGE ON SEQUENCE guests_id_seq TO hotels_bpp_app",
    ),
    (
        HOTELS,
        "ALTER DEFAULT PRIVILEGES FOR ROLE hotels_bpp_owner IN SCHEMA public REVOKE DELETE ON TABLES FROM hotels_bpp_app",
        "hotels_bpp_app may not DELETE tables that hotels_bpp_owner makes next",
        "ALTER DEFAULT PRIVILEGES FOR ROLE hotels_bpp_owner IN SCHEMA public GRANT DELETE ON TABLES TO hotels_bpp_app",
    ),
    (
        FLIGHTS,
        "GRANT CREATE ON SCHEMA public TO flights_bpp_app",
        "flights_bpp_app may make a table",
        "REVOKE CREATE ON SCHEMA public FROM flights_bpp_app",
    ),
    (
        FLIGHTS,
        "GRANT TEMP ON DATABASE flights_bpp TO flights_bpp_app",
        "flights_bpp_app may make a temporary table",
        "REVOKE TEMP ON DATABASE flights_bpp FROM flights_bpp_app",
    ),
    (
        FLIGHTS,
        "GRANT CREATE ON DATABASE flights_bpp TO flights_bpp_app",
        "flights_bpp_app may make a schema",
        "REVOKE CREATE ON DATABASE flights_bpp FROM flights_bpp_app",
    ),
    (
        FLIGHTS,
        "GRANT TRUNCATE ON alembic_version TO flights_bpp_app",
        "flights_bpp_app may empty a table",
        "REVOKE TRUNCATE ON alembic_version FROM flights_bpp_app",
    ),
    (
        HOTELS,
        "ALTER TABLE guests OWNER TO hotels_bpp_app",
        "the table guests belongs to hotels_bpp_app, and should to hotels_bpp_owner",
        "ALTER TABLE guests OWNER TO hotels_bpp_owner; GRANT SELECT, INSERT, UPDATE, DELETE ON guests TO hotels_bpp_app; GRANT USAGE, SELECT ON SEQUENCE guests_id_seq TO hotels_bpp_app",
    ),
    (
        HOTELS,
        "ALTER TABLE service_identity OWNER TO hotels_bpp_app",
        "hotels_bpp_app may drop a table",
        "ALTER TABLE service_identity OWNER TO hotels_bpp_owner; GRANT SELECT, INSERT, UPDATE, DELETE ON service_identity TO hotels_bpp_app",
    ),
    (
        SITE,
        "GRANT travel_discovery_owner TO travel_discovery_app",
        "travel_discovery_app is a member of travel_discovery_owner",
        "REVOKE travel_discovery_owner FROM travel_discovery_app",
    ),
    (
        SITE,
        "ALTER ROLE travel_discovery_app CREATEDB",
        "travel_discovery_app may make databases",
        "ALTER ROLE travel_discovery_app NOCREATEDB",
    ),
    (
        SITE,
        "ALTER ROLE travel_discovery_owner SUPERUSER",
        "travel_discovery_owner is a superuser",
        "ALTER ROLE travel_discovery_owner NOSUPERUSER",
    ),
    (
        FLIGHTS,
        "GRANT CONNECT ON DATABASE hotels_bpp TO flights_bpp_app",
        "flights_bpp_app may connect to hotels_bpp",
        "REVOKE CONNECT ON DATABASE hotels_bpp FROM flights_bpp_app",
    ),
    (
        FLIGHTS,
        "GRANT CONNECT ON DATABASE travel_discovery TO flights_bpp_owner",
        "flights_bpp_owner may connect to travel_discovery",
        "REVOKE CONNECT ON DATABASE travel_discovery FROM flights_bpp_owner",
    ),
    (
        HOTELS,
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
        "hotels_bpp_app may connect to postgres",
        "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC",
    ),
    (
        HOTELS,
        "GRANT CONNECT ON DATABASE template1 TO PUBLIC",
        "hotels_bpp_app may connect to template1",
        "REVOKE CONNECT ON DATABASE template1 FROM PUBLIC",
    ),
    (
        HOTELS,
        "GRANT CONNECT ON DATABASE hotels_bpp TO PUBLIC",
        "everybody may connect to it (hotels_bpp)",
        "REVOKE CONNECT ON DATABASE hotels_bpp FROM PUBLIC",
    ),
    (
        HOTELS,
        "REVOKE CONNECT ON DATABASE hotels_bpp FROM hotels_bpp_app",
        "Cannot connect with HOTELS_BPP_DATABASE_URL: permission denied",
        "GRANT CONNECT ON DATABASE hotels_bpp TO hotels_bpp_app",
    ),
    (
        HOTELS,
        "ALTER ROLE hotels_bpp_app PASSWORD 'another'",
        "The password in HOTELS_BPP_DATABASE_URL is not the one of hotels_bpp_app",
        None,
    ),
]
CONSTRAINTS = [
    (
        FLIGHTS,
        "ALTER TABLE departures DROP CONSTRAINT ck_departures_seats_available_within_seats",
        "the constraint departures.ck_departures_seats_available_within_seats is missing: CHECK",
        "ALTER TABLE departures ADD CONSTRAINT ck_departures_seats_available_within_seats CHECK (seats_available BETWEEN 0 AND seats)",
    ),
    (
        FLIGHTS,
        "ALTER TABLE flights DROP CONSTRAINT ck_flights_goes_somewhere, ADD CONSTRAINT ck_flights_goes_somewhere CHECK (origin <> 'XXX')",
        "the constraint flights.ck_flights_goes_somewhere is CHECK",
        "ALTER TABLE flights DROP CONSTRAINT ck_flights_goes_somewhere, ADD CONSTRAINT ck_flights_goes_somewhere CHECK (origin <> destination)",
    ),
    (
        FLIGHTS,
        "ALTER TABLE passengers DROP CONSTRAINT fk_passengers_booking_id",
        "passengers.fk_passengers_booking_id is missing: FOREIGN KEY (booking_id) REFERENCES bpp_bookings(id)",
        "ALTER TABLE passengers ADD CONSTRAINT fk_passengers_booking_id FOREIGN KEY (booking_id) REFERENCES bpp_bookings (id)",
    ),
    (
        FLIGHTS,
        "ALTER TABLE departures DROP CONSTRAINT fk_departures_flight_id, ADD CONSTRAINT fk_departures_flight_id FOREIGN KEY (flight_id) REFERENCES flights (id) NOT VALID",
        "NOT VALID, and should be FOREIGN KEY",
        "ALTER TABLE departures VALIDATE CONSTRAINT fk_departures_flight_id",
    ),
    (
        SITE,
        "ALTER TABLE bookings DROP CONSTRAINT uq_bookings_checkout_nonce",
        "bookings.uq_bookings_checkout_nonce is missing: UNIQUE (checkout_nonce)",
        "ALTER TABLE bookings ADD CONSTRAINT uq_bookings_checkout_nonce UNIQUE (checkout_nonce)",
    ),
    (
        SITE,
        "DROP INDEX uq_payments_one_live_per_booking",
        "the index payments.uq_payments_one_live_per_booking is missing: CREATE UNIQUE INDEX",
        "CREATE UNIQUE INDEX uq_payments_one_live_per_booking ON payments (booking_id) WHERE state IN ('OPEN', 'AUTHORISED', 'CAPTURED', 'PARTIALLY_REFUNDED')",
    ),
    (
        HOTELS,
        "DROP INDEX ix_bpp_bookings_held; CREATE INDEX ix_bpp_bookings_held ON bpp_bookings (room_type_id, held_until)",
        "the index bpp_bookings.ix_bpp_bookings_held is CREATE INDEX",
        "DROP INDEX ix_bpp_bookings_held; CREATE INDEX ix_bpp_bookings_held ON bpp_bookings (room_type_id, held_until) WHERE booking_status = 'HELD'",
    ),
    (
        HOTELS,
        "ALTER TABLE hotels ALTER COLUMN city DROP NOT NULL",
        "the column hotels.city is character varying(80), and should be character varying(80) NOT NULL",
        "ALTER TABLE hotels ALTER COLUMN city SET NOT NULL",
    ),
    (
        HOTELS,
        "ALTER TABLE hotels ALTER COLUMN name TYPE varchar(121)",
        "the column hotels.name is character varying(121) NOT NULL",
        "ALTER TABLE hotels ALTER COLUMN name TYPE varchar(120)",
    ),
    (
        HOTELS,
        "ALTER TABLE guests ALTER COLUMN id DROP DEFAULT",
        "the column guests.id is bigint NOT NULL, and should be bigint NOT NULL DEFAULT nextval",
        "ALTER TABLE guests ALTER COLUMN id SET DEFAULT nextval('guests_id_seq')",
    ),
    (
        HOTELS,
        "ALTER TABLE hotels ADD COLUMN more integer",
        "the column hotels.more is there and should not be",
        "ALTER TABLE hotels DROP COLUMN more",
    ),
    (
        HOTELS,
        "ALTER TABLE guests SET UNLOGGED",
        "the table guests is not permanent",
        "ALTER TABLE guests SET LOGGED",
    ),
]
ROWS = [
    (
        HOTELS,
        "DELETE FROM service_identity",
        "nothing says whose it is",
        "INSERT INTO service_identity VALUES (1, 'hotels_bpp', 'hotels')",
    ),
    (
        FLIGHTS,
        "UPDATE service_identity SET service = 'hotels_bpp'",
        "it belongs to hotels_bpp (domestic), and should to flights_bpp (domestic)",
        "UPDATE service_identity SET service = 'flights_bpp'",
    ),
    (
        FLIGHTS,
        "UPDATE alembic_version SET version_num = '0000'",
        "migrations stand at 0000, the newest is",
        None,
    ),
    (FLIGHTS, "DELETE FROM alembic_version", "migrations stand at nothing", None),
    (
        FLIGHTS,
        "UPDATE flights SET flight_number = 'SG-9999' WHERE flight_number = 'SG-2345'",
        "the demo's flight SG-2345 is not there",
        "UPDATE flights SET flight_number = 'SG-2345' WHERE flight_number = 'SG-9999'",
    ),
    (
        "international_flights_bpp",
        "UPDATE departures SET flight_id = (SELECT id FROM flights WHERE flight_number = 'QR-570'), departs_on = departs_on + 1000 WHERE flight_id = (SELECT id FROM flights WHERE flight_number = 'EK-501')",
        "the demo's flight EK-501 is not there with departures",
        "UPDATE departures SET flight_id = (SELECT id FROM flights WHERE flight_number = 'EK-501'), departs_on = departs_on - 1000 WHERE departs_on > current_date + 600",
    ),
    (
        HOTELS,
        "UPDATE hotels SET city = 'Pune' WHERE id = 'the-oberoi-delhi'",
        "the demo's hotel the-oberoi-delhi is not there in Delhi",
        "UPDATE hotels SET city = 'Delhi' WHERE id = 'the-oberoi-delhi'",
    ),
]


def problems(settings, *names):
    return [
        problem
        for each in verify.verify(settings, [BY_NAME[name] for name in names])
        for problem in each.problems
    ]


@pytest.mark.postgresql
@pytest.mark.parametrize(("name", "damage", "sentence", "repair"), GRANTS + CONSTRAINTS + ROWS)
def test_one_thing_that_is_not_so_is_seen(made, damaged, name, damage, sentence, repair):
    with damaged(name, damage, repair):
        said = problems(made.settings, name)

    assert any(sentence in each for each in said), said


@pytest.fixture
def damaged(made):
    """`with damaged(database, statement, repair)`; without a repair it is found out what was there before."""

    @contextmanager
    def during(name, damage, repair):
        version = made.server.say("SELECT version_num FROM alembic_version", name)[0][0]
        stored = made.server.say(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{name}_app'")[0][0]
        again = f"DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('{version}')"
        made.server.say(damage, name)
        try:
            yield
        finally:
            made.server.say(repair or f"{again}; ALTER ROLE {name}_app PASSWORD '{stored}'", name)

    return during


@pytest.mark.postgresql
def test_when_all_is_repaired_nothing_is_wrong_and_nothing_is_left_of_what_was_tried(made):
    before = everything(made.server)

    assert problems(made.settings, *BY_NAME) == []

    assert everything(made.server) == before


def everything(server):
    """How many objects and rows there are, by database."""
    counts = "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM {})"
    tables = {SITE: "inbox", FLIGHTS: "orders", "international_flights_bpp": "orders", HOTELS: "orders"}
    return [server.say(counts.format(table), name) for name, table in tables.items()]


@pytest.mark.postgresql
def test_an_index_more_is_nobodys_fault(made, damaged):
    with damaged(HOTELS, "CREATE INDEX by_stars ON hotels (stars)", "DROP INDEX by_stars"):
        assert problems(made.settings, HOTELS) == []


@pytest.mark.postgresql
def test_the_application_as_its_own_owner_is_seen(made):
    owner = made.settings["HOTELS_BPP_OWNER_URL"]

    said = problems(made.settings | {"HOTELS_BPP_DATABASE_URL": owner}, HOTELS)

    assert "hotels_bpp: hotels_bpp_owner may make a table." in said


@pytest.mark.postgresql
def test_without_the_owner_nothing_can_be_compared(made):
    said = problems(made.settings | {"HOTELS_BPP_OWNER_URL": ""}, HOTELS)

    assert any("cannot make the models' tables to compare with" in each for each in said)
    assert any("set HOTELS_BPP_OWNER_URL" in each for each in said)


@pytest.mark.postgresql
def test_anothers_database_is_seen(made):
    wrong = {
        "HOTELS_BPP_DATABASE_URL": made.settings["FLIGHTS_BPP_DATABASE_URL"],
        "HOTELS_BPP_OWNER_URL": made.settings["FLIGHTS_BPP_OWNER_URL"],
    }

    said = problems(made.settings | wrong, HOTELS)

    assert "hotels_bpp: it belongs to flights_bpp (domestic), and should to hotels_bpp (hotels)." in said


@pytest.mark.postgresql
def test_production_has_no_demo_to_prove(made, damaged):
    moved = "UPDATE hotels SET city = 'Pune' WHERE id = 'the-oberoi-delhi'"
    with damaged(HOTELS, moved, "UPDATE hotels SET city = 'Delhi' WHERE id = 'the-oberoi-delhi'"):
        assert problems(made.settings | {"APP_ENV": "production"}, HOTELS) == []


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """The four files with their demo data."""
    folder = tmp_path_factory.mktemp("files")
    for service, name in zip(("site", "flights", "international_flights", "hotels"), BY_NAME, strict=True):
        url = f"sqlite:///{folder}/{name}.db"
        apps.migrate(service, url)
        if service != "site":
            app = apps.build(service, url)
            assert app.test_cli_runner().invoke(args=["seed", "demo"]).exit_code == 0
            apps.close(app)
    return folder


class TestFiles:
    """SQLite: what a file can promise, and nothing more."""

    @pytest.fixture
    def files(self, seeded, tmp_path, monkeypatch):
        folder = tmp_path / "instance"
        shutil.copytree(seeded, folder)
        monkeypatch.setenv("YAANA_INSTANCE", str(folder))
        return folder

    def test_what_they_promise_and_what_they_cannot(self, files, capsys):
        assert main(["verify"]) == 0

        said = capsys.readouterr().out
        assert "8 of 8 hotels in 4 cities" in said
        assert "SQLite files have no roles" in said
        assert said.count("a file cannot say") == 8

    @pytest.mark.parametrize(
        ("name", "damage", "sentence"),
        [
            (SITE, "UPDATE service_identity SET market = 'x'", "it belongs to webapp (x)"),
            (FLIGHTS, "UPDATE alembic_version SET version_num = '0000'", "migrations stand at 0000"),
            (FLIGHTS, "DELETE FROM departures", "the demo's flight AI-1234 is not there with departures"),
            (HOTELS, "DELETE FROM room_nights", "the demo's hotel lemon-tree-mumbai is not there"),
            (
                SITE,
                "DROP INDEX uq_payments_one_live_per_booking",
                "uq_payments_one_live_per_booking is missing",
            ),
            (HOTELS, "ALTER TABLE hotels DROP COLUMN name", "the column hotels.name is missing"),
            (SITE, "DROP TABLE inbox", "the file cannot be written: no such table: inbox"),
            (FLIGHTS, unchecked := "ck_departures_seats_available_within_seats", f"{unchecked} is missing"),
        ],
    )
    def test_one_thing_that_is_not_so_is_seen(self, files, capsys, name, damage, sentence):
        with closing(sqlite3.connect(files / f"{name}.db", isolation_level=None)) as connection:
            if damage.startswith("ck_"):
                without_check(connection, damage)
            else:
                connection.execute(damage)

        assert main(["verify"]) == 1
        assert sentence in capsys.readouterr().out

    def test_a_file_that_is_not_there_is_seen_and_not_made(self, files, capsys):
        (files / "hotels_bpp.db").unlink()

        assert main(["verify"]) == 1
        assert "hotels_bpp: there is no file hotels_bpp.db" in capsys.readouterr().out
        assert not (files / "hotels_bpp.db").exists()


def without_check(connection, name):
    """SQLite cannot drop a CHECK, but its text can be taken out."""
    connection.execute("PRAGMA writable_schema = ON")
    rule = f"CONSTRAINT {name} CHECK (seats_available BETWEEN 0 AND seats), "
    changed = connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, '') WHERE name = 'departures'", [rule]
    )
    assert changed.rowcount == 1
