"""`make screenshots`: every page in its states, at both widths and in both themes, and one page that shows them all.

`--only search` takes the scenes whose names have that in them; `--into` another folder.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from tests import apps
from tests.browser import checks
from tests.browser.chromium import running
from tests.browser.scenes import SCENES, Scene
from tests.browser.stage import stage
from tests.browser.visits import Visit, profile, visiting

INTO = checks.ROOT / "instance" / "screenshots"
SOWN = ("demo", "network")
STYLE = """body { font: 16px/1.4 system-ui; margin: 2rem; background: #ddd }
div { display: flex; gap: 1rem; align-items: start; overflow-x: auto } img { border: 1px solid #999 }
img[alt*="1280"] { width: 640px } img[alt*="360"] { width: 240px }"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="scenes whose name has this in it")
    parser.add_argument("--into", type=Path, default=INTO, help="the folder, emptied first")
    given = parser.parse_args(arguments)
    chosen = [scene for scene in SCENES if given.only in scene.name]
    if not chosen:
        parser.error(f"no scene has {given.only!r} in its name")
    apps.forget_this_machines_settings()
    shutil.rmtree(given.into, ignore_errors=True)
    given.into.mkdir(parents=True)
    with stage(SOWN) as on_stage, running() as browser, profile(on_stage, browser) as page:
        for scene in chosen:
            with visiting(on_stage, page) as visit:
                take(scene, visit, given.into)
    (given.into / "index.html").write_text(contents(chosen))
    print(f"{len(chosen) * len(checks.EVERY_LOOK)} pictures: {given.into / 'index.html'}")
    return 0


def take(scene: Scene, visit: Visit, folder: Path) -> None:
    """A picture of the whole page in every look."""
    scene.go(visit)
    for theme, width in checks.EVERY_LOOK:
        checks.look(visit.page, theme, width)
        visit.page.screenshot(
            path=folder / picture(scene, theme, width), full_page=True, animations="disabled"
        )


def picture(scene: Scene, theme: str, width: int) -> str:
    return f"{scene.name}-{width}-{theme}.png"


def contents(scenes: Sequence[Scene]) -> str:
    """A page with all pictures, small, each a link to itself."""
    rows = "".join(
        f"<h2>{escape(scene.name)} ({scene.status})</h2><div>{_row(scene)}</div>" for scene in scenes
    )
    return f"<!doctype html><html lang=en><meta charset=utf-8><title>Every page</title><style>{STYLE}</style><h1>Every page</h1>{rows}"


def _row(scene: Scene) -> str:
    return "".join(
        f'<a href="{name}"><img src="{name}" alt="{width} {theme}" loading="lazy"></a>'
        for theme, width in checks.EVERY_LOOK
        if (name := picture(scene, theme, width))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
