"""What a visit needs of the world outside, and the way back to the main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.application.document import Application
from kiosk.application.ink import Ink
from kiosk.application.rating import Rating
from kiosk.application.scan import CapturedPaper
from kiosk.delivery.correction import CorrectionPapers
from kiosk.delivery.principals import Principals
from kiosk.failures import Failure
from kiosk.fleet.remote_help import NoRemoteHelper, RemoteHelper
from kiosk.maintenance.ports import MaintenanceTools
from kiosk.pages.page import Page
from kiosk.paper_text import TextReader
from kiosk.ports import (
    Camera,
    CardPinReader,
    Central,
    CodeScanner,
    DocumentPreview,
    FaceChecker,
    HelperBell,
    IdCardReader,
    PaperCamera,
    SlipPrinter,
    Timer,
)
from kiosk.staff.desk import Desk, MonthReport
from kiosk.staff.staff_login import StaffLogin
from kiosk.storage.drafts import Drafts
from kiosk.visit.step_parts.held_picture import HeldPicture
from kiosk.visit_ports import DrawFormPage, PrintFormCopy, TurnPicture


@dataclass(frozen=True)
class Equipment:
    """Everything outside that a visit needs; wired once in wiring/terminal.py.

    `submit` and `rate` make durable, or say why not; they wake the outbox themselves; `rate` also
    counts what it could not keep. `storage_failure` returns why no visit may begin for want of
    disk space, and changes nothing. `person_camera` takes the picture of a person for whom one of
    the staff vouches alone.
    `drop_papers` shreds captured papers that no confirmed application names; `pictures` holds what
    was taken of a paper until it is kept.
    """

    reader: IdCardReader
    ss_reader: CardPinReader
    camera: Camera
    checker: FaceChecker
    printer: SlipPrinter
    central: Central
    submit: Callable[[Application], Failure | None]
    rate: Callable[[Rating], Failure | None]
    drafts: Drafts
    paper_camera: DocumentPreview
    person_camera: PaperCamera
    keep_paper: Callable[[str, bytes], CapturedPaper | Failure]
    drop_papers: Callable[[], None]
    bell: HelperBell
    read_hand: Callable[[Ink], tuple[str, ...]]
    storage_failure: Callable[[], Failure | None]
    staff_login: StaffLogin
    desk: Callable[[], Desk]
    month: Callable[[str], MonthReport | None]
    hand_in: Callable[[CorrectionPapers], Failure | None]
    scanner: CodeScanner
    principals: Principals
    maintenance: MaintenanceTools
    text_reader: TextReader
    turn_picture: TurnPicture
    draw_form: DrawFormPage
    print_form: PrintFormCopy
    print_pdf: Callable[[bytes], Failure | None]
    remote_helper: RemoteHelper = field(default_factory=NoRemoteHelper)
    pictures: HeldPicture = field(default_factory=HeldPicture)


@dataclass(frozen=True)
class Gateway:
    """The way to the main thread: run soon, run later, show a page."""

    post: Callable[[Callable[[], None]], None]
    later: Callable[[float, Callable[[], None]], Timer]
    show: Callable[[Page], None]
