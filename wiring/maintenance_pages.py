"""Sample answers to a technician's requests, for the gallery: sheets, readings, proposals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from kiosk.config.schema import read_table
from kiosk.config.settings import MaintenanceSettings, Profile
from kiosk.config.usb_bundle import Offer
from kiosk.failures import Failure, read_cures, read_titles
from kiosk.maintenance.device_proposal import Proposal, ProposalTrouble, Proposed
from kiosk.maintenance.guided_tests import CameraReading, GuidedTask
from kiosk.maintenance.network_test import Link, LinkResult
from kiosk.maintenance.readiness_report import Sheet
from kiosk.maintenance.report_lines import (
    CopiesLook,
    DeviceLook,
    DiskLook,
    FindingLook,
    Judge,
    Looks,
    QueueLook,
)
from kiosk.people.identity import IdCard
from kiosk.ports import Coach
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)
from wiring.places import CONFIG

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
GIB = 1 << 30
READER = "/dev/kiosk/idcard，现在是 /dev/ttyUSB0，安全模块 05.03-20990101-0001234567-0007654321"
GOOD = CameraReading(128.0, 240.0, 0.42, None)
DARK = CameraReading(22.0, 240.0, 0.42, Coach.MORE_LIGHT)
PLACES = (
    Proposed(
        "id_card_reader.url",
        "idcard",
        "/dev/kiosk/idcard",
        "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0",
        "1A86:7523 USB Serial，安全模块 05.03-20990101-0001234567-0007654321",
    ),
    Proposed("camera.url", "camera", "/dev/kiosk/cam-visible", "/dev/kiosk/cam-visible", "有应答"),
    Proposed(
        "code_scanner.url",
        "scanner",
        "",
        "evdev:/dev/input/by-id/usb-Scan-event-kbd",
        "Barcode Scanner",
    ),
)
OF_STICKS = tuple(one for one in Failure if one.value.startswith("settings_"))
OFFERS = (
    Offer(12, "abcdefghijkm", 3, "mkjihgfedcba"),
    Offer(2, "abcdefghijkm", 1),
    Offer(12, "abcdefghijkm", 3, "abcdefghijkm"),
)
RETURNED = FindingLook(
    "找到的设备地址",
    "abcdefghijkm 试过不行，没好的：camera",
    "已经退回原来的。请先修好没好的，再写一次或再导入。",
    failure=Failure.SETTINGS_RETURNED,
)
TROUBLES = (
    ProposalTrouble(Failure.PORT_WRONG, "设置里写的是 /dev/ttyUSB1，它接在 /dev/ttyUSB0"),
    ProposalTrouble(Failure.READER_BUSY, "/dev/ttyUSB1", "minicom (77) 正占着它，请先关掉。"),
    ProposalTrouble(Failure.CAMERAS_ALIKE, "/dev/video0、/dev/video2"),
)


def upkeep_answers(visit: Visit) -> Iterator[Event]:
    """Yield the events that can follow on a technician's page."""
    match visit.stage:
        case Stage.CODE:
            yield from _code()
        case Stage.MAINTENANCE:
            yield from (Examined(one) for one in sheets())
        case Stage.SHEET:
            yield from (Printed(), Exported(), ExportFailed(Failure.DISK_FULL))
            yield PrintFailed(Failure.PAPER_OUT)
        case Stage.SEEKING:
            yield from (DevicesFound(Proposal(PLACES, TROUBLES)), DevicesFound(Proposal()))
            yield from (SettingsWritten(), SettingsRefused(Failure.CONFIG_WRONG))
        case Stage.IMPORTING:
            yield from (StickRead(one) for one in OFFERS)
            yield SettingsWritten()
            yield from (SettingsRefused(one) for one in OF_STICKS)
        case _ if visit.maintenance.test is not None and visit.maintenance.test.is_open:
            yield from _guided(visit.maintenance.test.task)


def _code() -> Iterator[Event]:
    rights = ROLE_RIGHTS[Role.TECHNICIAN]
    yield LoggedIn(Session("T-0001", Role.TECHNICIAN, rights))
    wrong = (Failure.STAFF_CODE_WRONG, Failure.STAFF_CODE_MISSING, Failure.STAFF_LOCKED)
    yield from (LoginFailed(one) for one in wrong)
    yield LoginFailed(Failure.STAFF_CODE_WRONG, 30)
    yield CardLifted()


def _guided(task: GuidedTask) -> Iterator[Event]:
    match task:
        case GuidedTask.CARD:
            yield from (CardRead(_card()), CardFailed(Failure.CARD_MOVED))
        case GuidedTask.CAMERA:
            yield from (CameraSeen(one) for one in (GOOD, DARK))
            yield CameraFailed(Failure.CAMERA_LOST)
        case GuidedTask.TONES:
            yield SoundFailed(Failure.SPEAKER_LOST)
        case GuidedTask.SLIP:
            yield from (Printed(), PrintFailed(Failure.COVER_OPEN))
        case GuidedTask.SIGN:
            yield Drawn((((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),))


def _card() -> IdCard:
    from wiring.page_catalogue import invented_person

    return invented_person("technician")[0]


def sheets() -> Iterator[Sheet]:
    """Yield sheets of terminals: in order, ill, gone back, broken, with a damaged database."""
    link = LinkResult(Link.CENTRAL, None, "https://central.example.invalid，62 毫秒")
    cut = LinkResult(
        Link.TLS, Failure.CERTIFICATE_FOREIGN, "self-signed certificate；CN=portal.example"
    )
    names = ("idcard", "camera", "printer", "scanner")
    well = tuple(DeviceLook(one, None, f"/dev/kiosk/{one}，应答 9 次") for one in names)
    ill = (
        DeviceLook("idcard", Failure.READER_LOST, READER),
        DeviceLook("camera", Failure.CAMERA_FROZEN, "/dev/kiosk/cam-visible，没有应答"),
        DeviceLook("printer", Failure.PAPER_OUT, "tcp://192.0.2.10:9100，没有应答"),
    )
    yield _sheet(well, link, 0.2, QueueLook(0, 0, 0.0))
    yield _sheet((*well[:2], ill[2]), link, 0.2, QueueLook(2, 1, 90_000.0, 3, "2026-11-25", 1))
    yield _sheet(well, link, 0.2, QueueLook(0, 0, 0.0), RETURNED)
    yield _sheet(ill, cut, None, Failure.STORE_LOCKED)
    damaged = CopiesLook(6, 1, 12, 1, "2026-11-25", 1)
    yield _sheet(well, link, 0.2, QueueLook(0, 0, 0.0, copies=damaged))


def _sheet(
    devices: tuple[DeviceLook, ...],
    step: LinkResult,
    ahead: float | None,
    queue: QueueLook | Failure,
    *more: FindingLook,
) -> Sheet:
    texts = CONFIG / "texts"
    said = texts / "failures.toml"
    words = read_table(texts / "upkeep.toml")
    judge = Judge(words, read_cures(said), read_titles(said), MaintenanceSettings())
    found = (
        FindingLook("声音", "HDA Intel PCH"),
        FindingLook("身份密钥", "/var/lib/retirement-kiosk/identity"),
        *more,
    )
    disk, versions = DiskLook(50 * GIB, 100 * GIB, GIB), {"app": "0.1.0"}
    looks = Looks(Profile.PRODUCTION, devices, found, (step,), ahead, disk, 45.0, queue, versions)
    return Sheet("BZ-DEMO-0001", "BZ-DEMO", "production", "0.1.0", NOW, judge.lines(looks))
