"""The worker of a device: one thread that owns its handle, watches it, and does the work of others.

A device that hangs keeps only its own thread: whoever waits for it gets its failure in time.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from drivers.supervision.life import (
    DeviceCondition,
    DeviceEventKind,
    Effect,
    Life,
    LifeEvent,
    Moment,
    SupervisionPace,
    step,
)
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
GLANCE = 0.05  # seconds between looks at `cancelled` while the worker's thread works


class Device(Protocol):
    """The driver as the worker needs it; all is called on the worker's thread."""

    @property
    def in_use(self) -> bool:
        """Tell whether somebody uses it without the worker, as the face check does a camera."""

    def open(self) -> Failure | None:
        """Open what can be kept open; return the failure, if any."""

    def check(self) -> Failure | None:
        """Make the device answer, as self-test and heartbeat; return the failure, if any."""

    def pulse(self) -> bool:
        """Tell whether what was opened is still there; nothing is sent."""

    def close(self) -> None:
        """Release the device; idempotent, raises nothing."""


D = TypeVar("D", bound=Device)


@dataclass(frozen=True)
class SupervisionPlan(Generic[D]):
    """The device that is supervised, and how.

    `where` names what lies under the device's address now, "" for nothing. `lost` is the failure
    of a device that is gone or silent; `blamed` are the failures of work that are the device's own.
    """

    name: str
    device: D
    where: Callable[[], str]
    lost: Failure
    blamed: frozenset[Failure]
    pace: SupervisionPace = SupervisionPace()


@dataclass(frozen=True)
class SupervisionContext:
    """Clock, jitter (0 up to 1), and listeners for each new condition and for a bug in a driver.

    The listeners are called on the worker's thread.
    """

    monotonic: Callable[[], float]
    random: Callable[[], float]
    tell: Callable[[str, Life], None]
    on_bug: Callable[[BaseException], None]


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)


