"""`.env`: lines are added or changed, all others stay as they are, and nobody else may read it."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values


def read(file: Path) -> dict[str, str]:
    """The settings in `file` that have a value."""
    return {name: value for name, value in dotenv_values(file).items() if value} if file.exists() else {}


def write(file: Path, settings: Mapping[str, str]) -> None:
    """Put `settings` into `file` (0600): a line that has the name is changed where it is, the others come at the end."""
    text = file.read_text() if file.exists() else ""
    for name, value in settings.items():
        text = _with(text, f"{name}={value}", name)
    _write_for_the_owner(file.resolve(), text)


def _with(text: str, line: str, name: str) -> str:
    there = re.compile(rf"^(?:export +)?{name} *=.*$", re.MULTILINE)
    if there.search(text):
        return there.sub(lambda _: line, text)
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n"


def _write_for_the_owner(file: Path, text: str) -> None:
    """At no moment may others read it, and at no moment is it half written; root leaves it to whom it belongs."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    if file.exists() and os.geteuid() == 0:
        owner = file.stat()
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(file)
