"""Devices, store and delivery of one terminal, composed behind the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from kiosk.config.layers import Layers
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from wiring.configuration import CENTRAL, USABLE
from wiring.delivery_service import central_of, identity_of, open_delivery
from wiring.fleet.telemetry import build_heartbeat, open_metrics
from wiring.fleet.terminal_requests import NightRestart, TerminalActs, open_request_desk
from wiring.forms import read_forms
from wiring.identifiers import draw_id
from wiring.places import ASSETS, CONFIG, DEFAULTS, VERSION
from wiring.settings_sync import build_settings_sync
from wiring.storage import open_storage

if TYPE_CHECKING:
    from drivers.central.client import CentralClient
    from drivers.clock import SystemClock
    from drivers.devices.helper_bell import HelperBellDevice, NoBell
    from drivers.face.checker import ProcessFaceChecker
    from drivers.supervisor import Supervised, Supervisor
    from kiosk.config.settings import Settings
    from kiosk.crypto.terminal_identity import TerminalIdentity
    from kiosk.delivery.delivery_thread import DeliveryThread
    from kiosk.delivery.submission import Sender
    from kiosk.fleet.heartbeat import Heartbeat
    from kiosk.fleet.point_updates import PointUpdates
    from kiosk.fleet.remote_help import RemoteHelper
    from kiosk.maintenance.ports import MaintenanceTools
    from kiosk.maintenance.readiness_report import Sheet
    from kiosk.ports import Central
    from kiosk.session.controller import Controller
    from kiosk.session.services import Equipment
    from kiosk.staff.staff_login import StaffLogin
    from kiosk.storage.housekeeping import Housekeeping
    from kiosk.storage.store import Store
    from wiring.configuration import RunSettings
    from wiring.delivery_service import DeliveryService
    from wiring.storage import Storage


@dataclass(frozen=True)
class BackgroundServices:
    """Everything behind the screen that takes time to make: devices, store, delivery."""

    equipment: Equipment
    store: Store
    delivery_thread: DeliveryThread
    housekeeping: Housekeeping
    checker: ProcessFaceChecker
    supervisor: Supervisor
    record_event: Callable[..., None]
    heart: Heartbeat
    end_metrics: Callable[[], None]
    points: PointUpdates | None = None
    restart: NightRestart = field(default_factory=NightRestart)

    def ready(self) -> frozenset[str]:
        """Return what answers now: names of devices, and "central"."""
        conditions = self.supervisor.conditions().items()
        found = {name for name, condition in conditions if condition in USABLE}
        return frozenset(found | ({CENTRAL} if self.heart.reached else set()))

    def close(self) -> None:
        """End every thread and process; what waits is delivered after the next start."""
        from kiosk.audit.audit_events import AuditEvent

        self.end_metrics()
        self.delivery_thread.stop()
        self.housekeeping.stop()
        self.equipment.bell.stop()
        self.equipment.remote_helper.end()
        self.record_event(AuditEvent.STOPPED)
        self.equipment.camera.stop()
        self.equipment.text_reader.end()
        self.checker.close()
        self.supervisor.stop()
        self.store.close()


def build_services(
    settings: Settings,
    runner: Controller,
    clock: SystemClock,
    site: RunSettings | None = None,
    layers: Layers | None = None,
) -> BackgroundServices:
    """Make devices, store and delivery, start them, and return them.

    `runner` is the controller that hears of news. What an earlier day left is delivered from now
    on. Raises ConfigError.
    """
    from drivers import registry
    from kiosk.audit.audit_events import AuditEvent
    from kiosk.crypto.pinned_keys import read_central_keys
    from kiosk.storage.housekeeping import Housekeeping
    from wiring.maintenance_ports import TerminalMaintenanceTools

    def on_bug(bug: BaseException) -> None:
        runner.gateway.post(partial(raise_it, bug))

    keys = read_central_keys(Path(settings.central.keys))
    identity = identity_of(settings)
    kept = open_storage(settings)
    room = open_delivery(settings, keys, kept, identity, runner, clock, on_bug)
    checker = registry.make_checker(settings, ASSETS / "models", CONFIG / "face.toml")
    devices = supervise_devices(settings, runner, on_bug, room.central)
    sources, supervisor = layers or Layers(DEFAULTS), devices.supervisor
    maintenance = TerminalMaintenanceTools(
        settings, sources, supervisor, devices.camera, room.record_event, site
    )
    remote = open_remote_help(settings, identity, room.record_event)
    parts = ServiceParts(settings, clock, kept, room, devices, checker, maintenance, remote)
    equipment = build_equipment(parts)
    heart = build_heartbeat(settings, room, supervisor, VERSION, site)
    points, restart = add_chores(settings, room, heart, site, maintenance.examine)
    room.record_event(AuditEvent.STARTED, version=VERSION)
    checker.start()
    supervisor.start()
    room.delivery_thread.start()
    # Lost ratings are written down here: what follows a round of sending waits for the network.
    housekeeping = Housekeeping((kept.tidy_up, room.losses.write_down), on_bug)
    housekeeping.start()
    return BackgroundServices(
        equipment,
        room.store,
        room.delivery_thread,
        housekeeping,
        checker,
        supervisor,
        room.record_event,
        heart,
        open_metrics(settings, heart),
        points,
        restart,
    )


def supervise_devices(
    settings: Settings,
    runner: Controller,
    on_bug: Callable[[BaseException], None],
    central: Central,
) -> Supervised:
    """Return the devices with their workers; no thread is started yet.

    `runner` is the controller that hears of changes; `on_bug` is called with an exception that
    nobody expected. `central` has the key module for social security cards.
    """
    from drivers.central.card_authenticator import CentralCardAuthenticator
    from drivers.supervision.worker import SupervisionContext
    from drivers.supervisor import Changes, supervise

    changes = Changes(lambda *_: runner.device_changed())
    outside = SupervisionContext(time.monotonic, SystemRandom().random, changes.tell, on_bug)
    return supervise(settings, outside, authenticator=CentralCardAuthenticator(central))


def add_chores(
    settings: Settings,
    room: DeliveryService,
    heart: Heartbeat,
    site: RunSettings | None,
    examine: Callable[[], Sheet],
) -> tuple[PointUpdates | None, NightRestart]:
    """Give the delivery thread what it does between sending.

    Return the updates of points, and the restart that may be asked for. `room` is the delivery;
    `examine` makes the readiness sheet. The chores are the beats of `heart` with the requests that
    come by them, newer lists of service points, and the run's signed settings.
    """
    sync = build_settings_sync(settings, room, heart, site) if site and site.site else None
    acts = TerminalActs(settings, room.central, examine, NightRestart(), sync)
    desk = open_request_desk(acts, room)
    heart.request, heart.results = desk.take, desk.members
    room.chores.append(heart.beat_when_due)
    points = point_updates_of(settings, room)
    if points is not None:
        room.chores.append(points.learn_when_due)
    if sync is not None:
        room.chores.append(sync.look_when_due)
    return points, acts.restart


@dataclass(frozen=True)
class ServiceParts:
    """What the equipment of a visit is made of."""

    settings: Settings
    clock: SystemClock
    kept: Storage
    room: DeliveryService
    devices: Supervised
    checker: ProcessFaceChecker
    maintenance: MaintenanceTools
    remote_helper: RemoteHelper

    def sender(self) -> Sender:
        """Return who sends, with the key of the central service that counts now."""
        from kiosk.delivery.submission import Sender

        return Sender(self.settings.terminal.code, self.room.ring.sealing())


def build_equipment(parts: ServiceParts) -> Equipment:
    """Return everything outside that a visit needs."""
    from drivers import registry
    from drivers.devices.documents.form_painter import PanelFormPainter
    from drivers.devices.documents.form_printer import FormPrinter
    from drivers.devices.paper_camera import turn_picture
    from kiosk.delivery.correction import hand_in
    from kiosk.delivery.principals import Principals
    from kiosk.delivery.scan_intake import keep_paper
    from kiosk.delivery.submission import rate, submit
    from kiosk.session.services import Equipment
    from kiosk.staff.desk import look_at_desk, month_of
    from kiosk.writing.handwriting import HandReader

    settings, clock, kept, room = parts.settings, parts.clock, parts.kept, parts.room
    devices, point = parts.devices, parts.settings.terminal.point
    documents = registry.make_document_printer(settings)
    return Equipment(
        reader=devices.reader,
        ss_reader=devices.ss_reader,
        camera=devices.camera,
        checker=parts.checker,
        printer=devices.printer,
        central=room.central,
        submit=lambda one: room.keep(submit(room.store, parts.sender(), one, clock.now())),
        rate=lambda one: room.keep(
            room.losses.count(rate(room.store, one, clock.now(), draw_id(), parts.sender()))
        ),
        drafts=kept.drafts,
        paper_camera=registry.make_paper_camera(settings),
        person_camera=registry.make_person_camera(devices.camera),
        text_reader=registry.make_text_reader(ASSETS / "models", CONFIG),
        turn_picture=turn_picture,
        keep_paper=lambda number, page: keep_paper(room.store, room.ring.sealing(), number, page),
        drop_papers=kept.drop_papers,
        bell=open_bell(settings),
        read_hand=HandReader(ASSETS / "writing", CONFIG / "characters.txt").read,
        storage_failure=kept.failure,
        staff_login=build_staff_login(parts),
        desk=lambda: look_at_desk(room.store, room.central, point),
        month=lambda staff: month_of(room.central, point, f"{clock.now():%Y-%m}", staff),
        scanner=devices.scanner,
        principals=Principals(room.store, kept.key, room.central, time.time),
        hand_in=lambda one: room.keep(hand_in(room.store, parts.sender(), one, clock.now())),
        maintenance=parts.maintenance,
        draw_form=PanelFormPainter(read_forms, settings.panel),
        print_form=FormPrinter(read_forms, documents),
        print_pdf=documents.print_pdf,
        remote_helper=parts.remote_helper,
    )


def build_staff_login(parts: ServiceParts) -> StaffLogin:
    """Return the check of card, PIN and code of the staff."""
    from kiosk.staff.staff_login import StaffLogin

    room = parts.room
    return StaffLogin(
        room.staff.roster,
        room.store,
        parts.settings.staff,
        parts.clock.now,
        room.record_event,
        lambda: room.clock.ahead_seconds,
    )


def point_updates_of(settings: Settings, room: DeliveryService) -> PointUpdates | None:
    """Return the task that fetches newer lists of service points; None in a demo.

    A demo has a list of its own.
    """
    from kiosk.config.settings import Profile
    from kiosk.fleet.own_point import kept_points, own_point
    from kiosk.fleet.point_updates import PointUpdates
    from kiosk.retirement.divisions import read_divisions

    kept = kept_points(settings)
    if kept is None or settings.profile is Profile.DEMO:
        return None
    divisions = read_divisions(CONFIG / "divisions.csv")
    point = own_point(settings, CONFIG / "service_points.csv", divisions)

    def unlisted() -> None:
        say(LogEvent.POINT_UNLISTED, text_of("terminal.point_unlisted", point=point.code))

    hours = settings.staff.poll_interval_hours
    return PointUpdates(kept, room.ring, room.central, point, hours, time.time, unlisted)


def open_remote_help(
    settings: Settings, identity: TerminalIdentity, record: Callable[..., None]
) -> RemoteHelper:
    """Return the line to helpers in the control room, or one that does nothing.

    `identity` signs its requests, `record` keeps an event in the audit.
    """
    from drivers.central.remote_help import CentralRemoteHelper, RemoteLineEvents
    from kiosk.audit.audit_events import AuditEvent
    from kiosk.fleet.remote_help import NoRemoteHelper

    if not settings.help.remote:
        return NoRemoteHelper()

    def connect(seconds: float) -> CentralClient:
        limited = replace(settings, central=replace(settings.central, deadline_seconds=seconds))
        return central_of(limited, identity)

    kinds = (AuditEvent.REMOTE_AGREED, AuditEvent.REMOTE_WATCHED, AuditEvent.REMOTE_ENDED)
    events = RemoteLineEvents(*(partial(record, one) for one in kinds))
    return CentralRemoteHelper(connect, settings.central.deadline_seconds, events)


def open_bell(settings: Settings) -> HelperBellDevice | NoBell:
    """Return the bell at the helper's desk, or one that does nothing."""
    from drivers.devices.helper_bell import HelperBellDevice, NoBell

    terminal, url = settings.terminal, settings.help.bell
    return HelperBellDevice(url, terminal.code, terminal.point) if url else NoBell()


def raise_it(error: BaseException) -> None:
    """Raise an exception of another thread in this one."""
    raise error
