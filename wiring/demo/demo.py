"""The demo: the whole kiosk on one machine with simulated devices, and its scripted tours."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiosk.config.layers import layers_of
from kiosk.operator_texts import text_of, texts_of
from screens.kivy_start import has_no_screen
from screens.scripted.person import MOVEMENTS
from wiring.demo.technician import PERSONA
from wiring.demo.tour import (
    AT_HOME,
    CARD_PIN,
    ON_PAGES,
    PHONE,
    STAFF_PERSONA,
    run_tour,
    scan_phone,
    scan_slip,
)
from wiring.kiosk_process import exit_code_with_message
from wiring.places import CONFIG, DEFAULTS, ROOT
from wiring.terminal import open_kiosk
from wiring.termination import SERVICE, Termination

if TYPE_CHECKING:
    from drivers.simulated.desk import DemoDesk
    from drivers.simulated.ss_card_desk import SsCardSlot
    from kiosk.pages.page import Page
    from screens.dev_dock import DevButton

TERMINAL = "BZ-DEMO-0001"
FIRST_PERSONA = "liu"
PERSONAS = {"prepared": "wang"}
"""Whose card it is in a journey where it is not that of `FIRST_PERSONA`."""
FAST_OFFICE_DAY = 5.0  # seconds: a correction takes several days of an office


def run_demo(options: argparse.Namespace) -> int:
    """Run the kiosk among simulated devices, tour it, or draw its pages; return the exit code.

    2 for a persona that does not exist; 1 for faults that are said on standard error.
    """
    options.persona = options.persona or PERSONAS.get(options.journey, FIRST_PERSONA)
    known = sorted(path.stem for path in (CONFIG / "personas").glob("*.toml"))
    if options.persona not in known:
        words = text_of("demo.no_persona", persona=options.persona, known="、".join(known))
        print(words, file=sys.stderr)
        return 2
    return exit_code_with_message(lambda: demo_with(options))


def demo_with(options: argparse.Namespace) -> int:
    """Start simulated devices and central service, then the kiosk; return the exit code."""
    for folder in filter(None, (options.tour, options.gallery, options.run)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = text_of("demo.unwritable", folder=folder, why=error.strerror)
            print(words, file=sys.stderr)
            return 1
    if options.gallery is not None:
        from wiring.gallery.drawing import draw_gallery

        wishes = (
            tuple(filter(None, option.split(","))) for option in (options.pages, options.variants)
        )
        return draw_gallery(options.gallery, *wishes)
    from drivers.simulated.desk import DemoDesk

    with ExitStack() as stack:
        folder = options.run or Path(stack.enter_context(TemporaryDirectory(prefix="kiosk-demo-")))
        desk = DemoDesk(ROOT, folder.resolve(), TERMINAL)
        if options.journey == "correction":
            desk.office_day_seconds = FAST_OFFICE_DAY
        desk.phones = options.tour is None or options.journey == PHONE
        desk.phone_filing = options.tour is not None and options.journey in ON_PAGES
        if options.tour is None or options.journey == CARD_PIN:
            desk.ss_slot = open_ss_slot(stack)
            if desk.ss_slot is None and options.journey == CARD_PIN:
                print(text_of("demo.no_card_service"), file=sys.stderr)
                return 1
        stack.enter_context(desk)
        layers = [DEFAULTS, CONFIG / "profiles" / "demo.toml", desk.write_site()]
        if options.journey == AT_HOME:
            layers.append(CONFIG / "profiles" / "tablet.toml")
        if options.height:
            layers.append(smaller_panel(folder, options.height))
        if options.tour is not None:
            return run_tour(options, desk, layers)
        if has_no_screen():
            print(text_of("demo.no_screen"), file=sys.stderr, flush=True)
        buttons = dev_buttons(desk, options.persona)
        shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers), buttons, obedient(desk.bench.tell))
        with Termination(SERVICE).calling(shell.request_stop):
            kiosk.runner.start()
            shell.warm(kiosk.runner.next_pages())
            try:
                shell.run()
            finally:
                kiosk.stop()
    return 0


def open_ss_slot(stack: ExitStack) -> SsCardSlot | None:
    """Return a started slot for social security cards; None where pcscd or vpcd is not installed.

    `stack` closes it. This process finds the slot's daemon, and no other.
    """
    from drivers.simulated.cards.pcsc_daemon import SOCKET_VARIABLE
    from drivers.simulated.ss_card_desk import SsCardSlot

    # A path of its own, since that of a socket may have 107 bytes only.
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="kiosk-demo-pcscd-")))
    slot = SsCardSlot(folder, CONFIG / "personas")
    if not slot.start():
        return None
    stack.callback(slot.close)
    os.environ[SOCKET_VARIABLE] = str(slot.socket_path)
    return slot


def smaller_panel(folder: Path, height: int) -> Path:
    """Write settings for the same panel drawn smaller, `height` px high; return their file."""
    from kiosk.config.settings_reader import read_settings

    panel = read_settings(DEFAULTS).panel
    share = height / panel.height_px
    width, px_per_mm = round(panel.width_px * share), panel.px_per_mm * share
    path = folder / "panel.toml"
    lines = f"width_px = {width}\nheight_px = {height}\npx_per_mm = {px_per_mm}\n"
    path.write_text(f"[panel]\n{lines}", "utf-8")
    return path


def dev_buttons(desk: DemoDesk, persona: str) -> tuple[DevButton, ...]:
    """Return the buttons of the demo dock."""
    from kiosk.config.accessibility import KEY_CODES
    from screens.dev_dock import DevButton

    bench, words = desk.bench, texts_of("demo.buttons")
    scenes = ("person", "too_far", "wrong_person", "two_faces", "nobody", "dark")
    keys = ("right", "left", "enter")
    return (
        DevButton(words["place_card"], partial(bench.place_card, persona), "card"),
        DevButton(words["place_staff_card"], partial(bench.place_card, STAFF_PERSONA), "card"),
        DevButton(words["place_technician_card"], partial(bench.place_card, PERSONA), "card"),
        DevButton(words["lift_card"], bench.lift_card, "card", is_on=True),
        *ss_card_buttons(desk, persona),
        DevButton(words["scan_slip"], partial(scan_slip, desk)),
        DevButton(words["scan_phone"], partial(scan_phone, desk, persona)),
        *(
            DevButton(words[one], partial(bench.show, one), "person", is_on=one == scenes[0])
            for one in scenes
        ),
        DevButton(words["lay_paper"], partial(bench.lay, "sheet"), "paper", is_on=True),
        DevButton(words["lay_paper_cut_off"], partial(bench.lay, "cut_off"), "paper"),
        *(DevButton(words[key], partial(bench.press_key, KEY_CODES[key])) for key in keys),
        DevButton(words["plug_headphones"], partial(bench.plug, plugged=True), "headphones"),
        DevButton(
            words["unplug_headphones"], partial(bench.plug, plugged=False), "headphones", is_on=True
        ),
        DevButton(words["answer_ring"], bench.answer_ring),
        DevButton(words["cut_network"], desk.cut_network, "network"),
        DevButton(words["restore_network"], desk.restore_network, "network", is_on=True),
        DevButton(words["take_paper"], partial(bench.paper_out, out=True), "roll"),
        DevButton(words["load_paper"], partial(bench.paper_out, out=False), "roll", is_on=True),
    )


def ss_card_buttons(desk: DemoDesk, persona: str) -> Iterator[DevButton]:
    """Yield the buttons for the social security card, where there is a slot for it."""
    from screens.dev_dock import DevButton

    if desk.ss_slot is not None:
        words = texts_of("demo.buttons")
        slot = desk.ss_slot
        yield DevButton(words["insert_ss_card"], partial(slot.insert, persona), "slot")
        yield DevButton(words["remove_ss_card"], slot.remove, "slot", is_on=True)


def obedient(tell: Callable[[str], None]) -> Callable[[Page], None]:
    """Return an observer of pages that makes the simulated person do what a page newly asks."""
    asked = [""]

    def see(page: Page) -> None:
        wanted = page.hint_icon if page.hint_icon in MOVEMENTS else ""
        if wanted and wanted != asked[0]:
            tell(wanted)
        asked[0] = wanted

    return see
