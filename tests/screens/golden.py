"""Pictures of approved pages: half the panel's size, from one driver only.

`python -m tests.screens.golden` draws them anew; look at what changed before it is committed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops

from kiosk.pages.display import Contrast, Reach, TextSize, View
from kiosk.pages.page import Page
from screens.shell import Shell, ShellContext, open_shell
from tests.screens import samples
from tests.screens.conftest import ASSETS, PORTRAIT

FOLDER = Path(__file__).parent / "golden_pictures"
RENDERER = b"llvmpipe"  # another one draws other edges
HALF = 2
UNLIKE = 40  # of 255 in any colour: less is an edge that was rounded otherwise
FEW = 60  # pixels of the half picture, that may be unlike: a dot of 1 mm has 13


def in_view(sample: Callable[[], Page], view: View) -> Page:
    return replace(sample(), view=view, voice=samples.VOICE, sight=samples.SIGHT)


def approved() -> Mapping[str, Page]:
    """Return the pages by the name of their picture; each shows another layout or way to draw."""
    light, black = View(), View(contrast=Contrast.HIGH)
    seated = in_view(samples.choose, View(reach=Reach.SEATED))
    largest = in_view(samples.choose, View(TextSize.LARGEST))
    return {
        "idle": in_view(samples.idle, light),
        "notice": in_view(samples.notice, light),
        "card": in_view(samples.card, light),
        "card_black": in_view(samples.card, black),
        "dates": in_view(samples.dates, light),
        "choose": in_view(samples.choose, light),
        "choose_largest": samples.fitting_rows(largest, TextSize.LARGEST),
        "choose_seated": samples.low_rows(seated),
        "mobile": in_view(samples.mobile, light),
        "mobile_black": in_view(samples.mobile, black),
        "review": in_view(samples.review, light),
        "receipt": in_view(samples.receipt, light),
        "writing": in_view(samples.writing, light),
    }


def picture(shell: Shell, page: Page) -> Image.Image:
    """Draw the page and return it at half its size."""
    shell.show(page)
    shell.idle()
    with tempfile.TemporaryDirectory(prefix="kiosk-golden-") as folder:
        path = Path(folder) / "page.png"
        shell.save_screenshot(path)
        with Image.open(path) as whole:
            return whole.convert("RGB").reduce(HALF)


def unlike(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels differ clearly."""
    bands = ImageChops.difference(one, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(worst.histogram()[UNLIKE:])


def renderer() -> bytes:
    """Return what draws; there must be a window."""
    from kivy.graphics import opengl

    name: bytes = opengl.glGetString(opengl.GL_RENDERER)
    return name


def main() -> None:
    shell = open_shell(PORTRAIT, ASSETS, ShellContext(lambda _: None), offscreen=True)
    if not renderer().startswith(RENDERER):
        raise SystemExit(f"these pictures come from {RENDERER!r}, here draws {renderer()!r}")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, page in approved().items():
        picture(shell, page).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
