"""Sample finds and sticks, for the gallery."""

from __future__ import annotations

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal, ProposalTrouble, Proposed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)

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
OFFERS = (
    OfferedBundle(12, "abcdefghijkm", 3, "mkjihgfedcba"),
    OfferedBundle(2, "abcdefghijkm", 1),
    OfferedBundle(12, "abcdefghijkm", 3, "abcdefghijkm"),
)
TROUBLES = (
    ProposalTrouble(Failure.PORT_WRONG, "设置里写的是 /dev/ttyUSB1，它接在 /dev/ttyUSB0"),
    ProposalTrouble(Failure.READER_BUSY, "/dev/ttyUSB1", "minicom (77) 正占着它，请先关掉。"),
    ProposalTrouble(Failure.CAMERAS_ALIKE, "/dev/video0、/dev/video2"),
)


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield found devices, or what a stick brings."""
    yield SettingsWritten()
    if visit.stage is Stage.SEEKING:
        yield from (DevicesFound(Proposal(PLACES, TROUBLES)), DevicesFound(Proposal()))
        yield SettingsRefused(Failure.CONFIG_WRONG)
    else:
        yield from (StickRead(one) for one in OFFERS)
        yield from (SettingsRefused(one) for one in failures("settings_"))
