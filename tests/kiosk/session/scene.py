"""A kiosk without a screen for tests: the loop, devices, a central service and who stands before it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from drivers.supervision.ports import NoSsReader
from kiosk.crypto.envelope import OpeningKey
from kiosk.failures import Failure
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.paper_text import PaperText
from kiosk.ports import (
    Bell,
    CentralAnswer,
    FaceBand,
    FaceLook,
    Frame,
    PaperPicture,
    Trouble,
)
from kiosk.session.controller import Controller
from kiosk.session.services import Gateway
from kiosk.staff.roster import hash_card
from kiosk.storage.store import Store
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.steps.maintenance.samples import sheets
from tests.kiosk.invented_people import INK, NOW, handbook, persona
from tests.kiosk.staff_people import (
    HELPER_CARD,
    OTHER_PIN,
    PIN,
    PIN_HASHES,
    TECHNICIAN,
    account,
    roster,
)

AT = NOW.isoformat()

SHEET = next(sheets(handbook()))

COLLEAGUE = account(
    id="H-0002",
    card_hash=hash_card(persona("wang")[0].number),
    pin_hash=PIN_HASHES[OTHER_PIN],
)

STAFF = roster(issued_at=AT, valid_until=AT, accounts=[account(), TECHNICIAN, COLLEAGUE])

OPENING = OpeningKey(b"s" * 32)

PORTRAIT = CentralAnswer(200, "image/jpeg", None, b"jpeg")

ACCEPT = FaceLook(1, band=FaceBand.ACCEPT, score=0.3, threshold=0.42, engine="fake")


def facts_answer() -> CentralAnswer:
    import json

    from kiosk.config.schema import read_table
    from tests.kiosk.invented_people import CONFIG

    table = read_table(CONFIG / "personas" / "liu.toml")["facts"]
    return CentralAnswer(200, "application/json", None, json.dumps(table).encode())


@dataclass
class SceneLoop:
    """The main thread of a test: runs what was posted, and timers when told."""

    posted: list[Callable[[], None]] = field(default_factory=list)
    timers: list[tuple[float, Callable[[], None], SceneLoop.SceneTimer]] = field(
        default_factory=list
    )
    pages: list[Page] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @dataclass
    class SceneTimer:
        cancelled: bool = False

        def cancel(self) -> None:
            self.cancelled = True

    def gateway(self) -> Gateway:
        return Gateway(self.post, self.later, self.pages.append)

    def post(self, call: Callable[[], None]) -> None:
        with self.arrived:
            self.posted.append(call)
            self.arrived.notify()

    def later(self, seconds: float, call: Callable[[], None]) -> SceneTimer:
        handle = SceneLoop.SceneTimer()
        self.timers.append((seconds, call, handle))
        return handle

    def run_until(self, wanted: Callable[[], bool]) -> None:
        while not wanted():
            with self.arrived:
                assert self.arrived.wait_for(lambda: self.posted, 30), "nothing came"
                call = self.posted.pop(0)
            call()

    def fire(self, seconds: float) -> None:
        for timer in list(self.timers):
            if timer[0] == seconds and not timer[2].cancelled:
                self.timers.remove(timer)
                timer[1]()


@dataclass
class FakeClock:
    seconds: float = 1000.0

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        self.seconds += 0.5
        return self.seconds

    def wait(self, event, seconds):
        self.seconds += seconds


@dataclass
class FakeTextReader:
    """Says what it is told to have read, and how often it was ended."""

    text: PaperText | None = None
    asked: list[tuple[bytes, str]] = field(default_factory=list)
    ended: int = 0

    def read(self, jpeg, code, today, cancelled):
        self.asked.append((jpeg, code))
        return self.text

    def end(self):
        self.ended += 1


@dataclass
class Devices:
    """Reader, camera, checker, printer and central service in one, each answer settable."""

    card: object = None
    health: Failure | None = None
    frames: object = None
    looks: object = ACCEPT
    prepared: Failure | None = None
    printed: Failure | None = None
    answers: dict[str, CentralAnswer] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)
    counter: itertools.count = field(default_factory=itertools.count)
    taken: bool = True
    picture: object = PaperPicture(b"a page")
    texts: FakeTextReader = field(default_factory=FakeTextReader)
    code: list[object] = field(default_factory=list)
    ss_reader: object = field(default_factory=NoSsReader)

    def examine(self):
        return SHEET

    def read(self, cancelled):
        return self.card() if callable(self.card) else self.card

    def scan(self, cancelled):
        return self.code.pop(0) if self.code else None

    def wait_removed(self, cancelled):
        self.calls.append("removed")
        while not self.taken and not cancelled():
            pass
        return self.taken

    def check(self):
        return self.health

    def close(self):
        self.calls.append("close")

    def start(self):
        self.calls.append("camera on")

    def stop(self):
        self.calls.append("camera off")

    def capture(self, cancelled):
        return self.picture

    def latest(self):
        if self.frames == "none":
            return None
        sequence = 0 if self.frames == "frozen" else next(self.counter)
        return Frame(sequence, 0.0, 1, 1, b"bgr")

    def prepare(self, portrait):
        return self.prepared

    def begin(self, *, turn_only=False, guarded=False):
        self.calls.append("turns only" if turn_only else "turns and blink")
        self.calls += ["guarded"] if guarded else []

    def look(self, frame, *, may_ask=True):
        self.asked.append(may_ask)
        return self.looks(frame) if callable(self.looks) else self.looks

    def forget(self):
        self.calls.append("forgotten")

    def print_slip(self, slip):
        self.calls.append("printed")
        return self.printed

    def call(self, method, path, body=b"", headers=None):
        self.calls.append(f"{method} {path}")
        for part, answer in self.answers.items():
            if part in path:
                return answer
        if path == "/v1/people/confirmations" and "facts" in self.answers:
            return CentralAnswer(200, "application/json", None, b'{"items":[]}')
        return CentralAnswer(trouble=Trouble.UNREACHABLE)


@dataclass
class Bells:
    """The helper's desk, which is rung at once."""

    calls: list[str]

    def ring(self, tell):
        self.calls.append("ring")
        tell(Bell.RINGING)

    def stop(self):
        self.calls.append("silence")


