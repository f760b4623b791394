"""The newest revision and a database's own, without Alembic, and a served app that does without Alembic."""

import os
import subprocess
import sys

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis import revisions

SCHEMAS = sorted(path.parent.name for path in (revisions.ROOT / "sql/migrations").glob("*/env.py"))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_newest_revision_is_the_one_that_alembic_finds(schema):
    config = Config()
    config.set_main_option("script_location", str(revisions.folder(schema)))

    assert revisions.head(schema) == ScriptDirectory.from_config(config).get_current_head()


def test_a_schema_without_revisions_has_no_newest_one():
    assert revisions.head("nowhere") is None


@pytest.mark.parametrize("app", ["bpp_services.flights", "bpp_services.hotels", "webapp"])
def test_a_served_app_carries_only_what_it_needs_and_leaves_it_to_no_collector(app, tmp_path):
    asked = (
        f"import gc, sys, {app} as service; service.create_app(); "
        "print(sorted({'alembic', 'flask_migrate', 'cryptography'} & set(sys.modules)), "
        "gc.get_freeze_count() > len(gc.get_objects()))"
    )
    environment = os.environ | {"FLASK_RUN_FROM_CLI": "", "YAANA_INSTANCE": str(tmp_path)}

    said = subprocess.run(
        [sys.executable, "-c", asked], env=environment, cwd=revisions.ROOT, capture_output=True, text=True
    )

    assert said.stdout.strip() == "[] True", said.stderr
