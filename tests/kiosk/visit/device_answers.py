"""Events that devices, services and the staff may cause at any time, for random walks."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.authority import CARD
from kiosk.application.authority import PAPER as OF_AUTHORITY
from kiosk.application.confirmation import ConfirmationState
from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.pages.press import Press
from kiosk.paper_text import PaperText
from kiosk.people.facts import InsuredKind
from kiosk.people.qr_token import QrToken
from kiosk.people.ss_card import SsCard
from kiosk.ports import Bell, Coach
from kiosk.retirement.months import Month
from kiosk.staff.desk import Desk
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import BellTold, CodeFailed, Printed, PrintFailed, StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PaperRead, PictureTaken
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import Draft, StartedElsewhere
from kiosk.visit.state import chosen
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.correction.events import CorrectionKept
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown, FilingsKnown
from kiosk.visit.steps.facts.samples import FILED
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.maintenance.events import Examined, Exported, ExportFailed
from kiosk.visit.steps.maintenance.samples import sheets
from kiosk.visit.steps.other_proof.card_pin.events import (
    PinAccepted,
    PinRefused,
    SsCardFailed,
    SsCardRead,
)
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)
from kiosk.visit.steps.prepared.samples import ANSWERS, GAPS
from kiosk.visit.steps.progress.events import ProgressKnown, ProgressUnknown, ResultsKnown
from kiosk.visit.steps.progress.samples import sample_results
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)
from kiosk.visit.steps.settings_import.samples import OFFERS, PLACES, TROUBLES
from kiosk.visit.steps.submission.events import CaseUnderWay, Pending, Refused, Stored
from kiosk.visit.steps.vouching.actions import PERSON
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, persona
from tests.kiosk.staff_people import DESK, ENGINEER, HELPER, OTHER_HELPER, OTHER_WINDOW, WINDOW

HOLDERS = tuple(persona(one)[0].number for one in ("liu", "wang"))
SEALED = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")


def drafts() -> list[Draft]:
    """Return what this person and one with other facts may leave, and what nobody could have."""
    left = draft_of(InventedVisitor().at_materials().press(Press.PROMISE).visit)
    early = draft_of(InventedVisitor().with_young_facts().press(Press.PICK, "soonest").visit)
    odd = replace(left, answers=(("mobile", "x"), ("live", "nowhere"), ("unknown", "")))
    return [left, early, odd, replace(left, unwanted=("R01", "R06"), disputed=("name",))]


def answers_of_devices() -> list[Event]:
    """Return samples of every event that nobody presses."""
    return [
        *answers_to_proof(),
        *answers_of_offices(),
        *answers_about_cases(),
        *answers_about_papers(),
        *answers_to_filing(),
        *answers_for_staff(),
        *answers_for_technicians(),
        *(IdleWarning(), Timeout(), DeviceLost(Failure.READER_LOST), DeviceBack()),
        *(BellTold(one) for one in Bell),
        *(Wiped(), Drawn(INK), Drawn(())),
    ]


def answers_to_proof() -> list[Event]:
    """Return answers of the card reader and the camera."""
    return [
        *(CardRead(persona(one)[0]) for one in ("liu", "wang", "helper")),
        CardFailed(Failure.CARD_MOVED),
        CardFailed(Failure.CARD_EXPIRED),
        CardLifted(),
        FaceHint(Coach.HOLD_STILL),
        FaceHint(None),
        FaceMatched(0.31, 0.42, "dlib128"),
        FaceFailed(Failure.FACE_NOT_ALIKE),
        FaceFailed(Failure.CAMERA_LOST),
        *(SsCardRead(SsCard(card_number="Z00000515", ssn=one)) for one in ("", *HOLDERS)),
        *(SsCardFailed(one) for one in (Failure.SS_CARD_NOT_SEATED, Failure.PCSC_STOPPED)),
        PinAccepted(),
        *(PhoneScanned(QrToken("a code", 0.0)), PhoneProved("a token")),
        *(PhoneFailed(one) for one in (Failure.PHONE_OF_ANOTHER, Failure.PHONE_PLATFORM_AWAY)),
        *(PinRefused(Failure.PIN_WRONG, left) for left in (2, 1, None)),
        *(PinRefused(one) for one in (Failure.PIN_BLOCKED, Failure.SS_CARD_MOVED)),
    ]


def answers_of_offices() -> list[Event]:
    """Return facts of the offices, drafts, and what was started elsewhere."""
    (card, facts), (other_card, other_facts) = persona("liu"), persona("wang")
    known = (
        facts,
        other_facts,
        replace(facts, kind=InsuredKind.FLEXIBLE, account="", bank=""),
        replace(facts, open_case="11111111-0000-4000-8000-000000000001"),
        replace(facts, waiting_unit="a unit"),
        replace(other_facts, prepared=True),
    )
    begun = (
        StartedElsewhere(Way.PHONE, card.number, ("R01",), ()),
        StartedElsewhere(Way.EMPLOYER, card.number, ("R01",), ()),
        StartedElsewhere(Way.EMPLOYER, other_card.number, ("R01",), ()),
    )
    return [
        *(FactsKnown(one) for one in known),
        *answers_about_prepared(),
        FactsUnknown(Failure.CENTRAL_UNREACHABLE),
        *(DraftFound(one) for one in drafts()),
        *(DraftBegun(one) for one in begun),
        CodeFailed(Failure.CODE_EXPIRED),
    ]


def answers_about_prepared() -> list[Event]:
    """Return what was prepared for one of the persons, that it counts no more, and the opt-out."""
    services = chosen(InventedVisitor().with_facts("wang").visit, handbook())
    return [
        PreparedKnown(Month.of_day(NOW.date()), services, ANSWERS, GAPS),
        PreparedUnknown(Failure.PREPARED_CHANGED),
        *(OptedOut(), NotOptedOut()),
    ]


def answers_about_cases() -> list[Event]:
    """Return the progress of cases, and filings in the person's name."""
    decided, today = (ConfirmationState.CONFIRMED, ConfirmationState.REFUSED), NOW.date()
    return [
        ProgressKnown("亳退 1", {"R01": "ready", "R09": "correction"}, {"R09": today}),
        ProgressKnown("亳退 1", {"R01": "waiting"}, {}, {}, ConfirmationState.AWAITING, today),
        ProgressUnknown(Failure.CENTRAL_UNREACHABLE),
        *(ResultsKnown(one) for one in ((), sample_results())),
        *(FilingsKnown(one) for one in ((), FILED[:1], FILED)),
        *(FilingDecided(one) for one in decided),
        FilingUndecided(Failure.CENTRAL_UNREACHABLE),
    ]


