"""Bench of a fleet of folder systems: let in by cards, updated in rings, and a broken version.

One base is made once, with the terminal's package out of the signed repository; the systems lie
over it, each with its own systemd, and reach one control room of whole processes. Nothing is typed
on them. A good version goes out in three rings; then one that never says READY, tried in two rings,
offered to all and stopped on the page of the control room. All systems run at once; so many are
worked on as `AT_ONCE` says, since the gate of 120 s is for a terminal that has its processor alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from central.fleet.releases import place_of
from script.benches.figures import BenchFigure, Report
from script.benches.machine.folder_system import FolderSystem, Steps, hindrance
from script.benches.machine.ring_systems import (
    DUMP,
    GUN,
    change_byte,
    digits_of,
    dress,
    fill,
    install_first,
    is_fit,
    version_of,
)
from script.benches.machine.room_processes import RoomProcesses, room_processes
from script.benches.machine.system_copies import SystemCopy, copies
from script.benches.machine.three_versions import BROKEN, FIRST, GOOD, make_versions
from script.benches.machine.update import STATE, await_success
from tests.central.fleet.printed_cards import card_texts

WHOLE, QUICK = 20, 3
AT_ONCE = 2
RINGS = (1.0, 10.0, 100.0)
IN_FIRST, IN_SECOND = 1, 2  # of the terminals: beyond 1 %, and beyond 10 % where there are more
BEAT_SECONDS = 150.0
LETTING_IN_SECONDS = 300.0
Result = TypeVar("Result")
LISTENS_SECONDS = 1.0  # a scanner drops what came before it was opened
WAITING = 5


def measure(*, quick: bool, count: int = 0, kept: Path | None = None) -> Report:
    """Set so many terminals up (`count`, 0 for the usual number) and update them in rings.

    `kept`: a folder where packages and base stay for the next run. Raises SystemExit with the cure
    where no folder system can be made.
    """
    if why := hindrance():
        raise SystemExit(f"bench rings: {why}")
    with tempfile.TemporaryDirectory(prefix="kiosk-rings-") as name:
        fleet = RingBench(kept or Path(name), Path(name), count or (QUICK if quick else WHOLE))
        return fleet.report()


def names_for(count: int) -> tuple[str, ...]:
    """Return codes of terminals: the smallest ring holds one of them, the second two more."""
    first: list[str] = []
    second: list[str] = []
    rest: list[str] = []
    number = 0
    while len(first) < IN_FIRST or len(second) < IN_SECOND or len(rest) < count:
        number += 1
        name = f"BZ-R-{number:04d}"
        place = place_of(name)
        (first if place < 100 else second if place < 1000 else rest).append(name)  # noqa: PLR2004
    inside = first[:IN_FIRST] + second[:IN_SECOND]
    return tuple((inside + rest)[:count])


def ring_of(names: Iterable[str], percent: float) -> set[str]:
    """Return the terminals that a ring holds."""
    return {name for name in names if place_of(name) < percent * 100}


@dataclass
class RingBench:
    """One run; `kept` holds packages and base, `folder` what goes with the run."""

    kept: Path
    folder: Path
    count: int
    step: Steps = field(default_factory=Steps)
    found: dict[str, BenchFigure] = field(default_factory=dict)

    def report(self) -> Report:
        """Do all of it and return what was found."""
        with self.step("build the packages"):
            versions = make_versions(self.kept)
        with ExitStack() as opened:
            with self.step("a control room with two technicians"):
                room = opened.enter_context(room_processes(self.folder / "room"))
                room.publish_package(versions[FIRST])
            base = self._base(room)
            names = names_for(self.count)
            self.systems = opened.enter_context(copies(base, self.folder, names))
            self._let_in(room, opened)
            self._fill()
            room.publish_package(versions[GOOD])
            self._good_version(room)
            room.publish_package(versions[BROKEN])
            self._broken_version(room)
            self._controls(versions[BROKEN])
        return Report("rings", self.found)

    def _base(self, room: RoomProcesses) -> Path:
        """Return the base, made where none is kept, and dressed for this control room."""
        base = self.kept / "base"
        if not base.exists():
            with self.step("a bare Debian 13"):
                FolderSystem(base).make()
        with self.step("install from the repository, once"):
            install_first(base, room.folder / "repository", FIRST)
        dress(base, room.url, room.authority)
        return base

    def _let_in(self, room: RoomProcesses, opened: ExitStack) -> None:
        """Bring all terminals in by their cards; count what people do."""
        cards = card_texts(room.cards([one.name for one in self.systems]))
        began = time.monotonic()
        with self.step("boot all"):
            self._each(SystemCopy.boot)
            self.guns = {one.name: opened.enter_context(one.start(GUN)) for one in self.systems}
        with self.step("cards, digits, two technicians"):
            pairs = zip(self.systems, cards, strict=True)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                waited = list(pool.map(lambda pair: self._hold_card(*pair), pairs))
            digits = [(one, digits_of(one)) for one in self.systems]
            asked = time.monotonic()
            told = [answer for one, said in digits for answer in room.confirm(one.name, said)]
            confirming = time.monotonic() - asked
        with self.step("let in, kiosk ready"):
            self._each(_await_kiosk)
        machine = time.monotonic() - began
        keys = sum(one.keys for one in room.people)
        self.found |= {
            "terminals": BenchFigure(self.count, "terminals"),
            "cards_held": BenchFigure(len(cards), "times"),
            "typed_by_two_technicians": BenchFigure(keys, "keys"),
            "forms_sent": BenchFigure(sum(one.forms for one in room.people), "forms"),
            "pages_answered_in": BenchFigure(confirming, "s"),
            "not_confirmed": BenchFigure(told.count(False), "forms", 0),
            "card_to_digits_slowest": BenchFigure(max(waited), "s"),
            "boot_to_ready_all": BenchFigure(machine, "s"),
            "not_ready": BenchFigure(self._count_unfit(FIRST), "terminals", 0),
        }

    def _hold_card(self, system: SystemCopy, card: str) -> float:
        """Hold a card to a terminal's scanner; return the seconds until it shows its digits."""
        await_success(system, _says("first start waits for its card"), LETTING_IN_SECONDS)
        began = time.monotonic()
        gun = self.guns[system.name]
        assert gun.stdin is not None
        time.sleep(LISTENS_SECONDS)
        gun.stdin.write(f"{card}\n")
        gun.stdin.flush()
        await_success(system, _says("first start waits for two people"), LETTING_IN_SECONDS)
        return time.monotonic() - began

    def _fill(self) -> None:
        with self.step("applications that wait"):
            self.queues = dict(self._each(lambda one: (one.name, fill(one, WAITING))))
            self._each(_await_kiosk)
        short = [one for one, queue in self.queues.items() if len(queue.splitlines()) != WAITING]
        self.found["queues_not_filled"] = BenchFigure(len(short), "terminals", 0)

    def _good_version(self, room: RoomProcesses) -> None:
        astray = 0
        for percent in RINGS:
            inside = ring_of(self._names, percent)
            with self.step(f"{GOOD}, {percent:g} %: told"):
                room.release(GOOD, percent)
                self._await_wish(GOOD, inside)
            with self.step(f"{GOOD}, {percent:g} %: {len(inside)} of {self.count}"):
                self._night()
            astray += len(self._running(GOOD) ^ inside)
        self.found |= {
            "good_astray_of_rings": BenchFigure(astray, "terminals", 0),
            "good_not_ready": BenchFigure(self._count_unfit(GOOD), "terminals", 0),
            "queues_changed_by_good": BenchFigure(self._changed_queues(), "queues", 0),
        }

    def _broken_version(self, room: RoomProcesses) -> None:
        """Try a version that never says READY in two rings, offer it to all, and stop it."""
        tried: set[str] = set()
        for percent in RINGS[:2]:
            tried |= ring_of(self._names, percent)
            with self.step(f"{BROKEN}, {percent:g} %: told"):
                room.release(BROKEN, percent)
                self._await_wish(BROKEN, tried)
            with self.step(f"{BROKEN}, {percent:g} %: taken back"):
                self._night()
        with self.step("the page of the control room says so"):
            shown = self._await_page(room, tried)
        room.release(BROKEN, 100.0)
        with self.step(f"{BROKEN}, 100 %: told to the rest"):
            self._await_wish(BROKEN, set(self._names))
        with self.step("stopped on the page"):
            stopped = room.stop_ring("没有就绪，先停")
            self._await_wish("", set(self._names))
        with self.step("a night after the stop"):
            self._night()
        refused = {one.name for one in self.systems if _refuses(one)}
        self.found |= {
            "broken_tried": BenchFigure(len(tried), "terminals"),
            "not_taken_back": BenchFigure(self._count_unfit(GOOD), "terminals", 0),
            "tried_in_spite_of_the_stop": BenchFigure(len(refused - tried), "terminals", 0),
            "not_tried_though_told": BenchFigure(len(tried - refused), "terminals", 0),
            "not_stopped_on_the_page": BenchFigure(int(not stopped), "rings", 0),
            "not_told_on_the_page": BenchFigure(len(tried - shown), "terminals", 0),
            "queues_changed_by_broken": BenchFigure(self._changed_queues(), "queues", 0),
        }

    def _controls(self, broken: Path) -> None:
        """Show that the looks see what is wrong: the broken version by hand, a byte of a queue."""
        one = self.systems[-1]
        with self.step("controls"):
            one.put(broken.resolve())
            one.run(
                f"dpkg -i ./{broken.name} && timeout 60 systemctl restart kiosk", bears=(1, 124)
            )
            unseen = is_fit(one, GOOD) or is_fit(one, BROKEN)
            one.run("systemctl stop kiosk")
            change_byte(one)
        self.found |= {
            "control_broken_by_hand_missed": BenchFigure(int(unseen), "terminals", 0),
            "control_byte_missed": BenchFigure(1 - self._changed_queues(), "queues", 0),
        }

    @property
    def _names(self) -> list[str]:
        return [one.name for one in self.systems]

    def _each(self, work: Callable[[SystemCopy], Result]) -> list[Result]:
        """Do something on all systems, some at once; return what came of it, in order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(work, self.systems))

    def _night(self) -> None:
        """Run the updater everywhere, as its timer does."""
        unit = "retirement-kiosk-update.service"
        self._each(lambda one: one.run(f"systemctl start {unit}", bears=(0, 1)))

    def _await_wish(self, version: str, wanted: set[str]) -> None:
        """Wait until the heartbeats have told the terminals `wanted` a version; "" for none."""
        test = f"grep -qxF {version} {STATE}/release" if version else f"! grep -q . {STATE}/release"
        for one in self.systems:
            if one.name in wanted:
                await_success(one, test, BEAT_SECONDS)

    def _await_page(self, room: RoomProcesses, tried: set[str]) -> set[str]:
        """Wait until the page of the control room names every terminal that was tried."""
        give_up = time.monotonic() + BEAT_SECONDS
        while True:
            pages = {name: room.people[0].see(f"/fleet/terminals/{name}") for name in tried}
            shown = {name for name, page in pages.items() if f"{BROKEN} 没换成" in page}
            counted = f"{len(tried)} 台没换成 {BROKEN}" in room.people[0].see()
            if (shown == tried and counted) or time.monotonic() > give_up:
                return shown if counted else set()
            time.sleep(2.0)

    def _running(self, version: str) -> set[str]:
        found = self._each(lambda one: (one.name, version_of(one)))
        return {name for name, told in found if told == version}

    def _count_unfit(self, version: str) -> int:
        return self._each(lambda one: is_fit(one, version)).count(False)

    def _changed_queues(self) -> int:
        now = self._each(lambda one: (one.name, one.run(DUMP)))
        return sum(self.queues[name] != queue for name, queue in now)


def _says(words: str) -> str:
    return f"journalctl -u kiosk-first-start -o cat | grep -qF '{words}'"


def _await_kiosk(system: SystemCopy) -> None:
    """Wait until the kiosk said READY and has looked at its devices."""
    await_success(system, "systemctl show -P StatusText kiosk | grep -q ^idle", LETTING_IN_SECONDS)


def _refuses(system: SystemCopy) -> bool:
    """Tell whether the updater noted that the broken version is not tried again."""
    return system.tries(f"grep -q '\"refused\": .*{BROKEN}' {STATE}-update/state.json")
