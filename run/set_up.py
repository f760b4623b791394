"""`python -m run.set_up [--seeds=demo,network] APP…`: migrate and seed the database of each service, all at once.

They are forked from one process that has imported what they share, because importing is what takes long.
"""

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO

import flask_migrate  # noqa: F401 - imported here once, for all that are forked
from flask.cli import FlaskGroup, ScriptInfo

import chassis.app  # noqa: F401

SEEDS = "demo,network"


def main(arguments: list[str]) -> int:
    """The exit code: 0 when every service could be set up."""
    parser = argparse.ArgumentParser(prog="python -m run.set_up")
    parser.add_argument("--seeds", default=SEEDS, help="which, by name; empty for none")
    parser.add_argument("apps", nargs="+")
    given = parser.parse_args(arguments)
    os.environ["FLASK_RUN_FROM_CLI"] = "true"  # as the command `flask` says it: nobody is going to be served
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=set_up, args=(app, given.seeds.split(","))) for app in given.apps]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return 1 if any(child.exitcode for child in children) else 0


def set_up(name: str, seeds: Sequence[str]) -> None:
    """`flask --app NAME db upgrade`, then `seed …` for each of `seeds`; a service without such a seed has nothing to sow."""
    said = StringIO()
    try:
        with redirect_stdout(said):
            _run_commands(name, seeds)
    finally:
        for line in said.getvalue().splitlines():
            print(f"{name}: {line}")


def _run_commands(name: str, seeds: Sequence[str]) -> None:
    app = ScriptInfo(app_import_path=name).load_app()
    flask = FlaskGroup(create_app=lambda: app, set_debug_flag=False)
    flask.main(["db", "upgrade"], standalone_mode=False)
    sown = getattr(app.cli.commands["seed"], "commands", {})
    for each in seeds:
        if each in sown:
            flask.main(["seed", each], standalone_mode=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
