"""A whole kiosk without a screen: real drivers, simulated devices, a real central service."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.simulated.desk import DemoDesk
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.settings_slots import apply_active_layers, slots_of
from kiosk.journal.recorder import Journal
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.session.services import Gateway
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.reference_data import read_handbook
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from wiring import places
from wiring import terminal as terminal_wiring
from wiring.demo.demo import obedient

TERMINAL = "BZ-DEMO-0001"
PATIENCE = 90.0
INK = (((5.0, 5.0, 0.0), (60.0, 20.0, 0.6)),)


@dataclass
class MainThread:
    """Runs what was posted and what is due, in the thread of the test."""

    pages: list[Page] = field(default_factory=list)
    seen: Callable[[Page], None] = lambda _page: None
    _posted: list[Callable[[], None]] = field(default_factory=list)
    _due: list[tuple[float, int, Callable[[], None], CountedTimer]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    @dataclass
    class CountedTimer:
        cancelled: bool = False

        def cancel(self) -> None:
            self.cancelled = True

    def gateway(self) -> Gateway:
        return Gateway(self.post, self.later, self.show)

    def show(self, page: Page) -> None:
        self.pages.append(page)
        self.seen(page)

    def post(self, call: Callable[[], None]) -> None:
        with self._arrived:
            self._posted.append(call)
            self._arrived.notify()

    def later(self, seconds: float, call: Callable[[], None]) -> CountedTimer:
        timer = MainThread.CountedTimer()
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), call, timer))
        return timer

    def run_until(self, wanted: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not wanted():
            assert time.monotonic() < give_up, f"still waiting on {self.pages[-1].name}"
            with self._arrived:
                self._arrived.wait_for(lambda: self._posted, 0.05)
                calls, self._posted = self._posted, []
            while self._due and self._due[0][0] <= time.monotonic():
                _, _, call, timer = heapq.heappop(self._due)
                if not timer.cancelled:
                    calls.append(call)
            for call in calls:
                call()


@dataclass
class WholeTerminal:
    """One kiosk and the hands of the person before it."""

    kiosk: terminal_wiring.Kiosk
    loop: MainThread
    desk: DemoDesk
    lines: list[str]

    @property
    def visit(self) -> Visit:
        return self.kiosk.runner.visit

    @property
    def page(self) -> Page:
        return self.loop.pages[-1]

    def press(self, act: Press, value: str = "") -> None:
        self.kiosk.runner.press(act, value)

    def until(self, *stages: Stage) -> None:
        self.loop.run_until(lambda: self.visit.stage in stages)

    def until_said(self, words: str) -> None:
        self.loop.run_until(lambda: words in {self.page.title, self.page.sentence, self.page.hint})

    def begin(self, persona: str = "liu", act: Press = Press.AGREE) -> None:
        self.press(Press.START_SELF)
        self.press(act)
        self.desk.bench.place_card(persona)

    def answer_questions(self) -> None:
        """Go from the facts to the papers."""
        self.loop.run_until(lambda: self.visit.facts.situation is not None)
        while self.visit.stage in (Stage.FACTS, Stage.CHOOSE):
            self.press(Press.NEXT)
        for digit in "13900001234":
            self.press(Press.DIGIT, digit)
        self.press(Press.NEXT)
        self.press(Press.PICK, "same")
        self.press(Press.PICK, "card")
        if self.page.name == "child_birth":
            for digit in "19920314":
                self.press(Press.DIGIT, digit)
            self.press(Press.NEXT)
        if self.page.name == "card_request":
            self.press(Press.PICK, "renew")
        if self.page.name == "annuity_plan":
            self.press(Press.PICK, "enterprise")
        if self.page.name == "pay_mode":
            self.press(Press.PICK, "once")
        self.press(Press.PICK, "rest")

    def fill_in(self) -> None:
        self.answer_questions()
        while self.visit.stage is Stage.MATERIALS:
            self.press(Press.PROMISE)
        self.press(Press.CONFIRM)
        self.kiosk.runner.handle(Answered(Drawn(INK)))
        self.press(Press.SIGNED)

    def go_home(self) -> None:
        """Leave whatever there is and wait until all is wiped."""
        self.desk.bench.lift_card()
        if self.visit.stage is not Stage.WIPING:
            self.press(Press.QUIT_YES)
        self.until(Stage.IDLE)


@contextmanager
def open_terminal(folder: Path, reader: str = "", more: str = "") -> Iterator[WholeTerminal]:
    """Yield a kiosk with all its devices.

    `reader` is the address of another reader of cards, `more` are further settings of this machine.
    """
    loop, lines = MainThread(), []
    with DemoDesk(places.ROOT, folder, TERMINAL) as desk:
        profile = places.CONFIG / "profiles" / "demo.toml"
        site = desk.write_site(reader)
        site.write_text(site.read_text("utf-8") + more, "utf-8")
        own = layers_of(places.DEFAULTS, [profile, site])
        layers = apply_active_layers(own, slots_of(read_layers(own)))
        settings = read_layers(layers)
        book = read_handbook(places.CONFIG, settings)
        kiosk = terminal_wiring.compose(
            book, loop.gateway(), Journal(lines.append, book), None, layers
        )
        loop.seen = obedient(desk.bench.tell)  # the person before the camera moves as asked
        kiosk.runner.start()
        try:
            yield WholeTerminal(kiosk, loop, desk, lines)
        finally:
            kiosk.stop()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[WholeTerminal]:
    with open_terminal(tmp_path / "run") as one:
        yield one
