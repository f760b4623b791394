"""A service that exists for these tests only: one table of notes, with a migration chain of its own."""

import textwrap
from datetime import datetime

import flask_migrate
import pytest
from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import revisions
from chassis.app import Foundation, create_app
from chassis.database import BigId, Instant, Model
from chassis.security import Encrypted
from tests import apps

TRIAL = Foundation("trial", "trial", "trial", "tests")
SECRET = "0123456789 a secret that only these tests use"


class Note(Model):
    __bind_key__ = "trial"
    __tablename__ = "notes"
    __table_args__ = (CheckConstraint("length(text) > 0", name="text_given"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(String(100))
    secret: Mapped[str | None] = mapped_column(Encrypted)
    written_at: Mapped[datetime | None] = mapped_column(Instant)


class Stranger(Model):
    """A table of another service's schema."""

    __bind_key__ = "another"
    __tablename__ = "strangers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


REVISION = textwrap.dedent('''
    """Notes, and whose database this is."""

    from alembic import op

    from chassis.database import db

    revision = "0001"
    down_revision = None


    def upgrade():
        db.metadatas["trial"].create_all(op.get_bind())


    def downgrade():
        db.metadatas["trial"].drop_all(op.get_bind())
''')


@pytest.fixture
def chain(tmp_path, monkeypatch):
    """The trial schema's migrations, in a folder of this test."""
    folder = tmp_path / "sql" / "migrations" / "trial"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text("from chassis import migrations\n\nmigrations.run()\n")
    (folder / "versions" / "0001_notes.py").write_text(REVISION)
    monkeypatch.setattr(revisions, "ROOT", tmp_path)


@pytest.fixture
def make_trial(make_database, chain):
    """`make_trial(url=…, **settings)`: an app on an empty database, or on the one at `url`; `.url` says which."""
    made = []

    def make(url=None, foundation=TRIAL, **settings):
        config = {"TESTING": True, "SECRET_KEY": SECRET, "DATABASE_URL": url or make_database()} | settings
        made.append(create_app("trial", foundation, config))
        return made[-1]

    yield make
    for app in made:
        apps.close(app)


@pytest.fixture
def trial(make_trial):
    """The trial service on a migrated database, inside its context."""
    app = make_trial()
    with app.app_context():
        flask_migrate.upgrade()
        yield app
