"""Every schema: up, down and up again, and what the migrations make is what the models say, to the last constraint."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from chassis import database as chassis_database
from chassis import migrations, revisions
from chassis.database import db
from chassis.identity import read_identity
from tests import apps

SCHEMAS = {
    "air": "flights",
    "hotels": "hotels",
    "travel_discovery": "site",
    "sandbox_gateway": "gateway",
}
WRITTEN = [name for name in SCHEMAS if any((revisions.folder(name) / "versions").glob("*.py"))]
ON_POSTGRESQL = [name for name in WRITTEN if name != "sandbox_gateway"]  # that one is always on SQLite
each_schema = pytest.mark.parametrize(
    ("engine", "schema"),
    [
        *(pytest.param("sqlite", name) for name in WRITTEN),
        *(pytest.param("postgresql", name, marks=pytest.mark.postgresql) for name in ON_POSTGRESQL),
    ],
    indirect=["engine"],
)

CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
}


def test_every_schema_has_a_service():
    folders = {path.parent.name for path in (revisions.ROOT / "sql" / "migrations").glob("*/env.py")}

    assert folders == set(SCHEMAS)


@pytest.fixture
def service(schema):
    """The service that stands for the schema."""
    return SCHEMAS[schema]


@pytest.fixture
def on(service):
    """`on(url)`: the service on that database, in its context."""
    built = []

    def start(url):
        app = apps.build(service, url)
        context = app.app_context()
        context.push()
        built.append((app, context))
        return chassis_database.engine()

    yield start
    for app, context in reversed(built):
        context.pop()
        apps.close(app)


@each_schema
def test_up_down_and_up_again(on, make_database, schema):
    engine = on(make_database())

    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    left = inspect(engine).get_table_names()
    with engine.connect() as connection:
        holds = is_held(connection)
    flask_migrate.upgrade()

    assert (left, holds) == (["alembic_version"], True)
    with engine.connect() as connection:
        assert revisions.current(connection) == revisions.head(schema)
        assert read_identity(connection, schema) is not None


@each_schema
def test_migrating_says_whose_database_it_is_and_says_it_once(on, make_database, service, schema):
    engine = on(make_database(service))

    flask_migrate.upgrade()

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM service_identity")) == 1


@each_schema
def test_alembic_finds_no_difference(on, make_database, service, schema):
    engine = on(make_database(service))

    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadatas[schema]) == []


@each_schema
def test_the_migrations_make_the_named_constraints_of_the_models(on, make_database, service, schema):
    migrated = names_of_constraints(on(make_database(service)))
    modelled = names_of_constraints(from_models(on(make_database()), schema))

    assert migrated == modelled


@pytest.mark.postgresql
@pytest.mark.parametrize("schema", ON_POSTGRESQL)
@pytest.mark.parametrize("what", CATALOG)
def test_the_migrations_make_what_the_models_make(on, make_database, service, schema, what):
    """Alembic does not see a CHECK: so the catalog of PostgreSQL is asked, with every definition written out."""
    migrated = catalog(on(make_database(service)), what)
    modelled = catalog(from_models(on(make_database()), schema), what)

    assert migrated == modelled


AT_0003 = """
    INSERT INTO users VALUES (1, 'a@example.org', 'a@example.org', NULL, 'x', 'Asha', NULL, {no}, {no}, {now});
    INSERT INTO saved_travellers VALUES (1, 1, 'Asha', 'Rao', 'FEMALE', '1988-03-23', NULL);
    INSERT INTO saved_travellers VALUES (2, 1, 'Ravi', 'Rao', 'MALE', '1986-05-02', NULL);
    INSERT INTO bookings (id, public_reference, checkout_nonce, user_id, state, amount_minor, currency, version,
        created_at, updated_at) VALUES (1, 'K7QM-2XV-P9D', 'n', 1, 'DRAFT', 100, 'INR', 1, {now}, {now});
    INSERT INTO booking_items (id, booking_id, provider, kind, transaction_id, state, choice, offer, tickets, total_minor,
        refund_minor, kept_minor, currency, replaces_id, created_at, updated_at)
        VALUES (1, 1, 'flights', 'flight', 't-1', 'RELEASED', '{{}}', '{{}}', '[]', 100, 0, 0, 'INR', NULL, {now}, {now}),
               (2, 1, 'flights', 'flight', 't-2', 'NEW', '{{}}', '{{}}', '[]', 100, 0, 0, 'INR', 1, {now}, {now});
    INSERT INTO saga_steps (id, booking_id, item_id, kind, state, dedupe_key, attempts, fence, run_at, created_at)
        VALUES (1, 1, 2, 'HOLD', 'READY', 'hold 2', 0, 0, {now}, {now});
    INSERT INTO ledger_entries VALUES (1, 1, NULL, 2, 'LOSS', 100, 'INR', 'loss 2', {now});
    INSERT INTO outbox VALUES (1, 1, 'booked', 'booked:1', 'a@example.org', '{{}}', {now}, NULL)
