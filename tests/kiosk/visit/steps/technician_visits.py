"""Visits of a technician, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Event as Flag

from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading, GuidedTask
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.session.device_tasks import TaskWatch
from kiosk.session.maintenance_tasks import Maintenance
from kiosk.staff.staff_login import LoginRejected
from kiosk.visit.events.event import Event
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.steps.maintenance.events import Examined
from kiosk.visit.steps.maintenance.samples import sheets
from kiosk.visit.steps.settings_import.samples import OFFERS, PLACES, TROUBLES
from tests.kiosk.invented_people import InventedVisitor, handbook, persona
from tests.kiosk.staff_people import ENGINEER

WELL, ILL, BACK, WORST, DAMAGED = sheets(handbook())

CARD = persona("technician")[0]

GOOD = CameraReading(128.0, 240.0, 0.4, None)

DARK = replace(GOOD, mend=Coach.MORE_LIGHT)

FOUND = Proposal(PLACES, TROUBLES)


def at_code() -> InventedVisitor:
    return InventedVisitor().knocking().happen(LoggedIn(ENGINEER))


def inside() -> InventedVisitor:
    return at_code().type("123456").happen(LoggedIn(ENGINEER))


def examined(sheet=WELL) -> InventedVisitor:
    return inside().happen(Examined(sheet))


def at(task: GuidedTask) -> InventedVisitor:
    return examined().press(Press.GUIDED).press(Press.PICK, task.value)


@dataclass
class TechnicianHands:
    """A door, a camera and a workshop; each call is noted."""

    calls: list[str] = field(default_factory=list)
    looks: list[CameraReading | None] = field(default_factory=list)
    why: Failure | None = None
    over: Flag = field(default_factory=Flag)
    seconds: float = 0.0

    mute: Failure | None = None

    staff_login = camera = maintenance = speaker = property(lambda self: self)

    def confirm(self, number, code):
        return LoginRejected(Failure.STAFF_CODE_WRONG) if code == "0" else ENGINEER

    def start(self):
        self.calls.append("start")

    def examine(self):
        return WELL

    def export(self, sheet):
        return self.why

    def write(self, changes):
        self.calls.append(str(changes))
        return self.why

    def failure(self):
        return self.mute

    def seek(self):
        return FOUND

    def read_stick(self):
        return self.why or OFFERS[0]

    def take_stick(self, wanted):
        self.calls.append(wanted)
        return self.why

    def look(self):
        look = self.looks.pop(0)
        if not self.looks:
            self.over.set()
        return look

    def sound(self, phrases, seconds):
        self.calls.append(f"{phrases} {seconds:.1f}")

    def monotonic(self):
        return self.seconds

    def wait(self, event, seconds):
        self.seconds += 3.0


def performed(effect, hands: TechnicianHands) -> list[Event]:
    told: list[Event] = []
    watch = TaskWatch(hands, hands.over)
    Maintenance(lambda _, work: work(), lambda: hands, told.append, watch, hands).perform(effect)
    return told
