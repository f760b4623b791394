"""What production refuses to start with."""

import pytest

from chassis.security import UnsafeSettings
from webapp import create_app

GOOD = {
    "SECRET_KEY": "k7Qm2xVp9dR4tW8zB3nL6hJ5cF1gS0aY",
    "GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_live_of_the_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
    "SMTP_URL": "smtps://mail.example.org",
    "MAIL_FROM": "Yaana <bookings@yaana.example.org>",
}


@pytest.fixture
def production(make_database, monkeypatch, instance):
    """`production(**settings)` starts the site as production would, on a database without demo accounts."""
    url = make_database("site")
    key, participants = instance / "site.key", instance / "participants.json"
    key.write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    participants.write_text("[]")
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("BECKN_SIGNING_KEY", str(key))
    monkeypatch.setenv("BECKN_PARTICIPANTS", str(participants))

    def start(**settings):
        return create_app({"DATABASE_URL": url, **GOOD, **settings})

    return start


def test_good_settings_start(production):
    app = production()

    assert app.config["SESSION_COOKIE_NAME"] == "__Host-webapp_session"
    assert app.config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"GATEWAY": "sandbox"}, "sandbox"),
        ({"GATEWAY": "barter"}, "barter.*set GATEWAY to sandbox or stripe"),
        ({"SMTP_URL": ""}, "set SMTP_URL"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_test_of_the_tests"}, "live key"),
        ({"STRIPE_SECRET_KEY": "pk_live_of_the_tests"}, "live key"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:7000"}, "for tests"),
        ({"TESTING": True}, "TESTING"),
        ({"DEBUG": True}, "debug"),
    ],
)
def test_unsafe_settings_do_not_start(production, settings, word):
    with pytest.raises(UnsafeSettings, match=word):
        production(**settings)


def test_debug_by_the_environment_does_not_start(production, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(UnsafeSettings, match="debug"):
        production()


@pytest.mark.parametrize("setting", ["BECKN_SIGNING_KEY", "BECKN_PARTICIPANTS"])
def test_keys_are_demanded(production, monkeypatch, setting):
    monkeypatch.delenv(setting)

    with pytest.raises(UnsafeSettings, match=setting):
        production()


def test_demo_accounts_do_not_go_to_production(production, monkeypatch):
    monkeypatch.setenv("APP_ENV", "development")
    app = production(GATEWAY="sandbox")
    assert app.test_cli_runner().invoke(args=["seed", "demo"]).exit_code == 0

    monkeypatch.setenv("APP_ENV", "production")
    with pytest.raises(UnsafeSettings, match="demo accounts"):
        production()
