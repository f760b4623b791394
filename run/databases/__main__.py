"""`python -m run.databases create | verify | ddl`: what the targets of the Makefile call."""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from run.databases import ddl, verify
from run.databases.create import ADMIN, addresses, create
from run.databases.known import DATABASES, ROOT
from run.databases.plan import Request
from run.databases.server import Refused


def main(arguments: list[str]) -> int:
    """The exit code. `create` takes ADMIN_URL, PREFIX and NEW_PASSWORDS from the environment: a URL on the command line
    would show its password to everybody on the machine."""
    parser = argparse.ArgumentParser(prog="python -m run.databases", description=__doc__)
    parser.add_argument("what", choices=["create", "verify", "ddl"])
    parser.add_argument(
        "--env", type=Path, default=ROOT / ".env", help="the file that gets the URLs (create)"
    )
    given = parser.parse_args(arguments)
    try:
        if given.what == "create":
            return make_databases(given.env, os.environ)
        if given.what == "verify":
            return verify.main()
        return ddl.main()
    except Refused as refused:
        print(refused)
        return 1


def make_databases(file: Path, environment: Mapping[str, str]) -> int:
    """Make the databases, migrate them and sow the demo, which production does not want. Raises Refused."""
    request = Request(
        environment.get(ADMIN, ""),
        file,
        environment,
        prefix=environment.get("PREFIX", ""),
        new_passwords=environment.get("NEW_PASSWORDS") == "yes",
    )
    said = create(request)
    is_production = request.known("APP_ENV") == "production"
    code = _migrate_and_seed(dict(environment) | addresses(request), seeds="" if is_production else "demo")
    if code == 0:
        print(*said, sep="\n", end="\n" if said else "")
        print(f"The databases are ready; their URLs are in {file.name}. `make verify-databases` proves it.")
    return code


def _migrate_and_seed(settings: Mapping[str, str], seeds: str) -> int:
    command = [sys.executable, "-m", "run.set_up", f"--seeds={seeds}", *(each.app for each in DATABASES)]
    return subprocess.run(command, env=settings, cwd=ROOT).returncode  # noqa: S603 - our own module


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