"""
KEPT = {
    "users": 1,
    "saved_travellers": 2,
    "bookings": 1,
    "booking_items": 2,
    "saga_steps": 1,
    "ledger_entries": 1,
    "outbox": 1,
}


@pytest.mark.parametrize("service", ["site"])
@pytest.mark.usefixtures("database")
def test_an_upgrade_keeps_every_row_and_all_that_refers_to_it(on, make_database, service):
    """SQLite makes a table anew to change it: rows that others refer to are there after it, and still referred to."""
    engine = on(make_database())
    flask_migrate.upgrade(revision="0003")
    is_sqlite = engine.dialect.name == "sqlite"
    values = {"no": 0 if is_sqlite else "false", "now": "'2026-11-22 10:00:00'"}
    with engine.begin() as connection:
        for statement in AT_0003.format(**values).split(";"):
            connection.exec_driver_sql(statement)

    flask_migrate.upgrade()

    assert rows_of(engine) == KEPT
    assert_referred_to(engine)
    flask_migrate.downgrade(revision="0003")
    assert rows_of(engine) == KEPT
    assert_referred_to(engine)


@pytest.mark.parametrize("service", ["site"])
def test_a_migration_that_breaks_a_reference_is_undone(on, make_database):
    engine = on(make_database("site"))
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute(
            "INSERT INTO saga_steps (id, booking_id, kind, state, dedupe_key, attempts, fence, run_at, created_at)"
            " VALUES (1, 7, 'HOLD', 'READY', 'x', 0, 0, '2026-11-22', '2026-11-22')"
        )
        driver.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(migrations.BrokenReferences):
        flask_migrate.downgrade(revision="0003")

    with engine.connect() as connection:
        assert revisions.current(connection) == revisions.head("travel_discovery")
        assert is_held(connection)


def is_held(connection) -> bool:
    """Whether a row that is referred to cannot go: SQLite has to be told so, each connection."""
    return connection.dialect.name != "sqlite" or bool(
        connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    )


def rows_of(engine):
    with engine.connect() as connection:
        return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in KEPT}


def assert_referred_to(engine):
    """The references hold, and are held from now on."""
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text("DELETE FROM booking_items"))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def from_models(engine, schema):
    """The schema as the models would make it; Alembic's own table beside, to be left out on both sides."""
    db.metadatas[schema].create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    return engine


def catalog(engine, what):
    with engine.connect() as connection:
        return sorted(map(str, connection.execute(text(CATALOG[what])).all()))


def names_of_constraints(engine):
    inspector = inspect(engine)
    tables = [table for table in inspector.get_table_names() if table != "alembic_version"]
    return {
        (table, kind, each["name"])
        for table in tables
        for kind, found in {
            "check": inspector.get_check_constraints(table),
            "unique": inspector.get_unique_constraints(table),
            "foreign key": inspector.get_foreign_keys(table),
            "index": inspector.get_indexes(table),
        }.items()
        for each in found
    }
