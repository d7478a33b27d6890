"""Sample readiness reports, for the gallery."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.config.settings import Profile
from kiosk.failures import Failure
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
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import SAMPLE_NOW, Samples, SampleSource
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed

GIB = 1 << 30
READER = "/dev/kiosk/idcard，现在是 /dev/ttyUSB0，安全模块 05.03-20990101-0001234567-0007654321"
RETURNED = FindingLook(
    "找到的设备地址",
    "abcdefghijkm 试过不行，没好的：camera",
    "已经退回原来的。请先修好没好的，再写一次或再导入。",
    failure=Failure.SETTINGS_RETURNED,
)


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield reports of terminals, or what comes of printing and writing one."""
    if visit.stage is Stage.MAINTENANCE:
        yield from (Examined(one) for one in sheets(source.book))
        return
    yield from (Printed(), Exported(), ExportFailed(Failure.DISK_FULL))
    yield PrintFailed(Failure.PAPER_OUT)


def sheets(book: ReferenceData) -> Iterator[Sheet]:
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
    yield _sheet(book, well, link, 0.2, QueueLook(0, 0, 0.0))
    yield _sheet(
        book, (*well[:2], ill[2]), link, 0.2, QueueLook(2, 1, 90_000.0, 3, "2026-11-25", 1)
    )
    yield _sheet(book, well, link, 0.2, QueueLook(0, 0, 0.0), RETURNED)
    yield _sheet(book, ill, cut, None, Failure.STORE_LOCKED)
    damaged = CopiesLook(6, 1, 12, 1, "2026-11-25", 1)
    yield _sheet(book, well, link, 0.2, QueueLook(0, 0, 0.0, copies=damaged))


def _sheet(
    book: ReferenceData,
    devices: tuple[DeviceLook, ...],
    step: LinkResult,
    ahead: float | None,
    queue: QueueLook | Failure,
    *more: FindingLook,
) -> Sheet:
    judge = Judge(book.upkeep, book.cures, book.titles, book.settings.maintenance)
    found = (
        FindingLook("声音", "HDA Intel PCH"),
        FindingLook("身份密钥", "/var/lib/retirement-kiosk/identity"),
        *more,
    )
    disk, versions = DiskLook(50 * GIB, 100 * GIB, GIB), {"app": "0.1.0"}
    looks = Looks(Profile.PRODUCTION, devices, found, (step,), ahead, disk, 45.0, queue, versions)
    return Sheet("BZ-DEMO-0001", "BZ-DEMO", "production", "0.1.0", SAMPLE_NOW, judge.lines(looks))
