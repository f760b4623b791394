"""Whose database it is: who is led to another's by a wrong URL is refused."""

import flask_migrate
import pytest

from chassis.app import Foundation
from chassis.identity import WrongDatabase


def test_a_database_of_another_service_is_refused(database, trial, make_trial):
    another = Foundation("another", "trial", "trial", "tests")

    with pytest.raises(WrongDatabase, match=r"belongs to \('trial', 'tests'\)"):
        make_trial(trial.config["DATABASE_URL"], another)


def test_a_database_of_another_market_is_refused(database, trial, make_trial):
    with pytest.raises(WrongDatabase):
        make_trial(trial.config["DATABASE_URL"], Foundation("trial", "trial", "trial", "elsewhere"))


def test_its_own_database_is_not_refused(database, trial, make_trial):
    flask_migrate.upgrade()

    make_trial(trial.config["DATABASE_URL"])


def test_without_a_database_a_service_starts_and_says_so(make_trial):
    app = make_trial("postgresql://nobody@127.0.0.1:1/nothing")

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json["problems"] == ["the database does not answer"]
