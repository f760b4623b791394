"""Every page of the site in the states that it can have: what is proved and pictured is this list."""

from tests.browser.scenes import account, admin, booked, checkout, search, trip, wrong  # noqa: F401, I001 - each adds its own
from tests.browser.scenes.scene import SCENES, Scene

__all__ = ["SCENES", "Scene"]
