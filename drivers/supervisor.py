"""Supervision of the terminal's devices: one worker a device, begun and ended together."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from drivers import registry
from drivers.devices import sam_verdicts
from drivers.devices.camera import open_video
from drivers.devices.ss_card_vendor import VendorSsCardReader
from drivers.shared_object import LOAD_FAILURES
from drivers.stable_names import SystemTree, what_lies_at
from drivers.supervision.devices import CameraWatch, Unheld
from drivers.supervision.life import DeviceCondition, Life, SupervisionPace
from drivers.supervision.ports import (
    NoScanner,
    NoSsReader,
    SupervisedCamera,
    SupervisedPrinter,
    SupervisedReader,
    SupervisedScanner,
    SupervisedSsReader,
)
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.transports.pcsc_slot import SCHEME
from kiosk.failures import Failure
from kiosk.log import LogEvent, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.devices.id_card_reader import CardReader
    from drivers.devices.receipt_printer import ReceiptPrinter
    from kiosk.config.settings import Settings
    from kiosk.ports import CardAuthenticator

READER, CAMERA, PRINTER = "idcard", "camera", "printer"
SS_READER, SCANNER = "sscard", "scanner"
STOP_SECONDS = 3.0
OF_THE_PRINTER = frozenset({Failure.PRINTER_LOST, Failure.PAPER_OUT, Failure.COVER_OPEN})
OF_THE_SS_READER = frozenset(
    {
        Failure.READER_LOST,
        Failure.READER_BUSY,
        Failure.READER_FORBIDDEN,
        Failure.PCSC_MISSING,
        Failure.PCSC_STOPPED,
        Failure.VENDOR_LIBRARY_LOST,
        *LOAD_FAILURES,
    }
)
# A picture makes the camera's lamp flash; a vendor's library looks for a card whenever it is asked.
RARELY = SupervisionPace(heartbeat=300.0)
# No name appears when a box is back on the network: it is tried more often instead.
ON_THE_NETWORK = SupervisionPace(longest_pause=2.0)
NETWORK_SCHEMES = ("tcp://", "socket://", "rfc2217://")


@dataclass(frozen=True)
class Changes:
    """Reports each device that was lost or is back; the steps between are not reported.

    `on_change` gets the device's name and its failure, on the device's own thread.
    """

    on_change: Callable[[str, Failure | None], None]
    _known: dict[str, Failure | None] = field(default_factory=dict)

    def tell(self, name: str, life: Life) -> None:
        """Take a new condition of a device; called on its own thread."""
        if life.condition in (DeviceCondition.OPENING, DeviceCondition.SELF_TEST):
            return
        is_first = name not in self._known
        if not is_first and self._known[name] is life.failure:
            return
        self._known[name] = life.failure
        level = logging.INFO if is_first and life.is_usable else logging.WARNING
        words = f"{name}: {life.failure or 'ready'}"
        say(LogEvent.DEVICE, words, level, device=name, failure=life.failure)
        self.on_change(name, life.failure)


class Supervisor:
    """All workers of a terminal; `stop_seconds` is how long each thread is given to end."""

    def __init__(
        self, workers: Mapping[str, Worker[Any]], stop_seconds: float = STOP_SECONDS
    ) -> None:
        """Keep the workers; `start` begins their threads."""
        self.workers = workers
        self._stop_seconds = stop_seconds

    def start(self) -> None:
        """Start the supervision of every device."""
        for worker in self.workers.values():
            worker.start()

    def lives(self) -> Mapping[str, Life]:
        """Return the present state of each device."""
        return MappingProxyType({name: one.life for name, one in self.workers.items()})

    def conditions(self) -> dict[str, str]:
        """Return the condition of each device, as a word."""
        return {name: life.condition.value for name, life in self.lives().items()}

    def lives_on(self) -> bool:
        """Tell whether the thread of every worker still runs; that of a hanging device does."""
        return all(worker.lives for worker in self.workers.values())

    def stop(self) -> tuple[str, ...]:
        """End every worker; return the names of those whose device does not release its thread."""
        for worker in self.workers.values():
            worker.leave()
        hung = tuple(
            name for name, worker in self.workers.items() if not worker.ended(self._stop_seconds)
        )
        if hung:
            say(LogEvent.DEVICE_HANGS, f"still hanging: {', '.join(hung)}", lacking=" ".join(hung))
        return hung


@dataclass(frozen=True)
class Supervised:
    """The devices as a visit uses them, and the supervisor behind them."""

    supervisor: Supervisor
    reader: SupervisedReader
    camera: SupervisedCamera
    printer: SupervisedPrinter
    scanner: SupervisedScanner | NoScanner
    ss_reader: SupervisedSsReader | NoSsReader


def supervise(
    settings: Settings,
    outside: SupervisionContext,
    machine: SystemTree | None = None,
    authenticator: CardAuthenticator | None = None,
) -> Supervised:
    """Return every device that the settings name, with its worker; no thread is started yet.

    `outside` is the workers' clock, their source of chance, and who hears of changes and bugs;
    `authenticator` opens social security cards of generation 3.00.
    """
    system = machine or SystemTree()
    reader = Worker(reader_plan(settings, system), outside)
    camera = Worker(camera_plan(settings, system), outside)
    printer = Worker(printer_plan(settings), outside)
    workers: dict[str, Worker[Any]] = {READER: reader, CAMERA: camera, PRINTER: printer}
    workers |= {
        plan.name: Worker(plan, outside) for plan in optional_plans(settings, system, authenticator)
    }
    return Supervised(
        Supervisor(workers),
        SupervisedReader(reader, registry.sleep),
        SupervisedCamera(camera),
        SupervisedPrinter(printer),
        SupervisedScanner(workers[SCANNER]) if SCANNER in workers else NoScanner(),
        _ss_reader(settings, workers),
    )


def _ss_reader(
    settings: Settings, workers: Mapping[str, Worker[Any]]
) -> SupervisedSsReader | NoSsReader:
    """Return the reader as a visit uses it: a vendor's library takes no PIN from our keypad."""
    if settings.ss_card_reader.url.startswith(SCHEME):
        return SupervisedSsReader(workers[SS_READER], registry.sleep)
    return NoSsReader()


