"""What a database itself says of its tables: everything by its definition, comparable with what the models would make.

Alembic does not see a CHECK and SQLAlchemy not what is in it, so PostgreSQL's own catalog is read, each definition in the
server's words. What should be there is made from the models on the same server, in a schema of its own that is rolled back.
"""

import secrets
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, MetaData, create_engine, inspect, text

# (kind, table, name) → definition
Catalog = dict[tuple[str, str, str], str]

NOT_OURS = "alembic_version"
QUERIES = {
    "table": """
        SELECT relname, '', CASE relpersistence WHEN 'p' THEN 'table' ELSE 'not permanent' END
        FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = :schema""",
    "column": """
        SELECT relname, attname,
            format_type(atttypid, atttypmod)
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')
            || CASE WHEN attidentity <> '' THEN ' IDENTITY' WHEN attgenerated <> '' THEN ' GENERATED' ELSE '' END
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p') AND relnamespace = :schema""",
    # Of NOT NULL the columns speak; newer servers count it among the constraints too.
    "constraint": """
        SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE contype <> 'n' AND connamespace = :schema""",
    "index": """
        SELECT tables.relname, indexes.relname,
            replace(pg_get_indexdef(indexrelid), format(' ON %I.', nspname), ' ON ')
            || CASE WHEN indisvalid THEN '' ELSE ' (not valid)' END
        FROM pg_index JOIN pg_class AS indexes ON indexes.oid = indexrelid
            JOIN pg_class AS tables ON tables.oid = indrelid
            JOIN pg_namespace ON pg_namespace.oid = indexes.relnamespace
        WHERE indexes.relnamespace = :schema""",
    "sequence": """
        SELECT '', relname, format_type(seqtypid, NULL) || ' from ' || seqstart || ' by ' || seqincrement
        FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid WHERE relnamespace = :schema""",
}


def of_postgresql(connection: Connection) -> Catalog:
    """The catalog of the schema that comes first in the search path."""
    schema = connection.scalar(text("SELECT oid FROM pg_namespace WHERE nspname = current_schema()"))
    return {
        (kind, table, name): definition
        for kind, query in QUERIES.items()
        for table, name, definition in connection.execute(text(query), {"schema": schema})
        if table != NOT_OURS
    }


def of_models_on_postgresql(connection: Connection, metadata: MetaData) -> Catalog:
    """The catalog as the models would make it. Needs the right to make a schema; leaves nothing behind.

    Raises ProgrammingError without that right.
    """
    name = f"yaana_models_{secrets.token_hex(4)}"
    connection.rollback()
    try:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        connection.execute(text(f"SET LOCAL search_path = {name}"))
        metadata.create_all(connection, checkfirst=False)
        return of_postgresql(connection)
    finally:
        connection.rollback()


def of_sqlite(connection: Connection) -> Catalog:
    """The catalog of a SQLite file, as SQLAlchemy reads it."""
    inspector = inspect(connection)
    tables = [table for table in inspector.get_table_names() if table != NOT_OURS]
    return {key: definition for table in tables for key, definition in _of_sqlite_table(inspector, table)}


def of_models_on_sqlite(metadata: MetaData) -> Catalog:
    """The catalog as the models would make it, in memory."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            metadata.create_all(connection)
            return of_sqlite(connection)
    finally:
        engine.dispose()


def _of_sqlite_table(inspector, table: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    yield ("table", table, ""), "table"
    for column in inspector.get_columns(table):
        needed = "" if column["nullable"] else " NOT NULL"
        default = f" DEFAULT {column['default']}" if column["default"] is not None else ""
        yield ("column", table, column["name"]), f"{column['type']}{needed}{default}"
    for check in inspector.get_check_constraints(table):
        yield ("constraint", table, check["name"]), f"CHECK ({check['sqltext']})"
    for unique in inspector.get_unique_constraints(table):
        yield ("constraint", table, unique["name"]), f"UNIQUE ({_listed(unique['column_names'])})"
    for key in inspector.get_foreign_keys(table):
        there = f"{key['referred_table']} ({_listed(key['referred_columns'])})"
        yield (
            ("constraint", table, key["name"]),
            f"FOREIGN KEY ({_listed(key['constrained_columns'])}) TO {there}",
        )
    primary = inspector.get_pk_constraint(table)
    yield ("constraint", table, primary["name"]), f"PRIMARY KEY ({_listed(primary['constrained_columns'])})"
    for index in inspector.get_indexes(table):
        where = index.get("dialect_options", {}).get("sqlite_where")
        only = f" WHERE {where}" if where is not None else ""
        unique = "UNIQUE " if index["unique"] else ""
        yield ("index", table, index["name"]), f"{unique}INDEX ({_listed(index['column_names'])}){only}"


def _listed(names: Iterable) -> str:
    return ", ".join(map(str, names))


def differences(found: Catalog, wanted: Catalog) -> list[str]:
    """What of `wanted` is missing or other in `found`, and what is too much there, in sentences; one index more is fine."""
    said = [f"{_named(key)} is missing: {wanted[key]}" for key in sorted(wanted.keys() - found.keys())]
    said += [
        f"{_named(key)} is {found[key]}, and should be {wanted[key]}"
        for key in sorted(wanted.keys() & found.keys())
        if found[key] != wanted[key]
    ]
    surplus = sorted(key for key in found.keys() - wanted.keys() if key[0] != "index")
    return said + [f"{_named(key)} is there and should not be: {found[key]}" for key in surplus]


def _named(key: tuple[str, str, str]) -> str:
    kind, table, name = key
    return f"the {kind} {'.'.join(filter(None, (table, name)))}"
