"""Scripted tours of the demo: a person with hands at the simulated devices, and the report."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.terminal_table import JOURNEYS
from kiosk.config.layers import layers_of
from kiosk.progress import ProgressLine
from wiring.demo.technician import PERSONA, equip, sheet_state
from wiring.places import CONFIG, DEFAULTS, VOICE
from wiring.terminal import open_kiosk

if TYPE_CHECKING:
    from drivers.simulated.desk import DemoDesk
    from kiosk.pages.page import Page
    from screens.scripted.person import ScriptedPerson
    from screens.scripted.tour import Tour
    from screens.shell import Shell
    from wiring.terminal import Kiosk

GREEN = "green"
PATIENCE_SECONDS = 100.0
STAFF_PERSONA, STAFF_PIN = "helper", "246810"  # config/staff
WINDOW_PERSONA, SECOND_PERSONA = "window", "clerk"
PROXY_PERSONA = "wang"
TECHNICIAN = "technician"  # looks after the machine and files for nobody
CARD_PIN = "card-pin"
PHONE = "phone"
CONTINUE, EMPLOYER = "continue", "employer"
ON_PAGES = (CONTINUE, EMPLOYER)
"""Journeys that begin on the pages of a phone, or of an employer."""
MOBILE = "13900001234"
VOUCHED = "vouched"
PREPARED = "prepared"
SS_CARD_PIN = "135790"  # of the persona liu
AT_HOME = "helper-absent"  # on a tablet, without the network until the receipt
LONG = {"progress": 100.0, "correction": 150.0, CONTINUE: 120.0, EMPLOYER: 120.0}
TOUR_SECONDS = {name: LONG.get(name, 90.0) for name in JOURNEYS}


def scan_slip(desk: DemoDesk) -> None:
    """Hold the newest slip in front of the scanner; without one, some other code."""
    desk.bench.scan(next(iter(desk.bench.last_slip_codes()), "no slip yet"))


def scan_phone(desk: DemoDesk, persona: str) -> None:
    """Hold the telephone of this person, with its newest code, in front of the scanner."""
    from kiosk.config.schema import read_table

    card = read_table(CONFIG / "personas" / f"{persona}.toml")["card"]
    desk.bench.scan(desk.telephone_code(card["number"]))


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

    def insert_ss_card(self) -> None:
        """Put the own social security card into the slot."""
        assert self.desk.ss_slot is not None
        self.desk.ss_slot.insert(self.persona)

    def take_ss_card(self) -> None:
        """Take the social security card out."""
        assert self.desk.ss_slot is not None
        self.desk.ss_slot.remove()

    def scan_slip(self) -> None:
        """Hold the newest slip in front of the scanner."""
        scan_slip(self.desk)

    def come_closer(self) -> None:
        """Step to the right place in front of the camera."""
        self.desk.bench.show("person")

    def show_code(self) -> None:
        """Hold the telephone in front of the scanner, with a draft's code or that of its user."""
        if self.code:
            self.desk.bench.scan(self.code)
        else:
            scan_phone(self.desk, self.persona)

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


def run_tour(options: argparse.Namespace, desk: DemoDesk, layers: list[Path]) -> int:
    """Run a scripted visit; return 1 when the application did not arrive, otherwise 0.

    `layers` are the settings files over config/kiosk.toml.
    """
    desk.bench.show("too_far")
    seen: list[Page] = []
    shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers), seen=seen.append)
    hand = hand_of(options, desk, kiosk)
    walk = walk_of(options, desk, kiosk, shell, hand)
    try:
        with ProgressLine(str(options.tour)) as line:
            filed = play(walk, hand, shell, kiosk, ShownPages(seen, line))
        arrived = central_state(kiosk, filed)
    finally:
        kiosk.stop()
    return report_tour(options, desk, walk, {"application_id": filed, "central": arrived})


def hand_of(options: argparse.Namespace, desk: DemoDesk, kiosk: Kiosk) -> DeskHand:
    """Return the scripted person's hands, with the code to show and the fault to play."""
    from kiosk.storage.store import OutboxState

    at_home = options.journey == AT_HOME and options.fault == "none"
    hand = DeskHand(desk, options.persona, "away" if at_home else options.fault)
    hand.code = begin_elsewhere(desk, options)
    if options.journey == PREPARED:
        desk.run_radar()
    hand.store_has_it = lambda: kiosk.services.store.counts()[OutboxState.WAITING] > 0
    return hand


