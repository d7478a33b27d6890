"""The registry of drivers, which makes the devices that the settings name.

The scheme of a device's URL chooses its driver or transport.
"""

from __future__ import annotations

import logging
import time
from datetime import date
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from drivers.devices.camera import VideoCamera, open_video
from drivers.devices.card_mark import MarkFile
from drivers.devices.chip_photo import Abi, find_decoder
from drivers.devices.documents.document_printer import IppPrinter, address_of
from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.devices.paper_camera import DocumentCamera
from drivers.devices.person_camera import PersonCamera
from drivers.devices.qr_scanner import QrScanner, open_scanner_port
from drivers.devices.receipt_printer import ReceiptPrinter
from drivers.devices.sam_timing import SamTimeouts
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.devices.ss_card_vendor import SCHEME as VENDOR_SCHEME
from drivers.devices.ss_card_vendor import VendorSsCardReader
from drivers.devices.ss_card_vendor_process import VendorProcess
from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.engine.face_engine import EnginePlan
from drivers.face.policy import liveness_rules, read_policy, thresholds_for, wanted_embedder
from drivers.papers.reading.field_rules import load_paper_rules
from drivers.papers.reading.process import ReaderPlan
from drivers.papers.reading.reader_process import ReaderProcess
from drivers.papers.reading.text_models import load_text_models
from drivers.protocols.qr_token import Framing
from drivers.shared_object import Loader
from drivers.stable_names import TTY_SCHEME, SystemTree, find_tty
from drivers.transports.pcsc_slot import PcscSlot
from drivers.transports.serial_url import SerialUrl
from drivers.transports.tcp import Tcp
from drivers.transports.usb_bulk import open_usb
from kiosk.civil_time import civil_day, civil_now
from kiosk.ports import Camera, ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transports.transport import Transport
    from kiosk.config.settings import Settings
    from kiosk.ports import CardAuthenticator

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0
PORTRAIT = ReferenceKind.PORTRAIT
PAPER_PIXELS = (2592, 1944)  # cards.md §3: the size that document cameras share
sleep = time.sleep


def today() -> date:
    """Return the civil day in Asia/Shanghai."""
    return civil_day(civil_now())


def make_reader(settings: Settings) -> CardReader:
    """Return the identity card reader; its port is opened when it is first asked."""
    wanted = settings.id_card_reader
    return CardReader(
        open_port=lambda: open_reader_port(wanted.url, wanted.baud),
        monotonic=time.monotonic,
        sleep=sleep,
        today=today,
        baud=wanted.baud,
        limits=SamTimeouts(poll=wanted.poll_seconds),
        wishes=ReadOptions(sam_number=wanted.sam_number, decode=find_photo_decoder(settings)),
        mark=MarkFile(Path(settings.store.path).with_name("card_lies")),
    )


def open_reader_port(url: str, baud: int, machine: SystemTree | None = None) -> Transport:
    """Return the open port of an identity card reader, by the scheme of its URL.

    `baud` is the speed of a serial port. Raises DeviceLostError, and ValueError for a wrong URL.
    """
    if url.startswith(TTY_SCHEME):
        url = str(find_tty(url, machine or SystemTree()))
    match url.partition("://")[0]:
        case "tcp":
            return Tcp(url, CONNECT_SECONDS, time.monotonic)
        case "usb":
            return open_usb(url, time.monotonic)
        case _:
            return SerialUrl(url, baud, time.monotonic)


def find_photo_decoder(settings: Settings) -> Callable[[bytes], bytes | None] | None:
    """Return the function that decodes chip photos, None where no decoder is configured."""
    wanted = settings.chip_photo
    if not wanted.path:
        return None
    decoder = find_decoder(Path(wanted.path), wanted.symbol, Abi(wanted.abi))
    LOG.warning("chip photo decoder %s, SHA-256 %s", wanted.path, decoder.digest or "(missing)")
    if decoder.abi is not Abi.EXECUTABLE:
        obstacle = Loader.of_this_process().find_obstacle(decoder.path)
        if obstacle is not None:
            LOG.warning("chip photo decoder %s is not loaded: %s", wanted.path, obstacle.value)
    return decoder.decode


