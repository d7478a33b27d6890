"""The demo: the whole kiosk on one machine with simulated devices, and its scripted tours."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiosk.config.layers import layers_of
from screens.scripted.person import MOVEMENTS
from wiring.demo.technician import PERSONA
from wiring.demo.tour import AT_HOME, STAFF_PERSONA, run_tour, scan_slip
from wiring.kiosk_process import exit_code_with_message
from wiring.places import CONFIG, DEFAULTS, ROOT
from wiring.terminal import open_kiosk
from wiring.termination import SERVICE, Termination

if TYPE_CHECKING:
    from drivers.simulated.desk import DemoDesk
    from kiosk.pages.page import Page
    from screens.dev_dock import DevButton

TERMINAL = "BZ-DEMO-0001"
NO_PERSONA = "没有 %s 这个模拟人物，只有：%s"
FAST_OFFICE_DAY = 5.0  # seconds: a correction takes several days of an office


def run_demo(options: argparse.Namespace) -> int:
    """Run the kiosk among simulated devices, tour it, or draw its pages; return the exit code.

    2 for a persona that does not exist; 1 for faults that are said on standard error.
    """
    known = sorted(path.stem for path in (CONFIG / "personas").glob("*.toml"))
    if options.persona not in known:
        print(NO_PERSONA % (options.persona, "、".join(known)), file=sys.stderr)
        return 2
    return exit_code_with_message(lambda: demo_with(options))


def demo_with(options: argparse.Namespace) -> int:
    """Start simulated devices and central service, then the kiosk; return the exit code."""
    if options.gallery is not None:
        from wiring.gallery.drawing import draw_gallery

        wishes = (
            tuple(filter(None, said.split(","))) for said in (options.pages, options.variants)
        )
        return draw_gallery(options.gallery, *wishes)
    from drivers.simulated.desk import DemoDesk

    with ExitStack() as stack:
        folder = options.run or Path(stack.enter_context(TemporaryDirectory(prefix="kiosk-demo-")))
        desk = DemoDesk(ROOT, folder.resolve(), TERMINAL)
        if options.journey == "correction":
            desk.office_day_seconds = FAST_OFFICE_DAY
        stack.enter_context(desk)
        layers = [DEFAULTS, CONFIG / "profiles" / "demo.toml", desk.write_site()]
        if options.journey == AT_HOME:
            layers.append(CONFIG / "profiles" / "tablet.toml")
        if options.height:
            layers.append(smaller_panel(folder, options.height))
        if options.tour is not None:
            return run_tour(options, desk, layers)
        buttons = dev_buttons(desk, options.persona)
        shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers), buttons, obedient(desk.bench.tell))
        with Termination(SERVICE).calling(shell.request_stop):
            kiosk.runner.start()
            shell.warm()
            try:
                shell.run()
            finally:
                kiosk.stop()
    return 0


def smaller_panel(folder: Path, height: int) -> Path:
    """Write settings for the same panel drawn smaller, `height` px high; return their file."""
    from kiosk.config.settings_reader import read_settings

    panel = read_settings(DEFAULTS).panel
    share = height / panel.height_px
    width, px_per_mm = round(panel.width_px * share), panel.px_per_mm * share
    path = folder / "panel.toml"
    said = f"width_px = {width}\nheight_px = {height}\npx_per_mm = {px_per_mm}\n"
    path.write_text(f"[panel]\n{said}", "utf-8")
    return path


def dev_buttons(desk: DemoDesk, persona: str) -> tuple[DevButton, ...]:
    """Return the buttons of the demo dock."""
    from kiosk.config.accessibility import KEY_CODES
    from screens.dev_dock import DevButton

    bench = desk.bench
    scenes = (
        ("本人站好", "person"),
        ("站远一点", "too_far"),
        ("换一个人", "wrong_person"),
        ("两个人", "two_faces"),
        ("没有人", "nobody"),
        ("光线暗", "dark"),
    )
    return (
        DevButton("放身份证", partial(bench.place_card, persona)),
        DevButton("放帮办员的证", partial(bench.place_card, STAFF_PERSONA)),
        DevButton("放维护员的证", partial(bench.place_card, PERSONA)),
        DevButton("拿走身份证", bench.lift_card),
        DevButton("扫回执上的码", partial(scan_slip, desk)),
        *(DevButton(label, partial(bench.show, scene)) for label, scene in scenes),
        DevButton("放好材料", partial(bench.lay, "sheet")),
        DevButton("材料没放全", partial(bench.lay, "cut_off")),
        *(
            DevButton(label, partial(bench.press_key, KEY_CODES[key]))
            for label, key in (
                ("键：下一个", "right"),
                ("键：上一个", "left"),
                ("键：选它", "enter"),
            )
        ),
        DevButton("插耳机", partial(bench.plug, plugged=True)),
        DevButton("拔耳机", partial(bench.plug, plugged=False)),
        DevButton("帮办员应一声", bench.answer_ring),
        DevButton("断网", desk.cut_network),
        DevButton("恢复网络", desk.restore_network),
        DevButton("打印机没纸", partial(bench.paper_out, out=True)),
        DevButton("装上纸", partial(bench.paper_out, out=False)),
    )


def obedient(tell: Callable[[str], None]) -> Callable[[Page], None]:
    """Return an observer of pages that makes the simulated person do what a page newly asks."""
    asked = [""]

    def see(page: Page) -> None:
        wanted = page.hint_icon if page.hint_icon in MOVEMENTS else ""
        if wanted and wanted != asked[0]:
            tell(wanted)
        asked[0] = wanted

    return see
