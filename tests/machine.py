"""What this machine must have for some tests."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Something is not on this machine: in CI a failure, elsewhere a skip. `reason` says what it is and how to get it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def fast_folder() -> str | None:
    """Where files are kept in memory, on a machine that has such a folder with room; None: wherever it keeps others.

    Nothing of a test has to survive a power cut, and waiting for a disk was a tenth of the time of all tests.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2_000_000_000:
        return str(memory)
    return None
