"""The demo: the whole kiosk on one machine with simulated devices, and its scripted tours."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kiosk.cli.terminal_table import JOURNEYS
from kiosk.config.layers import layers_of
from screens.scripted.person import MOVEMENTS
from wiring.demo_technician import PERSONA, equip, sheet_state
from wiring.kiosk_process import exit_code_with_message
from wiring.places import CONFIG, DEFAULTS, ROOT, VOICE
from wiring.terminal import open_kiosk
from wiring.termination import SERVICE, Termination

if TYPE_CHECKING:
    from drivers.simulated.desk import DemoDesk
    from kiosk.pages.page import Page
    from screens.dev_dock import DevButton
    from screens.scripted.person import ScriptedPerson
    from screens.scripted.tour import Tour
    from wiring.terminal import Kiosk

TERMINAL = "BZ-DEMO-0001"
GREEN = "green"
PATIENCE_SECONDS = 100.0
NO_PERSONA = "没有 %s 这个模拟人物，只有：%s"
STAFF_PERSONA, STAFF_PIN = "helper", "246810"  # config/staff
WINDOW_PERSONA, SECOND_PERSONA = "window", "clerk"
PROXY_PERSONA = "wang"
TECHNICIAN = "technician"  # looks after the machine and files for nobody
AT_HOME = "helper-absent"  # on a tablet, without the network until the receipt
BEGUN = """
id_number = "{number}"
name = "{name}"
services = ["R01", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14",
    "R15", "R16", "R17", "R18"]
begun_at = "2026-11-20T20:15:00+08:00"
{more}
[answers]
mobile = "13900001234"
live = "same"
bank = "card"
"""
"""TOML of a draft that a tour continues: most of the answers, not all."""
FAST_OFFICE_DAY = "5"  # seconds: who waits for an office waits for some of its days
LONG = {"progress": 100.0, "correction": 150.0}
TOUR_SECONDS = {name: LONG.get(name, 90.0) for name in JOURNEYS}


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
        from wiring.gallery import draw_gallery

        wishes = (
            tuple(filter(None, said.split(","))) for said in (options.pages, options.variants)
        )
        return draw_gallery(options.gallery, *wishes)
    from drivers.simulated.desk import DemoDesk

    with ExitStack() as stack:
        folder = options.run or Path(stack.enter_context(TemporaryDirectory(prefix="kiosk-demo-")))
        desk = DemoDesk(ROOT, folder.resolve(), TERMINAL)
        if options.journey == "correction":
            desk.office_day = FAST_OFFICE_DAY
        stack.enter_context(desk)
        layers = [DEFAULTS, CONFIG / "profiles" / "demo.toml", desk.write_site()]
        if options.journey == AT_HOME:
            layers.append(CONFIG / "profiles" / "tablet.toml")
        if options.height:
            layers.append(smaller_panel(folder, options.height))
        if options.tour is not None:
            return tour(options, desk, layers)
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
    from kiosk.config.settings import read_settings

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


def scan_slip(desk: DemoDesk) -> None:
    """Hold the newest slip in front of the scanner; without one, some other code."""
    desk.bench.scan(next(iter(desk.bench.last_slip_codes()), "no slip yet"))


def obedient(tell: Callable[[str], None]) -> Callable[[Page], None]:
    """Return an observer of pages that makes the simulated person do what a page newly asks."""
    asked = [""]

    def see(page: Page) -> None:
        wanted = page.hint_icon if page.hint_icon in MOVEMENTS else ""
        if wanted and wanted != asked[0]:
            tell(wanted)
        asked[0] = wanted

    return see


@dataclass
class DeskHand:
    """The scripted person's hands at the simulated devices; `fault` is the fault to play.

    `code`: the code on the person's telephone. `store_has_it`: whether an application waits in the
    store.
    """

    desk: DemoDesk
    persona: str
    fault: str
    store_has_it: Callable[[], bool] = lambda: False
    code: str = ""

    def put_card(self, whose: str = "") -> None:
        """Lay a card on the reader; `whose` names it, "" for the person's own."""
        self.desk.bench.place_card(whose or self.persona)

    def take_card(self) -> None:
        """Take the card from the reader."""
        self.desk.bench.lift_card()

    def scan_slip(self) -> None:
        """Hold the newest slip in front of the scanner."""
        scan_slip(self.desk)

    def come_closer(self) -> None:
        """Step to the right place in front of the camera."""
        self.desk.bench.show("person")

    def show_code(self) -> None:
        """Hold the telephone in front of the scanner."""
        self.desk.bench.scan(self.code)

    def move(self, prompt: str) -> None:
        """Do the movement `prompt` in front of the camera."""
        self.desk.bench.tell(prompt)

    def arrived(self, page_name: str) -> None:
        """Cut or restore the network when the fault belongs to this page."""
        gone = {"away": "principal"}.get(self.fault, "review")
        if page_name == gone and self.fault != "none":
            self.desk.cut_network()
        if page_name == "receipt" and self.fault in ("offline", "away"):
            self.desk.restore_network()

    def between(self, page_name: str) -> None:
        """Kill this process once the application is durable and nothing was answered yet."""
        if self.fault == "killed" and page_name == "submitting" and self.store_has_it():
            os.kill(os.getpid(), signal.SIGKILL)


