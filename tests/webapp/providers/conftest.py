"""Wires between the site and its providers whose answers can be changed on their way."""

import pytest

from tests.webapp.providers.tampering import Tampering


@pytest.fixture
def tampering(wires) -> Tampering:
    return Tampering(wires)
