"""Telemetry: the machine's figures, the heartbeat that carries them, and Prometheus metrics."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from kiosk.failures import Failure
from kiosk.fleet.metrics import Figures
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.units import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.supervisor import Supervisor
    from kiosk.config.settings import Settings
    from kiosk.delivery.audit_witness import ClockCheck
    from kiosk.delivery.lost_ratings import LostRatingCounter
    from kiosk.fleet.heartbeat import Heartbeat
    from wiring.configuration import RunSettings
    from wiring.delivery_service import DeliveryService

SYS = Path("/sys")
UPDATER_NOTE = Path("/var/lib/retirement-kiosk-update/failure.json")
PRINTER = "printer"
PAPER = {Failure.PAPER_OUT: "out", Failure.COVER_OPEN: "open"}


def measure(
    settings: Settings,
    supervisor: Supervisor,
    clock: ClockCheck,
    losses: LostRatingCounter,
    sys: Path = SYS,
) -> Figures:
    """Return the figures of disk, clock, sensors and paper; raises StoreError.

    `losses` counts lost ratings. `sys`: the root of sysfs.
    """
    from drivers.machine_state import disk_of, hottest
    from kiosk.storage.store_check import read_store_alarm

    free = percent = None
    with suppress(OSError):
        room = disk_of(Path(settings.store.path), settings.store.min_free_mib * MIB)
        free, percent = room.free // MIB, 100 * room.free // max(1, room.whole)
    warmest, life = hottest(sys), supervisor.lives()[PRINTER]
    paper = "ok" if life.is_usable else PAPER.get(life.failure, "") if life.failure else ""
    degrees = None if warmest is None else round(warmest)
    alarm = read_store_alarm(losses.store).brief
    ahead, lost = clock.ahead_seconds, losses.known().count
    return Figures(free, percent, ahead, degrees, paper, lost, alarm)


def build_heartbeat(
    settings: Settings,
    room: DeliveryService,
    supervisor: Supervisor,
    version: str,
    site: RunSettings | None,
) -> Heartbeat:
    """Return the heartbeat that reports this terminal's state to the central service.

    `site`: the run's settings, None where the service signs none.

    `room` is the delivery; `version` that of the program.
    """
    from drivers.clock import SystemClock
    from kiosk.fleet.heartbeat import Heartbeat
    from kiosk.fleet.release import FILE, ReleaseNote

    heart = Heartbeat(
        room.central,
        room.store,
        supervisor.conditions,
        {"app": version},
        SystemClock().now,
        SystemRandom().random,
        site.settings_ids if site is not None else lambda: ("", ""),
        partial(measure, settings, supervisor, room.clock, room.losses),
        ReleaseNote(Path(settings.store.path).with_name(FILE)).write_version,
    )
    heart.update = failed_update
    return heart


def failed_update(note: Path = UPDATER_NOTE) -> dict[str, str]:
    """Return the version that root's updater could not bring here, with the reason; {} for none.

    `note` is the file in which it says so; where there is no updater there is none.
    """
    from kiosk.fleet.update import LONGEST_NOTE, read_note

    try:
        with note.open("rb") as file:
            failure = read_note(file.read(LONGEST_NOTE).decode("ascii", "replace"))
    except OSError:
        return {}
    return failure.members() if failure else {}


def open_metrics(settings: Settings, heart: Heartbeat) -> Callable[[], None]:
    """Serve metrics for Prometheus if a port is set; return the function that stops it.

    A port in use is logged, and nothing is served.
    """
    port = settings.metrics.port
    if not port:
        return lambda: None
    from drivers.metrics import serve_metrics

    try:
        server, thread = serve_metrics(port, heart.members)
    except OSError:
        words = text_of("terminal.metrics_port_taken", port=port)
        say(LogEvent.METRICS, words, trouble="port taken")
        return lambda: None
    return partial(_end, server.shutdown, server.server_close, thread.join)


def _end(*calls: Callable[[], object]) -> None:
    for call in calls:
        call()
