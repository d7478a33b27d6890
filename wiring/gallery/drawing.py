"""The gallery: pictures of every page in every variant, and an index readable offline."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import groupby, product
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.interrupts import interrupts_blocked
from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.pages.display import Contrast, Reach, TextSize, View
from kiosk.pages.page import Layout
from kiosk.ports import Frame
from kiosk.progress import ProgressLine
from kiosk.visit.steps.whole_form.samples import SAMPLE_FORM
from wiring.gallery.page_catalogue import GalleryPage, demo_handbook, demo_table, gallery_pages
from wiring.places import ASSETS

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

    from screens.shell import Shell

SCALE = 0.5  # of a real panel: a picture then fits beside another on a desk's screen
SIZES = {TextSize.NORMAL: "normal", TextSize.LARGE: "large", TextSize.LARGEST: "largest"}
CONTRASTS = {Contrast.LIGHT: "light", Contrast.HIGH: "black"}
PANELS = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
PX_PER_MM = 4.03
COLOURS = 128
LOOK_SECONDS = 0.2
COUNTED: list[Synchronized[int]] = []
"""The count that a drawing process shares with its parent; empty in every other process."""


@dataclass(frozen=True)
class Variant:
    """One way to draw a page: orientation and view."""

    orientation: str
    view: View

    @property
    def name(self) -> str:
        """Return the name of its folder, such as portrait-light-normal-seated."""
        colours, size = CONTRASTS[self.view.contrast], SIZES[self.view.text_size]
        seated = "-seated" if self.view.reach is Reach.SEATED else ""
        return f"{self.orientation}-{colours}-{size}{seated}"

    @property
    def traits(self) -> set[str]:
        """Return the parts of its name, by which it can be selected."""
        return set(self.name.split("-"))


def variants(wanted: Iterable[str] = ()) -> tuple[Variant, ...]:
    """Return all variants, or those whose names hold all parts of a wish, as black-largest.

    On a landscape panel everything is in reach of a seated person, so there is no seated variant.
    """
    every = (
        Variant(orientation, View(size, contrast, reach=reach))
        for reach, orientation, contrast, size in product(Reach, PANELS, CONTRASTS, SIZES)
        if (orientation, reach) != ("landscape", Reach.SEATED)
    )
    wishes = [set(wish.split("-")) for wish in wanted]
    return tuple(one for one in every if not wishes or any(wish <= one.traits for wish in wishes))


def pages(wanted: Iterable[str] = ()) -> tuple[GalleryPage, ...]:
    """Return all pages, or those of the wished names: card, or just card.02."""
    wishes = set(wanted)
    found = gallery_pages()
    shown = [one for one in found if not wishes or {one.name, one.name.split(".")[0]} & wishes]
    return tuple(sorted(shown, key=lambda one: one.name))


def draw_gallery(folder: Path, page_names: tuple[str, ...], wishes: tuple[str, ...]) -> int:
    """Draw the wished pages and variants into the folder; return 0, 2 for none such.

    `page_names` and `wishes` name pages and variants; without names all are drawn. Each orientation
    gets a process and window of its own.
    """
    shown, ways = pages(page_names), variants(wishes)
    if not (shown and ways):
        print(text_of("demo.no_such_page"), file=sys.stderr)
        return 2
    for way in ways:
        (folder / way.name).mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(index(shown, ways, folder), "utf-8")
    orientations = sorted({way.orientation for way in ways})
    # Kivy has one window in a process and opens it at import.
    context = get_context("spawn")
    drawn = context.Value("i", 0)
    with (
        ProgressLine(str(folder), len(ways) * len(shown)) as line,
        ProcessPoolExecutor(
            mp_context=context, initializer=share_count, initargs=(drawn,)
        ) as windows,
    ):
        with interrupts_blocked():
            workers = [
                windows.submit(draw_orientation, folder, orientation, shown, wishes)
                for orientation in orientations
            ]
        while wait(workers, LOOK_SECONDS).not_done:
            line.at(drawn.value)
        count = sum(worker.result() for worker in workers)
        line.at(count)
    print(json.dumps({"pages": len(shown), "variants": len(ways), "pictures": count}))
    return 0


def share_count(drawn: Synchronized[int]) -> None:
    """Count the pictures of this process in `drawn`, which the parent reads."""
    COUNTED.append(drawn)


def count_picture() -> None:
    """Count one picture, where somebody reads the count."""
    for drawn in COUNTED:
        with drawn.get_lock():
            drawn.value += 1


def draw_orientation(
    folder: Path, orientation: str, shown: Sequence[GalleryPage], wishes: tuple[str, ...]
) -> int:
    """Draw the pages `shown` of one orientation into the folder; return the number of pictures.

    `wishes` name the variants. It runs in a process of its own, because Kivy has one window in a
    process.
    """
    table = demo_table()
    ways = [way for way in variants(wishes) if way.orientation == orientation]
    camera = StillCamera()
    shell = open_window(orientation, camera)
    for way, gallery_page in product(ways, shown):
        page = gallery_page.page(table, way.view)
        shell.show(page)
        shell.idle()
        if page.layout is Layout.CAMERA:
            camera.wait_for_mirror(shell)
        save_with_few_colours(shell, folder / way.name / f"{gallery_page.name}.png")
        count_picture()
    return len(ways) * len(shown)


def save_with_few_colours(shell: Shell, path: Path) -> None:
    """Save the window with few colours, so that thousands of pictures fit on a stick."""
    from PIL import Image

    shell.save_screenshot(path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
    few.save(path)


def open_window(orientation: str, camera: StillCamera) -> Shell:
    """Return a shell without a screen, smaller than the panel, with its millimetres."""
    from screens.shell import ShellContext, open_shell
    from screens.theme import ScreenPanel

    width, height = (round(side * SCALE) for side in PANELS[orientation])
    scale = PX_PER_MM * SCALE
    too_high = demo_handbook().settings.panel.too_high_mm if height > width else 0.0
    panel = ScreenPanel(width, height, scale, round(too_high * scale))
    pictures = {SAMPLE_FORM: picture_of_form(), 1: picture_of_paper()}
    outside = ShellContext(lambda _: None, camera.frame, picture=pictures.get)
    return open_shell(panel, ASSETS, outside, offscreen=True)


def picture_of_paper() -> Frame | None:
    """Return the picture of the simulated certificate."""
    from drivers.devices.paper_camera import picture_of
    from drivers.simulated.bench import first_font
    from drivers.simulated.scenes.paper_scene import PaperFilm, PaperScene

    jpeg = PaperFilm(first_font(ASSETS / "fonts")).jpeg(PaperScene.SHEET, 0)
    preview = picture_of(jpeg).preview
    return preview and replace(preview, sequence=1)


def picture_of_form() -> Frame | None:
    """Return the first page of the merged form; None where typst is not installed."""
    from drivers.devices.documents.form_painter import PanelFormPainter
    from kiosk.application.forms.form_library import sample_case
    from wiring.forms import read_forms

    book = demo_handbook()
    drawn = PanelFormPainter(read_forms, book.settings.panel)(
        sample_case(book.catalogue), 0, 1.0, dark=False
    )
    return None if isinstance(drawn, Failure) else replace(drawn.page, sequence=SAMPLE_FORM)


class StillCamera:
    """A camera in front of which a person stands still."""

    def __init__(self) -> None:
        from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm, load_figure

        film = SceneFilm(load_figure(ASSETS / "portraits" / "collins_figure.webp"))
        picture = film.frame(FaceScene.PERSON, 0)
        height, width = picture.shape[:2]
        self._frame = Frame(0, 0.0, width, height, picture.tobytes())
        self._asked = 0

    def frame(self) -> Frame:
        """Return the next frame, which shows the same."""
        self._asked += 1
        self._frame = replace(self._frame, sequence=self._asked)
        return self._frame

    def wait_for_mirror(self, shell: Shell) -> None:
        """Run the shell's loop until the page has drawn a frame."""
        before = self._asked
        while self._asked == before:
            shell.idle()


