"""Trips as the letters' tests make them."""

from tests.webapp.letters.conftest import a_trip, in_site

__all__ = ["a_trip", "in_site"]