def reader_plan(settings: Settings, machine: SystemTree) -> SupervisionPlan[CardReader]:
    """Return the plan by which the identity card reader is supervised."""
    url = settings.id_card_reader.url
    where = partial(what_lies_at, url, machine)
    reader, own = registry.make_reader(settings), sam_verdicts.OF_THE_READER
    return SupervisionPlan(READER, reader, where, Failure.READER_LOST, own, pace_of(url))


def pace_of(url: str) -> SupervisionPace:
    """Return how often a device at an address is looked at and tried."""
    return ON_THE_NETWORK if url.startswith(NETWORK_SCHEMES) else SupervisionPace()


def camera_plan(settings: Settings, machine: SystemTree) -> SupervisionPlan[CameraWatch]:
    """Return the plan by which the camera is supervised."""
    url = settings.camera.url
    watch = CameraWatch(registry.make_camera(settings), partial(open_video, url))
    where = partial(what_lies_at, url, machine)
    return SupervisionPlan(CAMERA, watch, where, Failure.CAMERA_LOST, frozenset(), RARELY)


def printer_plan(settings: Settings) -> SupervisionPlan[Unheld[ReceiptPrinter]]:
    """Return the plan by which the receipt printer is supervised."""
    printer = Unheld(registry.make_printer(settings))
    url = settings.printer.url
    return SupervisionPlan(PRINTER, printer, lambda: url, Failure.PRINTER_LOST, OF_THE_PRINTER)


def optional_plans(
    settings: Settings, machine: SystemTree, authenticator: CardAuthenticator | None = None
) -> list[SupervisionPlan[Any]]:
    """Return the plans of the devices that not every terminal has."""
    found: list[SupervisionPlan[Any]] = []
    if url := settings.ss_card_reader.url:
        found.append(ss_reader_plan(url, authenticator))
    if url := settings.code_scanner.url:
        scanner = registry.make_scanner(settings)
        held = Unheld(scanner, scanner.close, scanner.pulse)
        where = partial(what_lies_at, url.removeprefix("evdev:"), machine)
        lost = Failure.SCANNER_LOST
        found.append(SupervisionPlan(SCANNER, held, where, lost, frozenset({lost}), pace_of(url)))
    return found


def ss_reader_plan(
    url: str, authenticator: CardAuthenticator | None = None
) -> SupervisionPlan[Any]:
    """Return the plan by which the reader of social security cards is supervised."""
    reader = registry.make_ss_card_reader(url, authenticator)
    where: Callable[[], str]
    if isinstance(reader, VendorSsCardReader):
        held, where, pace = Unheld[Any](reader, reader.close), partial(str, url), RARELY
    else:
        held, where, pace = (
            Unheld(reader, reader.close, reader.pulse),
            reader.where,
            SupervisionPace(),
        )
    return SupervisionPlan(SS_READER, held, where, Failure.READER_LOST, OF_THE_SS_READER, pace)
