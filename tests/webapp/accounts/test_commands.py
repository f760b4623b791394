"""What an engineer asks the site to do with accounts."""

import re
import stat

import pytest
from sqlalchemy import select

from chassis.database import db, writing
from tests.webapp.accounts.people import ASHA, PASSWORD, an_account, sign_in
from webapp.accounts.demo import demo_accounts_exist
from webapp.accounts.models import User

ADMIN = "ops@example.org"


@pytest.fixture
def run(site_app):
    """`run("seed", "demo")`: what the command printed and how it ended."""
    return lambda *args, **kwargs: site_app.test_cli_runner().invoke(args=args, **kwargs)


def user(app, email) -> User | None:
    with app.app_context():
        return db.session.scalar(select(User).where(User.email_key == email))


def test_an_admin_is_made_with_a_password_asked_for_twice(database, site_app, run):
    result = run("create-admin", ADMIN, input=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert user(site_app, ADMIN).is_admin
    assert not user(site_app, ADMIN).is_demo


def test_an_admin_is_made_with_a_password_from_standard_input(database, site_app, site, run):
    result = run("create-admin", ADMIN, "--password-stdin", input=f"{PASSWORD}\n")

    assert (result.exit_code, result.output) == (0, f"{ADMIN} is an admin\n")
    sign_in(site, ADMIN)
    assert site.get("/admin/bookings").status_code == 200


@pytest.mark.parametrize("password", ["short", "", "Password123", ADMIN])
def test_an_admins_password_is_no_worse_than_others(site_app, run, password):
    result = run("create-admin", ADMIN, "--password-stdin", input=f"{password}\n")

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert user(site_app, ADMIN) is None


def test_an_email_that_has_an_account_is_refused_in_a_sentence(site_app, run):
    an_account(site_app)

    result = run("create-admin", "Asha@Example.org", "--password-stdin", input=f"{PASSWORD}\n")

    assert result.exit_code == 1
    assert "has an account already; --promote makes it an admin's" in result.output
    assert not user(site_app, ASHA).is_admin


def test_an_account_is_promoted_and_keeps_its_password(database, site_app, site, run):
    an_account(site_app)

    assert run("create-admin", ASHA, "--promote").exit_code == 0

    sign_in(site)
    assert site.get("/admin/bookings").status_code == 200


def test_nobody_is_not_promoted(run):
    result = run("create-admin", ADMIN, "--promote")

    assert result.exit_code == 1
    assert "Nobody has the e-mail" in result.output


def test_what_is_no_email_is_refused(run):
    assert "is not an e-mail address" in run("create-admin", "ops").output


def accounts_in(text) -> dict[str, str]:
    return dict(re.findall(r"(\S+@\S+)  password: (\S+)", text))


def test_demo_accounts_are_made_printed_once_and_kept_for_the_owner(database, site_app, site, run, instance):
    result = run("seed", "demo")

    file = instance / "demo-accounts.txt"
    accounts = accounts_in(result.output)
    assert result.exit_code == 0
    assert set(accounts) == {"traveller@yaana.example", "admin@yaana.example"}
    assert accounts_in(file.read_text()) == accounts
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(instance.glob(".demo*")) == []
    assert not user(site_app, "traveller@yaana.example").is_admin
    assert user(site_app, "admin@yaana.example").is_admin
    for email, password in accounts.items():
        assert sign_in(site_app.test_client(), email, password).status_code == 303


def test_seeding_again_changes_nothing_and_prints_no_password(database, site_app, run, instance):
    first = accounts_in(run("seed", "demo").output)

    again = run("seed", "demo")

    assert again.exit_code == 0
    assert accounts_in(again.output) == {}
    assert accounts_in((instance / "demo-accounts.txt").read_text()) == first
    for email, password in first.items():
        assert sign_in(site_app.test_client(), email, password).status_code == 303


def test_with_the_file_lost_the_accounts_get_new_passwords(site_app, run, instance):
    first = accounts_in(run("seed", "demo").output)
    (instance / "demo-accounts.txt").unlink()

    second = accounts_in(run("seed", "demo").output)

    assert first.keys() == second.keys()
    for email, password in second.items():
        assert password != first[email]
        assert sign_in(site_app.test_client(), email, password).status_code == 303


def test_with_a_new_database_the_old_file_is_written_anew(site_app, run, instance):
    (instance / "demo-accounts.txt").write_text("Traveller: traveller@yaana.example  password: stale\n")

    accounts = accounts_in(run("seed", "demo").output)

    assert accounts["traveller@yaana.example"] != "stale"
    assert accounts_in((instance / "demo-accounts.txt").read_text()) == accounts


def test_two_seedings_have_different_passwords(site_app, run, instance):
    first = accounts_in(run("seed", "demo").output)
    with site_app.app_context(), writing() as session:
        for each in session.scalars(select(User)):
            session.delete(each)

    assert not set(first.values()) & set(accounts_in(run("seed", "demo").output).values())


def test_somebodys_own_account_is_never_made_a_demo_account(site_app, run, instance):
    an_account(site_app, "admin@yaana.example", "Somebody")

    result = run("seed", "demo")

    assert result.exit_code == 1
    assert "nothing was changed there" in result.output
    assert not user(site_app, "admin@yaana.example").is_admin
    assert not (instance / "demo-accounts.txt").exists()


def test_production_has_no_demo_accounts(site_app, run, instance):
    site_app.config["PRODUCTION"] = True

    result = run("seed", "demo")

    assert result.exit_code == 1
    assert "not for production" in result.output
    assert user(site_app, "admin@yaana.example") is None


def test_whether_there_are_demo_accounts_is_known(database, site_app, run):
    with site_app.app_context():
        assert not demo_accounts_exist()

    run("seed", "demo")

    with site_app.app_context():
        assert demo_accounts_exist()


def test_without_tables_there_are_no_demo_accounts(database, make_database):
    from tests import apps

    app = apps.build("site", make_database())

    with app.app_context():
        assert not demo_accounts_exist()
    apps.close(app)


def test_the_network_has_nothing_for_the_site(run):
    result = run("seed", "network")

    assert result.exit_code == 0
    assert "Nothing to add" in result.output
