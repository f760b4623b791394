"""`make databases`: as the superuser and as an ordinary admin, again, interrupted, and refused in a sentence."""

import os
import stat

import psycopg
import pytest
from sqlalchemy import make_url

from run.databases import env_file, verify
from run.databases.__main__ import main
from run.databases.create import create
from run.databases.known import DATABASES
from run.databases.plan import Request
from run.databases.server import Refused
from tests.run.conftest import make
from tests.servers import free_port

pytestmark = pytest.mark.postgresql
HOTELS = DATABASES[-1]


@pytest.fixture
def ask(server, tmp_path):
    """`ask(prefix=…, …)`: what is asked of `server`, for one database, with a file of this test."""

    def request(admin_url=None, settings=None, **options):
        url = server.url_of() if admin_url is None else admin_url
        return Request(url, tmp_path / ".env", settings or {}, databases=(HOTELS,), **options)

    return request


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("site", "travel_discovery"),
        ("flights", "flights_bpp"),
        ("international_flights", "international_flights_bpp"),
        ("hotels", "hotels_bpp"),
    ],
)
def test_the_databases_are_those_of_the_services(services, service, name):
    config = services[service].config
    known = next(each for each in DATABASES if each.name == name)

    assert (known.service, known.market, known.schema) == (
        config["SERVICE"],
        config["MARKET"],
        config["BIND_KEY"],
    )
    assert known.name == config["DATABASE"]


def test_everything_is_made_and_stands_the_proof(made):
    reports = verify.verify(made.settings)

    assert [problem for each in reports for problem in each.problems] == []
    assert "5 of 5 domestic flights" in verify.table(reports)
    assert "4 of 4 international flights" in verify.table(reports)
    assert "8 of 8 hotels in 4 cities" in verify.table(reports)


def test_the_urls_are_in_a_file_for_nobody_else_and_what_was_there_stays(made):
    lines = made.file.read_text().splitlines()

    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert lines[:2] == ["# mine", "SECRET_KEY=kept as it is"]
    assert lines[2].startswith("HOTELS_BPP_OWNER_URL=postgresql://hotels_bpp_owner:")
    assert len(lines) == 2 + 2 * len(DATABASES)


def test_every_role_has_a_password_of_its_own(made):
    urls = [made.settings[name] for each in DATABASES for name in (each.url_setting, each.owner_setting)]
    passwords = {make_url(url).password for url in urls}

    assert len(passwords) == 8
    assert min(map(len, passwords)) >= 32


def test_who_is_locked_out_of_postgres_is_named(made):
    assert "GRANT CONNECT ON DATABASE postgres TO monitor" in made.said
    assert "hotels_bpp_app may no longer" not in made.said


def test_again_it_changes_nothing(made):
    before = made.file.read_text()
    hotels = made.settings["HOTELS_BPP_DATABASE_URL"]
    write(hotels, "UPDATE hotels SET stars = 4 WHERE id = 'the-oberoi-delhi'")

    make(made.server, made.file.parent)

    assert made.file.read_text() == before
    assert write(hotels, "UPDATE hotels SET stars = 5 WHERE id = 'the-oberoi-delhi' AND stars = 4") == 1
    assert [problem for each in verify.verify(made.settings) for problem in each.problems] == []


def test_again_it_adds_what_is_missing(made):
    made.server.say("DROP DATABASE hotels_bpp WITH (FORCE)")
    made.server.say("DROP ROLE hotels_bpp_app")
    made.server.say("REVOKE SELECT ON departures FROM flights_bpp_app", "flights_bpp")
    before = made.file.read_text()

    make(made.server, made.file.parent)

    assert made.file.read_text() == before
    assert [problem for each in verify.verify(made.settings) for problem in each.problems] == []


def test_passwords_reach_the_server_only_as_what_it_stores(made):
    stored = made.server.say("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'flights_bpp_%'")

    assert all(password.startswith("SCRAM-SHA-256$") for (password,) in stored)