def tour(options: argparse.Namespace, desk: DemoDesk, layers: list[Path]) -> int:
    """Run a scripted visit; return 1 when the application did not arrive, otherwise 0.

    `layers` are the settings files over config/kiosk.toml.
    """
    from kiosk.clips import read_clips
    from kiosk.speech.utterance import utterance
    from kiosk.storage.store import OutboxState
    from screens.scripted.tour import Tour

    desk.bench.show("too_far")
    seen: list[Page] = []
    shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers), seen=seen.append)
    from screens.scripted.finger import Finger
    from screens.scripted.technician import ScriptedTechnician

    at_home = options.journey == AT_HOME and options.fault == "none"
    hand = DeskHand(desk, options.persona, "away" if at_home else options.fault)
    hand.code = begin_elsewhere(desk, options)
    hand.store_has_it = lambda: kiosk.services.store.counts()[OutboxState.WAITING] > 0
    give_up = time.monotonic() + PATIENCE_SECONDS
    clips = read_clips(VOICE)
    person = scripted(options.journey)
    if isinstance(person, ScriptedTechnician):
        equip(person, desk, kiosk)
    walk = Tour(
        options.tour,
        person,
        Finger(shell),
        hand,
        shell.save_screenshot,
        time.monotonic,
        spoken_seconds=lambda page: utterance(page.spoken, clips).seconds,
        patience=TOUR_SECONDS[options.journey],
    )
    walk.begin()
    kiosk.runner.start()
    filed = ""
    try:
        while not walk.over:
            shell.idle()
            hand.between(kiosk.runner.visit.stage.value)
            visit = kiosk.runner.visit
            filed = visit.application_id if visit.signature.confirmed_at else filed
            pages, seen[:] = seen[:], []
            for page in pages:
                walk.take(page)
            walk.tick()
        # The visit is over; the application may still be on its way.
        while hand.store_has_it() and time.monotonic() < give_up:
            shell.idle()
        arrived = central_state(kiosk, filed)
    finally:
        kiosk.stop()
    return report_tour(walk, desk, options, filed, arrived)


def report_tour(
    walk: Tour,
    desk: DemoDesk,
    options: argparse.Namespace,
    filed: str,
    arrived: Mapping[str, Any],
) -> int:
    """Write tour.json and the slip beside the pictures, print a summary; return the exit code.

    `walk` is the tour that is over, `filed` the id of the application, `arrived` what the central
    service knows of it.
    """
    report = {**walk.report(), "application_id": filed, "central": arrived}
    if (slip := desk.bench.last_slip()) is not None:
        shutil.copyfile(slip, options.tour / "receipt.png")
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (options.tour / "tour.json").write_text(text + "\n", "utf-8")
    summary = {
        key: report[key]
        for key in ("complete", "touches", "typed_characters", "spoken_seconds", "seconds")
    }
    if options.journey == TECHNICIAN:
        sheet = sheet_state(desk, options.tour)
        print(json.dumps({**summary, "pages": len(walk.pages), "sheet": sheet}))
        return 0 if walk.complete and sheet == GREEN else 1
    print(json.dumps({**summary, "pages": len(walk.pages), "central": arrived["state"]}))
    return 0 if walk.complete and arrived["state"] == "received" else 1


def begin_elsewhere(desk: DemoDesk, options: argparse.Namespace) -> str:
    """Begin a draft on the portal or as an employer; return the code to show, "" for none."""
    from kiosk.config.schema import read_table

    card = read_table(CONFIG / "personas" / f"{options.persona}.toml")["card"]
    more = {"continue": "", "employer": 'unit = "亳州市示范机械厂"'}
    if options.journey not in more:
        return ""
    said = BEGUN.format(number=card["number"], name=card["name"], more=more[options.journey])
    return desk.begin("draft" if options.journey == "continue" else "employer", said)


def scripted(journey: str) -> ScriptedPerson:
    """Return the scripted person of a journey."""
    from kiosk.pages.press import Press
    from screens.scripted.acting import Authorising, ScriptedProxy, ScriptedStaff
    from screens.scripted.helper import ScriptedHelper
    from screens.scripted.person import ScriptedPerson
    from screens.scripted.started_elsewhere import ScriptedContinuer
    from screens.scripted.technician import ScriptedTechnician

    match journey:
        case "technician":
            return ScriptedTechnician(staff_card=PERSONA, pin=STAFF_PIN)
        case "self" | "progress":
            return ScriptedPerson(looks=journey == "progress")
        case "continue":
            return ScriptedContinuer()
        case "employer":
            return ScriptedContinuer(first=Press.ASK_PROGRESS)
        case "proxy":
            beside = Authorising(staff_card=STAFF_PERSONA, pin=STAFF_PIN)
            return ScriptedProxy(own_card=PROXY_PERSONA, authorising=beside)
        case "helper-absent":
            paper = Authorising("paper")
            return ScriptedStaff(staff_card=STAFF_PERSONA, pin=STAFF_PIN, authorising=paper)
        case "back-entry":
            return ScriptedStaff(
                staff_card=WINDOW_PERSONA,
                pin=STAFF_PIN,
                files=Press.BACK_ENTER,
                second_card=SECOND_PERSONA,
            )
    return ScriptedHelper(staff_card=STAFF_PERSONA, pin=STAFF_PIN, mends=journey == "correction")


def central_state(kiosk: Kiosk, application_id: str) -> dict[str, Any]:
    """Return what the central service itself knows of this application."""
    from kiosk.session.central_queries import progress_of
    from kiosk.visit.steps.progress.events import ProgressKnown

    found = (
        progress_of(kiosk.services.equipment.central, application_id) if application_id else None
    )
    if not isinstance(found, ProgressKnown):
        return {"state": "not received", "services": {}}
    number, services = found.case_number, dict(found.states)
    return {"state": "received", "case_number": number, "services": services}