def make_camera(settings: Settings) -> VideoCamera:
    """Return the camera of the face check, not yet started."""
    url = settings.camera.url
    return VideoCamera(lambda: open_video(url), time.monotonic)


def make_paper_camera(settings: Settings) -> DocumentCamera:
    """Return the document camera; it is opened only for a picture."""
    url = settings.paper_camera.url
    return DocumentCamera(lambda: open_video(url, *PAPER_PIXELS) if url else None)


def make_text_reader(models: Path, config: Path) -> ReaderProcess:
    """Return the reader of photographed papers; its process is started with the first paper.

    `models` is the folder of the networks, `config` that of paper_models.toml and
    paper_reading.toml.
    """
    plan = ReaderPlan(
        models,
        load_text_models(config / "paper_models.toml"),
        load_paper_rules(config / "paper_reading.toml"),
    )
    return ReaderProcess(plan)


def make_person_camera(camera: Camera) -> PersonCamera:
    """Return the device that takes the picture of a person with the camera of the face check."""
    return PersonCamera(camera, time.monotonic, time.sleep)


def make_printer(settings: Settings) -> ReceiptPrinter:
    """Return the receipt printer at tcp://host:port."""
    url = settings.printer.url
    return ReceiptPrinter(lambda: Tcp(url, CONNECT_SECONDS, time.monotonic), time.monotonic)


def make_document_printer(settings: Settings) -> IppPrinter:
    """Return the printer of A4 sheets at ipp://HOST:PORT/PATH or cups:QUEUE."""
    return IppPrinter(address_of(settings.document_printer.url))


def make_ss_card_reader(
    url: str, authenticator: CardAuthenticator | None = None
) -> SlotSsCardReader | VendorSsCardReader:
    """Return the reader of social security cards at pcsc://READER or lib:PATH.

    `authenticator` is the central service's key module, None where it is not asked.
    """
    if url.startswith(VENDOR_SCHEME):
        library = VendorProcess(Path(url.removeprefix(VENDOR_SCHEME)))
        return VendorSsCardReader(library, sleep, today, authenticator)
    slot = PcscSlot(url, time.monotonic)
    return SlotSsCardReader(slot, time.monotonic, sleep, today, authenticator)


def make_scanner(settings: Settings) -> QrScanner:
    """Return the code scanner; its port is opened when it is first asked."""
    wanted = settings.code_scanner
    return QrScanner(
        lambda: open_scanner_port(wanted.url, wanted.baud, time.monotonic),
        time.monotonic,
        Framing(wanted.prefix, wanted.suffix),
    )


def make_checker(settings: Settings, models: Path, numbers: Path) -> ProcessFaceChecker:
    """Return the face checker; its process begins with `start`.

    `models` is the folder of model files, `numbers` config/face.toml. Raises ConfigError when this
    engine and model have no thresholds.
    """
    own = settings.face.thresholds
    policy = read_policy(numbers, Path(own) if own else None)
    embedder = wanted_embedder(settings.face, policy)
    kinds = {kind: (embedder.engine, embedder.sha256, kind) for kind in ReferenceKind}
    known = {(one.engine, one.model, one.reference) for one in policy.thresholds}
    # PORTRAIT stays without thresholds, too, so that `thresholds_for` refuses it below; the others
    # are optional.
    kinds = {kind: key for kind, key in kinds.items() if key in known or kind is PORTRAIT}
    plan = FacePlan(
        engine=EnginePlan(models, policy.models, embedder, policy.quality),
        thresholds={kind: thresholds_for(policy, *key) for kind, key in kinds.items()},
        decision=policy.decision,
        liveness=liveness_rules(policy, embedder.engine),
        random=SystemRandom().random,
        infrared=_infrared(settings.face.infrared),
    )
    return ProcessFaceChecker(plan)


def _infrared(url: str) -> VideoCamera | None:
    return VideoCamera(lambda: open_video(url), time.monotonic) if url else None
