"""Records of the machine: maintenance, the call for help, and how pages are shown."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.config.usb_bundle import OfferedBundle
from kiosk.fleet.remote_help import RemoteLook
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import GuidedTest
from kiosk.maintenance.readiness_report import Sheet
from kiosk.pages.display import View
from kiosk.ports import Bell


@dataclass(frozen=True)
class MaintenanceState:
    """What a technician sees and tests on this machine."""

    report: Sheet | None = None  # how this machine is
    noted: str = ""  # what came of the technician's last wish: a key of the page's words
    test: GuidedTest | None = None  # the guided test that goes on
    tests: tuple[GuidedTest, ...] = ()  # those that were done
    found: Proposal | None = None  # what hangs on this machine
    offer: OfferedBundle | None = None  # which settings a stick brings
    writing: bool = False  # one of both is being written into the settings


@dataclass(frozen=True)
class HelpCall:
    """Whether a helper was called, the bell's answer, and whether one looks from afar."""

    called: bool = False  # a helper, and not told to stay away since
    bell: Bell | None = None
    remote: RemoteLook | None = None  # None: nobody may look


@dataclass(frozen=True)
class DisplayState:
    """How the page is shown, and which part of it."""

    view: View = View()
    part: int = 0  # which part of a list or set of pages
    leaf: int = 0  # which answers of a page, where only few can be reached
    printing: bool = False  # the one notice was asked for
    about: str = ""  # the service that a page on top is about