def walk_of(
    options: argparse.Namespace, desk: DemoDesk, kiosk: Kiosk, shell: Shell, hand: DeskHand
) -> Tour:
    """Return the tour of the journey's person, whose hands are `hand`; it has not begun yet."""
    from kiosk.clips import read_clips
    from kiosk.speech.utterance import utterance
    from screens.scripted.finger import Finger
    from screens.scripted.technician import ScriptedTechnician
    from screens.scripted.tour import Tour

    clips = read_clips(VOICE)
    person = scripted(options.journey)
    if isinstance(person, ScriptedTechnician):
        equip(person, desk, kiosk)
    return Tour(
        options.tour,
        person,
        Finger(shell),
        hand,
        shell.save_screenshot,
        time.monotonic,
        spoken_seconds=lambda page: utterance(page.spoken, clips).seconds,
        patience=TOUR_SECONDS[options.journey],
    )


@dataclass(frozen=True)
class ShownPages:
    """The pages that were shown and not taken yet, and the line that counts them."""

    seen: list[Page]
    line: ProgressLine

    def take(self) -> list[Page]:
        """Return those pages, oldest first, and show the name of each."""
        pages, self.seen[:] = self.seen[:], []
        for page in pages:
            self.line.step(page.name)
        return pages


def play(walk: Tour, hand: DeskHand, shell: Shell, kiosk: Kiosk, shown: ShownPages) -> str:
    """Run the loop until `walk` is over and nothing waits; return the id that was filed, or "".

    `hand` are the person's hands, `shown` the pages that came and were not taken yet.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    walk.begin()
    kiosk.runner.start()
    filed = ""
    while not walk.over:
        shell.idle()
        hand.between(kiosk.runner.visit.stage.value)
        visit = kiosk.runner.visit
        filed = visit.application_id if visit.signature.confirmed_at else filed
        for page in shown.take():
            walk.take(page)
        walk.tick()
    # The visit is over; the application may still be on its way.
    while hand.store_has_it() and time.monotonic() < give_up:
        shell.idle()
    return filed


def report_tour(
    options: argparse.Namespace, desk: DemoDesk, walk: Tour, outcome: dict[str, Any]
) -> int:
    """Write the report of `walk` and the slip into the tour's folder; return the exit code.

    `outcome` is the id that was filed, and what the central service knows of it.
    """
    report = {**walk.report(), **outcome}
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
    state = outcome["central"]["state"]
    print(json.dumps({**summary, "pages": len(walk.pages), "central": state}))
    return 0 if walk.complete and state == "received" else 1


def begin_elsewhere(desk: DemoDesk, options: argparse.Namespace) -> str:
    """Begin a draft on a phone or as an employer; return the code to show, "" for none."""
    from kiosk.config.schema import read_table

    if options.journey == CONTINUE:
        return desk.begin_on_phone(options.persona, MOBILE)
    if options.journey == EMPLOYER:
        persona = read_table(CONFIG / "personas" / f"{options.persona}.toml")
        card, facts = persona["card"], persona["facts"]
        row = f"{card['name']},{card['number']},{MOBILE}\n"
        desk.begin_as_employer(facts["unit_code"], row)
    return ""


def scripted(journey: str) -> ScriptedPerson:
    """Return the scripted person of a journey."""
    from kiosk.pages.press import Press
    from screens.scripted.acting import Authorising, ScriptedProxy, ScriptedStaff
    from screens.scripted.helper import ScriptedHelper
    from screens.scripted.person import ScriptedPerson
    from screens.scripted.proving import ScriptedCardHolder, ScriptedPhoneHolder, ScriptedVouched
    from screens.scripted.started_elsewhere import ScriptedContinuer
    from screens.scripted.technician import ScriptedTechnician

    match journey:
        case "technician":
            return ScriptedTechnician(staff_card=PERSONA, pin=STAFF_PIN)
        case "self" | "progress" | "prepared":
            return ScriptedPerson(looks=journey == "progress")
        case "card-pin":
            return ScriptedCardHolder(pin=SS_CARD_PIN)
        case "phone":
            return ScriptedPhoneHolder()
        case "vouched":
            vouchers = (STAFF_PERSONA, WINDOW_PERSONA)
            return ScriptedVouched(staff_cards=vouchers, pin=STAFF_PIN)
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
