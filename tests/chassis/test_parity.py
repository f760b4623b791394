"""One schema, said three times: models = migrations = sql/<database>.sql, in the words of PostgreSQL's own catalog."""

import pytest
from sqlalchemy import NullPool, create_engine

from run.databases import catalog
from run.databases.known import DATABASES, ROOT, metadata

pytestmark = pytest.mark.postgresql
SERVICES = {
    "travel_discovery": "site",
    "flights_bpp": "flights",
    "international_flights_bpp": "international_flights",
    "hotels_bpp": "hotels",
}
each_database = pytest.mark.parametrize("known", DATABASES, ids=lambda each: each.name)
ABOUT_ROLES = ("SET ROLE", "RESET ROLE", "GRANT")  # tests/run/test_ddl.py has the roles

DRIFT = {
    "a CHECK is dropped": "ALTER TABLE departures DROP CONSTRAINT ck_departures_seats_available_within_seats",
    "a CHECK says something else": """ALTER TABLE departures
        DROP CONSTRAINT ck_departures_seats_available_within_seats,
        ADD CONSTRAINT ck_departures_seats_available_within_seats CHECK (seats_available <= seats)""",
    "a CHECK does not count for old rows": """ALTER TABLE departures
        DROP CONSTRAINT ck_departures_seats_available_within_seats,
        ADD CONSTRAINT ck_departures_seats_available_within_seats CHECK (seats_available BETWEEN 0 AND seats) NOT VALID""",
    "a foreign key is dropped": "ALTER TABLE passengers DROP CONSTRAINT fk_passengers_booking_id",
    "a foreign key takes the children along": """ALTER TABLE passengers
        DROP CONSTRAINT fk_passengers_booking_id,
        ADD CONSTRAINT fk_passengers_booking_id FOREIGN KEY (booking_id) REFERENCES bpp_bookings (id) ON DELETE CASCADE""",
    "a unique constraint is dropped": "ALTER TABLE bpp_bookings DROP CONSTRAINT uq_bpp_bookings_one_booking_per_order",
    "a name is another": "ALTER TABLE orders RENAME CONSTRAINT pk_orders TO orders_pkey",
    "an index is dropped": "DROP INDEX ix_flights_origin_destination",
    "an index loses its predicate": """DROP INDEX ix_bpp_bookings_held;
        CREATE INDEX ix_bpp_bookings_held ON bpp_bookings (departure_id, held_until)""",
    "a column may be empty": "ALTER TABLE flights ALTER COLUMN aircraft DROP NOT NULL",
    "a column is longer": "ALTER TABLE flights ALTER COLUMN aircraft TYPE varchar(41)",
    "an instant loses its zone": "ALTER TABLE departures ALTER COLUMN departs_at_utc TYPE timestamp",
    "a column gets a default": "ALTER TABLE departures ALTER COLUMN on_sale SET DEFAULT true",
    "an id loses its default": "ALTER TABLE departures ALTER COLUMN id DROP DEFAULT",
    "a sequence is narrower": "ALTER SEQUENCE departures_id_seq AS integer",
    "a column is new": "ALTER TABLE flights ADD COLUMN meal text",
    "a table is new": "CREATE TABLE meals (id integer)",
    "a table does not survive a crash": "ALTER TABLE passengers SET UNLOGGED",
}


@pytest.fixture
def connect(make_database):
    """`connect(url)`: a connection to the database there, or to an empty one."""
    made = []

    def to(url=None):
        engine = create_engine(url or make_database(), poolclass=NullPool)
        made.append((engine, engine.connect()))
        return made[-1][1]

    yield to
    for engine, connection in made:
        connection.close()
        engine.dispose()


@each_database
def test_the_migrations_make_what_the_models_say(connect, make_database, known):
    migrated = catalog.of_postgresql(connect(make_database(SERVICES[known.name])))
    modelled = catalog.of_models_on_postgresql(connect(), metadata(known.schema))

    assert migrated == modelled


@each_database
def test_the_files_for_a_dba_make_what_the_migrations_make(connect, make_database, known):
    migrated = connect(make_database(SERVICES[known.name]))
    by_hand = connect()

    by_hand.exec_driver_sql(without_roles((ROOT / "sql" / f"{known.name}.sql").read_text()))

    assert catalog.of_postgresql(by_hand) == catalog.of_postgresql(migrated)
    for query in ("SELECT * FROM service_identity", "SELECT * FROM alembic_version"):
        assert by_hand.exec_driver_sql(query).all() == migrated.exec_driver_sql(query).all()


def without_roles(text):
    return "\n".join(line for line in text.splitlines() if not line.startswith(ABOUT_ROLES))


def test_the_catalog_says_every_kind_of_thing(connect, make_database):
    found = catalog.of_postgresql(connect(make_database("flights")))

    assert found["table", "departures", ""] == "table"
    assert (
        found["column", "departures", "id"]
        == "bigint NOT NULL DEFAULT nextval('departures_id_seq'::regclass)"
    )
    assert found["constraint", "departures", "ck_departures_seats_available_within_seats"].startswith(
        "CHECK (("
    )
    assert found["index", "bpp_bookings", "ix_bpp_bookings_held"].endswith(
        "WHERE ((booking_status)::text = 'HELD'::text)"
    )
    assert found["sequence", "", "departures_id_seq"] == "bigint from 1 by 1"


@pytest.mark.parametrize("drift", DRIFT)
def test_a_difference_is_seen(connect, make_database, drift):
    """The control: while these are seen, equal catalogs mean equal schemas."""
    connection = connect(make_database("flights"))
    before = catalog.of_postgresql(connection)

    connection.exec_driver_sql(DRIFT[drift])

    assert catalog.of_postgresql(connection) != before
    assert catalog.differences(catalog.of_postgresql(connection), before) != []