def test_passwords_that_are_there_may_have_any_character(ask, server):
    odd = "p@ss: w/or d'\"%\\#\u20b9"
    parts = make_url(server.url_of("odd_hotels_bpp", "odd_hotels_bpp_app", odd))
    env_file.write(
        ask().file, {HOTELS.url_setting: parts.render_as_string(hide_password=False).replace(" ", "%20")}
    )

    create(ask(prefix="odd_"))

    with psycopg.connect(server.url_of("odd_hotels_bpp", "odd_hotels_bpp_app", odd)) as found:
        assert found.info.user == "odd_hotels_bpp_app"


def test_who_is_interrupted_can_start_again(ask, server):
    create(ask(prefix="interrupted_"))
    before = ask().file.read_text()
    server.say("DROP DATABASE interrupted_hotels_bpp")
    server.say("DROP ROLE interrupted_hotels_bpp_owner")

    create(ask(prefix="interrupted_"))

    assert ask().file.read_text() == before
    logs_in(env_file.read(ask().file)[HOTELS.url_setting])


def test_new_passwords_when_asked(ask):
    create(ask(prefix="renewed_"))
    before = env_file.read(ask().file)

    create(ask(prefix="renewed_", new_passwords=True))

    after = env_file.read(ask().file)
    assert all(after[name] != before[name] for name in before)
    logs_in(after[HOTELS.url_setting])
    with pytest.raises(psycopg.OperationalError):
        logs_in(before[HOTELS.url_setting])


def test_an_ordinary_admin_makes_the_same(newest_server, tmp_path):
    """From 16 on CREATEROLE is not what it was; what only a superuser may do is said, and then missed by the proof."""
    admin_url = newest_server.ordinary_admin()
    newest_server.say("GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC")

    made = make(newest_server, tmp_path, ADMIN_URL=admin_url, PREFIX="ordinary_")

    still_open = [problem for each in verify.verify(made.settings) for problem in each.problems]
    assert "Everybody may still connect to template1; only its owner or a superuser" in made.said
    assert {problem.partition(" may connect to ")[2] for problem in still_open} == {"postgres.", "template1."}
    newest_server.say("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
    assert [problem for each in verify.verify(made.settings) for problem in each.problems] == []


def test_an_ordinary_admin_keeps_no_membership(server, ask):
    admin_url = server.ordinary_admin("borrower")

    create(ask(admin_url, prefix="borrowed_"))
    create(ask(admin_url, prefix="borrowed_"))

    borrowed = "SELECT roleid::regrole FROM pg_auth_members WHERE member = 'borrower'::regrole"
    assert server.say(borrowed) == []
    assert server.say(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'borrowed_hotels_bpp'"
    ) == [("borrowed_hotels_bpp_owner",)]


class TestRefusals:
    """Each in a sentence that says what to do, and nothing is changed."""

    @pytest.fixture(autouse=True)
    def nothing_is_changed(self, server, tmp_path):
        before = self.everything(server)
        file = tmp_path / ".env"
        yield
        assert self.everything(server) == before
        assert not file.exists() or "_hotels_bpp_" not in file.read_text()

    def everything(self, server):
        return server.say("SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1")

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("", "make databases ADMIN_URL=postgresql://postgres:password@127.0.0.1/postgres"),
            ("mysql://root@127.0.0.1/mysql", "ADMIN_URL is not a PostgreSQL URL like"),
            ("postgresql://[::1/x", "ADMIN_URL is not a PostgreSQL URL like"),
            ("nonsense", "ADMIN_URL is not a PostgreSQL URL like"),
        ],
    )
    def test_a_url_that_is_none(self, ask, url, sentence):
        with pytest.raises(Refused, match=sentence):
            create(ask(url))

    def test_nobody_answers(self, ask):
        with pytest.raises(Refused, match="Cannot connect with ADMIN_URL: .*refused"):
            create(ask(f"postgresql://postgres:x@127.0.0.1:{free_port()}/postgres"))

    def test_the_password_is_wrong(self, ask, server):
        with pytest.raises(Refused, match="The password in ADMIN_URL is not the one of postgres"):
            create(ask(server.url_of(user="postgres", password="wrong")))

    def test_the_password_is_missing(self, ask, server):
        with pytest.raises(Refused, match="ADMIN_URL has no password, and the server asks postgres for one"):
            create(ask(server.url_of(user="postgres")))

    def test_too_few_rights(self, ask, server):
        server.say("CREATE ROLE \"Ann O'Nym\" LOGIN PASSWORD 'x' CREATEDB")
        server.say('GRANT CONNECT ON DATABASE postgres TO "Ann O\'Nym"')

        with pytest.raises(Refused, match='ALTER ROLE "Ann O\'Nym" CREATEDB CREATEROLE'):
            create(ask(server.url_of(user="Ann O'Nym", password="x")))

        server.say('REVOKE CONNECT ON DATABASE postgres FROM "Ann O\'Nym"')
        server.say('DROP ROLE "Ann O\'Nym"')

    def test_a_database_of_somebody_else(self, ask, server):
        server.say("CREATE DATABASE others_hotels_bpp")

        with pytest.raises(Refused, match="others_hotels_bpp is there and belongs to postgres"):
            create(ask(prefix="others_"))

        server.say("DROP DATABASE others_hotels_bpp")

    def test_a_role_whose_password_nobody_knows(self, ask, server):
        server.say("CREATE ROLE lost_hotels_bpp_app LOGIN PASSWORD 'x'")

        with pytest.raises(
            Refused, match="lost_hotels_bpp_app is there, but HOTELS_BPP_DATABASE_URL .*NEW_PASSWORDS=yes"
        ):
            create(ask(prefix="lost_"))

        server.say("DROP ROLE lost_hotels_bpp_app")

    @pytest.mark.parametrize("url", ["sqlite:////tmp/x.db", "postgresql://a:b@elsewhere.example/hotels_bpp"])
    def test_a_url_that_leads_elsewhere(self, ask, url):
        env_file.write(ask().file, {HOTELS.url_setting: url})

        with pytest.raises(
            Refused, match="HOTELS_BPP_DATABASE_URL in .env does not lead to new_hotels_bpp_app"
        ):
            create(ask(prefix="new_"))

    def test_the_environment_wins_over_the_file_and_leads_elsewhere(self, ask):
        settings = {"HOTELS_BPP_OWNER_URL": "postgresql://a:b@elsewhere.example/hotels_bpp"}

        with pytest.raises(Refused, match="HOTELS_BPP_OWNER_URL in the environment does not lead to"):
            create(ask(prefix="new_", settings=settings))

    @pytest.mark.parametrize(
        ("prefix", "sentence"), [("p" * 50, "choose a shorter prefix"), ("Ü-", "small letters, digits and _")]
    )
    def test_a_prefix_that_makes_no_names(self, ask, prefix, sentence):
        with pytest.raises(Refused, match=sentence):
            create(ask(prefix=prefix))