class Worker(Generic[D]):
    """One device and its thread; `turn` is one round, for a caller who has a thread already."""

    def __init__(self, plan: SupervisionPlan[D], outside: SupervisionContext) -> None:
        self.plan = plan
        self._outside = outside
        self._life = Life(since=outside.monotonic())
        self._seen = ""
        self._looked_at = float("-inf")
        self._asked_at: float | None = None
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._over = threading.Event()
        self._settled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=plan.name, daemon=True)

    @property
    def life(self) -> Life:
        """Return the state of the device. Any thread."""
        return self._life

    def failure(self) -> Failure | None:
        """Return why the device can't be used now, None when it can. Any thread; never waits."""
        life, asked_at = self._life, self._asked_at
        if not life.is_usable:
            return life.failure or self.plan.lost
        hangs = asked_at is not None and self._now() - asked_at > self.plan.pace.hang
        return self.plan.lost if hangs else None

    def settle(self, seconds: float) -> None:
        """Wait until the device was tried once, at most `seconds`."""
        self._settled.wait(seconds)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def leave(self) -> None:
        """Tell the thread to end, and with it the work that it does for others; returns at once."""
        self._over.set()
        self._woken.set()

    @property
    def lives(self) -> bool:
        """Tell whether the thread runs, or waits for a device that hangs."""
        return self._thread.is_alive()

    def ended(self, seconds: float) -> bool:
        """Wait at most `seconds` for the thread's end.

        False when its device does not release it.
        """
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def do(
        self, work: Callable[[D, Callable[[], bool]], T], cancelled: Callable[[], bool]
    ) -> T | Failure | None:
        """Run `work` on the worker's thread once the device is ready, and return its result.

        `work` gets the device and a function that tells it to stop. The device's failure when it
        can't be used, or hangs. None when `cancelled` before it began, or when it did not stop in
        time. What `work` raises is raised here.
        """

        def unwanted() -> bool:
            return cancelled() or self._over.is_set()

        answer: T | Failure | None = self._await(self.submit(work, unwanted), unwanted)
        return answer

    def submit(
        self, work: Callable[[D, Callable[[], bool]], T], cancelled: Callable[[], bool]
    ) -> Future[T | Failure]:
        """Queue `work` for the worker's thread, and return the future of its result."""
        job = _Job(lambda: work(self.plan.device, cancelled))
        self._jobs.put(job)
        self._woken.set()
        return job.answer

    def turn(self) -> None:
        """Look at the device's name, do what is due, and one queued piece of work."""
        self._look()
        if self._now() >= self._life.due:
            self._happen(LifeEvent(DeviceEventKind.DUE))
        self._heed_use()
        with suppress(queue.Empty):
            self._work(self._jobs.get_nowait())

    def _now(self) -> float:
        return self._outside.monotonic()

    def _run(self) -> None:
        while not self._over.is_set():
            self.turn()
            now = self._now()
            soon = min(self._life.due, self._looked_at + self.plan.pace.look) - now
            if self._jobs.empty():
                self._woken.wait(max(0.0, soon))
            # A job that was put just before this is not lost: the next turn looks at the queue.
            self._woken.clear()
        with self._calling():
            self.plan.device.close()

    def _await(self, answer: Future[Any], unwanted: Callable[[], bool]) -> Any:
        hang = self.plan.pace.hang
        began, left_at = self._now(), None
        while not wait((answer,), GLANCE).done:
            now, running = self._now(), answer.running()
            if unwanted():
                left_at = now if left_at is None else left_at
                # `cancel` fails when the work has begun meanwhile: then it may still stop in time.
                if (not running and answer.cancel()) or now - left_at > hang:
                    return None
            # `cancel` fails when the work has begun meanwhile: then its own result is awaited.
            elif not running and now - began > hang and answer.cancel():
                return self.plan.lost
        return answer.result()

    def _look(self) -> None:
        """Notice what came and went, without sending anything to the device."""
        now = self._now()
        if now - self._looked_at < self.plan.pace.look:
            return
        self._looked_at = now
        before, self._seen = self._seen, self._place()
        if self._life.condition in (DeviceCondition.ABSENT, DeviceCondition.FAULT):
            if not self._seen:
                self._happen(LifeEvent(DeviceEventKind.NOT_THERE, self.plan.lost))
            elif self._seen != before:
                self._happen(LifeEvent(DeviceEventKind.APPEARED))
        elif self._seen != before or not self._pulse():
            self._happen(LifeEvent(DeviceEventKind.VANISHED, self.plan.lost))

    def _place(self) -> str:
        with self._calling():
            return self.plan.where()
        return ""  # reached when it raised, which `_calling` has reported

    def _pulse(self) -> bool:
        with self._calling():
            return self.plan.device.pulse()
        return False  # as above

    def _heed_use(self) -> None:
        """Follow a device that is used without the worker."""
        in_use, condition = self.plan.device.in_use, self._life.condition
        if in_use and condition is DeviceCondition.READY:
            self._happen(LifeEvent(DeviceEventKind.WANTED))
        elif not in_use and condition is DeviceCondition.BUSY:
            self._happen(LifeEvent(DeviceEventKind.DONE))

    def _work(self, job: _Job) -> None:
        # An absent or lost device is tried at once, not only when its next try is due.
        if self._life.condition is not DeviceCondition.READY:
            self._happen(LifeEvent(DeviceEventKind.WANTED))
        ready = self._life.condition is DeviceCondition.READY
        if not job.answer.set_running_or_notify_cancel():
            return
        if not ready:
            # One that is used without the worker has no failure, and can't be used now either.
            job.answer.set_result(self._life.failure or self.plan.lost)
            return
        self._happen(LifeEvent(DeviceEventKind.WANTED))
        try:
            result = job.work()
        except Exception as bug:  # noqa: BLE001 - raised again where the work was asked for
            result = self.plan.lost
            job.answer.set_exception(bug)
        else:
            job.answer.set_result(result)
        broke = isinstance(result, Failure) and result in self.plan.blamed
        self._happen(
            LifeEvent(DeviceEventKind.BROKE, result) if broke else LifeEvent(DeviceEventKind.DONE)
        )

    def _happen(self, event: LifeEvent) -> None:
        """Take the step of an event, and the steps that its effects lead to."""
        pending = deque([event])
        while pending:
            moment = Moment(self._now(), self._outside.random(), self.plan.pace)
            before = self._life.condition
            self._life, effects = step(self._life, pending.popleft(), moment)
            if self._life.condition is not before:
                self._tell()
            answers = [self._perform(effect) for effect in effects]
            pending += [answer for answer in answers if answer is not None]

    def _tell(self) -> None:
        if self._life.condition in (
            DeviceCondition.READY,
            DeviceCondition.FAULT,
            DeviceCondition.ABSENT,
        ):
            self._settled.set()
        self._outside.tell(self.plan.name, self._life)

    def _perform(self, effect: Effect) -> LifeEvent | None:
        with self._calling():
            match effect:
                case Effect.OPEN:
                    return self._open()
                case Effect.CHECK:
                    return self._check()
                case Effect.CLOSE:
                    self.plan.device.close()
                    return None
        return LifeEvent(DeviceEventKind.REFUSED, self.plan.lost)  # a bug, and told of

    def _open(self) -> LifeEvent:
        self._seen = self.plan.where()
        if not self._seen:
            return LifeEvent(DeviceEventKind.NOT_THERE, self.plan.lost)
        failure = self.plan.device.open()
        return (
            LifeEvent(DeviceEventKind.REFUSED, failure)
            if failure
            else LifeEvent(DeviceEventKind.OPENED)
        )

    def _check(self) -> LifeEvent:
        failure = self.plan.device.check()
        if failure is None:
            return LifeEvent(DeviceEventKind.ANSWERED)
        if failure is not self.plan.lost:
            return LifeEvent(DeviceEventKind.REFUSED, failure)
        return LifeEvent(
            DeviceEventKind.SILENT if self.plan.device.pulse() else DeviceEventKind.VANISHED,
            failure,
        )

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Record since when the device is called.

        Report what its driver raises instead of raising it.

        Otherwise a bug in a driver would end the thread.
        """
        self._asked_at = self._now()
        try:
            yield
        except Exception as bug:  # noqa: BLE001 - told of
            self._outside.on_bug(bug)
        finally:
            self._asked_at = None
