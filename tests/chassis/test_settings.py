"""Whose a setting is: one environment serves all services, and each can still have its own."""

import pytest

from chassis.app import create_app
from chassis.security import UnsafeSettings
from chassis.settings import from_environment, needed_file, setting
from tests import apps
from tests.chassis.conftest import SECRET, TRIAL


def test_a_services_own_name_wins_over_the_plain_one(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "everybody's")
    monkeypatch.setenv("FLIGHTS_BPP_SECRET_KEY", "the flights'")

    assert from_environment("flights_bpp", "SECRET_KEY") == "the flights'"
    assert from_environment("international_flights_bpp", "SECRET_KEY") == "everybody's"


def test_an_empty_setting_is_none(monkeypatch):
    monkeypatch.setenv("FLIGHTS_BPP_LOG_LEVEL", "")

    assert from_environment("flights_bpp", "LOG_LEVEL", "INFO") == "INFO"


def test_the_config_wins_over_the_environment(trial, monkeypatch):
    monkeypatch.setenv("TRIAL_BECKN_SUBSCRIBER_ID", "of the environment")
    assert setting(trial, "BECKN_SUBSCRIBER_ID") == "of the environment"

    trial.config["BECKN_SUBSCRIBER_ID"] = "of the config"

    assert setting(trial, "BECKN_SUBSCRIBER_ID") == "of the config"


def test_production_starts_with_a_secret_of_the_services_own(make_database, chain, monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("TRIAL_SECRET_KEY", SECRET)

    app = create_app("trial", TRIAL, {"DATABASE_URL": make_database()})
    apps.close(app)

    assert app.secret_key == SECRET


def test_production_needs_the_file_that_development_makes(trial, monkeypatch, tmp_path):
    assert needed_file(trial, "BECKN_SIGNING_KEY", "keys/trial.key").name == "trial.key"

    trial.config["PRODUCTION"] = True
    with pytest.raises(UnsafeSettings, match="BECKN_SIGNING_KEY"):
        needed_file(trial, "BECKN_SIGNING_KEY", "keys/trial.key")

    monkeypatch.setenv("TRIAL_BECKN_SIGNING_KEY", str(tmp_path / "own.key"))
    assert needed_file(trial, "BECKN_SIGNING_KEY", "keys/trial.key") == tmp_path / "own.key"