def test_without_an_admin_the_command_says_how_and_fails(monkeypatch, capsys):
    monkeypatch.delenv("ADMIN_URL", raising=False)

    assert main(["create"]) == 1
    assert "make databases ADMIN_URL=" in capsys.readouterr().out


class TestTheFile:
    """`.env` is somebody's own: only the lines that are meant change."""

    def test_a_line_that_is_there_is_changed_where_it_is(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("A=1\n# B=not this\nexport B=2\nC=3")

        env_file.write(file, {"B": r"new \1 value", "D": "4"})

        assert file.read_text() == "A=1\n# B=not this\nB=new \\1 value\nC=3\nD=4\n"

    def test_nobody_else_may_read_it(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("")
        file.chmod(0o644)

        env_file.write(file, {"A": "1"})

        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_a_link_stays_a_link(self, tmp_path):
        file, link = tmp_path / "settings", tmp_path / ".env"
        link.symlink_to(file)

        env_file.write(link, {"A": "1"})

        assert link.is_symlink()
        assert file.read_text() == "A=1\n"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
    def test_root_leaves_it_to_whom_it_belongs(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("")
        os.chown(file, 65_534, 65_534)

        env_file.write(file, {"A": "1"})

        assert (file.stat().st_uid, file.stat().st_gid) == (65_534, 65_534)


def write(url, statement):
    """How many rows `statement` changed."""
    with psycopg.connect(url) as connection:
        return connection.execute(statement).rowcount


def logs_in(url):
    psycopg.connect(url).close()