@dataclass
class SessionScene:
    runner: Controller
    loop: SceneLoop
    devices: Devices
    store: Store
    lines: list[str]
    woken: list[bool]
    room: list[Failure | None]
    dropped: list[bool]

    @property
    def stage(self) -> Stage:
        return self.runner.visit.stage

    def until(self, stage: Stage) -> None:
        self.loop.run_until(lambda: self.stage is stage)

    def settle(self, worker: str = "store") -> None:
        """Wait until a worker has done what it was asked to, and told of it."""
        done: list[bool] = []
        self.runner.performer.run(worker, lambda: self.loop.post(lambda: done.append(True)))
        self.loop.run_until(lambda: bool(done))

    def identify(self) -> None:
        self.devices.card = persona("liu")[0]
        self.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        self.runner.press(Press.START_SELF)
        self.runner.press(Press.AGREE)
        self.loop.run_until(lambda: self.runner.visit.facts.situation is not None)

    def fill_in(self) -> None:
        self.answer_all()
        self.runner.press(Press.CONFIRM)
        self.runner.handle(Answered(Drawn(INK)))
        self.runner.press(Press.SIGNED)

    def answer_all(self) -> None:
        press = self.runner.press
        while self.stage in (Stage.FACTS, Stage.CHOOSE):
            press(Press.NEXT)
        for digit in "13900001234":
            press(Press.DIGIT, digit)
        press(Press.NEXT)
        press(Press.PICK, "same")
        press(Press.PICK, "card")
        press(Press.PICK, "renew")
        press(Press.PICK, "once")
        press(Press.PICK, "rest")
        press(Press.PROMISE)
        press(Press.PROMISE)


def log_in(scene: SessionScene) -> None:
    """The helper's card lies there while the PIN is typed."""
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.DESK)
    scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    scene.devices.taken = True
