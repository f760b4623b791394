"""What this machine must have for some tests."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Something is not on this machine: in CI a failure, elsewhere a skip. `reason` says what it is and how to get it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
