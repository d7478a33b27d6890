"""From a bare machine to its readiness sheet: by image and card, with what people do counted."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from script.benches.figures import BenchFigure
from script.benches.machine.ring_systems import digits_of
from script.benches.machine.room_processes import RoomProcesses
from script.benches.machine.update import await_success
from script.benches.machine.virtual.terminal import WAITS_FOR_CARD, VirtualTerminal
from tests.central.fleet.printed_cards import card_texts

NAME = "BZ-V-0001"
PATIENCE_SECONDS, SHEET_SECONDS, POLL_SECONDS = 900.0, 600.0, 1.0
LISTENS_SECONDS = 1.0  # a scanner drops what came before it was opened
DRAWN_SECONDS = 5.0  # a page comes on an emulated screen after its words in the journal
READY = "systemctl show -P StatusText kiosk | grep -q ^idle"
ROW = re.compile(r'<th scope="row"[^>]*>([^<]*)</th>\s*((?:<td.*?</td>\s*){3})', re.DOTALL)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
GREEN, RED = "好的", "不能办事"


@dataclass(frozen=True)
class SheetRow:
    """One line of the readiness sheet, as the page of the control room shows it."""

    subject: str
    state: str
    evidence: str


@dataclass(frozen=True)
class DayStep:
    """One step: what somebody does, how often, keys that are typed, and the machine's seconds."""

    who: str
    what: str
    hands: int = 0
    keys: int = 0
    seconds: float = 0.0


def rows_of(page: str) -> Iterator[SheetRow]:
    """Yield the lines of the sheet on a terminal's page."""
    for subject, cells in ROW.findall(page.split('id="sheet"', 1)[-1]):
        state, evidence, _cure = (html.unescape(TAG.sub("", one)) for one in CELL.findall(cells))
        yield SheetRow(html.unescape(subject), state.strip(), evidence.strip())


@dataclass
class FirstDay:
    """One terminal's first day at a control room; `folder` is for pictures."""

    room: RoomProcesses
    folder: Path
    steps: list[DayStep] = field(default_factory=list)
    rows: list[SheetRow] = field(default_factory=list)

    def run(self, one: VirtualTerminal) -> bool:
        """Bring a terminal that was just switched on to its sheet; tell whether it was let in."""
        began = time.monotonic()
        found = one.screen.await_page("first-page", PATIENCE_SECONDS)
        self._note("technician", "switches it on; the first page comes", began, hands=1)
        one.shell.open(PATIENCE_SECONDS)
        if found is None or one.machine.wait_for(WAITS_FOR_CARD, PATIENCE_SECONDS) is None:
            print(one.machine.text()[-4000:])
            return False
        (card,) = card_texts(self.room.cards([NAME]))
        time.sleep(LISTENS_SECONDS)
        one.screen.picture("card-page")
        began = time.monotonic()
        one.hold_card(card)
        waits = "journalctl -u kiosk-first-start -o cat | grep -qF 'waits for two people'"
        await_success(one.shell, waits, PATIENCE_SECONDS)
        self._note("technician", "holds the card; six digits come", began, hands=1)
        time.sleep(DRAWN_SECONDS)
        one.screen.picture("digits-page")
        self._confirm(digits_of(one.shell))
        began = time.monotonic()
        await_success(one.shell, READY, PATIENCE_SECONDS)
        one.screen.await_page("kiosk-page", PATIENCE_SECONDS)
        self._note("nobody", "the kiosk starts by itself", began)
        return self._ask_sheet()

    def figures(self) -> dict[str, BenchFigure]:
        """Return what people did, and what the machine took."""
        hands = sum(step.hands for step in self.steps)
        keys = sum(step.keys for step in self.steps)
        return {
            "first_page": BenchFigure(self.steps[0].seconds, "s"),
            "hands_of_people": BenchFigure(hands, "times"),
            "keys_at_the_terminal": BenchFigure(0, "keys", 0),
            "keys_of_two_technicians": BenchFigure(keys, "keys"),
            "machine_until_the_sheet": BenchFigure(sum(one.seconds for one in self.steps), "s"),
            "sheet_lines": BenchFigure(len(self.rows), "lines"),
            "sheet_green": BenchFigure(self._count(GREEN), "lines"),
            "sheet_red": BenchFigure(self._count(RED), "lines"),
        }

    def _count(self, state: str) -> int:
        return sum(one.state == state for one in self.rows)

    def _confirm(self, digits: str) -> None:
        for one in self.room.people:
            one.keys = one.forms = 0
        began = time.monotonic()
        told = self.room.confirm(NAME, digits)
        if not all(told):
            raise RuntimeError(f"not confirmed: {told}")
        keys = sum(one.keys for one in self.room.people)
        forms = sum(one.forms for one in self.room.people)
        what = "each types the digits on the page"
        self._note("two technicians", what, began, hands=forms, keys=keys)

    def _ask_sheet(self) -> bool:
        """Ask for the readiness sheet on the terminal's page, and wait until it is there."""
        one, page = self.room.people[0], f"/fleet/terminals/{NAME}"
        give_up = time.monotonic() + SHEET_SECONDS
        while "<h1>" not in one.see(page) and time.monotonic() < give_up:
            time.sleep(POLL_SECONDS)
        began = time.monotonic()
        one.send(page, f"{page}/ask", kind="readiness")
        while not self.rows and time.monotonic() < give_up:
            time.sleep(POLL_SECONDS)
            self.rows = list(rows_of(one.see(page)))
        self._note("one technician", "asks for the readiness sheet; it comes", began, hands=1)
        return bool(self.rows)

    def _note(self, who: str, what: str, began: float, hands: int = 0, keys: int = 0) -> None:
        self.steps.append(DayStep(who, what, hands, keys, time.monotonic() - began))
        print(f"  {who:16} {what:44} {hands} x {keys:3} keys {self.steps[-1].seconds:7.1f} s")
