"""Which driver serves which URL? Makes the devices that the settings name."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.central.client import CentralClient
from drivers.clock import SystemClock
from drivers.devices.camera import VideoCamera, open_video
from drivers.devices.id_card_reader import CardReader, Limits
from drivers.devices.receipt_printer import ReceiptPrinter
from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.decision import Thresholds
from drivers.transports.serial_url import SerialUrl
from drivers.transports.tcp import Tcp

if TYPE_CHECKING:
    from kiosk.settings import Settings


CONNECT_SECONDS = 2.0


def make_reader(settings: Settings) -> CardReader:
    """Return the reader; its port is opened when it is first asked."""
    wanted = settings.id_card_reader
    return CardReader(
        open_port=lambda: SerialUrl(wanted.url, wanted.baud, time.monotonic),
        monotonic=time.monotonic,
        sleep=time.sleep,
        today=lambda: datetime.now().astimezone().date(),
        baud=wanted.baud,
        limits=Limits(poll=wanted.poll_seconds),
    )


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
