"""Sample readiness reports, for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from kiosk.visit.step_parts.samples import SAMPLE_NOW, Samples, SampleSource, read_samples
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed

GIB = 1 << 30


@dataclass(frozen=True)
class ReadinessSamples:
    """The file config/samples/readiness.toml: evidence of devices, and findings of the doctor."""

    answered: str
    reader: str
    camera: str
    printer: str
    central: str
    findings: tuple[FindingLook, ...]
    returned: FindingLook


SAMPLES = read_samples(ReadinessSamples, "readiness")


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield reports of terminals, or what comes of printing and writing one."""
    if visit.stage is Stage.MAINTENANCE:
        yield from (Examined(one) for one in sheets(source.book))
        return
    yield from (Printed(), Exported(), ExportFailed(Failure.DISK_FULL))
    yield PrintFailed(Failure.PAPER_OUT)


def sheets(book: ReferenceData) -> Iterator[Sheet]:
    """Yield sheets of terminals: in order, ill, gone back, broken, with a damaged database."""
    link = LinkResult(Link.CENTRAL, None, SAMPLES.central)
    cut = LinkResult(
        Link.TLS, Failure.CERTIFICATE_FOREIGN, "self-signed certificate；CN=portal.example"
    )
    names = ("idcard", "camera", "printer", "scanner")
    well = tuple(DeviceLook(one, None, SAMPLES.answered.format(device=one)) for one in names)
    ill = (
        DeviceLook("idcard", Failure.READER_LOST, SAMPLES.reader),
        DeviceLook("camera", Failure.CAMERA_FROZEN, SAMPLES.camera),
        DeviceLook("printer", Failure.PAPER_OUT, SAMPLES.printer),
    )
    yield _sheet(book, well, link, 0.2, QueueLook(0, 0, 0.0))
    yield _sheet(
        book, (*well[:2], ill[2]), link, 0.2, QueueLook(2, 1, 90_000.0, 3, "2026-11-25", 1)
    )
    yield _sheet(book, well, link, 0.2, QueueLook(0, 0, 0.0), SAMPLES.returned)
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
    found = (*SAMPLES.findings, *more)
    disk, versions = DiskLook(50 * GIB, 100 * GIB, GIB), {"app": "0.1.0"}
    looks = Looks(Profile.PRODUCTION, devices, found, (step,), ahead, disk, 45.0, queue, versions)
    return Sheet("BZ-DEMO-0001", "BZ-DEMO", "production", "0.1.0", SAMPLE_NOW, judge.lines(looks))
