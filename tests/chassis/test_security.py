import stat
import threading

import pytest
from sqlalchemy import select, text

from chassis.database import db, engine, writing
from chassis.security import Secret, UnsafeSettings, secret_from_file
from tests.chassis.conftest import SECRET, Note


@pytest.fixture
def in_production(make_trial, monkeypatch):
    """`in_production(**settings)`: the trial service as production would start it."""
    monkeypatch.setenv("APP_ENV", "production")
    return lambda **settings: make_trial(**{"TESTING": False, "SECRET_KEY": SECRET} | settings)


def test_production_starts_with_safe_settings(in_production):
    app = in_production()

    assert app.config["SESSION_COOKIE_NAME"] == "__Host-trial_session"
    assert app.config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"SECRET_KEY": None}, "needs SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "32 characters"),
        ({"SECRET_KEY": "a" * 64}, "must be random"),
        ({"DEBUG": True}, "debug must be off"),
        ({"TESTING": True}, "TESTING must be off"),
    ],
)
def test_production_refuses_unsafe_settings(in_production, settings, sentence):
    with pytest.raises(UnsafeSettings, match=sentence):
        in_production(**settings)


def test_production_refuses_the_debugger_from_the_environment(in_production, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(UnsafeSettings, match="debug must be off"):
        in_production()


def test_development_makes_a_secret_that_only_its_owner_reads(make_trial, instance):
    first, second = make_trial(SECRET_KEY=None), make_trial(SECRET_KEY=None)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((instance / "secrets" / "trial").stat().st_mode) == 0o600


def test_workers_that_start_together_get_the_same_secret(tmp_path):
    start, secrets = threading.Barrier(8), []

    def worker():
        start.wait()
        secrets.append(secret_from_file(tmp_path / "secrets" / "trial"))

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(secrets)) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["trial"]


def test_every_answer_has_the_headers_that_protect(trial):
    headers = trial.test_client().get("/healthz").headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in headers


def test_encrypted_text_comes_back_and_stands_nowhere_readable(database, trial):
    with writing():
        db.session.add(Note(text="passport", secret="M1234567"))

    note = db.session.scalar(select(Note))
    with engine().connect() as connection:
        stored = connection.scalar(text("SELECT secret FROM notes"))

    assert note.secret == "M1234567"
    assert "M1234567" not in stored


def test_with_another_secret_encrypted_text_is_unreadable_and_nothing_breaks(database, trial, make_trial):
    with writing():
        db.session.add(Note(text="passport", secret="M1234567"))

    with make_trial(trial.config["DATABASE_URL"], SECRET_KEY="another " + SECRET).app_context():
        assert db.session.scalar(select(Note)).secret is None


def test_what_is_decrypted_is_told_by_no_repr():
    secret = Secret("Z1234567")

    assert secret == "Z1234567"
    assert "Z1234567" not in f"{secret!r} {[secret]} {(secret,)}"