def answers_about_papers() -> list[Event]:
    """Return answers of the camera for papers."""
    return [
        *(PaperCaptured(one, SEALED) for one in ("P2", PAPER, PERSON, CARD, OF_AUTHORITY)),
        PaperFailed(Failure.PAPER_CUT_OFF),
        PictureTaken(PERSON, 3),
        PaperRead(3, PaperText(quarter_turns=2), 4),
    ]


def answers_to_filing() -> list[Event]:
    """Return answers of the store, the central service and the printer."""
    return [
        *(Stored(), StoreFailed(Failure.DISK_FULL), Pending(), Refused()),
        CaseUnderWay("11111111-0000-4000-8000-000000000002"),
        *(Printed(), PrintFailed(Failure.PAPER_OUT), RatingLost()),
    ]


def answers_for_staff() -> list[Event]:
    """Return answers to logins of the staff, and what stands on their desk."""
    vouches = replace(OTHER_HELPER, others_vouch=True)
    sessions = (HELPER, OTHER_HELPER, ENGINEER, vouches, WINDOW, OTHER_WINDOW)
    return [
        *(LoggedIn(one) for one in sessions),
        LoginFailed(Failure.STAFF_PIN_WRONG),
        LoginFailed(Failure.STAFF_LOCKED),
        LoginFailed(Failure.STAFF_PIN_WRONG, 130),
        Waited(),
        *(DeskSeen(Desk()), DeskSeen(DESK), CorrectionKept()),
        *(PrincipalsCounted(others) for others in (0, 99)),
    ]


def answers_for_technicians() -> list[Event]:
    """Return answers to what a technician asks for."""
    return [
        *(Examined(one) for one in sheets(handbook())),
        *(CameraSeen(CameraReading(90.0, 200.0, 0.3, one)) for one in (None, Coach.MORE_LIGHT)),
        CameraFailed(Failure.CAMERA_LOST),
        SoundFailed(Failure.SPEAKER_LOST),
        DevicesFound(Proposal(PLACES, TROUBLES)),
        DevicesFound(Proposal()),
        *(StickRead(one) for one in OFFERS),
        *(one() for one in (Exported, SettingsWritten)),
        *(one(Failure.DISK_FULL) for one in (ExportFailed, SettingsRefused)),
    ]
