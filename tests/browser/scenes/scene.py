"""What a scene is: a name, the page it shows, its status, and how one gets there."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.visits import Visit


@dataclass(frozen=True)
class Scene:
    """`endpoint` is whose page it is, None for a page of the payment gateway or of nobody; `status` what it answers.

    What `varies` another scene with the same parts is left to `make check-pages` and to the pictures.
    """

    name: str
    endpoint: str | None
    status: int
    varies: bool
    go: Callable[[Visit], None]

    def __str__(self) -> str:
        return self.name


SCENES: list[Scene] = []


def scene(
    endpoint: str | None, status: int = 200, varies: bool = False
) -> Callable[[Callable[[Visit], None]], Callable]:
    """The function leads a visit to the page; its name is the scene's, with its module's before it."""

    def add(go: Callable[[Visit], None]) -> Callable:
        area = go.__module__.rpartition(".")[2]
        SCENES.append(Scene(f"{area}-{go.__name__.replace('_', '-')}", endpoint, status, varies, go))
        return go

    return add
