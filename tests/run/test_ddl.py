"""`make ddl`: the files for a DBA are new, and psql makes of them what `make databases` makes."""

import os
import re
import secrets
import subprocess

import pytest
from sqlalchemy import NullPool, create_engine

from chassis.database import as_sqlalchemy_url
from run.databases import catalog, ddl, verify
from run.databases.known import DATABASES, ROOT
from run.databases.statements import Names
from tests import postgresql
from tests.machine import missing

FILES = ["databases.sql", *(f"{each.name}.sql" for each in DATABASES)]
# Who owns what and who may do what with it, in PostgreSQL's words, the same on every server.
RIGHTS = """
    WITH acls AS (
        SELECT 'database' AS kind, '' AS name, datdba AS owner, datacl AS acl
        FROM pg_database WHERE datname = current_database()
        UNION ALL SELECT 'schema', nspname, nspowner, nspacl FROM pg_namespace WHERE nspname = 'public'
        UNION ALL SELECT relkind::text, relname, relowner, relacl
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
        UNION ALL SELECT 'default', defaclobjtype::text, defaclrole, defaclacl FROM pg_default_acl
    )
    SELECT kind, name, pg_get_userbyid(owner), unnest(acl)::text FROM acls ORDER BY 1, 2, 3, 4"""
ROLES = """
    SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit
    FROM pg_roles WHERE rolname ~ '^(travel_discovery|(international_)?flights_bpp|hotels_bpp)_' ORDER BY 1"""
MEMBERS = "SELECT roleid::regrole::text FROM pg_auth_members WHERE roleid::regrole::text ~ '_(owner|app)$' AND member::regrole::text = 'postgres'"


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_new(written, name):
    assert (ROOT / "sql" / name).read_text() == written[name], "run `make ddl`"


def test_no_file_is_left_over(written):
    assert {file.name for file in (ROOT / "sql").glob("*.sql")} == set(written) == set(FILES)


def test_no_password_is_in_a_file():
    text = (ROOT / "sql" / "databases.sql").read_text()

    assert set(re.findall(r"PASSWORD (\S+?)'", text)) == {"%L"}


@pytest.fixture(scope="module")
def written():
    return ddl.files()


@pytest.fixture
def psql():
    """`psql(url, file, **variables)`: what it says, and it must succeed."""
    try:
        program = postgresql.psql()
    except postgresql.Unavailable as reason:
        missing(str(reason))

    def run(url, file, **variables):
        given = [f"--set={name}={value}" for name, value in variables.items()]
        command = [
            program,
            url,
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            *given,
            f"--file={ROOT / 'sql' / file}",
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"PGCONNECT_TIMEOUT": "10"}
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    return run


@pytest.fixture
def by_hand(psql):
    """`by_hand(server, admin_url)`: what docs/databases.md tells a DBA to do; the settings of the services."""

    def do(server, admin_url):
        odd = f"p'w \"{secrets.token_hex(4)}\\"
        variables = {f"{role}_password": odd for each in DATABASES for role in Names.of(each).roles}
        psql(admin_url, "databases.sql", **variables)
        settings = {}
        for each in DATABASES:
            settings[each.url_setting] = server.url_of(each.name, each.user, odd)
            settings[each.owner_setting] = server.url_of(each.name, each.owner, odd)
            psql(settings[each.owner_setting], f"{each.name}.sql")
        psql(admin_url, "databases.sql")
        return settings

    return do


@pytest.mark.postgresql
def test_by_hand_it_is_what_make_databases_makes(made, fresh_server, by_hand):
    by_hand(fresh_server, fresh_server.url_of())

    for each in DATABASES:
        assert rights(fresh_server, each.name) == rights(made.server, each.name)
        assert tables(fresh_server, each.name) == tables(made.server, each.name)
    assert fresh_server.say(ROLES) == made.server.say(ROLES)
    assert fresh_server.say(MEMBERS) == []
    for name in ("postgres", "template1"):
        assert fresh_server.say(f"SELECT has_database_privilege('public', '{name}', 'CONNECT')") == [(False,)]


@pytest.mark.postgresql
def test_by_hand_as_an_ordinary_admin(newest_server, by_hand):
    settings = by_hand(newest_server, newest_server.ordinary_admin("dba"))

    newest_server.say("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
    reports = verify.verify(settings | {"APP_ENV": "production"})
    assert [problem for each in reports for problem in each.problems] == []


def rights(server, database):
    return server.say(RIGHTS, database)


def tables(server, database):
    engine = create_engine(as_sqlalchemy_url(server.url_of(database)), poolclass=NullPool)
    with engine.connect() as connection:
        return catalog.of_postgresql(connection)
