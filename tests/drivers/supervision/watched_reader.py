"""A supervised reader whose cable can be pulled, on a clock that jumps."""

from __future__ import annotations

import queue
from dataclasses import dataclass, field
from typing import Any

from drivers.devices import sam_verdicts
from drivers.devices.id_card_reader import CardReader
from drivers.supervision.life import DeviceCondition, Life, SupervisionPace
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.id_card.id_card_rigs import IdCardRig, ReaderInProcess
from tests.drivers.vectors import ALL

LOST = Failure.READER_LOST
C = DeviceCondition
NUMBER = str(ALL["D07"]["expect"]["id_number"])
LIMIT = 30.0  # only a bug reaches it
BRISK = SupervisionPace(
    look=0.005, heartbeat=5.0, after_miss=0.01, first_pause=0.01, longest_pause=0.02
)
# What goes over the wire: status and SAM number at the opening, status for the self-test, then
# find, select, read, newest address.
GREET, SELF_TEST = 0, 2
FIND, SELECT, READ, ADDRESS = range(4)


def never() -> bool:
    return False


def number_of(found: object) -> object:
    return found.number if isinstance(found, IdCard) else found


@dataclass
class WatchedWorker:
    """One worker, and each condition that it told of."""

    rig: IdCardRig
    plan: SupervisionPlan[CardReader]
    told: queue.SimpleQueue[DeviceCondition] = field(default_factory=queue.SimpleQueue)
    bugs: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        outside = SupervisionContext(self.rig.monotonic, lambda: 0.0, self.tell, self.bugs.append)
        self.worker = Worker(self.plan, outside)

    def tell(self, _name: str, life: Life) -> None:
        self.told.put(life.condition)

    def until(self, condition: DeviceCondition) -> list[DeviceCondition]:
        """All that is told up to that condition."""
        found = [self.told.get(timeout=LIMIT)]
        while found[-1] is not condition:
            found.append(self.told.get(timeout=LIMIT))
        return found


def plan_of(rig: IdCardRig, where: Any, pace: SupervisionPace) -> SupervisionPlan[CardReader]:
    return SupervisionPlan("idcard", rig.driver, where, LOST, sam_verdicts.OF_THE_READER, pace)


@dataclass
class Jumping(WatchedWorker):
    """Rounds are gone by hand, and time passes only between them and in the simulated reader."""

    pulled_at: float = 0.0
    names: int = 0

    @classmethod
    def desk(cls) -> Jumping:
        rig = ReaderInProcess()
        found = cls(rig, plan_of(rig, lambda: found.name(), SupervisionPace()))  # noqa: PLW0108 - made here
        return found

    def name(self) -> str:
        return f"tty{self.names}" if self.rig.port.plugged else ""

    def pull(self) -> None:
        self.rig.unplug()
        self.pulled_at = self.rig.time.now

    def pull_at(self, request: int) -> None:
        self.rig.actions[:] = [None] * request + [self.pull]

    def plug(self) -> None:
        self.names += 1
        self.rig.plug()

    def pass_time(self, seconds: float) -> None:
        until = self.rig.time.now + seconds
        while self.rig.time.now < until:
            self.worker.turn()
            self.rig.time.now += 0.01

    def turn_until(self, condition: DeviceCondition, seconds: float = 60.0) -> float:
        """Turn until then; return the instant. What is slower is a failure."""
        until = self.rig.time.now + seconds
        while self.worker.life.condition is not condition:
            assert self.rig.time.now < until, self.worker.life
            self.worker.turn()
            self.rig.time.now += 0.01
        return self.worker.life.since


PULLS = ("absent", "opening", "self_test", "ready", "find", "select", "read", "wait_removal")


def pulled(desk: Jumping, state: str) -> object:
    """Pull the cable in that state; return what the one who used it was told."""
    rig, worker = desk.rig, desk.worker
    if state == "absent":
        desk.pull()
        desk.pass_time(20.0)
        return worker.failure()
    if state in ("opening", "self_test"):
        desk.pull_at(GREET if state == "opening" else SELF_TEST)
        desk.turn_until(C.FAULT)
        return worker.failure()
    desk.turn_until(C.READY)
    if state == "ready":
        desk.pull()
        desk.turn_until(C.FAULT, 1.0)
        return worker.failure()
    rig.place("D07")
    if state == "wait_removal":
        assert number_of(turned(desk, lambda r, c: r.read(c))) == NUMBER
        desk.pull_at(1)
        return turned(desk, lambda r, c: r.wait_lifted(c))
    desk.pull_at({"find": FIND, "select": SELECT, "read": READ}[state])
    return turned(desk, lambda r, c: r.read(c))


def turned(desk: Jumping, work: Any) -> object:
    answer = desk.worker.submit(work, desk.rig.tired())
    desk.worker.turn()
    return answer.result(0)
