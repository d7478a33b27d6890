"""One try of each configured device: opened, tested and closed, all at once.

A device that hangs holds up no other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING

from drivers.discovery import Candidate, evidence_of, this_user
from drivers.stable_names import TTY_SCHEME, SystemTree, find_tty
from drivers.supervision.life import DeviceCondition, Life
from drivers.supervision.worker import SupervisionContext
from drivers.supervisor import CAMERA, PRINTER, READER, SCANNER, SS_READER, Supervisor, supervise
from drivers.transports.transport import DeviceLostError
from kiosk.operator_texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from drivers.supervision.worker import Worker
    from kiosk.config.settings import Settings
    from kiosk.failures import Failure

LONGEST_TRY = 15.0


@dataclass(frozen=True)
class DeviceTrial:
    """The result of one try of a configured device; `failure` None: it can be used.

    `identity` is a reader's SAM number, `evidence` what the system tells of its port.
    """

    name: str
    kind: str
    url: str
    life: Life
    failure: Failure | None
    identity: str = ""
    evidence: Candidate | None = None

    @property
    def condition(self) -> DeviceCondition:
        """Return the condition in which the device was when the try ended."""
        return self.life.condition


def addresses(settings: Settings) -> dict[str, str]:
    """Return the addresses of the configured devices by name."""
    found = {
        READER: settings.id_card_reader.url,
        SS_READER: settings.ss_card_reader.url,
        SCANNER: settings.code_scanner.url,
        CAMERA: settings.camera.url,
        PRINTER: settings.printer.url,
    }
    return {name: url for name, url in found.items() if url}


def try_devices(
    settings: Settings, names: Collection[str], machine: SystemTree
) -> list[DeviceTrial]:
    """Try the devices of these names all at once; return the results in their order.

    Raises ValueError for an invalid address, and what a driver raised by a bug.
    """
    bugs: list[BaseException] = []
    outside = SupervisionContext(
        time.monotonic, SystemRandom().random, lambda *_: None, bugs.append
    )
    workers = supervise(settings, outside, machine).supervisor.workers
    chosen = Supervisor({name: workers[name] for name in names})
    chosen.start()
    until = time.monotonic() + LONGEST_TRY
    for worker in chosen.workers.values():
        worker.settle(until - time.monotonic())
    found = [trial_of(workers[name], settings, machine) for name in names]
    chosen.stop()
    if bugs:
        raise bugs[0]
    return found


def trial_of(
    worker: Worker[Any], settings: Settings, machine: SystemTree | None = None
) -> DeviceTrial:
    """Return the present state of a device that a worker supervises."""
    name, machine = worker.plan.name, machine or SystemTree()
    url = addresses(settings)[name]
    return DeviceTrial(
        name=name,
        kind=texts_of("devices.kinds")[name],
        url=url,
        life=worker.life,
        failure=worker.failure(),
        identity=getattr(worker.plan.device, "sam_number", ""),
        evidence=evidence_of(_path_of(url, machine), machine, this_user()),
    )


def _path_of(url: str, machine: SystemTree) -> str:
    if not url.startswith(TTY_SCHEME):
        return url.removeprefix("evdev:")
    try:
        return str(find_tty(url, machine))
    except DeviceLostError:
        return url