def index(
    shown: tuple[GalleryPage, ...], ways: tuple[Variant, ...], folder: Path | None = None
) -> str:
    """Return the HTML page that shows all pictures by page and switches the variant.

    `shown` are the pages, `ways` their variants. It leads to the pictures of the pages in a browser
    where `folder` has them.
    """
    has_browser = folder is not None and (folder / BROWSER_INDEX).exists()
    options = "".join(f"<option>{way.name}</option>" for way in ways)
    first = ways[0].name if ways else ""
    groups = groupby(shown, key=lambda one: one.name.split(".")[0])
    body = "".join(
        f"<h2 id={name}>{name}</h2><div>{''.join(figure(one, first) for one in same)}</div>"
        for name, same in groups
    )
    title = text_of("demo.gallery_title")
    link = browser_link() if has_browser else ""
    return INDEX.format(title=title, options=options, body=body, count=len(shown), link=link)


def browser_link() -> str:
    """Return the HTML of the link to the pictures of the pages in a browser."""
    return f"<a href={BROWSER_INDEX}>{text_of('demo.gallery_browser')}</a>"


def link_browser(folder: Path) -> None:
    """Put the link to the pages in a browser into the index of a gallery that `folder` has."""
    path = folder / "index.html"
    if path.exists():
        said = path.read_text("utf-8")
        if browser_link() not in said:
            path.write_text(said.replace("</header>", f"{browser_link()}</header>", 1), "utf-8")


def figure(gallery_page: GalleryPage, variant: str) -> str:
    """Return the HTML of one picture with its name and its spoken sentence.

    `variant` is the folder of the picture.
    """
    said = html.escape(gallery_page.page(demo_table(), View()).sentence)
    name = html.escape(gallery_page.name)
    picture = f"<img loading=lazy data-page='{name}' src='{variant}/{name}.png'>"
    return f"<figure>{picture}<figcaption>{name}<br>{said}</figcaption></figure>"


BROWSER_INDEX = "browser.html"
"""Index of the pictures of the pages in a browser (tests/central/browser/draw_pages.py)."""
INDEX = """<!doctype html><meta charset=utf-8><title>{title}</title>
<style>
body {{ font-family: sans-serif; margin: 0 1em 4em; background: #ddd }}
header {{ position: sticky; top: 0; background: #ddd; padding: .6em 0 }}
figure {{ display: inline-block; margin: .4em; vertical-align: top; max-width: 48em }}
figcaption {{ font-size: .8em; max-width: 30em }}
</style>
<header>{count} pages <select onchange="turn(this.value)">{options}</select> {link}</header>
{body}
<script>
function turn(variant) {{
  for (const one of document.images) one.src = variant + "/" + one.dataset.page + ".png"
}}
</script>
"""
