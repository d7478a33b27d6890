"""Which driver serves which URL? Makes the devices that the settings name."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.central.client import CentralClient
from drivers.clock import SystemClock
from drivers.devices.camera import VideoCamera, open_video
from drivers.devices.card_mark import MarkFile
from drivers.devices.chip_photo import Abi, find_decoder
from drivers.devices.id_card_reader import CardReader, Wishes
from drivers.devices.receipt_printer import ReceiptPrinter
from drivers.devices.sam_timing import Limits
from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.decision import Thresholds
from drivers.transports.serial_url import SerialUrl
from drivers.transports.tcp import Tcp
from drivers.transports.usb_bulk import open_usb

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transports.transport import Transport
    from kiosk.settings import Settings

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0


def make_reader(settings: Settings) -> CardReader:
    """Return the reader; its port is opened when it is first asked."""
    wanted = settings.id_card_reader
    return CardReader(
        open_port=lambda: open_reader_port(wanted.url, wanted.baud),
        monotonic=time.monotonic,
        sleep=time.sleep,
        today=lambda: datetime.now().astimezone().date(),
        baud=wanted.baud,
        limits=Limits(poll=wanted.poll_seconds),
        wishes=Wishes(sam_number=wanted.sam_number, decode=find_photo_decoder(settings)),
        mark=MarkFile(Path(settings.store.path).with_name("card_lies")),
    )


def open_reader_port(url: str, baud: int) -> Transport:
    """Open the port of an identity card reader, by the scheme of its URL. Raises DeviceLost."""
    match url.partition("://")[0]:
        case "tcp":
            return Tcp(url, CONNECT_SECONDS, time.monotonic)
        case "usb":
            return open_usb(url, time.monotonic)
        case _:
            return SerialUrl(url, baud, time.monotonic)


def find_photo_decoder(settings: Settings) -> Callable[[bytes], bytes | None] | None:
    """Return how chip photos are decoded here, None where no decoder is installed."""
    wanted = settings.chip_photo
    if not wanted.path:
        return None
    decoder = find_decoder(Path(wanted.path), wanted.symbol, Abi(wanted.abi))
    LOG.warning("chip photo decoder %s, SHA-256 %s", wanted.path, decoder.digest or "(missing)")
    return decoder.decode


def make_camera(settings: Settings) -> VideoCamera:
    """Return the camera, not yet started."""
    url = settings.camera.url
    return VideoCamera(lambda: open_video(url), time.monotonic)


def make_printer(settings: Settings) -> ReceiptPrinter:
    """Return the receipt printer at tcp://host:port."""
    url = settings.printer.url
    return ReceiptPrinter(lambda: Tcp(url, CONNECT_SECONDS, time.monotonic), time.monotonic)


def make_checker(settings: Settings, models: Path) -> ProcessFaceChecker:
    """Return the face checker; its process begins with `start`."""
    thresholds = Thresholds(settings.face.accept, settings.face.retry)
    return ProcessFaceChecker(FacePlan(models / "face_detection_yunet_2023mar.onnx", thresholds))


def make_central(settings: Settings) -> CentralClient:
    """Return the client of the central service; the token file holds one line."""
    wanted = settings.central
    token = Path(wanted.token_file).read_text("ascii").strip()
    clock = SystemClock()
    return CentralClient(wanted.url, token, wanted.deadline_seconds, clock.monotonic, clock.now)
